#include "api/policy_tests.h"

#include "api/decision_settings.h"
#include "api/policies.h"
#include "api/rules.h"
#include "api/schemas.h"
#include "domain/decision_settings.h"
#include "tests/support/api_world.h"
#include "tests/support/policy_tests.h"

namespace {

using C = api::Change;
using R = api::Read;

const std::string kPermit = "permit (principal, action == Action::\"view\", resource);";
const std::string kForbid = "forbid (principal, action, resource);";

// A policy that lets everybody view, and a test that says so.
struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller editor = world.caller(acme, {"organization:policymanage"});
  api::PolicyView policy = ApiWorld::must(change([&](C& c) {
    return api::create_policy(c, acme, {"p", {}, true, 0, {{kPermit}}});
  }));
  domain::PolicyTestId views = add(make_policy_test("x views"));

  template <typename Fn>
  auto change(const Fn& fn) -> decltype(fn(std::declval<C&>())) {
    return world.change(editor, fn);
  }
  template <typename Fn>
  auto read(const Fn& fn) {
    return world.read(editor, fn);
  }
  domain::PolicyTestId add(const api::NewPolicyTest& given) {
    return ApiWorld::must(change([&](C& c) { return api::create_policy_test(c, acme, given); })).id;
  }

  // "x views+ y edits-": the tests and whether they pass.
  std::string run() {
    std::string all;
    const auto run =
        ApiWorld::must(read([&](const R& r) { return api::run_policy_tests(r, acme, api::UserIds::kUuid); }));
    for (const api::TestResult& result : run.results)
      all += (all.empty() ? "" : " ") + result.test.name + (result.passed ? "+" : "-");
    return all;
  }
};

}  // namespace

TEST_CASE("tests of policies are made, changed, listed and removed", "[api]") {
  Scene s;
  const auto bad = [&](const char* request) {
    const auto json = base::parse_json(request);
    REQUIRE(json.ok());
    const auto error = api::check(api::NewPolicyTest{"n", *json, {}});
    return error ? to_text(*error) : "ok";
  };
  CHECK(
      bad(R"({"subject":{"type":"user","id":"1"},"action":{"name":"a"},"resource":{"type":"D","id":"1"}})") ==
      "ok");
  CHECK(bad("{}") ==
        "invalid_input: request/subject: is required (and 2 more) | /request/subject: is required | "
        "/request/action: is required | /request/resource: is required");
  CHECK(bad(R"({"subject":{"type":1,"id":"1"},"action":{"name":"a","more":1},"resource":[],"context":2})") ==
        "invalid_input: request/subject/type: must be a string, not an integer (and 3 more)"
        " | /request/subject/type: must be a string, not an integer"
        " | /request/action/more: is not a known member"
        " | /request/resource: must be an object, not an array"
        " | /request/context: must be an object, not an integer");
  const auto patched = ApiWorld::must(s.change([&](C& c) {
    return api::update_policy_test(c, s.acme, s.views, {"named", {}, api::ExpectedAnswer{false, {}}}, {});
  }));
  CHECK(patched.name == "named");
  CHECK_FALSE(patched.decision);
  const auto stale = s.change([&](C& c) {
    return api::update_policy_test(c, s.acme, s.views, {"n", {}, {}}, {true, false, {1}});
  });
  CHECK(to_text(stale).starts_with("precondition_failed: "));
  s.add(make_policy_test("second"));
  const auto page = ApiWorld::must(s.read([&](const R& r) {
    return api::list_policy_tests(r, s.acme, {1, ""});
  }));
  CHECK(page.data.size() == 1);
  CHECK(page.next == s.views.to_string());
  ApiWorld::must(s.change([&](C& c) { return api::delete_policy_test(c, s.acme, s.views, {}); }));
  CHECK(to_text(s.read([&](const R& r) { return api::get_policy_test(r, s.acme, s.views); })) ==
        "not_found: policy test " + s.views.to_string() + ": not found");
}

TEST_CASE("a test passes where the decision is as expected, and made by those that are to make it", "[api]") {
  Scene s;
  auto by_policy = make_policy_test("by p");
  by_policy.expected.policies = {s.policy.policy.id};
  s.add(by_policy);
  auto by_roles = make_policy_test("by roles");
  by_roles.expected.policies = {domain::roles_policy_of(s.acme)};
  s.add(by_roles);
  s.add(make_policy_test("edits", true, {.action = "edit"}));
  CHECK(s.run() == "x views+ by p+ by roles- edits-");
  CHECK(ApiWorld::must(s.read([&](const R& r) { return api::run_policy_tests(r, s.acme, {}); })).failed == 2);
}

