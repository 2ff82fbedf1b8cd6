#include <algorithm>

#include "domain/audit.h"
#include "store/change.h"
#include "tests/domain/golden.h"
#include "tests/domain/support.h"

// A store that 0.1.0 made, with calls, is opened by this version.

using namespace domain;

namespace {

constexpr store::Revision kRevision = 20;

class OldStore : public TestStore {
 public:
  OldStore()
      : TestStore([](const std::string& dir) {
          make_raw_store(dir, 2, kRevision, read_golden("store-0.1.0.txt"));
        }) {}
};

Tenant only_tenant(const OldStore& store) {
  std::vector<Tenant> all;
  REQUIRE(
      each_tenant(store.read(), nullptr, [&](Tenant&& tenant) { return all.push_back(tenant), true; }).ok());
  REQUIRE(all.size() == 1);
  return all[0];
}

}  // namespace

TEST_CASE("migration: a store of 0.1.0 has all that it had", "[domain]") {
  OldStore store;
  const Tenant acme = only_tenant(store);
  CHECK(acme.name == "Acme");
  const User ada = found(find_user_by_email(store.read(), acme.id, "ada@example.com"));
  CHECK(ada.name == "Ada");
  CHECK(absent(find_user_by_email(store.read(), acme.id, "bob@example.com")));
  const Group group = found(find_group_by_name(store.read(), acme.id, "engineering"));
  CHECK(group.description == "Builds it.");
  CHECK(found(get_membership(store.read(), acme.id, group.id, ada.id)).source == Source::kLocal);
  const Role on_call = found(find_role(store.read(), acme.id, "on-call"));
  CHECK(on_call.description == "Carries the phone.");
  const Role admin = found(find_role(store.read(), acme.id, "admin"));
  CHECK(admin.is_system);
  const Mapping rota = found(get_mapping(store.read(), acme.id, {group.id, on_call.id, ""}));
  CHECK(rota.reason == "rota");
  CHECK(to_string(*rota.expires_at) == "2099-01-01T00:00:00.000Z");
  CHECK(store.read().revision() == kRevision);
}

TEST_CASE("migration: the audit chains of 0.1.0 verify, and go on", "[domain]") {
  OldStore store;
  const Tenant acme = only_tenant(store);
  std::uint64_t before = 0, after = 0;
  CHECK(verify_audit(store.read(), before)->empty());
  CHECK(before == 36);
  store.change([&](auto& txn) {
    AuditEntry entry(acme.id);
    entry.action = "group:create";
    return append_audit(txn, entry);
  });
  CHECK(verify_audit(store.read(), after)->empty());
  CHECK(after == before + 1);
}

TEST_CASE("migration: the change records of 0.1.0 are read", "[domain]") {
  OldStore store;
  std::vector<store::ChangeRecord> changes;
  REQUIRE(store::scan_changes(store.read(), 0, [&](const auto& change) {
            return changes.push_back(change), true;
          }).ok());
  REQUIRE(changes.size() == 6);
  CHECK(changes.back().revision == kRevision);
  // The last one removed a user, and says what was there.
  const auto removed = std::find_if(changes.back().writes.begin(), changes.back().writes.end(),
                                    [](const auto& write) { return write.table == store::Table::kUser; });
  REQUIRE(removed != changes.back().writes.end());
  CHECK_FALSE(removed->after);
  CHECK_THAT(removed->before.value_or(""), ContainsSubstring("bob@example.com"));
}
