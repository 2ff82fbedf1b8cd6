#include "api/explanations.h"

#include <map>

#include "api/entities.h"
#include "api/grants.h"
#include "api/mappings.h"
#include "api/policies.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/role.h"
#include "tests/support/api_world.h"

namespace {

using domain::EntityName;

base::Timestamp at(const char* text) {
  return base::parse_timestamp(text).value();
}

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.admin(acme);
  domain::UserId ann = world.add_user(acme, "ann");
  domain::GroupId finance = world.add_group(acme, "Finance");
  const EntityName request{"requests", "42"};

  template <typename Fn>
  auto make(const Fn& fn) {
    return ApiWorld::must(world.change(world.platform(), fn));
  }
  Scene() {
    world.add_role(acme, "accountant", {"requests:approve"});
    put(R"({"status":"closed","locked":true})");
  }
  void put(const std::string& attrs) {
    make([&](api::Change& c) {
      return api::put_entity(c, acme, {request, attrs, "{}", {}, {}, {}}, {}, {});
    });
  }
  api::PolicyView add_policy(const std::string& name, std::vector<std::string> texts) {
    std::vector<api::GivenRule> rules;
    for (std::string& text : texts) rules.push_back({std::move(text)});
    return make([&](api::Change& c) { return api::create_policy(c, acme, {name, {}, true, 0, rules}); });
  }
  void map(const domain::Principal& who, const std::string& role, const std::string& resource = "",
           std::optional<base::Timestamp> from = {}, std::optional<base::Timestamp> until = {}) {
    make([&](api::Change& c) {
      return api::create_mapping(c, acme, {role, who, resource, from, until, {}, {}});
    });
  }
  void disable(const domain::GroupId& group) {
    make([&](api::Change& c) { return api::set_group_state(c, acme, group, domain::State::kDisabled, {}); });
  }
  api::Outcome<api::Explanation> ask(const api::Caller& caller, const std::string& action = "approve",
                                     const api::Supposition& with = {}) {
    return world.read(caller, [&](const api::Read& r) {
      return api::explain(r, acme, api::UserIds::kUuid,
                          {{{"user", ann.to_string()}, request, action, {}, {}, {}, {}}, with});
    });
  }
  // The sentence, and each change on a line of its own.
  std::string told(const api::Caller& caller) {
    const auto told = ApiWorld::must(ask(caller));
    std::string text = told.sentence;
    for (const api::TurningChange& change : told.changes) {
      text += "\n  " + change.kind + ": " + change.text;
      if (change.people) text += " (" + std::to_string(*change.people) + ")";
    }
    return text;
  }
  std::string told() { return told(admin); }

  // Groups that come before all others in the order of ids, and before these ann's own, all without roles.
  // Written at once.
  std::vector<domain::GroupId> make_groups(std::size_t n, domain::State state) {
    std::vector<domain::GroupId> made;
    write([&](store::WriteTxn& txn) {
      for (std::size_t i = 0; i < n; ++i) {
        domain::Group group;
        group.id = domain::GroupId(id_of(i));
        group.tenant = acme;
        group.name = "Early " + std::to_string(i);
        group.state = state;
        REQUIRE(domain::put_group(txn, group).ok());
        made.push_back(group.id);
      }
    });
    return made;
  }
  void put_into(const std::vector<domain::GroupId>& groups) {
    write([&](store::WriteTxn& txn) {
      for (const domain::GroupId& group : groups)
        REQUIRE(domain::put_membership(txn, {acme, group, ann, {}, {}, 0}).ok());
    });
  }
  domain::Role role(const char* slug) {
    return domain::find_role(world.service().store().read().value(), acme, slug).value().value();
  }
  template <typename Fn>
  void write(const Fn& fn) {
    REQUIRE(world.service()
                .store()
                .write([&](store::WriteTxn& txn) -> base::Result<void> {
                  fn(txn);
                  return {};
                })
                .ok());
  }
  static base::Uuid id_of(std::size_t n) {
    const std::string digits = std::to_string(1'000'000 + n);
    return base::Uuid::parse("0190ffff-0000-7000-8000-00000" + digits).value();
  }
};

constexpr std::size_t kMost = 1'000;  // that one part of an explanation looks at

std::vector<std::string> scopes_of(const api::Explanation& told, const std::string& text) {
  for (const api::TurningChange& change : told.changes)
    if (change.text == text) return change.scopes;
  return {"not told"};
}