TEST_CASE("a change by which a test would fail isn't made, unless somebody insists", "[api]") {
  Scene s;
  const domain::PolicyId policy = s.policy.policy.id;
  const domain::RuleId rule = s.policy.rules[0].rule.id;
  struct Row {
    const char* name;
    std::function<api::Outcome<void>(C&, const api::RuleDrafts&)> change;
  };
  const auto done = [](const auto& outcome) {
    return outcome.ok() ? api::Outcome<void>() : api::Outcome<void>(outcome.error());
  };
  const Row rows[] = {
      {"a policy above",
       [&](C& c, const auto& d) {
         return done(api::create_policy(c, s.acme, {"f", {}, true, 9, {{kForbid}}}, d));
       }},
      {"a rule beside it",
       [&](C& c, const auto& d) { return done(api::create_rule(c, s.acme, policy, {kForbid}, d)); }},
      {"another text",
       [&](C& c, const auto& d) {
         api::RulePatch patch;
         patch.policy_text = kForbid;
         return done(api::update_rule(c, s.acme, {policy, rule}, patch, {}, d));
       }},
      {"the rule gone",
       [&](C& c, const auto& d) {
         return api::delete_rule(c, s.acme, {policy, rule}, {}, d);
       }},
      {"the policy off",
       [&](C& c, const auto& d) {
         return done(api::update_policy(c, s.acme, policy, {{}, {}, false, {}}, {}, d));
       }},
      {"the policy gone", [&](C& c, const auto& d) { return api::delete_policy(c, s.acme, policy, {}, d); }},
      {"its type called otherwise",
       [&](C& c, const auto& d) {
         domain::DecisionSettings settings;
         settings.type_names = {{"x", "Doc"}};
         if (auto set = api::set_decision_settings(c, s.acme, settings, {}, d); !set.ok())
           return api::Outcome<void>(set.error());
         return done(api::update_policy(c, s.acme, policy, {{}, {}, false, {}}, {}, d));
       }},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto try_it = [&](bool insists) {
      api::RuleDrafts drafts;
      drafts.trial.insists = insists;
      const auto outcome =
          s.world.service().change(s.editor, {"192.0.2.1", "test"}, [&](C& c) -> api::Outcome<void> {
            if (auto changed = row.change(c, drafts); !changed.ok()) return changed;
            return api::error(api::Code::kInternal, "undone");
          });
      return outcome.error();
    };
    const api::Error refused = try_it(false);
    CHECK(to_text(refused) ==
          "tests_failed: tests: 1 of 1 would fail, such as `x views`; with force=true the "
          "change is made all the same");
    REQUIRE(refused.details.size() == 2);
    CHECK(refused.details[0] == std::pair<std::string, std::string>("failed", "1"));
    CHECK_THAT(refused.details[1].second, ContainsSubstring(R"("expected":{"decision":true)"));
    CHECK_THAT(refused.details[1].second, ContainsSubstring(R"("actual":{"decision":false)"));
    CHECK(to_text(try_it(true)) == "internal: undone");
  }
  CHECK(s.run() == "x views+");
}

TEST_CASE("what decides as before is changed, whatever tests there are", "[api]") {
  Scene s;
  CHECK(to_text(s.change([&](C& c) {
          return api::create_policy(c, s.acme, {"below", {}, true, -1, {{kForbid}}});
        })) == "ok");
  CHECK(to_text(s.change([&](C& c) {
          return api::update_policy(c, s.acme, s.policy.policy.id, {"named", {}, {}, {}}, {});
        })) == "ok");
  const std::string schema = "entity Doc; action view appliesTo { principal: [user], resource: [Doc] };";
  CHECK(to_text(s.change([&](C& c) { return api::set_schema(c, s.acme, {schema, false}, {}); })) == "ok");
}

TEST_CASE("a schema by which a test would fail isn't set", "[api]") {
  Scene s;
  api::NewPolicyTest with_context = make_policy_test("with context", true, {.action = "edit"});
  with_context.request.object()->emplace_back("context",
                                              base::Json(base::Json::Object{{"mfa", base::Json(true)}}));
  ApiWorld::must(s.change([&](C& c) {
    return api::create_rule(
        c, s.acme, s.policy.policy.id,
        {"permit (principal, action == Action::\"edit\", resource) when { context has mfa };"});
  }));
  s.add(with_context);
  CHECK(s.run() == "x views+ with context+");
  // What a schema doesn't declare is no part of requests any more.
  const std::string schema =
      "entity Doc; action view, edit appliesTo { principal: [user], resource: [Doc] };";
  const auto set = [&](bool insists) {
    api::SchemaDraft draft;
    draft.trial.insists = insists;
    return to_text(s.change([&](C& c) { return api::set_schema(c, s.acme, {schema, false}, {}, draft); }));
  };
  CHECK_THAT(set(false), ContainsSubstring("tests_failed: tests: 1 of 2 would fail, such as `with context`"));
  CHECK(set(true) == "ok");
  CHECK(s.run() == "x views+ with context-");
}

TEST_CASE("drafts that were tried before something else changed are tried anew", "[api]") {
  Scene s;
  const domain::PolicyId policy = s.policy.policy.id;
  const auto off = api::PolicyPatch{{}, {}, {}, 5};
  const auto drafts =
      ApiWorld::must(s.read([&](const R& r) { return api::draft_policy_patch(r, s.acme, policy, off, {}); }));
  CHECK(drafts.tried.passed);
  // A policy between the old priority and the new one.
  ApiWorld::must(s.change([&](C& c) {
    return api::create_policy(c, s.acme, {"above", {}, true, 7, {{"permit (principal, action, resource);"}}});
  }));
  s.add(make_policy_test("never edits", false, {.action = "edit"}));
  CHECK_THAT(to_text(s.change([&](C& c) { return api::update_policy(c, s.acme, policy, off, {}, drafts); })),
             ContainsSubstring("tests_failed: tests: 1 of 2 would fail, such as `never edits`"));
  // Of what is as it was nothing is asked again: the writer takes the draft's word.
  api::RuleDrafts trusted;
  const auto decisions =
      ApiWorld::must(s.read([&](const R& r) { return api::stored(domain::get_decisions(r.txn, s.acme)); }));
  trusted.tried = {true, decisions.policies_revision, decisions.tests_revision};
  CHECK(to_text(s.change([&](C& c) { return api::update_policy(c, s.acme, policy, off, {}, trusted); })) ==
        "ok");
}
