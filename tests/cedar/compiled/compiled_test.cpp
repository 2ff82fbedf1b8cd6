// Compiled policies give the answers that the plain evaluator gives.
#include <random>

#include "cedar/authorizer.h"
#include "cedar/compiled/entity_tables.h"
#include "cedar/compiled/program.h"
#include "cedar/policy_json.h"
#include "tests/cedar/support.h"
#include "tests/support/cedar_generator.h"

namespace {

using cedar_test::request;
using cedar_test::uid;

std::string to_text(const cedar::Response& response) {
  std::string text(name_of(response.decision));
  for (const auto& id : response.diagnostics.reasons) text += " " + id;
  for (const auto& error : response.diagnostics.errors) text += "\n" + cedar::to_text(error);
  return text;
}

// Neither lists ancestors nor is it compiled, as the entities of a store made on demand.
class Source final : public cedar::EntitySource {
 public:
  explicit Source(const cedar::Entities& entities) : entities_(entities) {}
  const cedar::Entity* find(const cedar::EntityUid& u) const override { return entities_.find(u); }
  bool has_ancestor(const cedar::EntityUid& below, const cedar::EntityUid& above) const override {
    return entities_.has_ancestor(below, above);
  }

 private:
  const cedar::Entities& entities_;
};

// The answers of every way to ask, which must be one. The scratch is one that other requests left their
// things in.
std::string answer(const cedar::Request& asked, const cedar::CompiledPolicies& compiled,
                   const cedar::CompiledEntities& fast, const cedar::Entities& entities) {
  static cedar::AuthorizerScratch scratch;
  const cedar::Authorizer authorizer;
  for (const auto& policy : compiled.unverified()) FAIL_CHECK(policy.mistake);
  const std::string plain =
      to_text(authorizer.is_authorized(asked, cedar_test::read_again(compiled), entities));
  CHECK(to_text(authorizer.is_authorized(asked, compiled, entities)) == plain);
  CHECK(to_text(authorizer.is_authorized(asked, compiled, Source(entities))) == plain);
  CHECK(to_text(authorizer.is_authorized(asked, compiled, fast)) == plain);
  const auto in_scratch = [&](const auto& of) {
    return to_text(
        authorizer.describe(authorizer.decide(asked, compiled, of, scratch), asked, compiled, entities));
  };
  CHECK(in_scratch(entities) == plain);
  CHECK(in_scratch(fast) == plain);
  return plain;
}

cedar::PolicySet parse(const std::string& text) {
  auto policies = cedar::PolicySet::parse(text, "p.cedar");
  INFO(text << "\n" << cedar_test::message(policies));
  REQUIRE(policies.ok());
  return std::move(policies).value();
}

std::string answer(const std::string& policies) {
  const auto entities = cedar::Entities::from_json(R"([
    {"uid": {"type": "User", "id": "alice"}, "attrs": {"age": 7, "boss": {"__entity": {"type": "User", "id": "bob"}}},
     "parents": [{"type": "Group", "id": "g"}], "tags": {"t": "x"}},
    {"uid": {"type": "User", "id": "bob"}, "attrs": {"age": 8}, "parents": []},
    {"uid": {"type": "Action", "id": "view"}, "attrs": {}, "parents": [{"type": "Action", "id": "read"}]},
    {"uid": {"type": "Action", "id": "read"}, "attrs": {}, "parents": [{"type": "Action", "id": "all"}]},
    {"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": [{"type": "Group", "id": "absent"}]}])");
  const cedar::CompiledPolicies compiled(parse(policies));
  return answer(request(), compiled, cedar::CompiledEntities(compiled, entities.value()), entities.value());
}

std::string scoped(const std::string& scope) {
  return answer("permit(" + scope + ");");
}

}  // namespace

TEST_CASE("compiled: every kind of scope is found by the index, or not", "[cedar]") {
  struct Row {
    const char* scope;
    bool matches;
  };
  const Row rows[] = {
      {"principal, action, resource", true},
      {"principal == User::\"alice\", action, resource", true},
      {"principal == User::\"bob\", action, resource", false},
      {"principal in User::\"alice\", action, resource", true},
      {"principal in Group::\"g\", action, resource", true},
      {"principal in Group::\"absent\", action, resource", true},
      {"principal in Group::\"other\", action, resource", false},
      {"principal is User, action, resource", true},
      {"principal is Group, action, resource", false},
      {"principal is User in Group::\"g\", action, resource", true},
      {"principal is Group in Group::\"g\", action, resource", false},
      {"principal, action == Action::\"view\", resource", true},
      {"principal, action == Action::\"read\", resource", false},
      {"principal, action in Action::\"all\", resource", true},
      {"principal, action in [], resource", false},
      {"principal, action in [Action::\"read\", Action::\"all\", Action::\"view\"], resource", true},
      {"principal, action in [Action::\"edit\", Action::\"no\"], resource", false},
      {"principal, action, resource == Doc::\"d\"", true},
      {"principal, action, resource in Doc::\"d\"", true},
      {"principal, action, resource is Doc", true},
      {"principal, action, resource is Doc in Group::\"g\"", false},
  };
  for (const Row& row : rows) {
    INFO(row.scope);
    CHECK(scoped(row.scope) == (row.matches ? "allow policy0" : "deny"));
  }
}

