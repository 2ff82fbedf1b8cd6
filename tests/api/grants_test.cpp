#include "api/grants.h"

#include <functional>
#include <set>

#include "api/audit.h"
#include "api/deletions.h"
#include "api/entities.h"
#include "api/mappings.h"
#include "api/policies.h"
#include "api/policy_evaluation.h"
#include "api/rules.h"
#include "tests/support/api_world.h"
#include "tests/support/seeded_random.h"

namespace {

using C = api::Change;
using domain::EntityName;

const char* const kBoth =
    "permit (principal in ?principal, action == Action::\"view\", resource in ?resource);";

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.admin(acme);
  domain::UserId ann = world.add_user(acme, "ann");
  domain::GroupId team = world.add_group(acme, "Team");
  domain::PolicyId policy;
  domain::RuleId both, whom, plain;
  SeededRandom random{7};

  template <typename Fn>
  auto must(const Fn& fn) {
    return ApiWorld::must(world.change(admin, fn));
  }
  Scene() {
    world.add_role(acme, "lead", {"group:get"});
    const auto made = must([&](C& c) {
      return api::create_policy(
          c, acme,
          {"Sharing",
           {},
           true,
           0,
           {{kBoth},
            {"permit (principal == ?principal, action == Action::\"view\", resource is Doc);"},
            {"forbid (principal, action == Action::\"burn\", resource);"}}});
    });
    policy = made.policy.id;
    both = made.rules[0].rule.id;
    whom = made.rules[1].rule.id;
    plain = made.rules[2].rule.id;
  }

  template <typename Fn>
  std::string attempt(const Fn& fn) {
    return to_text(world.change(admin, fn));
  }
  static EntityName name(const domain::UserId& user) { return {"user", user.to_string()}; }
  static EntityName name(const domain::GroupId& group) { return {"group", group.to_string()}; }

  api::NewGrant of(const domain::RuleId& rule, std::optional<EntityName> principal,
                   std::optional<EntityName> resource = {}) const {
    api::NewGrant given;
    given.principal = std::move(principal);
    given.rule = rule;
    given.resource = std::move(resource);
    return given;
  }
  api::NewGrant of_role(const std::string& role, EntityName principal,
                        std::optional<EntityName> resource = {}) const {
    api::NewGrant given;
    given.principal = std::move(principal);
    given.role = role;
    given.resource = std::move(resource);
    return given;
  }
  api::GrantView give(const api::NewGrant& given) {
    return must([&](C& c) { return api::create_grant(c, acme, given); });
  }
  std::string try_to_give(const api::NewGrant& given) {
    return attempt([&](C& c) { return api::create_grant(c, acme, given); });
  }
  std::vector<api::GrantView> list(const api::GrantFilter& filter = {}, std::size_t limit = 250) {
    std::vector<api::GrantView> all;
    api::PageRequest page{limit, ""};
    do {
      auto part = ApiWorld::must(
          world.read(admin, [&](const api::Read& r) { return api::list_grants(r, acme, filter, page); }));
      CHECK(part.data.size() <= limit);
      all.insert(all.end(), part.data.begin(), part.data.end());
      page.after = part.next;
    } while (!page.after.empty());
    return all;
  }
  bool may(const EntityName& who, const std::string& action, const EntityName& what) {
    return ApiWorld::must(
               world.read(
                   admin,
                   [&](const api::Read& r) {
                     return api::evaluate_policies(r, acme, authz::UserIds::kUuid, {who, what, action, {}});
                   }))
        .permitted;
  }
  std::vector<domain::AuditEntry> entries(const std::string& action) {
    domain::AuditFilter filter;
    filter.action = action;
    return ApiWorld::must(world.read(world.platform(),
                                     [&](const api::Read& r) {
                                       return api::list_audit(r, acme, filter, {0, ""});
                                     }))
        .data;
  }
};

const EntityName kDoc{"Doc", "7"}, kDevice{"Device", "12"};

