// What undoing leaves is held against the whole store as it was before the change, table by table
// (store_contents.h), which knows nothing of how a change is undone.
#include "api/undo.h"

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "api/audit.h"
#include "api/decision_settings.h"
#include "api/entities.h"
#include "api/grants.h"
#include "api/mappings.h"
#include "api/policies.h"
#include "api/policy_tests.h"
#include "api/projects.h"
#include "api/rules.h"
#include "api/schemas.h"
#include "api/service_users.h"
#include "domain/check.h"
#include "store/change_trim.h"
#include "tests/support/api_world.h"
#include "tests/support/store_contents.h"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

using C = api::Change;
using Fn = std::function<api::Outcome<void>(C&)>;

template <typename Operation>
Fn of(Operation operation) {
  return [operation](C& c) -> api::Outcome<void> {
    const auto done = operation(c);
    if (!done.ok()) return done.error();
    return {};
  };
}

base::Json json(const std::string& text) {
  auto parsed = base::parse_json(text);
  REQUIRE(parsed.ok());
  return std::move(parsed).value();
}

api::GivenRule rule(const std::string& text) {
  return {text, {}};
}

constexpr const char* kPermit = "permit (principal, action == Action::\"write\", resource);";
constexpr const char* kSchema =
    "entity Device; entity Folder in [Folder]; entity Doc in [Folder] { size?: Long, a?: Long };"
    "action read, write, look appliesTo { principal: [user, Device], resource: [Doc, Folder] };";
constexpr const char* kTemplate =
    "permit (principal == ?principal, action == Action::\"look\", resource == ?resource);";

// A tenant with something of everything.
struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.platform();
  domain::UserId ann = world.add_user(acme, "ann"), bob = world.add_user(acme, "bob");
  domain::GroupId team = world.add_group(acme, "Team"), board = world.add_group(acme, "Board"),
                  crew = world.add_group(acme, "Crew");
  domain::ProjectId project;
  domain::PolicyId policy, other;
  domain::RuleId rule_a, rule_b, with_slots;
  domain::ServiceUserId robot;
  domain::PolicyTestId test;
  base::Uuid grant;

  Scene() {
    world.add_role(acme, "reader", {"organization:get"});
    world.add_role(acme, "keeper", {"group:get", "group:update"});
    world.add_role(acme, "idle", {});
    world.map_group(acme, team, "reader");
    world.map_group(acme, team, "keeper", world.now(), base::Timestamp{world.now().ms + 86'400'000});
    world.add_member(acme, team, ann);
    world.add_member(acme, board, team);
    world.map_user(acme, ann, {"reader"});
    world.map_on(acme, bob, "keeper", "Folder:7");
    put({"Folder", "7"}, {});
    put({"Doc", "1"}, {{"Folder", "7"}}, R"({"size":3})");
    make(
        [&](C& c) {
          return api::create_project(c, acme, {"apollo", {}, json(R"({"cost":7})")});
        },
        [&](const domain::Project& made) { project = made.id; });
    make(
        [&](C& c) {
          return api::create_policy(
              c, acme, {"first", "of all", true, 3, {rule(kPermit), rule(kTemplate), rule(kPermit)}});
        },
        [&](const api::PolicyView& made) {
          policy = made.policy.id;
          rule_a = made.rules[0].rule.id;
          with_slots = made.rules[1].rule.id;
          rule_b = made.rules[2].rule.id;
        });
    make(
        [&](C& c) {
          return api::create_policy(c, acme, {"second", {}, false, 1, {}});
        },
        [&](const api::PolicyView& made) { other = made.policy.id; });
    make([&](C& c) { return api::create_service_user(c, acme, {"robot"}); },
         [&](const domain::ServiceUser& made) { robot = made.id; });
    make(
        [&](C& c) {
          return api::create_policy_test(c, acme, {"can read", json(kQuestion), {false, {}}});
        },
        [&](const domain::PolicyTest& made) { test = made.id; });
    api::NewGrant given;
    given.principal = domain::EntityName{"Device", "1"};
    given.rule = with_slots;
    given.resource = domain::EntityName{"Doc", "1"};
    make([&](C& c) { return api::create_grant(c, acme, given); },
         [&](const api::GrantView& made) { grant = made.id; });
  }

  static constexpr const char* kQuestion =
      R"({"subject":{"type":"user","id":"0197f3c4-2c6e-7f19-b2d3-7e4a0f5c8b61"},"action":{"name":"read"},)"
      R"("resource":{"type":"Doc","id":"1"}})";

  template <typename Operation, typename Take>
  void make(const Operation& operation, const Take& take) {
    take(ApiWorld::must(world.change(admin, operation)));
  }

  Fn putting(const domain::EntityName& name, const std::vector<domain::EntityName>& parents,
             const std::string& attrs = "{}") {
    const auto made = api::check_entity({name, json(attrs), json("{}"), parents}, {});
    REQUIRE(made.ok());
    return of([this, made](C& c) { return api::put_entity(c, acme, *made, {}, {}); });
  }
  void put(const domain::EntityName& name, const std::vector<domain::EntityName>& parents,
           const std::string& attrs = "{}") {
    must(putting(name, parents, attrs));
  }

  std::string tried(const Fn& fn, const api::Caller& caller) {
    return to_text(world.service().change(caller, {"192.0.2.1", "test"}, fn));
  }
  std::string tried(const Fn& fn) { return tried(fn, admin); }

  // The revision of the change.
  std::uint64_t must(const Fn& fn) {
    world.clock().advance(1'000);
    return ApiWorld::must(world.service().change(admin, {"192.0.2.1", "test"}, fn));
  }

  Fn undoing(std::uint64_t revision, api::Undone* undone = nullptr) {
    const auto draft = std::make_shared<api::UndoDraft>();
    return [this, revision, undone, draft](C& c) -> api::Outcome<void> {
      auto done = api::undo_change(c, acme, revision, draft);
      if (!done.ok()) return done.error();
      if (undone) *undone = std::move(done).value();
      return {};
    };
  }
  std::uint64_t undo(std::uint64_t revision) { return must(undoing(revision)); }
  std::string try_to_undo(std::uint64_t revision) { return tried(undoing(revision)); }

  StoreContents::Rows contents() {
    const auto txn = world.service().store().read();
    REQUIRE(txn.ok());
    return StoreContents(*txn).rows();
  }

  std::vector<std::string> faults() {
    const auto txn = world.service().store().read();
    REQUIRE(txn.ok());
    std::vector<std::string> all;
    REQUIRE(domain::check_store(*txn, [&](const domain::StoreFault& fault) {
              all.push_back(fault.what);
              return true;
            }).ok());
    return all;
  }
};

