#include "domain/role.h"

#include "tests/domain/support.h"

using namespace domain;

namespace {

std::string slugs(const store::ReadTxn& txn, const Owner& tenant, std::string_view after = {},
                  std::size_t limit = 99) {
  std::string out;
  std::size_t count = 0;
  REQUIRE(each_role(txn, tenant, after, [&](Role&& role) {
            out += (out.empty() ? "" : " ") + role.slug;
            return ++count < limit;
          }).ok());
  return out;
}

}  // namespace

TEST_CASE("role: every field comes back", "[domain]") {
  TestStore store;
  Role role = make_role(kTenant, id(1), "Editor_1-a");
  role.name = kOdd;
  role.description = kOdd;
  role.scopes = {"billing/invoice:pay", "organization:get"};
  role.metadata = R"({"team":"a"})";
  role.state = State::kDisabled;
  role.is_system = true;
  role.created_by = as_user(id(7));
  role.updated_by = Principal{PrincipalKind::kPlatform, id(8)};
  role.updated_at = base::Timestamp{kNow.ms + 5};
  const auto revision = store.change([&](auto& txn) { return put_role(txn, role); });
  CHECK(role.revision == revision);
  CHECK(found(get_role(store.read(), kTenant, id(1))) == role);
  Role plain = make_role(kTenant, id(2), "plain");
  store.change([&](auto& txn) { return put_role(txn, plain); });
  CHECK(found(find_role(store.read(), kTenant, "plain")) == plain);
  CHECK(absent(find_role(store.read(), kTenant, "PLAIN")));
  CHECK(absent(find_role(store.read(), kTenant, std::string(600, 'x'))));
}

TEST_CASE("role: system roles are in every tenant, and what a tenant made before keeps its slug",
          "[domain]") {
  TestStore store;
  Role shared = make_role(domain::Platform{}, id(1), "admin");
  Role own = make_role(kTenant, id(2), "editor");
  store.change([&](auto& txn) { return put_role(txn, own); });
  store.change([&](auto& txn) { return put_role(txn, shared); });
  const auto txn = store.read();
  CHECK(found(find_role(txn, kTenant, "admin")) == shared);
  CHECK(found(find_role(txn, domain::Platform{}, "admin")) == shared);
  CHECK(found(find_role_by_id(txn, kTenant, id(1))) == shared);
  CHECK(found(find_role_by_id(txn, kTenant, id(2))) == own);
  CHECK(absent(get_role(txn, kTenant, id(1))));
  CHECK(absent(find_role(txn, kOther, "editor")));
  CHECK(absent(find_role_by_id(txn, kOther, id(2))));
  CHECK(slugs(txn, kTenant) == "editor");
  CHECK(slugs(txn, Platform{}) == "admin");

  Role late = make_role(domain::Platform{}, id(3), "editor");
  store.change([&](auto& change) { return put_role(change, late); });
  CHECK(found(find_role(store.read(), kTenant, "editor")) == own);
  CHECK(found(find_role(store.read(), kOther, "editor")) == late);
  own.name = "still its own";
  store.change([&](auto& change) { return put_role(change, own); });
  CHECK(found(get_role(store.read(), kTenant, id(2))) == own);
}

TEST_CASE("role: a slug is one role's in a tenant, and no system role's", "[domain]") {
  TestStore store;
  Role shared = make_role(domain::Platform{}, id(1), "admin");
  Role editor = make_role(kTenant, id(2), "editor");
  store.change([&](auto& txn) { return put_role(txn, shared); });
  store.change([&](auto& txn) { return put_role(txn, editor); });
  struct Row {
    Role role;
    const char* message;
  };
  const Row rows[] = {
      {make_role(kTenant, id(3), "editor"), "role editor: the slug is taken"},
      {make_role(kTenant, id(3), "admin"), "role admin: the slug is a system role's"},
      {make_role(domain::Platform{}, id(3), "admin"), "role admin: the slug is taken"},
  };
  for (Row row : rows) {
    const base::Error error = store.refusal([&](auto& txn) { return put_role(txn, row.role); });
    CHECK(error.code == base::ErrorCode::kConflict);
    CHECK(error.message == row.message);
  }
  Role same = make_role(kOther, id(2), "editor");
  store.change([&](auto& txn) { return put_role(txn, same); });
  CHECK(store.tables() == "role:3 role_slug:3");
}

TEST_CASE("role: another slug frees the old one; deletion frees both tables", "[domain]") {
  TestStore store;
  Role role = make_role(kTenant, id(1), "editor");
  store.change([&](auto& txn) { return put_role(txn, role); });
  role.slug = "writer";
  store.change([&](auto& txn) { return put_role(txn, role); });
  CHECK(absent(find_role(store.read(), kTenant, "editor")));
  CHECK(found(find_role(store.read(), kTenant, "writer")) == role);
  CHECK(store.tables() == "role:1 role_slug:1");
  store.change([&](auto& txn) { return delete_role(txn, role); });
  CHECK(store.tables() == "");
}

TEST_CASE("role: in order of slug, and from one on", "[domain]") {
  TestStore store;
  std::uint64_t n = 0;
  for (const char* slug : {"b", "a", "c", "B"}) {
    Role role = make_role(kTenant, id(++n), slug);
    store.change([&](auto& txn) { return put_role(txn, role); });
  }
  const auto txn = store.read();
  CHECK(slugs(txn, kTenant) == "B a b c");
  CHECK(slugs(txn, kTenant, "a") == "b c");
  CHECK(slugs(txn, kTenant, "aa", 1) == "b");
  CHECK(slugs(txn, kTenant, "c") == "");
  CHECK(slugs(txn, kOther) == "");
}