TEST_CASE("compiled: reasons and errors are in the order of the policy set", "[cedar]") {
  CHECK(answer("permit(principal in Group::\"g\", action, resource);"
               "permit(principal, action, resource) when { principal.zz };"
               "permit(principal, action in [Action::\"all\", Action::\"read\"], resource);"
               "permit(principal == User::\"alice\", action, resource) when { 1 };"
               "permit(principal, action, resource is Doc);") ==
        "allow policy0 policy2 policy4\n"
        "p.cedar:1:94: policy `policy1`: User::\"alice\" has no attribute \"zz\"\n"
        "p.cedar:1:240: policy `policy3`: expected bool, found long");
  CHECK(answer("permit(principal, action, resource); forbid(principal, action, resource) unless { "
               "principal.age > 7 };") == "deny policy1");
}

TEST_CASE("compiled: a template's links are found by the values of their slots", "[cedar]") {
  cedar::PolicySet set = parse("permit(principal in ?principal, action, resource == ?resource);");
  REQUIRE(set.link("policy0", "one", {uid("Group::\"g\""), uid("Doc::\"d\"")}).ok());
  REQUIRE(set.link("policy0", "two", {uid("Group::\"h\""), uid("Doc::\"d\"")}).ok());
  const cedar::CompiledPolicies compiled(set);
  const auto entities =
      cedar::Entities::make({{uid("User::\"alice\""), {}, {}, {uid("Group::\"g\"")}}}).value();
  CHECK(answer(request(), compiled, cedar::CompiledEntities(compiled, entities), entities) == "allow one");
}

TEST_CASE("compiled: trees read from text are let go, and read again for the message of an error",
          "[cedar]") {
  const std::string padding(5'000, ' ');
  const std::string fails = "permit(principal, action, resource) when { principal.absent };";
  const std::string text =
      "@a(\"b\") permit(principal is User, action, resource) unless { resource has x };\n" + fails +
      "\nforbid(principal, action, resource)" + padding + "when { principal.absent };";
  cedar::PolicySet set = parse(text);
  // One that has no text.
  auto from_json = cedar::policy_set_from_json(
      R"({"staticPolicies": {"json": {"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"},
          "resource": {"op": "All"}, "conditions": [{"kind": "when", "body":
          {".": {"left": {"Var": "principal"}, "attr": "absent"}}}]}}, "templates": {}, "templateLinks": []})",
      "p.json");
  REQUIRE(from_json.ok());
  REQUIRE(set.merge(*from_json).ok());
  const cedar::CompiledPolicies compiled(set);
  CHECK(compiled.program().trees[0] == nullptr);
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(equal(*compiled.policy(i).body, *set.policies()[i].body));
  CHECK(answer(request(), compiled, cedar::CompiledEntities(compiled, {}), {}) ==
        "allow policy0\n"
        "p.cedar:2:44: policy `policy1`: User::\"alice\" is not there, so it has no attribute \"absent\"\n"
        "p.cedar:3:5043: policy `policy2`: User::\"alice\" is not there, so it has no attribute \"absent\"\n"
        "policy `json`: User::\"alice\" is not there, so it has no attribute \"absent\"");
}

