#include "domain/check.h"

#include <string>
#include <vector>

#include "store/key.h"
#include "tests/domain/golden.h"
#include "tests/domain/support.h"

using namespace domain;
using store::Key;
using store::Table;

namespace {

std::vector<std::string> faults_of(const TestStore& store) {
  std::vector<std::string> faults;
  const auto tell = [&](const StoreFault& fault) { return faults.push_back(fault.what), true; };
  const auto checked = check_store(store.read(), tell);
  INFO((checked.ok() ? "" : checked.error().message));
  REQUIRE(checked.ok());
  CHECK(checked->faults == faults.size());
  return faults;
}

// A store in which nearly every table has something, and what is in it byte for byte.
struct Whole {
  Whole()
      : store([](const std::string& dir) { make_raw_store(dir, 2, 20, read_golden("store-0.1.0.txt")); }) {
    store.change([&](auto& txn) -> base::Result<void> {
      Tenant tenant = make_tenant(kTenant, "checked");
      Group group = make_group(kTenant, id(1), "Ops");
      Role role = make_role(kTenant, id(4), "on-call");
      Mapping mapping = make_mapping(kTenant, id(3), as_group(id(1)), id(4), "app/group:x");
      mapping.valid_from = kNow;
      mapping.expires_at = base::Timestamp{kNow.ms + 1000};
      for (const auto& done :
           {put_tenant(txn, tenant), put_group(txn, group), put_role(txn, role), put_mapping(txn, mapping)})
        if (!done.ok()) return done;
      tenant.slug = "renamed";
      return put_tenant(txn, tenant);
    });
    const auto txn = store.read();
    revision = txn.revision();
    for (std::uint8_t n = 0; n < store::kTableCount; ++n) {
      const auto table = *store::table_of(n);
      if (table == Table::kMeta) continue;
      REQUIRE(txn.scan(table, {},
                       [&](auto key, auto value) {
                         rows.push_back({table, std::string(key), std::string(value)});
                         return true;
                       })
                  .ok());
    }
  }

  TestStore store;
  store::Revision revision = 0;
  std::vector<RawRow> rows;
};

std::vector<std::string> faults_of_rows(const std::vector<RawRow>& rows, store::Revision revision) {
  return faults_of(
      TestStore([&](const std::string& dir) { make_raw_store(dir, store::kFormatVersion, revision, rows); }));
}

}  // namespace

TEST_CASE("check: a store that was only changed by the program is right", "[domain]") {
  CHECK(faults_of(TestStore()).empty());
  const Whole whole;
  CHECK(faults_of(whole.store).empty());
  CHECK(faults_of_rows(whole.rows, whole.revision).empty());
}

TEST_CASE("check: whatever entry is gone, that is found", "[domain]") {
  const Whole whole;
  bool is_first_change = true;
  for (std::size_t i = 0; i < whole.rows.size(); ++i) {
    const RawRow& row = whole.rows[i];
    INFO(name_of(row.table) << " " << base::to_hex(row.key));
    if (row.table == Table::kPermission) continue;  // nothing says that there was one
    if (row.table == Table::kChange && is_first_change) {
      is_first_change = false;  // old ones may go
      continue;
    }
    auto rows = whole.rows;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(faults_of_rows(rows, whole.revision).empty());
  }
}

TEST_CASE("check: whatever value is another, that is found", "[domain]") {
  const Whole whole;
  for (std::size_t i = 0; i < whole.rows.size(); ++i) {
    INFO(name_of(whole.rows[i].table) << " " << base::to_hex(whole.rows[i].key));
    auto rows = whole.rows;
    std::string& value = rows[i].value;
    if (value.empty()) {
      value = "x";
    } else {
      value.back() = static_cast<char>(value.back() ^ 1);
    }
    CHECK_FALSE(faults_of_rows(rows, whole.revision).empty());
  }
}

TEST_CASE("check: an entry of an index that belongs to nothing is found, once", "[domain]") {
  const Whole whole;
  for (const RawRow& row : whole.rows) {
    if (row.table == Table::kAudit || row.table == Table::kChange || row.table == Table::kPermission)
      continue;
    INFO(name_of(row.table) << " " << base::to_hex(row.key));
    auto rows = whole.rows;
    RawRow stray = row;
    stray.key.back() = static_cast<char>(stray.key.back() ^ 0x55);
    rows.push_back(std::move(stray));
    CHECK_FALSE(faults_of_rows(rows, whole.revision).empty());
  }
}

TEST_CASE("check: what is told", "[domain]") {
  const Whole whole;
  const std::string tenant = R"({"tenant":"00000000-0000-7000-8000-0000000000a0",)";
  const std::string role = tenant + R"("id":"00000000-0000-7000-8000-000000000004"})";
  const auto without = [&](Table table, std::string_view key) {
    std::vector<RawRow> rows;
    for (const RawRow& row : whole.rows)
      if (row.table != table || row.key != key) rows.push_back(row);
    REQUIRE(rows.size() + 1 == whole.rows.size());
    return faults_of_rows(rows, whole.revision);
  };
  const auto with = [&](RawRow row) {
    auto rows = whole.rows;
    rows.push_back(std::move(row));
    return faults_of_rows(rows, whole.revision);
  };
  const auto as_bytes = [](const Key& key) { return std::string(key.view()); };
  using Faults = std::vector<std::string>;
  CHECK(without(Table::kRoleSlug, Key().uuid(kTenant).text("on-call")) ==
        Faults{"role_slug " + tenant + R"("slug":"on-call"} is missing; role )" + role + " implies it"});
  CHECK(
      with({Table::kMembers, as_bytes(Key().uuid(kTenant).uuid(id(1)).uuid(id(9))), ""}) ==
      Faults{
          "count " + tenant +
              R"("what":100,"group":"00000000-0000-7000-8000-000000000001"} is missing; the sum implies it)",
          "members " + tenant + R"("group":"00000000-0000-7000-8000-000000000001",)" +
              R"("user":"00000000-0000-7000-8000-000000000009"} belongs to nothing)"});
  CHECK(without(Table::kChange, Key().u64(17)) ==
        Faults{R"(change {"revision":17} is missing; the next is 18)"});
  CHECK(without(Table::kRole, Key().uuid(kTenant).uuid(id(4))).front() ==
        "role " + role + " is missing; mapping " + tenant +
            R"("principal_kind":"group","principal":"00000000-0000-7000-8000-000000000001",)" +
            R"("role":"00000000-0000-7000-8000-000000000004","resource":"app/group:x"} refers to it)");
}