const char* const kAnything = "permit (principal, action, resource) when { resource.status == \"draft\" };";
const char* const kOfRole =
    "permit (principal in role::\"accountant\", action == Action::\"approve\", resource is requests);";

}  // namespace

TEST_CASE("explain: nothing gives it", "[api][explain]") {
  Scene s;
  CHECK(s.told() ==
        "ann may not approve requests/42: no role of ann gives requests:approve\n"
        "  mapping: Give ann role accountant on requests/42. (1)");
  CHECK(ApiWorld::must(s.ask(s.admin, "paint")).sentence ==
        "ann may not paint requests/42: no rule and no role allows it");
}

TEST_CASE("explain: a role that a rule needs, and until when it was held", "[api][explain]") {
  Scene s;
  s.add_policy("requests", {kAnything, "forbid (principal, action == Action::\"burn\", resource);", kOfRole});
  s.world.add_member(s.acme, s.finance, s.ann);
  s.map(s.finance, "accountant", "", {}, at("2026-11-01T00:00:00Z"));
  CHECK(s.told() == "ann may approve requests/42: rule 3 of policy requests permits it");
  s.world.clock().set(at("2026-11-28T09:00:00Z"));
  CHECK(
      s.told() ==
      "ann may not approve requests/42: rule 3 of policy requests needs role accountant; ann had it through group "
      "Finance until 2026-11-01\n"
      "  expiry: Let group Finance have role accountant again: it ended 2026-11-01. (1)\n"
      "  attribute: Set status of requests/42 to \"draft\".\n"
      "  mapping: Give ann role accountant. (1)\n"
      "  mapping: Give ann role accountant on requests/42. (1)");
}

TEST_CASE("explain: a role that was held, and one that begins later", "[api][explain]") {
  Scene s;
  s.map(s.ann, "accountant", "requests:42", s.world.now(), at("2026-05-01T12:30:00Z"));
  CHECK(s.told() ==
        "ann may approve requests/42: a role gives requests:approve\n"
        "  mapping: Take role accountant from ann. (1)");
  s.world.clock().set(at("2026-06-01T00:00:00Z"));
  CHECK(
      s.told() ==
      "ann may not approve requests/42: no role of ann gives requests:approve; ann had role accountant until "
      "2026-05-01T12:30:00.000Z\n"
      "  expiry: Let ann have role accountant again: it ended 2026-05-01T12:30:00.000Z. (1)");
}

TEST_CASE("explain: a role in a group that somebody isn't in", "[api][explain]") {
  Scene s;
  s.map(s.finance, "accountant");
  CHECK(s.told() ==
        "ann may not approve requests/42: no role of ann gives requests:approve\n"
        "  mapping: Give ann role accountant on requests/42. (1)\n"
        "  membership: Add ann to group Finance. (1)");
  s.world.add_member(s.acme, s.finance, s.ann);
  // Held twice: one alone turns nothing.
  s.map(s.ann, "accountant");
  CHECK(s.told() == "ann may approve requests/42: a role gives requests:approve");
}

TEST_CASE("explain: conditions, forbids, and what of them may be seen", "[api][explain]") {
  Scene s;
  s.add_policy("drafts", {kAnything});
  CHECK(s.told() ==
        "ann may not approve requests/42: rule 1 of policy drafts needs `resource.status == \"draft\"`, and "
        "resource.status is \"closed\"\n"
        "  attribute: Set status of requests/42 to \"draft\".\n"
        "  mapping: Give ann role accountant on requests/42. (1)");
  const api::Caller decides = s.world.caller(s.acme, {"organization:decide"});
  CHECK_THAT(s.told(decides), ContainsSubstring("resource.status is a string that you may not see"));
  CHECK_THAT(s.told(decides), !ContainsSubstring("closed") && !ContainsSubstring("ann may"));

  s.put(R"({"status":"draft","locked":true})");
  s.add_policy("locks", {"forbid (principal, action, resource) when { resource.locked };"});
  CHECK(s.told() ==
        "ann may not approve requests/42: rule 1 of policy locks forbids it\n"
        "  attribute: Set locked of requests/42 to false.");
}