api::RuleDrafts insisting(bool force) {
  api::RuleDrafts drafts;
  drafts.trial.insists = force;
  return drafts;
}

}  // namespace

TEST_CASE("a grant of a template is made, shown, listed and taken away", "[api][grants]") {
  Scene s;
  api::NewGrant given = s.of(s.both, kDevice, kDoc);
  given.valid_from = base::Timestamp{s.world.now().ms - 5};
  given.expires_at = base::Timestamp{s.world.now().ms + 5};
  given.reason = "Until Monday.";
  const api::GrantView grant = s.give(given);
  CHECK(grant.principal == kDevice);
  CHECK(grant.resource == kDoc);
  CHECK(grant.rule == s.both);
  CHECK(grant.policy == s.policy);
  CHECK_FALSE(grant.role);
  CHECK(grant.reason == "Until Monday.");
  CHECK(s.may(kDevice, "view", kDoc));
  const auto read = [&](const base::Uuid& id) {
    return s.world.read(s.admin, [&](const api::Read& r) { return api::get_grant(r, s.acme, id); });
  };
  CHECK(ApiWorld::must(read(grant.id)).expires_at == given.expires_at);
  REQUIRE(s.list().size() == 1);
  CHECK(s.list()[0].id == grant.id);
  REQUIRE(s.entries("grant:create").size() == 1);
  CHECK(s.entries("grant:create")[0].resource_id == grant.id.to_string());
  CHECK(s.entries("grant:create")[0].after.find("Until Monday.") != std::string::npos);

  const auto take = [&](const api::IfMatch& match) {
    return s.attempt([&](C& c) { return api::delete_grant(c, s.acme, grant.id, match); });
  };
  CHECK(take({true, false, {grant.revision + 1}}).substr(0, 20) == "precondition_failed:");
  CHECK(take({true, false, {grant.revision}}) == "ok");
  CHECK_FALSE(s.may(kDevice, "view", kDoc));
  CHECK(take({}) == "not_found: grant " + grant.id.to_string() + ": not found");
  CHECK(to_text(read(grant.id)) == "not_found: grant " + grant.id.to_string() + ": not found");
  CHECK(s.entries("grant:delete").size() == 1);
}

TEST_CASE("a grant of a role is a mapping, in both lists", "[api][grants]") {
  Scene s;
  const api::GrantView grant = s.give(s.of_role("lead", Scene::name(s.team), kDoc));
  CHECK(grant.role == "lead");
  const auto mapping = [&] {
    return s.world.read(s.admin, [&](const api::Read& r) {
      return api::get_mapping(r, s.acme, domain::MappingId(grant.id));
    });
  };
  CHECK(ApiWorld::must(mapping()).resource == "Doc:7");
  REQUIRE(s.list().size() == 1);
  CHECK(s.list()[0].id == grant.id);
  CHECK(s.list()[0].principal == Scene::name(s.team));
  CHECK(s.entries("mapping:create").size() == 1);
  CHECK(s.try_to_give(s.of_role("lead", Scene::name(s.team), kDoc)) ==
        "already_exists: grant of role lead to " + to_string(Scene::name(s.team)) + ": already exists");
  CHECK(s.attempt([&](C& c) { return api::delete_grant(c, s.acme, grant.id, {}); }) == "ok");
  CHECK_FALSE(mapping().ok());
  CHECK(s.list().empty());
  // And one that was made as a mapping is a grant.
  const auto made = s.must([&](C& c) {
    return api::create_mapping(c, s.acme, {"lead", s.ann, "", {}, {}, {}, {}});
  });
  REQUIRE(s.list().size() == 1);
  CHECK(s.list()[0].id == made.id);
  CHECK_FALSE(s.list()[0].resource);
}

