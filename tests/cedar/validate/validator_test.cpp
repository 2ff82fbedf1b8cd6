#include "cedar/validator.h"

#include <chrono>

#include "cedar/limits.h"
#include "tests/support/catch.h"

using cedar::EntityUid;
using cedar::Name;
using cedar::PolicySet;
using cedar::Schema;
using cedar::ValidationResult;
using cedar::Validator;
using cedar::ValidatorOptions;

namespace {

Schema parse_schema(const std::string& text) {
  auto schema = Schema::parse(text, "s");
  INFO((schema.ok() ? "" : schema.error().message));
  REQUIRE(schema.ok());
  return std::move(schema).value();
}

const Schema& photos() {
  static const Schema kSchema = parse_schema(R"(
    entity Team in [Team]; entity Color enum ["red", "blue"];
    entity User in [Team] { name: String, age: Long, nick?: String, boss?: User,
                            home: { city: String, zip?: Long, owner?: User } } tags String;
    entity Admin { name: String };
    entity Photo { owner: User, open: Bool };
    action view, edit in [all] appliesTo { principal: [User, Admin], resource: Photo, context: { mfa?: Bool, by: User } };
    action paint appliesTo { principal: Color, resource: Photo };
    action all; action none;
  )");
  return kSchema;
}

ValidationResult validate(const std::string& text, const ValidatorOptions& options = {}) {
  const auto policies = PolicySet::parse(text, "p");
  INFO((policies.ok() ? "" : policies.error().message));
  REQUIRE(policies.ok());
  return Validator(photos()).validate(*policies, options);
}

// One line per finding, without the excerpt of the text.
std::string found(const std::string& text, const ValidatorOptions& options = {}) {
  const ValidationResult result = validate(text, options);
  std::string out;
  const auto add = [&](const char* kind, const std::vector<cedar::ValidationFinding>& findings) {
    for (const auto& finding : findings) {
      const std::string whole = to_text(finding);
      out += (out.empty() ? "" : "\n") + std::string(kind) + whole.substr(0, whole.find('\n'));
    }
  };
  add("", result.errors);
  add("warning: ", result.warnings);
  return out;
}

std::string when(const std::string& condition) {
  return found("permit(principal is User, action == Action::\"view\", resource) when {\n" + condition +
               " };");
}

}  // namespace

TEST_CASE("validator: an error has file, place, the line, a caret and what to do", "[cedar][validator]") {
  const ValidationResult result =
      validate("permit(principal is User, action, resource)\nwhen { principal.nick == \"a\" };");
  REQUIRE(result.errors.size() == 1);
  CHECK(to_text(result.errors[0]) ==
        "p:2:8: policy `policy0`: attribute `nick` of entity type `User` is optional and may be absent; test "
        "for it "
        "first: `principal has nick && …`\n"
        "  2 | when { principal.nick == \"a\" };\n"
        "    |        ^");
}

TEST_CASE("validator: under an incomplete schema every policy has one error, which says what is missing",
          "[cedar][validator]") {
  const Schema schema = parse_schema(
      "external entity User; external action audit; entity Doc { owner: User };"
      "action view appliesTo { principal: Doc, resource: Doc };");
  auto policies = PolicySet::parse(
      "permit(principal, action == Action::\"audit\", resource);\n"
      "permit(principal, action, resource) when { principal.nope };\n"
      "permit(principal == ?principal, action, resource);",
      "p");
  REQUIRE(policies.ok());
  REQUIRE(policies->link("policy2", "link", {EntityUid(Name::unchecked("Doc"), "d"), std::nullopt}).ok());
  const ValidationResult result = Validator(schema).validate(*policies);
  const std::string why =
      "cannot be validated yet: `User` and `Action::\"audit\"` are declared `external`, and nothing defines them; "
      "link the schema with those that do\n";
  REQUIRE(result.errors.size() == 3);
  CHECK(to_text(result.errors[0]) == "p:3:1: policy `policy2`: " + why +
                                         "  3 | permit(principal == ?principal, action, resource);\n    | ^");
  CHECK(to_text(result.errors[1]) ==
        "p:1:1: policy `policy0`: " + why +
            "  1 | permit(principal, action == Action::\"audit\", resource);\n    | ^");
  CHECK(to_text(result.errors[2]) ==
        "p:2:1: policy `policy1`: " + why +
            "  2 | permit(principal, action, resource) when { principal.nope };\n    | ^");
  CHECK(result.warnings.empty());
  CHECK(Validator(schema).validate(PolicySet()).is_valid());
}

