#include "domain/group.h"

#include "tests/domain/support.h"

using namespace domain;

namespace {

Membership member(const TenantId& tenant, std::uint64_t group, std::uint64_t user) {
  return {tenant, id(group), id(user), Source::kLocal, kNow};
}

std::string last_digits(const base::Uuid& uuid) {
  return uuid.to_string().substr(34);
}

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("group: every field comes back", "[domain]") {
  TestStore store;
  Group group = make_group(kTenant, id(1), kOdd);
  group.source = Source::kScim;
  group.description = kOdd;
  group.updated_at = base::Timestamp{kNow.ms + 1};
  const auto revision = store.change([&](auto& txn) { return put_group(txn, group); });
  CHECK(group.revision == revision);
  CHECK(found(get_group(store.read(), kTenant, id(1))) == group);
  CHECK(found(find_group_by_name(store.read(), kTenant, kOdd)) == group);
  CHECK(absent(get_group(store.read(), kOther, id(1))));
}

TEST_CASE("group: a name is one group's, in either case, however long", "[domain]") {
  struct Row {
    std::string name;
    std::string other;
    bool same;
  };
  const Row rows[] = {
      {"Staff", "sTAFF", true},
      {"Staff", "Staff ", true},
      {"É", "é", true},
      {"caf\u00E9", "cafe\u0301", true},
      {"Ｓtaff", "sTAFF", true},
      {"Straße", "STRASSE", true},
      {"İ", "i", false},
      {"Staff", "Stаff", false},  // one letter is Cyrillic: another name that looks alike
      {"\xff"
       "É",
       "\xff"
       "é",
       false},
      {std::string(800, 'a'), std::string(800, 'A'), true},
      {std::string(800, 'a'), std::string(799, 'a') + "b", false},
      {std::string(400, 'a'), std::string(401, 'a'), false},
      {std::string(401, 'a'), std::string(401, 'a'), true},
      {times(200, "\uFDFA"),
       times(200,
             "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 "
             "\u0648\u0633\u0644\u0645"),
       true},
      {times(200, "\uFDFA"), times(199, "\uFDFA"), false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    TestStore store;
    Group group = make_group(kTenant, id(1), row.name);
    Group other = make_group(kTenant, id(2), row.other);
    Group elsewhere = make_group(kOther, id(2), row.name);
    store.change([&](auto& txn) { return put_group(txn, group); });
    store.change([&](auto& txn) { return put_group(txn, elsewhere); });
    CHECK(found(find_group_by_name(store.read(), kTenant, row.name)).id == id(1));
    if (row.same) {
      const base::Error taken = store.refusal([&](auto& txn) { return put_group(txn, other); });
      CHECK(taken.code == base::ErrorCode::kConflict);
      CHECK(taken.message == "group " + row.other + ": the name is taken");
    } else {
      CHECK(absent(find_group_by_name(store.read(), kTenant, row.other)));
      store.change([&](auto& txn) { return put_group(txn, other); });
    }
  }
}

TEST_CASE("group: a renamed one frees its name, or changes its case", "[domain]") {
  TestStore store;
  Group group = make_group(kTenant, id(1), "Staff");
  for (const char* name : {"Staff", "STAFF", "People"}) {
    group.name = name;
    store.change([&](auto& txn) { return put_group(txn, group); });
    CHECK(found(find_group_by_name(store.read(), kTenant, name)).name == name);
    CHECK(store.tables() == "group:1 group_name:1 name_look:1");
  }
  CHECK(absent(find_group_by_name(store.read(), kTenant, "staff")));
}

TEST_CASE("group: members from both sides", "[domain]") {
  TestStore store;
  Membership scim = member(kTenant, 1, 11);
  scim.source = Source::kScim;
  scim.joined_at = base::Timestamp{kNow.ms + 7};
  store.change([&](auto& txn) {
    scim.revision = txn.revision();
    return put_membership(txn, scim);
  });
  for (const auto& m : {member(kTenant, 1, 12), member(kTenant, 2, 11), member(kOther, 1, 13)})
    store.change([&](auto& txn) { return put_membership(txn, m); });
  const auto txn = store.read();
  CHECK(found(get_membership(txn, kTenant, id(1), id(11))) == scim);
  CHECK(absent(get_membership(txn, kTenant, id(11), id(1))));
  CHECK(absent(get_membership(txn, kOther, id(1), id(11))));
  std::string groups, users, rest;
  REQUIRE(each_group_of(txn, kTenant, id(11), [&](const GroupId& g) {
            return groups += last_digits(g), true;
          }).ok());
  REQUIRE(
      each_user_in(txn, kTenant, id(1), [&](const UserId& u) { return users += last_digits(u), true; }).ok());
  const UserId after = id(11);
  REQUIRE(each_membership(txn, kTenant, id(1), &after, [&](Membership&& m) {
            return rest += last_digits(m.user), true;
          }).ok());
  CHECK(groups == "0102");
  CHECK(users == "0b0c");
  CHECK(rest == "0c");
  CHECK(count_members(txn, kTenant, id(1)).value() == 2);
  CHECK(count_members(txn, kTenant, id(9)).value() == 0);
  store.change([&](auto& change) { return delete_membership(change, kTenant, id(1), id(11)); });
  CHECK(count_members(store.read(), kTenant, id(1)).value() == 1);
  CHECK(store.tables() == "member_of:3 members:3");
}

TEST_CASE("group: deleted with its members, its mappings and those on it", "[domain]") {
  TestStore store;
  Group group = make_group(kTenant, id(1), "Staff");
  Group kept = make_group(kTenant, id(2), "Kept");
  store.change([&](auto& txn) -> base::Result<void> {
    Mapping own = make_mapping(kTenant, id(21), as_group(id(1)), id(9));
    Mapping of_kept = make_mapping(kTenant, id(22), as_group(id(2)), id(9));
    Mapping on_kept = make_mapping(kTenant, id(23), as_user(id(11)), id(9), group_resource(id(2)));
    for (const auto& done :
         {put_group(txn, group), put_group(txn, kept), put_membership(txn, member(kTenant, 1, 11)),
          put_membership(txn, member(kTenant, 2, 11)), put_mapping(txn, own), put_mapping(txn, of_kept),
          put_mapping(txn, on_kept)})
      if (!done.ok()) return done;
    for (std::uint64_t n = 100; n < 160; ++n) {
      Mapping on = make_mapping(kTenant, id(n), as_user(id(n)), id(9), group_resource(id(1)));
      if (auto done = put_mapping(txn, on); !done.ok()) return done;
    }
    return {};
  });
  store.change([&](auto& txn) { return delete_group(txn, group); });
  CHECK(store.tables() ==
        "group:1 group_name:1 member_of:1 members:1 mapping:2 mapping_by_role:2 mapping_by_id:2 "
        "mapping_on:1 name_look:1");
  store.change([&](auto& txn) { return delete_group(txn, kept); });
  CHECK(store.tables() == "");
}
