#include "domain/dump.h"

#include <set>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "domain/audit.h"
#include "domain/entity.h"
#include "domain/idempotency.h"
#include "domain/project.h"
#include "domain/session.h"
#include "store/key.h"
#include "store/record.h"
#include "tests/domain/golden.h"
#include "tests/domain/support.h"

using namespace domain;
using store::Key;
using store::Table;

namespace {

std::vector<std::string> lines_of(const TestStore& store, std::uint64_t damaged = 0) {
  std::vector<std::string> lines;
  const auto done = dump(store.read(), [&](std::string_view line) { return lines.emplace_back(line), true; });
  INFO((done.ok() ? "" : done.error().message));
  REQUIRE(done.ok());
  CHECK(*done == damaged);
  return lines;
}

std::string all_of(const TestStore& store, std::uint64_t damaged = 0) {
  std::string all;
  for (const auto& line : lines_of(store, damaged)) all += line + "\n";
  return all;
}

}  // namespace

TEST_CASE("dump: each key is a line, each line is JSON", "[domain]") {
  TestStore store([](const std::string& dir) { make_raw_store(dir, 2, 20, read_golden("store-0.1.0.txt")); });
  Tenant tenant = make_tenant(id(1), "more"), going = make_tenant(id(2), "going");
  store.change([&](auto& txn) { return put_tenant(txn, tenant); });
  tenant.slug = "renamed";
  store.change([&](auto& txn) { return put_tenant(txn, tenant); });
  store.change([&](auto& txn) -> base::Result<void> {
    Group outer = make_group(id(1), id(11), "Outer"), inner = make_group(id(1), id(12), "Inner");
    inner.state = State::kDisabled;
    for (Group* group : {&outer, &inner})
      if (auto done = put_group(txn, *group); !done.ok()) return done;
    StoredEntity entity;
    entity.tenant = id(1);
    entity.name = {"App::Doc", "7"};
    entity.parents = {{"Folder", "1"}};
    if (auto done = put_entity(txn, entity); !done.ok()) return done;
    Project project;
    project.id = id(13);
    project.tenant = id(1);
    project.slug = "web";
    if (auto done = put_project(txn, project); !done.ok()) return done;
    return put_subgroup(txn, {id(1), outer.id, inner.id, Source::kLocal, kNow, 0});
  });
  store.change([&](auto& txn) { return put_policy_with_rule(txn, id(1)); });
  Grant grant = make_grant(id(1), id(14), "Device:12", "Folder:7");
  store.change([&](auto& txn) { return put_grant(txn, grant); });
  Credential credential = make_credential(TenantId(id(1)), id(15), UserId(id(16)), "of a session");
  Session session(credential.tenant);
  session.id = id(17);
  session.credential = credential.id;
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = put_credential(txn, credential); !done.ok()) return done;
    return add_session(txn, session);
  });
  store.change([&](auto& txn) { return put_tenant(txn, going); });
  store.change([&](auto& txn) { return delete_tenant(txn, going.id); });
  std::size_t keys = 0;
  const auto txn = store.read();
  for (std::uint8_t n = 0; n < store::kTableCount; ++n)
    REQUIRE(txn.scan(*store::table_of(n), {}, [&](auto, auto) { return ++keys > 0; }).ok());
  const auto lines = lines_of(store);
  CHECK(lines.size() == keys);
  std::set<std::string> tables;
  for (const std::string& line : lines) {
    INFO(line);
    const auto parsed = base::parse_json(line);
    REQUIRE(parsed.ok());
    REQUIRE(parsed->find("table"));
    REQUIRE(parsed->find("key"));
    CHECK_FALSE(parsed->find("key")->find("hex"));
    CHECK_FALSE(parsed->find("damaged"));
    tables.insert(*parsed->find("table")->string());
  }
  const std::set<Table> empty = {Table::kMappingOn,  Table::kNameClash, Table::kEntityNumber,
                                 Table::kEntityName, Table::kEntity,    Table::kEntityParent,
                                 Table::kEntityChild};
  for (std::uint8_t n = 0; n < store::kTableCount; ++n)
    if (!empty.contains(*store::table_of(n)))
      CHECK(tables.contains(std::string(name_of(*store::table_of(n)))));
}