TEST_CASE("validator: what is wrong in conditions", "[cedar][validator]") {
  struct Row {
    const char* condition;
    const char* finding;  // after "p:2:"
  };
  const Row rows[] = {
      {"principal.age", "1: policy `policy0`: `principal.age` has type `Long`, and `when` needs a Bool"},
      {"principal.nam == \"a\"",
       "1: policy `policy0`: attribute `nam` is not declared for entity type `User`; did you mean `name`?"},
      {"principal.name + 1 == 2",
       "1: policy `policy0`: `principal.name` has type `String`, and `+` needs a Long"},
      {"1 - principal.name == 2",
       "5: policy `policy0`: `principal.name` has type `String`, and `-` needs a Long"},
      {"context.by == \"a\"",
       "1: policy `policy0`: `==` compares `User` with `String`; both sides need one type"},
      {"context.mfa",
       "1: policy `policy0`: attribute `mfa` of the context of `Action::\"view\"` is optional and may be "
       "absent; test "
       "for it first: `context has mfa && …`"},
      {"principal.getTag(\"k\") == \"v\"",
       "1: policy `policy0`: the tag may be absent; test for it first: `principal.hasTag(\"k\") && …`"},
      {"resource.getTag(\"k\") == \"v\"",
       "1: policy `policy0`: entity type `Photo` has no tags; declare them in the schema, as `tags String`"},
      {"[1, \"a\"].contains(1)",
       "5: policy `policy0`: `Long` and `String` stand in one set; all elements need one type"},
      {"[].contains(1)",
       "1: policy `policy0`: an empty set says nothing about its elements' type and is not allowed in "
       "policies; for "
       "\"is empty\" write `.isEmpty()`"},
      {"[\"a\"].contains(1)",
       "1: policy `policy0`: `contains` looks for `Long` in a set of `String`, which can hold none; both "
       "need one type"},
      {"if resource.open then 1 else true",
       "1: policy `policy0`: `if` gives `Long` here and `True` there; both branches need one type"},
      {"ip(principal.name).isIpv4()",
       "1: policy `policy0`: `ip` takes a string literal here, so that it can be checked now; for values "
       "that come "
       "later declare an attribute of the type"},
      {"ip(\"::1\").isInRange()",
       "1: policy `policy0`: `isInRange` takes at least 1 argument, and 0 are given"},
      {"ip(\"::1\").isInRange(ip(\"::/8\"), 3)",
       "33: policy `policy0`: `3` has type `Long`, and `isInRange` needs an ipaddr"},
      {"ip(\"::1\").isInRange(ip(\"::/8\"), ip(\"::/129\"))",
       "36: policy `policy0`: \"::/129\" is not an address like \"10.0.0.1\", \"10.0.0.0/8\", \"::1\" or "
       "\"2001:db8::/32\""},
      {"principal in Tem::\"t\"",
       "14: policy `policy0`: entity type `Tem` is not in the schema; did you mean `Team`?"},
      {"action == Action::\"vew\"",
       "11: policy `policy0`: action `Action::\"vew\"` is not in the schema; did you mean "
       "`Action::\"view\"`?"},
      {"false && Color::\"rod\" == Color::\"red\"",
       "10: policy `policy0`: `Color::\"rod\"` is no entity of the enumeration `Color`; did you mean `red`?"},
      {"principal has home.city.x",
       "1: policy `policy0`: `has`: attribute `city` has type `String`, and only entities and records have "
       "attributes "
       "such as `x`"},
      {"principal.age < \"a\"",
       "17: policy `policy0`: `\"a\"` has type `String`, and an order (`<`, `<=`, `>`, `>=`) needs a Long, a "
       "datetime "
       "or a duration"},
  };
  for (const Row& row : rows) {
    INFO(row.condition);
    const std::string all = when(row.condition);
    CHECK(all.substr(0, all.find("\nwarning")) == std::string("p:2:") + row.finding);
  }
}

