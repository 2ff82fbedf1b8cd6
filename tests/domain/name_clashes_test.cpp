#include "domain/name_clashes.h"

#include "domain/check.h"
#include "domain/deletion.h"
#include "domain/dump.h"
#include "domain/name_index.h"
#include "names/fold.h"
#include "store/key.h"
#include "tests/domain/old_names.h"
#include "tests/domain/support.h"

// Stores of before names were compared as Unicode says, as this version opens them.

using namespace domain;
using old_names::as_bytes;
using old_names::Old;
using old_names::old_rows;
using store::Key;
using store::Table;

namespace {

struct OldStore : TestStore {
  explicit OldStore(const std::vector<RawRow>& rows)
      : TestStore([&](const std::string& dir) { make_raw_store(dir, 5, 0, rows); }) {}
};

// What `reeve store check` finds wrong, and what it remarks.
std::string checked(const TestStore& store) {
  std::string faults;
  const auto done = check_store(store.read(), [&](const StoreFault& fault) {
    faults += fault.what + "\n";
    return true;
  });
  REQUIRE(done.ok());
  return faults;
}

std::string remarks(const TestStore& store) {
  std::string all;
  std::size_t count = 0;
  const auto clashes = name_clashes(store.read(), [&](std::string_view clash) {
    ++count;
    all += std::string(clash) + "\n";
    return true;
  });
  REQUIRE(clashes.ok());
  CHECK(clashes.value() == count);
  return all;
}

std::string remark(std::uint64_t one, const std::string& name, const std::string& how, std::uint64_t other,
                   const std::string& others, const std::string& noun = "group") {
  return noun + " " + id(one).to_string() + " `" + name + "` " + how + " " + noun + " " +
         id(other).to_string() + " `" + others + "`, in tenant " + kTenant.to_string() + "\n";
}

GroupId who(const TestStore& store, const std::string& name) {
  const auto group = find_group_by_name(store.read(), kTenant, name);
  REQUIRE(group.ok());
  return *group ? (*group)->id : GroupId();
}

void rename(TestStore& store, std::uint64_t n, const std::string& name) {
  Group group = found(get_group(store.read(), kTenant, id(n)));
  group.name = name;
  store.change([&](auto& txn) { return put_group(txn, group); });
  CHECK(checked(store).empty());
}

}  // namespace

TEST_CASE("names: of old ones that are the same the eldest is found, and all stay", "[domain][names]") {
  OldStore store(old_rows({{"Éa", 2}, {"éa", 1}, {"e\u0301A", 1}, {"Ops", 9}, {"ＯＰＳ", 8}, {"alone", 1}},
                          {{"É@x", 1}, {"é@x", 2}}));
  CHECK(checked(store).empty());
  CHECK(who(store, "ÉA") == id(2));
  CHECK(who(store, "oPs") == id(5));
  CHECK(who(store, "alone") == id(6));
  CHECK(found(find_user_by_email(store.read(), kTenant, "É@X")).id == id(1));
  CHECK(absent(find_group_by_name(store.read(), kOther, "Ops")));
  const std::string has = "has the name of";
  CHECK(remarks(store) == remark(1, "Éa", has, 2, "éa") + remark(3, "e\u0301A", has, 2, "éa") +
                              remark(4, "Ops", has, 5, "ＯＰＳ") + remark(2, "é@x", has, 1, "É@x", "user"));
  CHECK(found(get_group(store.read(), kTenant, id(1))).name == "Éa");

  // Whatever else of them changes, the name stays.
  Group third = found(get_group(store.read(), kTenant, id(3)));
  third.description = "d";
  store.change([&](auto& txn) { return put_group(txn, third); });
  CHECK(who(store, "éa") == id(2));
  // Also in another case; but nobody else gets it.
  rename(store, 1, "ÉA");
  CHECK(who(store, "éa") == id(2));
  Group more = make_group(kTenant, id(9), "E\u0301a");
  CHECK(store.refusal([&](auto& txn) { return put_group(txn, more); }).code == base::ErrorCode::kConflict);

  // The next one is found once the name is freed, by renaming or deleting.
  rename(store, 2, "free");
  CHECK(who(store, "éa") == id(1));
  store.change([&](auto& txn) { return delete_group(txn, found(get_group(txn, kTenant, id(1)))); });
  CHECK(checked(store).empty());
  CHECK(who(store, "éa") == id(3));
  rename(store, 3, "free too");
  CHECK(who(store, "éa").is_nil());
  rename(store, 4, "Ops 2");
  CHECK(who(store, "ops") == id(5));
  CHECK(remarks(store) == remark(2, "é@x", has, 1, "É@x", "user"));

  // Both are deleted with their tenant.
  store.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
  store.change([&](auto& txn) -> base::Result<void> {
    const auto done = continue_deletions(txn, 1000, kTellNobody);
    return done.ok() ? base::Result<void>() : done.error();
  });
  CHECK(checked(store).empty());
  CHECK(store.tables().find("name_") == std::string::npos);
}