TEST_CASE("compiled: a head has what can be asked of a policy, of a link with its entities", "[cedar]") {
  cedar::PolicySet set = parse(
      "@a(\"b\") @c\nforbid (principal is User, action in [Action::\"view\"], resource) when { false };\n"
      "@t(\"x\") permit (principal in ?principal, action, resource == ?resource);");
  REQUIRE(set.link("policy1", "link", {uid("Group::\"g\""), uid("Doc::\"d\"")}).ok());
  const cedar::CompiledPolicies compiled(set);
  REQUIRE(compiled.size() == 2);
  const cedar::PolicyHead& head = compiled.heads()[0];
  CHECK(head.id == "policy0");
  CHECK(head.effect == cedar::Effect::kForbid);
  CHECK(*head.annotation("a") == "b");
  CHECK(head.annotation("c")->empty());
  CHECK(head.annotation("d") == nullptr);
  CHECK(head.scope.principal == cedar::ScopeConstraint(cedar::ScopeIs{cedar::Name::unchecked("User")}));
  CHECK(head.scope.action == cedar::ActionConstraint(cedar::ActionInSet{{uid("Action::\"view\"")}}));
  CHECK(head.scope.resource == cedar::ScopeConstraint(cedar::ScopeAny{}));
  CHECK(head.source->name() == "p.cedar");
  CHECK(head.source->place(head.at.begin).line == 1);
  const cedar::PolicyHead& link = compiled.heads()[1];
  CHECK(link.id == "link");
  CHECK(link.effect == cedar::Effect::kPermit);
  CHECK(*link.annotation("t") == "x");
  CHECK(link.scope.principal == cedar::ScopeConstraint(cedar::ScopeIn{uid("Group::\"g\"")}));
  CHECK(link.scope.resource == cedar::ScopeConstraint(cedar::ScopeEqual{uid("Doc::\"d\"")}));
  CHECK(equal(*compiled.policy(1).body, cedar::linked_policy(set.policies()[1])));
}

TEST_CASE("compiled: entities made for other policies are entities still", "[cedar]") {
  const cedar::CompiledPolicies one(parse("permit(principal in Group::\"g\", action, resource);"));
  const cedar::CompiledPolicies other(
      parse("permit(principal, action, resource) when { principal.a == 1 };"));
  const auto entities =
      cedar::Entities::make({{uid("User::\"alice\""), {}, {}, {uid("Group::\"g\"")}}}).value();
  const cedar::CompiledEntities fast(other, entities);
  CHECK_FALSE(fast.is_made_for(one));
  CHECK(answer(request(), one, fast, entities) == "allow policy0");
}