TEST_CASE("validator: what was tested is known where it holds", "[cedar][validator]") {
  const char* valid[] = {
      "principal has nick && principal.nick == \"a\"",
      "principal has home.owner.boss && principal.home.owner.boss.age == 1",
      "principal has \"nick\" && principal[\"nick\"] == \"a\"",
      "(principal has nick || false) && principal.nick == \"a\"",
      "resource.owner has nick && (resource.open && resource.owner.nick == \"a\")",
      "principal.hasTag(principal.name) && principal.getTag(principal.name) == \"a\"",
      "if principal has nick then principal.nick == \"a\" else true",
      "(if resource.open then principal has nick else principal has nick) && principal.nick == \"a\"",
      "principal is Admin && principal.age.nonsense",
      "User::\"x\" has nick && User::\"x\".nick == \"a\"",
  };
  for (const char* condition : valid) {
    INFO(condition);
    CHECK(found("permit(principal is User, action == Action::\"view\", resource) when {" +
                std::string(condition) + "};")
              .find("p:") != 0);
  }
  const char* invalid[] = {
      "!(principal has nick) && principal.nick == \"a\"",
      "principal has boss && principal.boss.nick == \"a\"",
      "(principal has nick || resource.open) && principal.nick == \"a\"",
      "(if principal has nick then true else false) && principal.nick == \"a\"",
      "principal.hasTag(\"a\") && principal.getTag(\"b\") == \"a\"",
      "resource.owner has nick && principal.nick == \"a\"",
  };
  for (const char* condition : invalid) {
    INFO(condition);
    CHECK(when(condition).starts_with("p:2:"));
  }
  CHECK(found("permit(principal is User, action, resource) when { principal has nick } when { principal.nick "
              "== \"a\" };")
            .find("p:") != 0);
  CHECK(found("permit(principal is User, action, resource) unless { principal has nick } when { "
              "principal.nick == \"a\" };")
            .starts_with("p:1:"));
}

TEST_CASE("validator: a finding stands once, however many environments make it", "[cedar][validator]") {
  CHECK(found("permit(principal, action in Action::\"all\", resource) when { principal.nam == \"a\" };") ==
        "p:1:61: policy `policy0`: attribute `nam` is not declared for entity type `User`; did you mean "
        "`name`? (and 1 "
        "like it in other request environments)");
}

TEST_CASE("validator: scopes", "[cedar][validator]") {
  struct Row {
    const char* policy;
    const char* findings;
  };
  const Row rows[] = {
      {"permit(principal in Team::\"t\", action, resource);", ""},
      {"permit(principal is User in Team::\"t\", action in [Action::\"view\", Action::\"edit\"], resource);",
       ""},
      {"permit(principal is Photo, action, resource);",
       "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope "
       "and conditions are false together\n"
       "warning: p:1:8: policy `policy0`: no action of this scope applies to such a principal; change the scope, "
       "or the action's appliesTo in the schema"},
      {"permit(principal is Color, action == Action::\"view\", resource is Photo) when { 1 == 1 };",
       "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope "
       "and conditions are false together\n"
       "warning: p:1:8: policy `policy0`: no action of this scope applies to such a principal; change the scope, "
       "or the action's appliesTo in the schema"},
      {"permit(principal, action == Action::\"none\", resource);",
       "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope "
       "and conditions are false together\n"
       "warning: p:1:19: policy `policy0`: no action of this scope applies to anything; change the scope, or the "
       "action's appliesTo in the schema"},
      {"permit(principal, action in [], resource);",
       "p:1:19: policy `policy0`: no action is in an empty set; name one, or leave `in []` out"},
      {"permit(principal is User, action in [], resource) when { false };",
       "p:1:27: policy `policy0`: no action is in an empty set; name one, or leave `in []` out"},
      {"permit(principal, action in [], resource is User);",
       "p:1:19: policy `policy0`: no action is in an empty set; name one, or leave `in []` out\n"
       "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope "
       "and conditions are false together\n"
       "warning: p:1:33: policy `policy0`: no action of this scope applies to such a resource; change the scope, "
       "or the action's appliesTo in the schema"},
      // What a False principal keeps from being reached is not checked.
      {"permit(principal is Photo, action in [], resource);",
       "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope "
       "and conditions are false together\n"
       "warning: p:1:8: policy `policy0`: no action of this scope applies to such a principal; change the scope, "
       "or the action's appliesTo in the schema"},
      {"forbid(principal, action, resource) when { resource.open && 1 == 2 };",
       "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope "
       "and "
       "conditions are false together"},
  };
  for (const Row& row : rows) {
    INFO(row.policy);
    CHECK(found(row.policy) == row.findings);
  }
}

