#include "api/decisions.h"

#include "api/searches.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

api::DecisionQuestion question(const domain::EntityName& subject) {
  return {subject, {"doc", "1"}, "view"};
}

// "yes", "no", or the error.
std::string decide(ApiWorld& world, const api::Caller& caller, const domain::TenantId& tenant,
                   const domain::EntityName& subject) {
  std::string answer;
  ApiWorld::must(world.read(caller, [&](const api::Read& read) -> api::Outcome<void> {
    const auto decisions = ApiWorld::must(
        api::Decisions::begin(read, tenant, api::UserIds::kUuid, api::Decisions::Haste::kNone));
    const auto decided = decisions->decide(question(subject));
    answer = decided.ok() ? decided->allowed ? "yes" : "no" : to_text(decided.error());
    return {};
  }));
  return answer;
}

std::string search(ApiWorld& world, const api::Caller& caller, const domain::TenantId& tenant,
                   api::Search::For wanted) {
  return to_text(world.read(caller, [&](const api::Read& read) {
    return api::search(read, tenant, api::UserIds::kUuid, {wanted, question({"user", "x"})});
  }));
}

domain::EntityName self(const api::Caller& caller) {
  return {"service_user", caller.principal.id.to_string()};
}

}  // namespace

TEST_CASE("decisions: another tenant is not asked about, whatever one holds", "[api]") {
  ApiWorld world;
  TenantRules(world.service().store(), world.globex()).add({"permit (principal, action, resource);"});
  const auto admin = world.admin(world.acme());
  const std::string mismatch =
      "tenant_mismatch: tenant " + world.globex().to_string() + ": not the credential's";
  CHECK(decide(world, admin, world.globex(), {"user", "x"}) == mismatch);
  CHECK(decide(world, admin, world.globex(), self(admin)) == mismatch);
  CHECK(decide(world, admin, world.acme(), {"user", "x"}) == "no");
  for (const auto wanted :
       {api::Search::For::kSubjects, api::Search::For::kActions, api::Search::For::kResources})
    CHECK(search(world, admin, world.globex(), wanted) == mismatch);
  CHECK(decide(world, world.platform(), world.globex(), {"user", "x"}) == "yes");
}

TEST_CASE("decisions: about oneself and about others are two permissions", "[api]") {
  ApiWorld world;
  TenantRules(world.service().store(), world.acme()).add({"permit (principal, action, resource);"});
  const auto nobody = world.caller(world.acme(), {});
  const auto checks = world.caller(world.acme(), {"organization:check"});
  const auto decides = world.caller(world.acme(), {"organization:decide"});
  const std::string refused =
      "forbidden: decision:decide: not allowed | This needs the permission `organization:decide`, "
      "which you don't hold.";
  CHECK(
      decide(world, nobody, world.acme(), self(nobody)) ==
      "forbidden: decision:check: not allowed | This needs the permission `organization:check`, which you don't hold.");
  CHECK(decide(world, nobody, world.acme(), {"user", "x"}) == refused);
  CHECK(decide(world, checks, world.acme(), self(checks)) == "yes");
  CHECK(decide(world, checks, world.acme(), self(nobody)) == refused);
  CHECK(decide(world, decides, world.acme(), self(decides)) == "yes");
  CHECK(decide(world, decides, world.acme(), {"user", "x"}) == "yes");
  for (const auto wanted :
       {api::Search::For::kSubjects, api::Search::For::kActions, api::Search::For::kResources}) {
    CHECK_THAT(search(world, checks, world.acme(), wanted), ContainsSubstring("forbidden: decision:search"));
    CHECK(search(world, decides, world.acme(), wanted) == "ok");
  }
}