TEST_CASE("compiled: ancestors too many to list are walked", "[cedar]") {
  // Each of a chain of 8,000 has all before it as ancestors, 32 million together.
  std::vector<cedar::Entity> chain;
  const auto link = [](int i) {
    return cedar::EntityUid(cedar::Name::unchecked("Group"), std::to_string(i));
  };
  for (int i = 0; i < 8'000; ++i) chain.push_back({link(i), {}, {}, {link(i + 1)}});
  const auto entities = cedar::Entities::make(std::move(chain)).value();
  const cedar::CompiledPolicies compiled(
      parse("permit(principal in Group::\"8000\", action, resource) when { principal in [Group::\"7000\"] };"
            "permit(principal, action, resource) when { principal in Group::\"7999\" };"));
  const cedar::CompiledEntities fast(compiled, entities);
  CHECK_FALSE(fast.tables().ancestors(fast.tables().symbol(link(0))).has_value());
  const cedar::Request first{link(0), uid("Action::\"view\""), uid("Doc::\"d\""), {}};
  CHECK(answer(first, compiled, fast, entities) == "allow policy0 policy1");
}

TEST_CASE("compiled: groups are asked for one by one or looked for among listed ancestors, with one answer",
          "[cedar]") {
  static constexpr std::size_t kGroups = 24;
  std::mt19937_64 random(20240615);
  const auto group = [](std::size_t i) {
    return cedar::EntityUid(cedar::Name::unchecked("Group"), std::to_string(i));
  };
  // Each of those from `first` on with a chance of one in `rarity`.
  const auto some = [&](std::size_t first, std::size_t rarity) {
    std::vector<cedar::EntityUid> chosen;
    for (std::size_t i = first; i < kGroups; ++i)
      if (random() % rarity == 0) chosen.push_back(group(i));
    return chosen;
  };
  std::size_t allowed = 0;
  static constexpr std::size_t kRounds = 400;
  for (std::size_t round = 0; round < kRounds; ++round) {
    // From sets of all groups to sets of one or two.
    const std::size_t rarity = 1 + round % kGroups;
    std::vector<cedar::Entity> all = {{uid("User::\"alice\""), {}, {}, some(0, 8)}};
    for (std::size_t i = 0; i < kGroups; ++i) all.push_back({group(i), {}, {}, some(i + 1, 8)});
    std::string literal;
    std::string text = "permit(principal, action, resource) when { principal in context.groups };";
    for (const auto& named : some(0, rarity)) {
      literal += to_text(named) + ",";
      text += "permit(principal in " + to_text(named) + ", action, resource);";
    }
    text += "permit(principal, action, resource) when { principal in [" + literal + "] };";
    std::vector<cedar::Value> groups;
    for (const auto& wanted : some(0, rarity)) groups.emplace_back(wanted);
    cedar::Request asked = request();
    asked.context = cedar::Record({{"groups", cedar::Value(cedar::Set(std::move(groups)))}});

    INFO(text);
    const auto entities = cedar::Entities::make(std::move(all)).value();
    const cedar::CompiledPolicies compiled(parse(text));
    const cedar::CompiledEntities fast(compiled, entities);
    allowed += answer(asked, compiled, fast, entities).starts_with("allow") ? 1 : 0;
  }
  CHECK(allowed > kRounds / 10);
  CHECK(allowed < kRounds * 9 / 10);
}

TEST_CASE("compiled: a source that breaks its contract is an error of the policy", "[cedar]") {
  struct Forgetful final : cedar::EntitySource {
    const cedar::Entity* find(const cedar::EntityUid&) const override {
      return is_asked_again++ ? &alice : nullptr;
    }
    cedar::Entity alice{
        uid("User::\"alice\""), cedar::Record({{"age", cedar::Value(std::int64_t{7})}}), {}, {}};
    mutable int is_asked_again = 0;
  };
  const cedar::CompiledPolicies compiled(
      parse("permit(principal, action, resource) when { principal.age == 7 };"));
  CHECK(to_text(cedar::Authorizer().is_authorized(request(), compiled, Forgetful())) ==
        "deny\np.cedar:1:1: policy `policy0`: entities changed while it was evaluated");
}

TEST_CASE("compiled: what is right of `in` is the whole operand, not what its code ends with", "[cedar]") {
  // Alice is nobody of those named, so each forbid holds where its `then` branch does: she is flagged, and in
  // it.
  const auto entities = cedar::Entities::from_json(R"([
    {"uid": {"type": "User", "id": "alice"}, "attrs": {"flagged": true, "calm": false}, "parents": []},
    {"uid": {"type": "Doc", "id": "d"}, "attrs": {"blocked": [{"__entity": {"type": "User", "id": "alice"}}]},
     "parents": []}])");
  struct Row {
    const char* condition;
    const char* answer;
  };
  const Row rows[] = {
      {"principal in (if principal.flagged then resource.blocked else [User::\"mallory\"])", "deny policy1"},
      {"principal in (if principal.calm then resource.blocked else [User::\"alice\"])", "deny policy1"},
      {"principal in (if principal.calm then [User::\"alice\"] else [User::\"mallory\"])", "allow policy0"},
      {"principal in (if principal.flagged then [User::\"alice\"] else [User::\"mallory\"])", "deny policy1"},
      {"principal in (if true then resource.blocked else [User::\"mallory\"])", "deny policy1"},
      {"principal in (if principal.flagged then principal else [User::\"mallory\"])", "deny policy1"},
      {"principal in (if principal.calm then principal else (if principal.flagged then resource.blocked else []))",
       "deny policy1"},
      {"principal is User in (if principal.flagged then resource.blocked else [User::\"mallory\"])",
       "deny policy1"},
      {"principal is Doc in (if principal.flagged then resource.blocked else [User::\"mallory\"])",
       "allow policy0"},
      {"principal in (if principal.flagged then true else [User::\"mallory\"])",
       "allow policy0\np.cedar:2:59: policy `policy1`: expected entity or set of entities, found bool"},
  };
  for (const Row& row : rows) {
    INFO(row.condition);
    const cedar::CompiledPolicies compiled(
        parse("permit (principal, action, resource);\nforbid (principal, action, resource) when { " +
              std::string(row.condition) + " };"));
    const cedar::CompiledEntities fast(compiled, *entities);
    CHECK(answer(request(), compiled, fast, *entities) == row.answer);
  }

  // Each left a cell on the stack too many, so that a hundred wrote beyond its end.
  std::string many = "true";
  for (int i = 0; i < 100; ++i)
    many += " && !(principal in (if principal.flagged then resource.blocked else [User::\"mallory\"]))";
  const cedar::CompiledPolicies compiled(
      parse("permit (principal, action, resource) unless { " + many + " };"));
  const cedar::CompiledEntities fast(compiled, *entities);
  CHECK(answer(request(), compiled, fast, *entities) == "allow policy0");
}