TEST_CASE("dump: how keys and values look", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    Tenant tenant = make_tenant(kTenant, "acme");
    Group group = make_group(kTenant, id(1), "Ops");
    Mapping mapping = make_mapping(kTenant, id(3), as_group(id(1)), id(4), "app/group:x");
    mapping.expires_at = kNow;
    AuditEntry entry(kTenant);
    entry.action = "group:create";
    StoredEntity entity;
    entity.tenant = kTenant;
    entity.name = {"App::Doc", "a:7"};
    entity.attrs = R"({"a":1})";
    entity.parents = {{"Folder", "1"}};
    for (const auto& done :
         {put_entity(txn, entity), put_tenant(txn, tenant), put_group(txn, group), put_mapping(txn, mapping),
          put_membership(txn, {kTenant, id(1), id(2), Source::kLocal, kNow}), append_audit(txn, entry)})
      if (!done.ok()) return done;
    return {};
  });
  const std::string all = all_of(store);
  const std::string tenant = R"("tenant":"00000000-0000-7000-8000-0000000000a0")";
  const auto uuid = [](int n) { return "\"00000000-0000-7000-8000-00000000000" + std::to_string(n) + "\""; };
  for (
      const std::string& line : {
          R"({"table":"meta","key":{"name":"program"},"value":"reeve"})" + std::string("\n"),
          R"({"table":"meta","key":{"name":"revision"},"value":1})" + std::string("\n"),
          R"({"table":"tenant_slug","key":{"slug":"acme"},"value":{"id":)" + tenant.substr(9) + "}}\n",
          R"({"table":"group","key":{)" + tenant + R"(,"id":)" + uuid(1) +
              R"(},"version":1,"value":{"name":"Ops","source":"local","created_at":1776254400123,)" +
              R"("updated_at":1776254400123,"revision":1}})" + "\n",
          R"({"table":"group_name","key":{)" + tenant + R"(,"name":"ops"},"value":{"id":)" + uuid(1) + "}}\n",
          R"({"table":"members","key":{)" + tenant + R"(,"group":)" + uuid(1) + R"(,"user":)" + uuid(2) +
              "}}\n",
          R"({"table":"mapping_by_role","key":{)" + tenant + R"(,"role":)" + uuid(4) +
              R"(,"principal_kind":"group","principal":)" + uuid(1) +
              R"(,"resource":"app/group:x"},"version":1,"value":{"expires_at":1776254400123}})" + "\n",
          R"({"table":"mapping_by_id","key":{)" + tenant + R"(,"mapping":)" + uuid(3) +
              R"(},"value":{"key":{)" + tenant + R"(,"principal_kind":"group","principal":)" + uuid(1) +
              R"(,"role":)" + uuid(4) + R"(,"resource":"app/group:x"}}})" + "\n",
          R"({"table":"mapping_on","key":{)" + tenant +
              R"(,"resource":"app/group:x","principal_kind":"group","principal":)" + uuid(1) + R"(,"role":)" +
              uuid(4) + R"(},"version":1,"value":{"expires_at":1776254400123}})" + "\n",
          R"({"table":"count","key":{)" + tenant + R"(,"what":2},"value":{"count":1}})" + "\n",
          R"({"table":"count","key":{)" + tenant + R"(,"what":100,"group":)" + uuid(1) +
              R"(},"value":{"count":1}})" + "\n",
          R"({"table":"role_time","key":{)" + tenant + R"(,"role":)" + uuid(4) +
              R"(,"principal_kind":"group","moment":"2026-04-15T12:00:00.123Z"},)" +
              R"("value":{"begin":0,"end":1}})" + "\n",
          R"({"table":"entity_number","key":{)" + tenant +
              R"(,"type":"App::Doc","id":"a:7"},"value":{"entity":1}})" + "\n",
          R"({"table":"entity_name","key":{)" + tenant +
              R"(,"entity":2},"value":{"type":"Folder","id":"1"}})" + "\n",
          R"({"table":"entity","key":{)" + tenant +
              R"(,"entity":1},"version":1,"value":{"attrs":{"a":1},"created_at":0,"updated_at":0,"revision":1}})" +
              "\n",
          R"({"table":"entity_parent","key":{)" + tenant + R"(,"entity":1,"parent":2}})" + "\n",
          R"({"table":"entity_child","key":{)" + tenant + R"(,"parent":2,"entity":1}})" + "\n",
      }) {
    INFO(line << "\nin\n" << all);
    CHECK(all.find(line) != all.npos);
  }
  CHECK_THAT(all, ContainsSubstring(R"({"table":"audit","key":{)" + tenant +
                                    R"(,"seq":1},"value":{"entry":{"action":"group:create",)"));
  CHECK_THAT(all, ContainsSubstring(R"({"table":"change","key":{"revision":1},"value":{"at":")"));
  CHECK_THAT(all, ContainsSubstring(R"({"table":"members","key":{)" + tenant + R"(,"group":)" + uuid(1) +
                                    R"(,"user":)" + uuid(2) + R"(},"added":true,"removed":false})"));
}