TEST_CASE("what is wrong with a grant is told, all of it", "[api][grants]") {
  Scene s;
  const domain::RuleId none(base::Uuid::parse("0197f3c4-1b5d-7e08-a1c2-6d3f9e4b7a50").value());
  const std::string nobody = "group:" + none.to_string();
  api::NewGrant two = s.of(s.both, kDevice);
  two.role = "lead";
  api::NewGrant past = s.of(s.both, kDevice);
  past.expires_at = s.world.now();
  struct Row {
    api::NewGrant given;
    std::string said;  // behind "invalid_input: …"
  };
  const Row rows[] = {
      {api::NewGrant{}, "/role: is required, or else `template`"},
      {two, "/template: must be absent where a role is given"},
      {past, "/expires_at: "},
      {s.of(none, kDevice), "/template: there is no rule " + none.to_string()},
      {s.of(s.plain, kDevice), "/template: must be a rule with `?principal` or `?resource`, and has neither"},
      {s.of(s.both, {}, kDoc), "/principal: is required, since the template has `?principal`"},
      {s.of(s.whom, kDevice, kDoc), "/resource: must be absent, since the template has no `?resource`"},
      {s.of(s.both, EntityName{"group", none.to_string()}, kDoc), "/principal: there is no `" + nobody + "`"},
      {s.of(s.both, kDevice, EntityName{"group", none.to_string()}),
       "/resource: there is no `" + nobody + "`"},
      {s.of(s.both, EntityName{"role", "lead"}), "/principal: must not be a role"},
      {s.of(s.both, kDevice, EntityName{"role", "lead"}), "/resource: must not be a role"},
      {s.of(s.both, EntityName{"tenant", s.world.globex().to_string()}),
       "/principal: must not be another tenant"},
      {s.of(s.both, EntityName{"", "x"}), "/principal: must have a type of 1 to 128 bytes"},
      {s.of_role("lead", kDevice), "/principal: must be a user, service user or group of the directory"},
      {s.of_role("laed", Scene::name(s.ann)), "/role: `laed` is no role; did you mean `lead`?"},
      {s.of_role("lead", {"group", none.to_string()}), "/principal: there is no " + nobody},
  };
  for (const Row& row : rows) {
    const std::string said = s.try_to_give(row.given);
    INFO(row.said << " in " << said);
    CHECK(said.substr(0, 15) == "invalid_input: ");
    CHECK(said.find(row.said) != std::string::npos);
  }
  CHECK(s.list().empty());
  s.give(s.of(s.whom, Scene::name(s.ann)));
  CHECK(s.try_to_give(s.of(s.whom, EntityName{"user", s.ann.to_string()})) ==
        "already_exists: grant of template " + s.whom.to_string() + " to user:" + s.ann.to_string() +
            ": already exists");
}

TEST_CASE("the list of grants has each once, page by page, as filters say", "[api][grants]") {
  Scene s;
  for (int i = 0; i < 7; ++i) s.give(s.of(s.both, kDevice, EntityName{"Doc", std::to_string(i)}));
  for (int i = 0; i < 5; ++i)
    s.give(s.of_role("lead", Scene::name(s.ann), EntityName{"Doc", std::to_string(i)}));
  s.give(s.of(s.whom, Scene::name(s.ann)));
  for (const std::size_t limit : {1U, 3U, 8U, 13U, 250U}) {
    const auto all = s.list({}, limit);
    std::set<base::Uuid> ids;
    for (const auto& grant : all) ids.insert(grant.id);
    CHECK(all.size() == 13);
    CHECK(ids.size() == 13);
    CHECK(s.list({kDevice, {}}, limit).size() == 7);
    CHECK(s.list({Scene::name(s.ann), {}}, limit).size() == 6);
    CHECK(s.list({{}, EntityName{"Doc", "1"}}, limit).size() == 2);
    CHECK(s.list({kDevice, EntityName{"Doc", "1"}}, limit).size() == 1);
    CHECK(s.list({{}, EntityName{"tenant", s.acme.to_string()}}, limit).size() == 1);
    CHECK(s.list({EntityName{"Device", "1"}, {}}, limit).empty());
  }
  CHECK(to_text(s.world.read(s.admin, [&](const api::Read& r) {
          return api::list_grants(r, s.acme, {}, {5, "x"});
        })).substr(0, 15) == "invalid_input: ");
}