TEST_CASE("explain: a template that nobody was granted, and somebody suspended", "[api][explain]") {
  Scene s;
  s.add_policy("sharing",
               {"permit (principal == ?principal, action == Action::\"approve\", resource in ?resource);"});
  CHECK(
      s.told() ==
      "ann may not approve requests/42: rule 1 of policy sharing is a template, and no grant gives it to ann on "
      "requests/42\n"
      "  grant: Grant rule 1 of policy sharing to ann on requests/42. (1)\n"
      "  mapping: Give ann role accountant on requests/42. (1)");
  s.map(s.ann, "accountant");
  s.make([&](api::Change& c) { return api::suspend_user(c, s.acme, s.ann, false, {}); });
  CHECK(s.told() ==
        "ann may not approve requests/42: ann is suspended\n"
        "  activation: Activate ann. (1)");
}

TEST_CASE("explain: a group that is disabled", "[api][explain]") {
  Scene s;
  s.map(s.finance, "accountant");
  s.world.add_member(s.acme, s.finance, s.ann);
  s.world.add_member(s.acme, s.finance, s.world.add_user(s.acme, "bob"));
  s.disable(s.finance);
  CHECK(
      s.told() ==
      "ann may not approve requests/42: no role of ann gives requests:approve; ann would have role accountant "
      "through group Finance, which is disabled\n"
      "  activation: Enable group Finance. (2)\n"
      "  mapping: Give ann role accountant on requests/42. (1)");

  Scene above;
  const domain::GroupId desk = above.world.add_group(above.acme, "Desk");
  above.add_policy("requests", {kOfRole});
  above.map(above.finance, "accountant");
  above.world.add_member(above.acme, above.finance, desk);
  above.world.add_member(above.acme, desk, above.ann);
  CHECK(above.told() == "ann may approve requests/42: rule 1 of policy requests permits it");
  above.disable(desk);
  CHECK(above.told() ==
        "ann may not approve requests/42: rule 1 of policy requests needs role accountant; ann would have it "
        "through group Finance, but for a group on the way that is disabled\n"
        "  activation: Enable group Desk. (1)\n"
        "  mapping: Give ann role accountant. (1)\n"
        "  membership: Add ann to group Finance. (1)\n"
        "  mapping: Give ann role accountant on requests/42. (1)");
  // Whoever may not list a group's roles isn't told of it.
  const api::Caller decides = above.world.caller(above.acme, {"organization:decide", "organization:get"});
  CHECK_THAT(above.told(decides), !ContainsSubstring("Finance") && !ContainsSubstring("Desk"));
}

TEST_CASE("explain: many groups that are disabled leave room for what turns the answer", "[api][explain]") {
  Scene s;
  for (int n = 0; n < 20; ++n) {
    const auto group = s.world.add_group(s.acme, "Idle " + std::to_string(n));
    s.world.add_member(s.acme, group, s.ann);
    s.disable(group);
  }
  CHECK_THAT(s.told(), ContainsSubstring("mapping: Give ann role accountant on requests/42. (1)"));
}

TEST_CASE("explain: oneself, with less, is told what notices say", "[api][explain]") {
  Scene s;
  s.add_policy(
      "locks",
      {"@notice(\"It is locked.\")\nforbid (principal, action, resource) when { resource.locked };"});
  s.world.map_user(s.acme, s.ann, {"user"});
  const api::Caller ann = s.world.login(s.acme, s.ann);
  const auto told = ApiWorld::must(s.ask(ann));
  CHECK(told.sentence == "It is locked.");
  CHECK_FALSE(told.near);
  CHECK(told.changes.empty());
  CHECK(to_text(s.ask(s.world.caller(s.acme, {"organization:check"}))).starts_with("forbidden"));
  CHECK(to_text(s.ask(s.world.admin(s.world.globex()))).starts_with("tenant_mismatch"));
}