TEST_CASE("validator: a scope that fits no action is an error where that is asked for",
          "[cedar][validator]") {
  ValidatorOptions options;
  options.require_applicable_action = true;
  CHECK(
      found("permit(principal is Photo, action, resource);", options) ==
      "p:1:8: policy `policy0`: no action of this scope applies to such a principal; change the scope, or "
      "the action's appliesTo in the schema\n"
      "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope "
      "and conditions are false together");
}

TEST_CASE("validator: templates hold for every value, and links for theirs", "[cedar][validator]") {
  auto policies = PolicySet::parse(
      "permit(principal == ?principal, action == Action::\"view\", resource in ?resource) when { "
      "principal.name == \"a\" };",
      "p");
  REQUIRE(policies.ok());
  CHECK(Validator(photos()).validate(*policies).errors.empty());
  const auto link = [&](const char* id, const char* type, const char* resource) {
    REQUIRE(policies
                ->link("policy0", id,
                       {EntityUid(Name::unchecked(type), "x"), EntityUid(Name::unchecked(resource), "y")})
                .ok());
  };
  link("good", "User", "Photo");
  CHECK(Validator(photos()).validate(*policies).errors.empty());
  link("wrong", "Color", "Photo");
  link("unknown", "Usr", "Photo");
  const ValidationResult result = Validator(photos()).validate(*policies);
  REQUIRE(result.errors.size() == 2);
  CHECK(result.errors[0].policy == "wrong");
  CHECK(result.errors[0].message ==
        "`Color::\"x\"` is no entity of the enumeration `Color`; declare it there, or name another");
  CHECK(result.errors[1].policy == "unknown");
  CHECK(result.errors[1].message == "entity type `Usr` is not in the schema; did you mean `User`?");
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].policy == "wrong");
  CHECK(result.warnings[0].message ==
        "no action of this scope applies to such a principal; change the scope, or the action's appliesTo in "
        "the schema");
}

TEST_CASE("validator: what is wrong with a template is told once, not for each of its links",
          "[cedar][validator]") {
  const std::string kUnfit = "permit(principal == ?principal, action == Action::\"none\", resource);";
  const std::string kTemplates[] = {
      kUnfit,
      "permit(principal == ?principal, action == Action::\"vew\", resource);",
      "permit(principal == ?principal, action in [], resource == Photo::\"p\xD0\xB0ypal\");",
      "permit(principal in ?principal, action in Action::\"all\", resource) when { principal.nick == \"\" };",
  };
  for (const std::string& text : kTemplates) {
    INFO(text);
    const auto findings = [&](int links) {
      auto policies = PolicySet::parse(text, "p").value();
      for (int i = 0; i < links; ++i)
        REQUIRE(
            policies
                .link("policy0", "link" + std::to_string(i), {EntityUid(Name::unchecked("User"), "x"), {}})
                .ok());
      ValidatorOptions options;
      options.level = 0;
      const ValidationResult result = Validator(photos()).validate(policies, options);
      return result.errors.size() + result.warnings.size();
    };
    CHECK(findings(0) > 0);
    CHECK(findings(3) == findings(0));
  }
}

TEST_CASE("validator: what a link's value alone makes wrong is told of the link", "[cedar][validator]") {
  auto policies = PolicySet::parse("permit(principal == ?principal, action, resource);", "p").value();
  REQUIRE(policies
              .link("policy0", "odd",
                    {EntityUid(Name::unchecked("User"),
                               "a\xE2\x80\xAE"
                               "b"),
                     {}})
              .ok());
  const ValidationResult result = Validator(photos()).validate(policies);
  CHECK(result.errors.empty());
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].policy == "odd");
  CHECK_THAT(result.warnings[0].message, ContainsSubstring("change the direction of writing"));
}