TEST_CASE("compiled: a policy whose code doesn't verify is evaluated from its tree", "[cedar]") {
  cedar::PolicySet set = parse(
      "permit (principal in ?principal, action, resource) when { principal.age == 7 };\n"
      "permit (principal, action, resource);\n"
      "forbid (principal, action, resource) when { principal.zz };\n"
      "forbid (principal == User::\"bob\", action, resource);\n"
      "forbid (principal, action, resource) when { principal.age > 6 };");
  REQUIRE(set.link("policy0", "one", {uid("Group::\"g\""), {}}).ok());
  REQUIRE(set.link("policy0", "two", {uid("Group::\"h\""), {}}).ok());
  const auto entities = cedar::Entities::from_json(R"([
    {"uid": {"type": "User", "id": "alice"}, "attrs": {"age": 7}, "parents": [{"type": "Group", "id": "g"}]}])");
  const auto none = [](const cedar::Code&, const cedar::Symbols&, std::uint32_t) {
    return std::optional<std::string>("instruction 0: refused");
  };
  const cedar::CompiledPolicies uncompiled(cedar::compile(set, none));
  std::string numbers;
  for (const auto& policy : uncompiled.unverified())
    numbers += std::to_string(policy.policy) + " " + policy.mistake + "\n";
  CHECK(
      numbers ==
      "0 instruction 0: refused\n1 instruction 0: refused\n2 instruction 0: refused\n3 instruction 0: refused\n"
      "4 instruction 0: refused\n5 instruction 0: refused\n");
  const cedar::CompiledPolicies compiled(set);
  CHECK(compiled.unverified().empty());
  const std::string wanted =
      "deny policy4\n"
      "p.cedar:3:45: policy `policy2`: User::\"alice\" has no attribute \"zz\"";
  for (const cedar::CompiledPolicies* policies : {&compiled, &uncompiled}) {
    const cedar::CompiledEntities fast(*policies, *entities);
    const cedar::Authorizer authorizer;
    CHECK(to_text(authorizer.is_authorized(request(), *policies, *entities)) == wanted);
    CHECK(to_text(authorizer.is_authorized(request(), *policies, fast)) == wanted);
  }
}

TEST_CASE("compiled: a set is searched for a value of any kind", "[cedar]") {
  const std::string set =
      "[principal.age, \"a\", \"c\", true, User::\"a\", User::\"c\", ip(\"::1\"), ip(\"10.0.0.1\"), "
      "decimal(\"1.0\"), duration(\"1ms\"), datetime(\"2024-01-02\"), [1], [1, 2], [], {}, {n: 1}]";
  const char* const inside[] = {"7",
                                "\"a\"",
                                "\"c\"",
                                "true",
                                "User::\"a\"",
                                "User::\"c\"",
                                "ip(\"::1\")",
                                "ip(\"10.0.0.1\")",
                                "decimal(\"1.0\")",
                                "duration(\"1ms\")",
                                "datetime(\"2024-01-02\")",
                                "[1]",
                                "[2, 1]",
                                "[]",
                                "{}",
                                "{n: 1}"};
  const char* const outside[] = {"8",
                                 "\"b\"",
                                 "\"\"",
                                 "false",
                                 "User::\"b\"",
                                 "Group::\"a\"",
                                 "ip(\"::2\")",
                                 "ip(\"10.0.0.0/8\")",
                                 "decimal(\"1.1\")",
                                 "duration(\"2ms\")",
                                 "datetime(\"2024-01-03\")",
                                 "[2]",
                                 "[1, 2, 3]",
                                 "[[]]",
                                 "{n: 2}",
                                 "{m: 1}"};
  const auto contains = [&](const char* value) {
    return answer("permit(principal, action, resource) when { " + set + ".contains(" + value + ") };");
  };
  for (const char* value : inside) {
    INFO(value);
    CHECK(contains(value) == "allow policy0");
  }
  for (const char* value : outside) {
    INFO(value);
    CHECK(contains(value) == "deny");
  }
}

TEST_CASE("compiled: random policies, entities and requests are answered as the plain evaluator answers",
          "[cedar]") {
  std::mt19937_64 random(20240615);
  std::size_t allowed = 0;
  std::size_t failed = 0;
  std::size_t asked = 0;
  for (int round = 0; round < 1'500; ++round) {
    std::vector<std::uint8_t> bytes(6'000);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    CedarGenerator generator(bytes);
    const cedar::Entities entities = generator.entities();
    const std::string text = generator.policies(12);
    const cedar::CompiledPolicies compiled(parse(text));
    const cedar::CompiledEntities fast(compiled, entities);
    for (int i = 0; i < 8; ++i) {
      INFO(text);
      const std::string got = answer(generator.request(), compiled, fast, entities);
      ++asked;
      allowed += got.starts_with("allow") ? 1 : 0;
      failed += got.find('\n') != std::string::npos ? 1 : 0;
    }
  }
  // That all three happen often shows that the comparison is worth something.
  CHECK(allowed > asked / 20);
  CHECK(allowed < asked * 19 / 20);
  CHECK(failed > asked / 20);
}