TEST_CASE("what grants name is deleted only with force, and they go with it", "[api][grants]") {
  using Delete = std::function<std::string(Scene&, bool force)>;
  struct Row {
    const char* name;
    std::function<void(Scene&)> give;
    Delete remove;
    const char* in_use;
  };
  const auto on_doc = [](Scene& s) {
    s.must([&](C& c) { return api::put_entity(c, s.acme, {kDoc, "{}", "{}", {}, {}, {}}, {}, {}); });
    s.give(s.of(s.both, kDevice, kDoc));
  };
  const Row rows[] = {
      {"user", [](Scene& s) { s.give(s.of(s.whom, Scene::name(s.ann))); },
       [](Scene& s, bool force) {
         return s.attempt([&](C& c) { return api::delete_user(c, s.acme, s.ann, {}, force); });
       },
       ": in use by 1 grants"},
      {"group", [](Scene& s) { s.give(s.of(s.both, kDevice, Scene::name(s.team))); },
       [](Scene& s, bool force) {
         return s.attempt([&](C& c) { return api::delete_group(c, s.acme, s.team, {}, force); });
       },
       ": in use by 1 grants"},
      {"entity", on_doc,
       [](Scene& s, bool force) {
         return s.attempt([&](C& c) { return api::delete_entity(c, s.acme, kDoc, force, {}); });
       },
       ": in use by 0 mappings, 1 grants and 0 children"},
      {"rule", on_doc,
       [](Scene& s, bool force) {
         return s.attempt([&](C& c) {
           return api::delete_rule(c, s.acme, {s.policy, s.both}, {}, insisting(force));
         });
       },
       ": in use by 1 grants"},
      {"policy", on_doc,
       [](Scene& s, bool force) {
         return s.attempt(
             [&](C& c) { return api::delete_policy(c, s.acme, s.policy, {}, insisting(force)); });
       },
       ": in use by 1 grants"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Scene s;
    row.give(s);
    const std::string refused = row.remove(s, false);
    CHECK(refused.substr(0, 8) == "in_use: ");
    CHECK(refused.find(row.in_use) != std::string::npos);
    CHECK(s.list().size() == 1);
    CHECK(row.remove(s, true) == "ok");
    CHECK(s.list().empty());
    CHECK(s.entries("grant:delete").size() == 1);
  }
}

TEST_CASE("a template with many grants goes in steps, and gives nothing meanwhile", "[api][grants]") {
  Scene s;
  for (int i = 0; i < 205; ++i) s.give(s.of(s.both, EntityName{"Device", std::to_string(i)}, kDoc));
  CHECK(s.may({"Device", "204"}, "view", kDoc));
  CHECK(s.attempt([&](C& c) { return api::delete_policy(c, s.acme, s.policy, {}, insisting(true)); }) ==
        "ok");
  CHECK_FALSE(s.may({"Device", "204"}, "view", kDoc));
  CHECK(s.list().empty());
  CHECK(s.entries("grant:delete").empty());
  for (bool more = true; more;) {
    const auto done = s.world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
      domain::DeletionPlace place;
      const auto left = api::continue_deletions(txn, s.random, 1'000, place);
      if (!left.ok()) return left.error();
      more = *left;
      return {};
    });
    REQUIRE(done.ok());
    CHECK_FALSE(s.may({"Device", "204"}, "view", kDoc));
  }
  const auto gone = s.entries("grant:delete");
  REQUIRE(gone.size() == 205);
  CHECK(gone.front().before.find("Doc:7") != std::string::npos);
}