// Rows that differ, so that a failure can be read.
std::vector<std::string> differences(const StoreContents::Rows& was, const StoreContents::Rows& is) {
  std::vector<std::string> all;
  for (const auto& [key, value] : was)
    if (const auto found = is.find(key); found == is.end())
      all.push_back("- " + key + ": " + value);
    else if (found->second != value)
      all.push_back("~ " + key + ": " + value + " is " + found->second);
  for (const auto& [key, value] : is)
    if (!was.contains(key)) all.push_back("+ " + key + ": " + value);
  return all;
}

struct Kind {
  const char* name;
  std::function<Fn(Scene&)> change;
};

// Every kind of change that can be undone.
const std::vector<Kind>& kinds() {
  using S = Scene;
  static const std::vector<Kind> all = {
      {"a role made",
       [](S& s) {
         return of([&](C& c) { return api::create_role(c, s.acme, {"new", "New", "it", {"group:get"}}); });
       }},
      {"a role changed",
       [](S& s) {
         return of([&](C& c) {
           return api::update_role(c, s.acme, "reader",
                                   {"Reads", "a text", std::vector<std::string>{"group:get"}}, {});
         });
       }},
      {"a role deleted",
       [](S& s) { return of([&](C& c) { return api::delete_role(c, s.acme, "idle", false, {}); }); }},
      {"a role deleted with its mappings",
       [](S& s) { return of([&](C& c) { return api::delete_role(c, s.acme, "reader", true, {}); }); }},
      {"a role replaced in the other dialect",
       [](S& s) {
         return of([&](C& c) {
           return api::create_or_replace_role(
               c, s.acme, {"keeper", "Kept", "x", {"group:get"}, json(R"({"a":[1]})")}, {});
         });
       }},
      {"a group made",
       [](S& s) {
         return of([&](C& c) { return api::create_group(c, s.acme, {"Guests", "who visit", {}}); });
       }},
      {"a group renamed",
       [](S& s) {
         return of([&](C& c) { return api::update_group(c, s.acme, s.team, {"Gang", "new", {}, {}}, {}); });
       }},
      {"a group deleted, with members, mappings and the group it is in",
       [](S& s) { return of([&](C& c) { return api::delete_group(c, s.acme, s.team, {}); }); }},
      {"a member added",
       [](S& s) { return of([&](C& c) { return api::add_member(c, s.acme, s.team, s.bob); }); }},
      {"a member removed",
       [](S& s) {
         return of([&](C& c) { return api::remove_member(c, s.acme, s.team, s.ann.uuid(), {}); });
       }},
      {"a group added to a group",
       [](S& s) { return of([&](C& c) { return api::add_member(c, s.acme, s.crew, s.board); }); }},
      {"a group taken from a group",
       [](S& s) {
         return of([&](C& c) { return api::remove_member(c, s.acme, s.board, s.team.uuid(), {}); });
       }},
      {"a mapping made",
       [](S& s) {
         return of([&](C& c) {
           const api::NewRoleMapping given{"keeper", s.ann, "Folder:7", {}, base::Timestamp{c.now.ms + 1'000},
                                           "why",    {}};
           return api::create_mapping(c, s.acme, given);
         });
       }},
      {"a mapping changed",
       [](S& s) {
         return of([&](C& c) -> api::Outcome<domain::Mapping> {
           std::optional<domain::MappingId> id;
           const auto read =
               domain::each_mapping_of(c.txn, s.acme, s.team, nullptr, [&](domain::Mapping&& m) {
                 id = m.id;
                 return false;
               });
           REQUIRE((read.ok() && id.has_value()));
           const api::MappingPatch patch{{}, base::Timestamp{c.now.ms + 1'000}, "for a second"};
           return api::update_mapping(c, s.acme, *id, patch, {});
         });
       }},
      {"a group's role removed",
       [](S& s) {
         return of([&](C& c) { return api::remove_group_role(c, s.acme, s.team, "keeper", {}, {}); });
       }},
      {"a user made",
       [](S& s) {
         return of([&](C& c) { return api::create_user(c, s.acme, {"cyd@acme.example", "Cyd", {}}); });
       }},
      {"a user renamed, with other roles",
       [](S& s) {
         return of([&](C& c) {
           return api::update_user(c, s.acme, s.ann, {"Anna", std::vector<std::string>{"keeper", "idle"}},
                                   {});
         });
       }},
      {"a user suspended",
       [](S& s) { return of([&](C& c) { return api::suspend_user(c, s.acme, s.ann, false, {}); }); }},
      {"a group disabled",
       [](S& s) {
         return of(
             [&](C& c) { return api::set_group_state(c, s.acme, s.team, domain::State::kDisabled, {}); });
       }},
      {"a group renamed and disabled",
       [](S& s) {
         return of([&](C& c) {
           api::GroupPatch patch{"Other", {}};
           patch.state = domain::State::kDisabled;
           return api::update_group(c, s.acme, s.team, patch, {});
         });
       }},
      {"a user deleted",
       [](S& s) { return of([&](C& c) { return api::delete_user(c, s.acme, s.ann, {}); }); }},
      {"a service user made",
       [](S& s) { return of([&](C& c) { return api::create_service_user(c, s.acme, {"r2"}); }); }},
      {"a service user deleted",
       [](S& s) {
         return of([&](C& c) { return api::delete_service_user(c, s.acme, s.robot, {}, false); });
       }},
      {"a project made",
       [](S& s) { return of([&](C& c) {
                    return api::create_project(c, s.acme, {"zeus", "Zeus"});
                  }); }},
      {"a project changed",
       [](S& s) {
         return of([&](C& c) {
           return api::update_project(c, s.acme, s.project, {"hera", "Hera", json("{}")}, {});
         });
       }},
      {"a project disabled",
       [](S& s) {
         return of([&](C& c) {
           return api::set_project_state(c, s.acme, s.project, domain::State::kDisabled, {});
         });
       }},
      {"a project deleted",
       [](S& s) { return of([&](C& c) { return api::delete_project(c, s.acme, s.project, {}); }); }},
      {"an entity made",
       [](S& s) {
         return s.putting({"Doc", "2"}, {{"Folder", "7"}}, R"({"a":1})");
       }},
      {"an entity changed",
       [](S& s) {
         return s.putting({"Doc", "1"}, {{"Folder", "8"}}, R"({"size":4})");
       }},
      {"an entity deleted",
       [](S& s) { return of([&](C& c) {
                    return api::delete_entity(c, s.acme, {"Doc", "1"}, true, {});
                  }); }},
      {"an entity deleted that others are in, and that mappings are on",
       [](S& s) {
         return of([&](C& c) { return api::delete_entity(c, s.acme, {"Folder", "7"}, true, {}); });
       }},
      {"a policy made",
       [](S& s) {
         return of([&](C& c) {
           return api::create_policy(c, s.acme, {"third", "x", true, 9, {rule(kPermit), rule(kPermit)}});
         });
       }},
      {"a policy changed",
       [](S& s) {
         return of([&](C& c) {
           return api::update_policy(c, s.acme, s.policy, {"1st", std::optional<std::string>(), {}, 8}, {});
         });
       }},
      {"the policy roles disabled",
       [](S& s) {
         return of([&](C& c) {
           return api::update_policy(c, s.acme, domain::roles_policy_of(s.acme), {{}, {}, false, {}}, {});
         });
       }},
      {"a policy deleted, with rules and grants",
       [](S& s) {
         return of(
             [&](C& c) { return api::delete_policy(c, s.acme, s.policy, {}, {.trial = {.insists = true}}); });
       }},
      {"policies reordered",
       [](S& s) { return of([&](C& c) {
                    return api::reorder_policies(c, s.acme, {s.other, s.policy});
                  }); }},
      {"a rule made",
       [](S& s) { return of([&](C& c) { return api::create_rule(c, s.acme, s.policy, rule(kPermit)); }); }},
      {"a rule changed",
       [](S& s) {
         return of([&](C& c) {
           api::RulePatch patch;
           patch.policy_text = "permit (principal, action == Action::\"look\", resource);";
           return api::update_rule(c, s.acme, {s.policy, s.rule_a}, patch, {});
         });
       }},
      {"a rule deleted",
       [](S& s) { return of([&](C& c) {
                    return api::delete_rule(c, s.acme, {s.policy, s.rule_a}, {});
                  }); }},
      {"rules reordered",
       [](S& s) {
         return of([&](C& c) {
           return api::reorder_rules(c, s.acme, s.policy, {s.rule_b, s.rule_a, s.with_slots});
         });
       }},
      {"a grant made",
       [](S& s) {
         return of([&](C& c) {
           api::NewGrant given;
           given.principal = domain::EntityName{"user", s.ann.to_string()};
           given.rule = s.with_slots;
           given.resource = domain::EntityName{"Folder", "7"};
           given.reason = "why not";
           return api::create_grant(c, s.acme, given);
         });
       }},
      {"a grant removed",
       [](S& s) { return of([&](C& c) { return api::delete_grant(c, s.acme, s.grant, {}); }); }},
      {"decision settings changed",
       [](S& s) {
         return of([&](C& c) {
           domain::DecisionSettings settings;
           settings.on_error = domain::OnError::kCedar;
           settings.secret = {"salary"};
           settings.log.kind = domain::LogKind::kAll;
           return api::set_decision_settings(c, s.acme, settings, {});
         });
       }},
      {"a schema set",
       [](S& s) {
         return of([&](C& c) {
           return api::set_schema(c, s.acme, {kSchema, false}, {}, {.trial = {.insists = true}});
         });
       }},
      {"a test made",
       [](S& s) {
         return of([&](C& c) {
           return api::create_policy_test(c, s.acme, {"another", json(S::kQuestion), {false, {}}});
         });
       }},
      {"a test changed",
       [](S& s) {
         return of([&](C& c) {
           api::PolicyTestPatch patch;
           patch.name = "may read";
           return api::update_policy_test(c, s.acme, s.test, patch, {});
         });
       }},
      {"a test deleted",
       [](S& s) { return of([&](C& c) { return api::delete_policy_test(c, s.acme, s.test, {}); }); }},
      {"the tenant renamed",
       [](S& s) {
         return of([&](C& c) {
           api::TenantPatch patch;
           patch.name = "Acme & Sons";
           patch.metadata = json(R"({"plan":"gold"})");
           return api::update_tenant(c, s.acme, patch, {});
         });
       }},
  };
  return all;
}

}  // namespace

TEST_CASE("undo: the store is as it was before the change, and undoing that as it was after", "[api][undo]") {
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    Scene s;
    const auto before = s.contents();
    const auto revision = s.must(kind.change(s));
    const auto after = s.contents();
    CHECK(before != after);
    s.world.reopen();
    const auto undone = s.undo(revision);
    CHECK(differences(before, s.contents()) == std::vector<std::string>());
    const auto redone = s.undo(undone);
    CHECK(differences(after, s.contents()) == std::vector<std::string>());
    s.undo(redone);
    CHECK(differences(before, s.contents()) == std::vector<std::string>());
    CHECK(s.faults() == std::vector<std::string>());
  }
}

TEST_CASE("undo: changes are undone one after the other, the last first", "[api][undo]") {
  for (unsigned seed = 0; seed < 4; ++seed) {
    INFO("seed " << seed);
    Scene s;
    std::mt19937 random(seed);
    struct Done {
      std::uint64_t revision;
      StoreContents::Rows before;
      std::string name;
    };
    std::vector<Done> done;
    for (int i = 0; i < 25; ++i) {
      const Kind& kind = kinds()[random() % kinds().size()];
      auto before = s.contents();
      const auto last = s.world.service().store().revision();
      if (s.tried(kind.change(s)) != "ok" || s.world.service().store().revision() == last) continue;
      done.push_back({s.world.service().store().revision(), std::move(before), kind.name});
    }
    CHECK(done.size() > 12);
    for (; !done.empty(); done.pop_back()) {
      INFO(done.back().name);
      if (done.back().before == s.contents()) continue;  // it changed nothing that counts
      s.undo(done.back().revision);
      CHECK(differences(done.back().before, s.contents()) == std::vector<std::string>());
    }
    CHECK(s.faults() == std::vector<std::string>());
  }
}

TEST_CASE("undo: what can't be undone, and what is in the way, is named", "[api][undo]") {
  Scene s;
  const std::string team = s.team.to_string(), ann = s.ann.to_string(), bob = s.bob.to_string();
  const auto later = [&](const Fn& change, const Fn& after) {
    const auto revision = s.must(change);
    const auto since = s.must(after);
    return s.try_to_undo(revision) + " @" + std::to_string(since - revision);
  };
  const auto change_role = [&](const char* name) {
    return of([&s, name](C& c) { return api::update_role(c, s.acme, "idle", {name, {}, {}}, {}); });
  };
  const std::uint64_t first = s.world.service().store().revision() + 1;
  const auto revision = [&](std::uint64_t n) { return std::to_string(first + n); };

  CHECK(later(change_role("One"), change_role("Two")) == "built_upon: change " + revision(0) +
                                                             ": role idle depends on it, since revision " +
                                                             revision(1) + " @1");
  // Back as the change left it: what came between is over.
  s.undo(first + 1);
  CHECK(s.try_to_undo(first) == "ok");

  const auto next = s.world.service().store().revision() + 1;
  const domain::GroupId made = domain::GroupId(*base::Uuid::parse("0197f3c4-2c6e-7f19-b2d3-7e4a0f5c8b61"));
  CHECK(later(of([&](C& c) {
                return api::create_group(c, s.acme, {"Late", {}, made});
              }),
              of([&](C& c) { return api::add_member(c, s.acme, made, s.bob); })) ==
        "built_upon: change " + std::to_string(next) + ": member " + bob + " depends on it, since revision " +
            std::to_string(next + 1) + " @1");
  s.undo(next + 1);
  s.undo(next);

  // Gone: who removed it is found by going through the changes since.
  const auto third = s.world.service().store().revision() + 1;
  CHECK(later(of([&](C& c) {
                return api::create_group(c, s.acme, {"Late", {}, made});
              }),
              of([&](C& c) { return api::delete_group(c, s.acme, made, {}); })) ==
        "built_upon: change " + std::to_string(third) + ": group " + made.to_string() +
            " depends on it, since revision " + std::to_string(third + 1) + " @1");

  // The role that a mapping was to.
  const auto fourth =
      s.must(of([&](C& c) { return api::remove_group_role(c, s.acme, s.team, "keeper", {}, {}); }));
  s.must(of([&](C& c) { return api::delete_role(c, s.acme, "keeper", true, {}); }));
  CHECK_THAT(s.try_to_undo(fourth),
             StartsWith("built_upon: change " + std::to_string(fourth) + ": mapping "));

  // A name that is another's by now.
  const auto fifth = s.must(of([&](C& c) { return api::delete_role(c, s.acme, "idle", false, {}); }));
  s.world.add_role(s.acme, "idle", {});
  CHECK(s.try_to_undo(fifth) ==
        "already_exists: change " + std::to_string(fifth) + ": role idle: slug: `idle` is taken");

  // A role that is mapped by now.
  const auto sixth = s.must(of([&](C& c) { return api::create_role(c, s.acme, {"six", "Six", {}, {}}); }));
  s.world.map_group(s.acme, s.crew, "six");
  CHECK(s.try_to_undo(sixth) == "in_use: role six: in use by 1 mapping");

  CHECK(s.try_to_undo(0) == "not_found: change 0: not found");
  CHECK(s.try_to_undo(1'000'000) == "not_found: change 1000000: not found");
  const auto platform = s.must(of([&](C& c) {
    return api::create_role(c, domain::Platform{}, {"everywhere", "Everywhere", {}, {}});
  }));
  CHECK(s.try_to_undo(platform) ==
        "not_undoable: change " + std::to_string(platform) + ": role everywhere is the platform's");
}

TEST_CASE("undo: a change of another tenant looks like none", "[api][undo]") {
  Scene s;
  const auto globex = s.world.globex();
  const auto other = s.world.add_group(globex, "Theirs");
  const auto theirs = s.world.service().store().revision();
  const auto none = std::to_string(theirs);
  for (const auto& caller : {s.world.admin(s.acme), s.world.platform()})
    CHECK(s.tried(s.undoing(theirs), caller) == "not_found: change " + none + ": not found");
  const auto stranger = s.world.admin(globex);
  const auto ours = s.must(of([&](C& c) { return api::create_group(c, s.acme, {"Ours", {}, {}}); }));
  CHECK_THAT(s.tried(s.undoing(ours), stranger), StartsWith("tenant_mismatch: "));
  CHECK(to_text(s.world.read(s.world.platform(),
                             [&](const api::Read& r) { return api::get_group(r, globex, other); })) == "ok");
}

TEST_CASE("undo: each thing needs what its own call needs, and one refusal refuses all", "[api][undo]") {
  Scene s;
  s.world.add_role(s.acme, "boss", {"organization:administer"});
  s.world.map_group(s.acme, s.crew, "boss");
  const auto deleted = s.must(of([&](C& c) { return api::delete_group(c, s.acme, s.crew, {}); }));
  const auto before = s.contents();
  const auto entries = [&] {
    domain::AuditFilter filter;
    auto page = ApiWorld::must(s.world.read(
        s.world.platform(), [&](const api::Read& r) { return api::list_audit(r, s.acme, filter, {}); }));
    std::vector<std::string> all;
    for (const auto& entry : page.data)
      all.push_back(entry.action + (entry.allowed ? " allowed" : " refused"));
    return all;
  };

  struct Row {
    std::vector<std::string> scopes;
    std::string said, entry;
  };
  const std::string kGift = " | You can't give permissions that you don't hold yourself.";
  const Row rows[] = {
      {{}, "forbidden: change:undo: not allowed", "change:undo refused"},
      {{"organization:get"}, "forbidden: group:create: not allowed", "group:create refused"},
      {{"organization:get", "organization:groupcreate"},
       "forbidden: mapping:create: not allowed",
       "mapping:create refused"},
      {{"organization:get", "organization:groupcreate", "organization:policymanage"},
       "forbidden: mapping:create: not allowed" + kGift,
       "mapping:create refused"},
  };
  for (const Row& row : rows) {
    INFO(row.said);
    const auto caller = s.world.caller(s.acme, row.scopes);
    const auto had = entries().size();
    const auto contents = s.contents();
    CHECK_THAT(s.tried(s.undoing(deleted), caller), StartsWith(row.said));
    CHECK(s.contents() == contents);
    const auto now = entries();
    REQUIRE(now.size() == had + 1);
    CHECK(now.front() == row.entry);

    // Tried without being made, too; the entry counts its repetition then.
    const auto looked = s.world.service().foresee(
        caller, {"192.0.2.1", "test"}, s.undoing(deleted), {},
        [](const api::Read&, const C&) -> api::Outcome<void> { return {}; }, [](const auto&) {});
    CHECK_THAT(to_text(looked), StartsWith(row.said));
  }
  const auto admin = s.world.admin(s.acme);
  CHECK(s.tried(s.undoing(deleted), admin) == "ok");
  const auto all = entries();
  CHECK(std::vector<std::string>(all.begin(), all.begin() + 3) ==
        std::vector<std::string>{"change:undo allowed", "mapping:create allowed", "group:create allowed"});
}

TEST_CASE("undo: credentials are never given back", "[api][undo]") {
  Scene s;
  api::SecretView secret{domain::Credential(s.acme), {}};
  s.make([&](C& c) { return api::create_secret(c, s.acme, s.robot, "key"); },
         [&](const api::SecretView& made) { secret = made; });
  const auto id = secret.credential.id.to_string();
  const auto answers = [&] { return to_text(s.world.authenticate(secret.secret, api::Scheme::kBasic, id)); };
  CHECK(answers() == "ok");
  const auto deleted =
      s.must(of([&](C& c) { return api::delete_service_user(c, s.acme, s.robot, {}, false); }));
  CHECK_THAT(answers(), StartsWith("unauthenticated"));
  api::Undone undone;
  s.must(s.undoing(deleted, &undone));
  REQUIRE(undone.left.size() == 1);
  CHECK(undone.left[0].type + " " + undone.left[0].id == "secret " + id);
  CHECK_THAT(answers(), StartsWith("unauthenticated"));
  CHECK(s.faults() == std::vector<std::string>());

  // One that was made is taken away, and that is for ever.
  s.make([&](C& c) { return api::create_secret(c, s.acme, s.robot, "key"); },
         [&](const api::SecretView& made) { secret = made; });
  const auto made = s.world.service().store().revision();
  const std::string second = secret.credential.id.to_string();
  CHECK(to_text(s.world.authenticate(secret.secret, api::Scheme::kBasic, second)) == "ok");
  const auto taken = s.undo(made);
  CHECK_THAT(to_text(s.world.authenticate(secret.secret, api::Scheme::kBasic, second)),
             StartsWith("unauthenticated"));
  CHECK(s.try_to_undo(taken) == "not_undoable: change " + std::to_string(taken) + ": secret " + second +
                                    ": a credential that was taken away is never given back");

  api::ApiKeyView key{domain::Credential(s.acme), {}, 0};
  s.make(
      [&](C& c) {
        return api::create_api_key(c, s.acme, {"k", {}, {}});
      },
      [&](const api::ApiKeyView& view) { key = view; });
  const auto with_key = s.world.service().store().revision();
  CHECK(to_text(s.world.authenticate(key.raw_key)) == "ok");
  const auto revoked = s.undo(with_key);
  CHECK_THAT(to_text(s.world.authenticate(key.raw_key)), StartsWith("unauthenticated"));
  CHECK_THAT(s.try_to_undo(revoked), StartsWith("not_undoable: "));
  CHECK_THAT(to_text(s.world.authenticate(key.raw_key)), StartsWith("unauthenticated"));
}

TEST_CASE("undo: what is kept no longer is gone, and too much is too much", "[api][undo]") {
  Scene s;
  std::vector<domain::UserId> people;
  const auto crowd = s.must([&](C& c) -> api::Outcome<void> {
    for (std::size_t i = 0; i < api::kMostUndone; ++i) {
      const auto done = api::create_group(c, s.acme, {"G" + std::to_string(i), {}, {}});
      if (!done.ok()) return done.error();
    }
    return {};
  });
  CHECK(s.try_to_undo(crowd) == "ok");
  const auto more = s.must([&](C& c) -> api::Outcome<void> {
    for (std::size_t i = 0; i <= api::kMostUndone; ++i) {
      const auto done = api::create_group(c, s.acme, {"H" + std::to_string(i), {}, {}});
      if (!done.ok()) return done.error();
    }
    return {};
  });
  CHECK(s.try_to_undo(more) == "too_large: change " + std::to_string(more) +
                                   ": it wrote 1001 objects, and no more than 1000 are undone at once");
  const auto revision = s.must(of([&](C& c) { return api::create_group(c, s.acme, {"Last", {}, {}}); }));
  REQUIRE(s.world.service()
              .store()
              .write([&](store::WriteTxn& txn) -> base::Result<void> {
                const auto trimmed = store::trim_changes(txn, {{}, {}, revision - 1}, 10'000);
                if (!trimmed.ok()) return trimmed.error();
                return {};
              })
              .ok());
  CHECK_THAT(s.try_to_undo(1), StartsWith("gone: change 1: changes are kept from revision "));
  CHECK(revision > more);
}

TEST_CASE("undo: the tenant's tests are asked", "[api][undo]") {
  Scene s;
  s.must(of([&](C& c) { return api::delete_policy_test(c, s.acme, s.test, {}); }));
  const auto made = s.must(of([&](C& c) {
    return api::create_policy(c, s.acme,
                              {"p", {}, true, 90, {rule("permit (principal, action, resource);")}});
  }));
  s.must(of([&](C& c) {
    return api::create_policy_test(c, s.acme, {"may", json(Scene::kQuestion), {true, {}}});
  }));
  const auto before = s.contents();
  CHECK(s.try_to_undo(made) == "tests_failed: tests: 1 of 1 would fail, such as `may`");
  CHECK(s.contents() == before);
}

TEST_CASE("undo: an entity isn't put into what has its parent's number by now", "[api][undo]") {
  Scene s;
  // Doc:9 is in a folder that is nowhere else; both go, and the number is another's.
  s.put({"Doc", "9"}, {{"Folder", "99"}});
  const auto deleted = s.must(of([&](C& c) {
    return api::delete_entity(c, s.acme, {"Doc", "9"}, true, {});
  }));
  s.put({"Doc", "10"}, {{"Folder", "100"}});
  CHECK(s.try_to_undo(deleted) == "ok");
  const auto entity = ApiWorld::must(s.world.read(s.admin, [&](const api::Read& r) {
    return api::get_entity(r, s.acme, {"Doc", "9"});
  }));
  REQUIRE(entity.parents.size() == 1);
  CHECK(to_string(entity.parents[0]) == "Folder:99");

  // The same where the folder's number was lost later, by another change.
  s.put({"Doc", "21"}, {{"Folder", "77"}});
  s.put({"Doc", "22"}, {{"Folder", "77"}});
  const auto second = s.must(of([&](C& c) {
    return api::delete_entity(c, s.acme, {"Doc", "22"}, true, {});
  }));
  s.must(of([&](C& c) { return api::delete_entity(c, s.acme, {"Doc", "21"}, true, {}); }));
  s.put({"Doc", "23"}, {{"Folder", "78"}});
  CHECK(s.try_to_undo(second) == "ok");
  const auto again = ApiWorld::must(s.world.read(s.admin, [&](const api::Read& r) {
    return api::get_entity(r, s.acme, {"Doc", "22"});
  }));
  REQUIRE(again.parents.size() == 1);
  CHECK(to_string(again.parents[0]) == "Folder:77");
}

TEST_CASE("a refusal behind the first write of a change leaves its entry, and nothing else", "[api][undo]") {
  Scene s;
  const auto caller = s.world.caller(s.acme, {"organization:rolemanage", "organization:auditview"});
  const auto before = s.contents();
  const std::uint64_t revision = s.world.service().store().revision();
  CHECK_THAT(s.tried(
                 [&](C& c) -> api::Outcome<void> {
                   const auto made = api::create_role(c, s.acme, {"first", "First", {}, {}});
                   if (!made.ok()) return made.error();
                   const auto refused = api::create_group(c, s.acme, {"Second", {}, {}});
                   return refused.ok() ? api::Outcome<void>() : refused.error();
                 },
                 caller),
             StartsWith("forbidden: group:create: not allowed"));
  CHECK(s.contents() == before);
  CHECK(s.world.service().store().revision() == revision + 1);
  const auto page = ApiWorld::must(s.world.read(caller, [&](const api::Read& r) {
    return api::list_audit(r, s.acme, {}, {2, ""});
  }));
  REQUIRE(page.data.size() == 2);
  CHECK(page.data[0].action == "group:create");
  CHECK(!page.data[0].allowed);
  CHECK(page.data[1].action != "role:create");
}