TEST_CASE("validator: `action` is as if it were written out", "[cedar][validator]") {
  const std::string kNever =
      "warning: p:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope and "
      "conditions are false together";
  for (const char* condition : {"action == 5", "\"x\" == action", "action == true", "action == User::\"x\"",
                                "action == Action::\"edit\"", "Action::\"view\" == 5", "action != action",
                                "action == 5 && principal.nonsense", "action in Action::\"none\"",
                                "action in [Action::\"none\", Action::\"edit\"]", "action in User::\"x\""}) {
    INFO(condition);
    CHECK(when(condition) == kNever);
  }
  for (const char* condition :
       {"action != 5", "action == Action::\"view\" || 1 == \"\"", "action in Action::\"all\"",
        "action in [Action::\"none\", Action::\"view\"]"}) {
    INFO(condition);
    CHECK(when(condition) == "");
  }
  for (const char* condition :
       {"principal == 5", "action == principal.age", "action == [5]", "action == {a: 5}", "action < 5"}) {
    INFO(condition);
    CHECK(when(condition).starts_with("p:2:"));
  }
}

TEST_CASE("validator: an action is in an action of another type only where a group joins the types",
          "[cedar][validator]") {
  const Schema schema = parse_schema(R"(
    entity User;
    namespace A { action low, other; }
    namespace B { action mid in [A::Action::"low"]; action apart; }
    namespace C { action high in [B::Action::"apart"];
                  action ask appliesTo { principal: User, resource: User,
                                         context: { a: A::Action, b: B::Action, c: C::Action, as: Set<A::Action> } }; }
  )");
  struct Row {
    const char* condition;
    bool may_be_true;
  };
  const Row rows[] = {
      {"context.b in context.a", true},
      {"context.b in context.as", true},
      {"context.b in A::Action::\"other\"", true},
      {"context.a in context.b", false},
      {"context.c in context.b", true},
      {"context.b in context.c", false},
      {"context.c in context.a", false},  // no one group joins all three
      {"context.c in context.as", false},
      {"context.c in A::Action::\"low\"", false},
      {"context.a in context.a", true},
      {"context.a in context.as", true},
      {"context.a in principal", false},
      {"principal in context.a", false},
      {"action in context.b", true},
      {"action in context.a", false},
  };
  for (const Row& row : rows) {
    INFO(row.condition);
    const auto policies = PolicySet::parse(
        "permit(principal, action, resource) when { " + std::string(row.condition) + " };", "p");
    REQUIRE(policies.ok());
    const ValidationResult result = Validator(schema).validate(*policies);
    CHECK(result.is_valid());
    CHECK(result.warnings.empty() == row.may_be_true);
  }
}

TEST_CASE("validator: level 0 in the scope is judged by what is evaluated", "[cedar][validator]") {
  struct Row {
    const char* scope;
    bool is_valid;
  };
  const Row rows[] = {
      {"principal == User::\"x\", action == Action::\"view\", resource == Photo::\"p\"", true},
      {"principal in Team::\"t\", action, resource", false},
      {"principal in Photo::\"p\", action, resource", false},  // False, but evaluated
      {"principal in User::\"u\", action == Action::\"none\", resource", false},
      {"principal is User in Team::\"t\", action, resource", false},
      {"principal is Admin in Team::\"t\", action, resource", false},
      {"principal is Photo in Team::\"t\", action, resource", true},
      {"principal is Photo, action in Action::\"all\", resource in Photo::\"p\"", true},
      {"principal, action in Action::\"all\", resource", false},
      {"principal, action in [Action::\"view\"], resource", false},
      {"principal, action, resource in Photo::\"p\"", false},
      {"principal, action, resource is User in Team::\"t\"", true},
      {"principal, action, resource is Photo in Photo::\"p\"", false},
      {"principal, action == Action::\"none\", resource in Photo::\"p\"", true},
      {"principal is Color, action == Action::\"view\", resource in Photo::\"p\"", true},
  };
  ValidatorOptions options;
  for (const Row& row : rows) {
    INFO(row.scope);
    options.level = 0;
    CHECK(validate("permit(" + std::string(row.scope) + ");", options).is_valid() == row.is_valid);
    options.level = 1;
    CHECK(validate("permit(" + std::string(row.scope) + ");", options).is_valid());
  }
}

