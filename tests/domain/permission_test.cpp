#include "domain/permission.h"

#include "base/nearest.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

Permission make(const std::string& scope) {
  return make_permission(names::parse_permission_name(scope).value());
}

}  // namespace

TEST_CASE("permission: the id is the scope's, and a uuid of version 8", "[domain]") {
  CHECK(permission_id("organization:get") == make("organization:get").id);
  CHECK_FALSE(permission_id("organization:get") == permission_id("group:get"));
  CHECK(permission_id("organization:get").to_string()[14] == '8');
}

TEST_CASE("permission: those made by call come back", "[domain]") {
  TestStore store;
  Permission full = make("billing/invoice:pay");
  full.title = kOdd;
  full.risk = Risk::kAdmin;
  full.implies = {"billing/invoice:get"};
  full.description = kOdd;
  full.metadata = R"({"a":1})";
  full.is_builtin = false;
  full.created_at = full.updated_at = kNow;
  Permission plain = make("a:b");
  plain.is_builtin = false;
  for (const auto& each : {full, plain}) store.change([&](auto& txn) { return put_permission(txn, each); });
  CHECK(list_stored_permissions(store.read()).value() == std::vector<Permission>{plain, full});
}