TEST_CASE("names: old ones that only look alike stay, and are remarked", "[domain][names]") {
  OldStore store(old_rows({{"paypal", 1}, {"раураl", 2}, {"сосо", 3}, {"coco", 4}, {"DevOps команда", 5}}));
  CHECK(checked(store).empty());
  CHECK(who(store, "раураl") == id(2));
  CHECK(remarks(store) == remark(2, "раураl", "mixes scripts and looks like", 1, "paypal"));
  rename(store, 1, "other");
  CHECK(remarks(store).empty());
}

TEST_CASE("names: a remark shows what isn't seen", "[domain][names]") {
  OldStore store(old_rows({{"admin", 1}, {"ad\u200Bmin", 2}, {"\u202Eadmin\x1b", 3}, {"admin\x1b", 4}}));
  const std::string has = "has the name of";
  CHECK(remarks(store) == remark(2, "ad[U+200B]min", has, 1, "admin") +
                              remark(4, "admin[U+001B]", has, 3, "[U+202E]admin[U+001B]"));
}

TEST_CASE("names: whatever length, old ones are found as new ones are", "[domain][names]") {
  std::vector<std::string> names;
  for (const std::size_t size : {1U, 199U, 200U, 201U, 401U}) {
    std::string accents, digits;
    for (std::size_t n = 0; n < size; ++n) accents += "É";
    names.insert(names.end(), {accents, std::string(size, 'A') + "\uFDFA"});
  }
  std::vector<Old> groups;
  for (const std::string& name : names) groups.push_back({name, 1});
  OldStore store(old_rows(groups));
  CHECK(checked(store).empty());
  for (std::size_t n = 0; n < names.size(); ++n) CHECK(who(store, names::fold(names[n])) == id(n + 1));
  TestStore anew;
  anew.change([&](auto& txn) -> base::Result<void> {
    Tenant tenant = make_tenant(kTenant, "acme");
    if (auto put = put_tenant(txn, tenant); !put.ok()) return put;
    for (std::size_t n = 0; n < names.size(); ++n) {
      Group group = make_group(kTenant, id(n + 1), names[n]);
      if (auto put = put_group(txn, group); !put.ok()) return put;
    }
    return {};
  });
  const auto index_of = [](const TestStore& of, Table table) { return rows_of(of.read(), table); };
  for (const Table table : {Table::kGroupName, Table::kNameLook})
    CHECK(index_of(store, table) == index_of(anew, table));
}

TEST_CASE("names: a damaged record doesn't stop an old store from opening", "[domain][names]") {
  std::vector<RawRow> rows = old_rows({{"Éa", 1}, {"éa", 2}});
  for (RawRow& row : rows)
    if (row.table == Table::kGroup && row.key == as_bytes(Key().uuid(kTenant).uuid(id(1).uuid)))
      row.value.back() = static_cast<char>(row.value.back() ^ 1);
  OldStore store(rows);
  CHECK(who(store, "éa") == id(2));
  CHECK_THAT(checked(store), ContainsSubstring("the record's checksum is wrong"));
}

TEST_CASE("names: check finds a clash that is none, and one that isn't noted", "[domain][names]") {
  const auto key = [](std::string_view name, std::uint64_t n) {
    const auto hash = crypto::sha256(names::fold(name));
    return as_bytes(Key().uuid(kTenant).u8(3).bytes(crypto::raw(hash).substr(0, 16)).uuid(id(n).uuid));
  };
  struct Row {
    const char* what;
    std::uint64_t clash;  // whose clash is noted
    bool damaged;
  };
  for (const Row& row : {Row{"the other's", 2, false}, Row{"its own", 1, true}, Row{"nobody's", 7, true},
                         Row{"none", 0, true}}) {
    INFO(row.what);
    OldStore store(old_rows({{"Éa", 1}, {"éa", 2}}));
    store.change([&](auto& txn) -> base::Result<void> {
      if (auto gone = txn.del(Table::kNameClash, key("éa", 2)); !gone.ok()) return gone.error();
      return row.clash == 0 ? base::Result<void>() : txn.put(Table::kNameClash, key("éa", row.clash), {});
    });
    CHECK(checked(store).empty() != row.damaged);
  }
}