TEST_CASE("explain: what somebody is supposed to have besides", "[api][explain]") {
  Scene s;
  s.world.add_role(s.acme, "clerk", {"group:get"});
  s.map(s.finance, "accountant");
  const auto told = [&](const api::Supposition& with) {
    const auto outcome = s.ask(s.admin, "approve", with);
    return outcome.ok() ? outcome->sentence : to_text(outcome);
  };
  const domain::GroupId nobodys = domain::GroupId(s.ann.uuid());
  CHECK(told({{"accountant"}, {}}) ==
        "With that, ann may approve requests/42: a role gives requests:approve");
  CHECK(told({{}, {s.finance}}) == "With that, ann may approve requests/42: a role gives requests:approve");
  CHECK(told({{"clerk"}, {}}) ==
        "With that, ann may not approve requests/42: no role of ann gives requests:approve");
  CHECK_THAT(told({{"clerk", "nobody"}, {nobodys}}),
             ContainsSubstring("/with/roles/1: there is no role `nobody`") &&
                 ContainsSubstring("/with/groups/0: there is no group"));
  // Both, and one that is held already, or was.
  s.map(s.ann, "clerk");
  s.map(s.ann, "accountant", "", s.world.now(), at("2026-05-01T00:00:00Z"));
  s.world.clock().set(at("2026-06-01T00:00:00Z"));
  CHECK_THAT(told({{"clerk", "accountant"}, {s.finance}}), ContainsSubstring("ann may approve"));
  // Nothing of it is stored, and what would turn the answer has no call.
  CHECK_THAT(s.told(), ContainsSubstring("ann may not approve"));
  const auto supposed = ApiWorld::must(s.ask(s.admin, "approve", {{"clerk"}, {}}));
  REQUIRE_FALSE(supposed.changes.empty());
  for (const auto& change : supposed.changes) CHECK_FALSE(change.is_of_now);
}

TEST_CASE("explain: supposing tells nothing that the caller may not read", "[api][explain]") {
  Scene s;
  s.map(s.finance, "accountant");
  const auto asked = [&](const api::Caller& caller, const api::Supposition& with) {
    return to_text(s.ask(caller, "approve", with));
  };
  const api::Caller decides = s.world.caller(s.acme, {"organization:decide"});
  CHECK(asked(decides, {}) == "ok");
  CHECK(asked(decides, {{"accountant"}, {}}).starts_with("forbidden"));
  CHECK(asked(decides, {{}, {s.finance}}).starts_with("forbidden"));
  CHECK(asked(s.world.admin(s.world.globex()), {{"accountant"}, {}}).starts_with("tenant_mismatch"));
  s.world.map_user(s.acme, s.ann, {"user"});
  CHECK(asked(s.world.login(s.acme, s.ann), {{"accountant"}, {}}).starts_with("forbidden"));
}

TEST_CASE("explain: of groups that have the role so many are looked at", "[api][explain]") {
  for (const std::size_t before : {kMost - 1, kMost}) {
    Scene s;
    INFO(before);
    s.add_policy("requests", {kOfRole});
    const domain::RoleId role = s.role("accountant").id;
    const auto ended = s.make_groups(before, domain::State::kEnabled);
    s.write([&](store::WriteTxn& txn) {
      for (std::size_t i = 0; i < ended.size(); ++i) {
        domain::Mapping mapping;
        mapping.id = domain::MappingId(Scene::id_of(i));
        mapping.tenant = s.acme;
        mapping.principal = ended[i];
        mapping.role = role;
        mapping.expires_at = s.world.now();
        REQUIRE(domain::put_mapping(txn, mapping).ok());
      }
    });
    s.map(s.finance, "accountant");
    const std::string told = s.told();
    CHECK_THAT(told, ContainsSubstring("mapping: Give ann role accountant. (1)"));
    CHECK((told.find("Add ann to group Finance") != std::string::npos) == (before < kMost));
  }
}

TEST_CASE("explain: a role that a group has on many other things hides no other group", "[api][explain]") {
  Scene s;
  s.add_policy("requests", {kOfRole});
  const domain::RoleId role = s.role("accountant").id;
  const auto busy = s.make_groups(1, domain::State::kEnabled).front();
  s.write([&](store::WriteTxn& txn) {
    for (std::size_t i = 0; i < 2 * kMost; ++i) {
      domain::Mapping mapping;
      mapping.id = domain::MappingId(Scene::id_of(i));
      mapping.tenant = s.acme;
      mapping.principal = busy;
      mapping.role = role;
      mapping.resource = "Folder:" + std::to_string(i);
      REQUIRE(domain::put_mapping(txn, mapping).ok());
    }
  });
  s.map(s.finance, "accountant");
  CHECK_THAT(s.told(), ContainsSubstring("Add ann to group Finance") && !ContainsSubstring("Early"));
}