TEST_CASE("dump: no secret and no hash of one is printed whole, in change records neither", "[domain]") {
  TestStore store;
  const Credential credential = make_credential(kTenant, id(1), as_service_user(id(2)), "x");
  const std::string hash = base::to_hex(crypto::raw(hash_of("x")));
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = put_credential(txn, credential); !done.ok()) return done;
    return put_idempotent_answer(txn, id(2), "once",
                                 {hash_of("request"), 201, "location: x", R"({"raw_key":"rvk_open"})", kNow});
  });
  store.change([&](auto& txn) { return delete_credential(txn, credential); });
  store.change([&](auto& txn) { return put_credential(txn, credential); });
  const std::string all = all_of(store);
  CHECK(all.find(hash) == all.npos);
  CHECK(all.find("rvk_open") == all.npos);
  CHECK(all.find(base::to_hex(crypto::raw(hash_of("request")))) == all.npos);
  CHECK_THAT(all, ContainsSubstring(R"("hash":")" + hash.substr(0, 8) + "…\""));
  CHECK_THAT(all, ContainsSubstring("\"body\":\"(22 bytes, not shown)\""));
  CHECK_THAT(all, ContainsSubstring(R"("before_value":{"tenant":)"));
}

TEST_CASE("dump: what can't be read is told, and the rest is there", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    const std::string key = std::string(kTenant.raw()) + std::string(id(1).uuid.raw());
    if (auto done = txn.put(Table::kGroup, key, "broken, to be sure"); !done.ok()) return done;
    if (auto done = txn.put(Table::kGroupName, std::string(kTenant.raw()) + "\xff", id(1).uuid.raw());
        !done.ok())
      return done;
    return txn.put(Table::kUser, "k", store::seal(1, "{}"));
  });
  const std::string all = all_of(store, 2);  // once in its table and once in the change record
  CHECK_THAT(all, ContainsSubstring(R"("damaged":"group )"));
  CHECK_THAT(all, ContainsSubstring(R"(the record's checksum is wrong"})"));
  CHECK_THAT(all, ContainsSubstring(R"("name":{"hex":"ff"})"));
  CHECK_THAT(all, ContainsSubstring(R"({"table":"user","key":{"hex":"6b"},"version":1,"value":{}})"));
}

TEST_CASE("dump: it ends when nobody wants more", "[domain]") {
  TestStore store;
  std::size_t lines = 0;
  CHECK(dump(store.read(), [&](std::string_view) { return ++lines < 2; }).ok());
  CHECK(lines == 2);
}