TEST_CASE("validator: an action that is written out may be asked only in its own environment",
          "[cedar][validator]") {
  ValidatorOptions options;
  options.level = 1;
  const std::string condition = " when { Action::\"view\" in Action::\"all\" };";
  CHECK(validate("permit(principal, action == Action::\"view\", resource)" + condition, options).is_valid());
  CHECK_FALSE(validate("permit(principal, action, resource)" + condition, options).is_valid());
}

TEST_CASE("validator: levels", "[cedar][validator]") {
  struct Row {
    const char* condition;
    std::size_t needs;  // the least level at which it is valid; 9 for none
  };
  const Row rows[] = {
      {"context has mfa && context.mfa", 0},
      {"principal == context.by", 0},
      {"{a: principal}.a == principal", 0},
      {"principal.age == 1", 1},
      {"principal has nick", 1},
      {"principal in Team::\"t\"", 1},
      {"principal is User in Team::\"t\"", 1},
      {"principal is Admin in Team::\"t\"", 0},  // `in` is never reached
      {"principal.hasTag(\"a\")", 1},
      {"principal.home.city == \"a\"", 1},
      {"context.by.age == 1", 1},
      {"{a: {b: principal}}.a.b.age == 1", 1},
      {"resource.owner.age == 1", 2},
      {"{a: resource.owner}.a.age == 1", 2},
      {"(if resource.open then principal else resource.owner).age == 1", 2},
      {"principal has home.owner.boss", 2},
      {"resource.owner in Team::\"t\"", 2},
      {"resource.owner.getTag(\"a\") == \"b\"", 2},
      {"resource.owner has boss && resource.owner.boss.age == 1", 3},
      {"User::\"x\".age == 1", 9},
      {"User::\"x\" in Team::\"t\"", 9},
      {"action in Action::\"all\"", 1},
  };
  for (const Row& row : rows) {
    for (std::size_t level = 0; level <= 4; ++level) {
      INFO(row.condition << " at level " << level);
      ValidatorOptions options;
      options.level = level;
      const std::string condition = row.condition;
      const std::string guard =
          condition.find("getTag") != std::string::npos ? "resource.owner.hasTag(\"a\") && " : "";
      const std::string all = found(
          "permit(principal is User, action == Action::\"view\", resource) when {" + guard + condition + "};",
          options);
      CHECK((all.find("p:") != 0) == (level >= row.needs));
    }
  }
  ValidatorOptions options;
  options.level = 1;
  CHECK(found("permit(principal is User, action, resource) when { resource.owner.age == 1 };", options) ==
        "p:1:52: policy `policy0`: `resource.owner` needs data of an entity of level 1, and the limit allows "
        "only levels "
        "below 1; raise the limit, or pass the value in the context");
}

TEST_CASE("validator: texts that deceive are warned of", "[cedar][validator]") {
  const auto warning = [](const std::string& text) {
    const ValidationResult result =
        validate("permit(principal is User, action, resource) when { principal.name == \"" + text + "\" };");
    REQUIRE(result.errors.empty());
    return result.warnings.empty() ? "" : result.warnings[0].message;
  };
  CHECK(warning("plain") == "");
  CHECK(warning("Пример 1") == "");
  CHECK(warning("日本語のテキスト") == "");
  CHECK(warning("한국어 漢字") == "");
  CHECK(warning("αβγ-1") == "");
  CHECK(warning("p\xD0\xB0ypal") ==
        "string \"p\xD0\xB0ypal\" mixes letters of several scripts, which can look alike");
  CHECK_THAT(warning("a\xE2\x80\x8B"
                     "b"),
             ContainsSubstring("has invisible characters"));
  CHECK_THAT(warning("a\xE2\x80\xAE"
                     "b"),
             ContainsSubstring("change the direction of writing"));
}