TEST_CASE("the slots of a template with grants stay; the rest of its text may change", "[api][grants]") {
  Scene s;
  const auto grant = s.give(s.of(s.both, kDevice, kDoc));
  const auto patch = [&](const std::string& text) {
    api::RulePatch with;
    with.policy_text = text;
    return s.attempt([&](C& c) { return api::update_rule(c, s.acme, {s.policy, s.both}, with, {}); });
  };
  CHECK(patch("permit (principal in ?principal, action, resource);") ==
        "in_use: rule " + s.both.to_string() + ": in use by 1 grants, so its slots must stay as they are");
  CHECK(patch("permit (principal == ?principal, action == Action::\"edit\", resource in ?resource);") ==
        "ok");
  CHECK(s.may(kDevice, "edit", kDoc));
  CHECK_FALSE(s.may(kDevice, "view", kDoc));
  s.must([&](C& c) { return api::delete_grant(c, s.acme, grant.id, {}); });
  CHECK(patch("permit (principal, action, resource);") == "ok");
}

TEST_CASE("nobody grants what they don't hold, by a role or by a template", "[api][grants]") {
  Scene s;
  const std::string gift = "not allowed | You can't give permissions that you don't hold yourself.";
  const auto rule = [&](const std::string& text) {
    return s.must([&](C& c) { return api::create_rule(c, s.acme, s.policy, {text}); }).rule.id;
  };
  const auto approve = rule("permit (principal in ?principal, action == Action::\"approve\", resource);"),
             any = rule("permit (principal in ?principal, action, resource);"),
             never = rule("forbid (principal in ?principal, action, resource);");
  const auto giver = s.world.caller(s.acme, {"organization:policymanage", "group:update"});
  const auto attempt = [&](const api::NewGrant& given) {
    return to_text(s.world.change(giver, [&](C& c) { return api::create_grant(c, s.acme, given); }));
  };
  CHECK(attempt(s.of(approve, Scene::name(s.ann))) == "forbidden: grant:create: " + gift);
  CHECK(attempt(s.of(any, kDevice)) == "forbidden: grant:create: " + gift);
  CHECK(attempt(s.of(never, kDevice)) == "ok");
  CHECK(attempt(s.of(s.whom, kDevice)) == "ok");  // `view` is no permission of the catalogue's
  CHECK(attempt(s.of_role("admin", Scene::name(s.ann))) == "forbidden: grant:create: " + gift);
  CHECK(attempt(s.of_role("admin", Scene::name(s.ann), kDoc)) == "forbidden: grant:create: " + gift);
  CHECK(to_text(s.world.change(s.world.caller(s.acme, {"organization:get"}), [&](C& c) {
          return api::create_grant(c, s.acme, s.of(s.whom, kDevice));
        })).substr(0, 24) == "forbidden: grant:create:");

  // Nor by a detour: through a group that was given it, or a folder where others were.
  s.give(s.of(approve, Scene::name(s.team)));
  CHECK(to_text(s.world.change(giver, [&](C& c) { return api::add_member(c, s.acme, s.team, s.ann); })) ==
        "forbidden: member:add: " + gift);
  const auto below = rule("permit (principal, action == Action::\"approve\", resource in ?resource);");
  s.give(s.of(below, {}, EntityName{"Folder", "1"}));
  CHECK(to_text(s.world.change(giver, [&](C& c) {
          return api::put_entity(c, s.acme, {kDoc, "{}", "{}", {}, {}, {{"Folder", "1"}}}, {}, {});
        })) == "forbidden: entity:put: " + gift);
}

TEST_CASE("policies about mappings hold for grants of roles too", "[api][grants]") {
  Scene s;
  s.world.add_policies(
      "@id(\"no-leads\") @notice(\"No.\") forbid (principal, action == Action::\"mapping:create\", resource is "
      "Group) when { context.proposed.role == \"lead\" };");
  const auto admin = s.world.admin(s.acme);
  const auto attempt = [&](const EntityName& who) {
    return to_text(
        s.world.change(admin, [&](C& c) { return api::create_grant(c, s.acme, s.of_role("lead", who)); }));
  };
  CHECK(attempt(Scene::name(s.team)) == "forbidden: mapping:create: not allowed | No.");
  CHECK(attempt(Scene::name(s.ann)) == "ok");
}