TEST_CASE("explain: of the groups that somebody is in so many are looked at", "[api][explain]") {
  for (const std::size_t before : {kMost - 2, kMost}) {
    INFO(before);
    const bool is_found = before < kMost;
    // What Finance gives no more, and what it gives.
    Scene s;
    s.put_into(s.make_groups(before, domain::State::kEnabled));
    s.world.add_member(s.acme, s.finance, s.ann);
    s.map(s.finance, "accountant", "", {}, at("2026-11-01T00:00:00Z"));
    CHECK((s.told().find("Take role accountant from group Finance") != std::string::npos) == is_found);
    s.world.clock().set(at("2026-11-28T09:00:00Z"));
    CHECK((s.told().find("through group Finance until 2026-11-01") != std::string::npos) == is_found);

    Scene idle;
    idle.put_into(idle.make_groups(before, domain::State::kDisabled));
    idle.world.add_member(idle.acme, idle.finance, idle.ann);
    idle.map(idle.finance, "accountant");
    idle.disable(idle.finance);
    CHECK((idle.told().find("through group Finance, which is disabled") != std::string::npos) == is_found);
  }
}

TEST_CASE("explain: many roles of a tenant's own don't hide the platform's", "[api][explain]") {
  Scene s;
  s.write([&](store::WriteTxn& txn) {
    REQUIRE(domain::delete_role(txn, s.role("accountant")).ok());
    for (std::size_t i = 0; i < kMost; ++i) {
      domain::Role role(s.acme);
      role.id = domain::RoleId(Scene::id_of(i));
      role.slug = role.name = "early" + std::to_string(i);
      REQUIRE(domain::put_role(txn, role).ok());
    }
  });
  s.world.add_role(domain::Platform{}, "releaser", {"requests:approve"});
  CHECK_THAT(s.told(), ContainsSubstring("mapping: Give ann role releaser on requests/42. (1)"));
}

TEST_CASE("explain: a blast radius tells nothing that the caller may not read", "[api][explain]") {
  Scene s;
  using Scopes = std::vector<std::string>;
  const std::string join = "Add ann to group Finance.";
  const domain::GroupId board = s.world.add_group(s.acme, "Board"), desk = s.world.add_group(s.acme, "Desk");
  const domain::UserId bob = s.world.add_user(s.acme, "bob");
  s.world.add_role(s.acme, "chief", {"group:get"});
  s.world.add_role(s.acme, "idle", {"group:update"});
  s.world.add_role(s.acme, "decider", {"organization:decide", "organization:get"});
  s.world.add_role(s.acme, "keeper", {"group:get"});
  s.world.add_member(s.acme, board, s.finance);
  s.world.add_member(s.acme, s.finance, desk);
  s.world.add_member(s.acme, desk, bob);
  s.map(s.finance, "accountant");
  s.map(board, "chief", "", at("2026-12-01T00:00:00Z"));
  s.map(board, "idle");
  s.write([&](store::WriteTxn& txn) {
    domain::Role role = s.role("idle");
    role.state = domain::State::kDisabled;
    REQUIRE(domain::put_role(txn, role).ok());
  });
  const auto policy = s.add_policy(
      "sharing",
      {"permit (principal in ?principal, action == Action::\"grants:revoke\", resource in ?resource);"});
  s.make([&](api::Change& c) {
    return api::create_grant(
        c, s.acme,
        {EntityName{"group", s.finance.to_string()}, {}, policy.rules[0].rule.id, s.request, {}, {}, {}});
  });

  // Bob may list the roles of Finance alone, and no grants.
  s.world.map_user(s.acme, bob, {"decider"});
  s.world.map_on(s.acme, bob, "keeper", domain::group_resource(s.finance));
  const api::Caller login = s.world.login(s.acme, bob);
  const auto asked = [&](const api::Caller& caller) { return ApiWorld::must(s.ask(caller)); };
  CHECK(scopes_of(asked(s.admin), join) == Scopes{"grants:revoke", "group:get", "requests:approve"});
  CHECK(scopes_of(asked(login), join) == Scopes{"requests:approve"});
  // What is disabled gives nothing.
  s.disable(board);
  CHECK(scopes_of(asked(s.admin), join) == Scopes{"grants:revoke", "requests:approve"});

  // Those in Desk count where that may be read.
  s.world.add_member(s.acme, s.finance, s.ann);
  s.disable(s.finance);
  CHECK_THAT(s.told(s.admin), ContainsSubstring("activation: Enable group Finance. (2)"));
  CHECK_THAT(s.told(login), ContainsSubstring("activation: Enable group Finance.\n"));
  CHECK(scopes_of(asked(login), "Enable group Finance.") == Scopes{"requests:approve"});
  s.world.map_on(s.acme, bob, "keeper", domain::group_resource(desk));
  CHECK_THAT(s.told(login), ContainsSubstring("activation: Enable group Finance. (2)"));
}