TEST_CASE("validator: names are warned of outside Unicode's profile for identifiers", "[cedar][validator]") {
  const auto warning = [](const std::string& condition) {
    const ValidationResult result =
        validate("permit(principal is User, action, resource) when { " + condition + " };");
    return result.warnings.empty() ? "" : result.warnings[0].message;
  };
  const std::string kTold =
      ", which Unicode's profile for identifiers excludes, since it can be mistaken for another or not be seen";
  struct Row {
    const char* text;
    const char* character;  // "" where there is nothing to tell
  };
  const Row rows[] = {
      {"get /pets/{petId}?a=b&c=%20#~", ""},
      {"https://www.example.com", ""},
      {"Übergröße", ""},
      {"日本語", ""},
      {"a·b", ""},
      {"a\\nb", "U+000A"},
      {"a\\0b", "U+0000"},
      {"a\\u{7f}", "U+007F"},
      {"a\\u{a0}b", "U+00A0"},
      {"§1", "U+00A7"},
      {"🍌🍎", "U+1F34C"},
      {"a–b", "U+2013"},
      {"ﬁle", "U+FB01"},
      {"\\u{10ffff}", "U+10FFFF"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const std::string text = row.text;
    const std::string told = *row.character ? " has the character " + std::string(row.character) + kTold : "";
    const auto tail = [](const std::string& whole) {
      const std::size_t at = whole.find(" has the character");
      return at == std::string::npos ? whole : whole.substr(at);
    };
    CHECK(tail(warning("principal == User::\"" + text + "\"")) == told);
    CHECK(tail(warning("{\"" + text + "\": 1} == {\"" + text + "\": 2}")) == told);
    CHECK(tail(warning("principal has \"" + text + "\" || 1 == 2 || principal.age == 1")) == told);
    // Strings are read, not referred to.
    CHECK(warning("principal.name == \"" + text + "\"") == "");
  }
  CHECK(warning("principal == User::\"a\xE2\x80\x8B"
                "b\"") == "entity id \"a\\u{200b}b\" has invisible characters");
}

TEST_CASE("validator: work is bounded, and a run that stops says so", "[cedar][validator]") {
  std::string schema = "entity E0";
  for (int i = 1; i < 3000; ++i) schema += ", E" + std::to_string(i);
  schema += " { a: Long }; action a appliesTo { principal: [E0";
  for (int i = 1; i < 3000; ++i) schema += ", E" + std::to_string(i);
  schema += "], resource: [E0";
  for (int i = 1; i < 3000; ++i) schema += ", E" + std::to_string(i);
  const Schema wide = parse_schema(schema + "] };");
  ValidatorOptions options;
  options.max_steps = 1'000'000;
  const auto run = [&](const std::string& text) {
    const auto policies = PolicySet::parse(text, "p");
    REQUIRE(policies.ok());
    return Validator(wide).validate(*policies, options);
  };
  CHECK(run("permit(principal, action, resource) when { principal.a == 1 };").is_valid());
  CHECK(run("permit(principal is E7, action, resource) when { principal.a == resource.a };").is_valid());
  const ValidationResult stopped =
      run("permit(principal, action, resource) when { principal.a == resource.a };");
  REQUIRE(stopped.errors.size() == 1);
  CHECK(stopped.errors[0].message ==
        "validation stopped here: policies and schema together need more than 1000000 steps; name the "
        "action, or the "
        "types of principal and resource, in the scopes");

  const ValidationResult many = run("permit(principal, action, resource) when { principal.b == 1 };");
  REQUIRE(many.errors.size() == 1);
  CHECK(many.errors[0].message ==
        "attribute `b` is not declared for entity type `E0`; did you mean `a`? (and 2999 like it in other "
        "request "
        "environments)");
  std::string wrong = "permit(principal, action, resource) when { 1 == 1";
  for (std::size_t i = 0; i <= cedar::kMaxFindings; ++i) wrong += " && (1 + true == 1)";
  CHECK(run(wrong + " };").errors.size() == cedar::kMaxFindings);
}

TEST_CASE("validator: guesses and repeated messages have an end, findings do not suffer",
          "[cedar][validator]") {
  const auto types = [](std::size_t count) {
    std::string names = "E0";
    for (std::size_t i = 1; i < count; ++i) names += ", E" + std::to_string(i);
    return names;
  };
  const auto run = [](const Schema& schema, const std::string& text) {
    return Validator(schema).validate(PolicySet::parse(text, "p").value());
  };

  constexpr std::size_t kTypes = 1'000;
  constexpr std::size_t kGuesses = cedar::kMaxGuessed / kTypes;
  const Schema many_types = parse_schema("entity " + types(kTypes) + ";");
  std::string misspelt;
  for (std::size_t i = 0; i <= kGuesses; ++i) misspelt += "permit(principal is EE0, action, resource);";
  const ValidationResult guessed = run(many_types, misspelt);
  std::vector<std::string> unknown;
  for (const auto& error : guessed.errors)
    if (error.message.starts_with("entity type")) unknown.push_back(error.message);
  REQUIRE(unknown.size() == kGuesses + 1);
  CHECK(unknown[kGuesses - 1] == "entity type `EE0` is not in the schema; did you mean `E0`?");
  CHECK(unknown[kGuesses] == "entity type `EE0` is not in the schema; declare it there, or name another");

  // Ten messages of ten thousand environments are as many as are remembered; of an eleventh only some are.
  const std::string names = types(cedar::kMaxRepeated / 10);
  const Schema many_environments = parse_schema("entity " + names + "; action view appliesTo { principal: [" +
                                                names + "], resource: E0 };");
  for (const std::size_t mistakes : {std::size_t{10}, std::size_t{11}}) {
    std::string text = "permit(principal, action, resource) when { principal.x0";
    for (std::size_t i = 1; i < mistakes; ++i) text += " || principal.x" + std::to_string(i);
    const ValidationResult repeated = run(many_environments, text + " };");
    REQUIRE(repeated.errors.size() == mistakes);
    std::size_t told = mistakes;
    for (const auto& error : repeated.errors) {
      const std::size_t at = error.message.find(" (and ");
      if (at != std::string::npos) told += std::stoul(error.message.substr(at + 6));
    }
    CHECK(told == cedar::kMaxRepeated);
  }
}

TEST_CASE("validator: what is asked after `has` is the same expression, however deep", "[cedar][validator]") {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"(if context has mfa then principal else context.by)",
       "(if context has mfa then principal else context.by)"},
      {"{a: principal, b: [1, -2]}.a", "{a: principal, b: [1, -2]}.a"},
  };
  for (const auto& [tested, asked] : pairs) {
    INFO(tested);
    CHECK(when("principal is User && " + tested + " has nick && " + asked + ".nick == \"\"") == "");
  }
  const std::vector<std::pair<std::string, std::string>> others = {
      {"{a: principal, b: [1, -2]}.a", "{a: principal, b: [1, 2]}.a"},
      {"{a: principal, b: 1 + 2}.a", "{a: principal, b: 1 - 2}.a"},
      {"{a: principal, b: \"x\" like \"*\"}.a", "{a: principal, b: \"x\" like \"\\*\"}.a"},
      {"{a: principal, b: principal is User}.a", "{a: principal, b: principal is Admin}.a"},
      {"{a: principal, b: ip(\"::1\")}.a", "{a: principal, b: ip(\"::2\")}.a"},
      {"{a: principal, b: true}.a", "{a: principal, \"b \": true}.a"},
  };
  for (const auto& [tested, asked] : others) {
    INFO(tested);
    CHECK_THAT(when("principal is User && " + tested + " has nick && " + asked + ".nick == \"\""),
               ContainsSubstring("attribute `nick` of entity type `User` is optional"));
  }
}

TEST_CASE("validator: long and deep conditions take time in proportion", "[cedar][validator]") {
  std::string tests = "principal has nick";
  for (int i = 0; i < 20'000; ++i) tests += " && principal has nick && principal.nick == \"a\"";
  std::string deep = "principal";
  for (int i = 0; i < 90; ++i) deep = "(if " + deep + " has boss then principal else principal)";
  const auto start = std::chrono::steady_clock::now();
  CHECK(when(tests) == "");
  CHECK(when(deep + ".age == 1") == "");
  ValidatorOptions options;
  options.level = 3;
  std::string path = "principal";
  for (int i = 0; i < 150; ++i) path += ".boss";
  CHECK_FALSE(validate("permit(principal is User, action, resource) when { " + path + ".age == 1 };", options)
                  .is_valid());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}
