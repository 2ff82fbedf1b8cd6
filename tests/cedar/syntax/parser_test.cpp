#include "cedar/parser.h"

#include "tests/cedar/support.h"

namespace {

using cedar_test::message;
using cedar_test::source;

struct Mistake {
  std::string text;
  std::string message;  // the whole, but for the line and the caret, which follow from the column
};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("parser: a mistake is told with its line and a caret", "[cedar]") {
  CHECK(message(cedar::PolicySet::parse("permit(\n  pricipal, action, resource);", "guard.cedar")) ==
        "guard.cedar:2:3: expected `principal`, found `pricipal`; did you mean `principal`?\n"
        "  2 |   pricipal, action, resource);\n"
        "    |   ^");
  CHECK(message(cedar::parse_expression(source("true &&\n\n  foo == 1"))) ==
        "e:3:3: unknown variable `foo`\n"
        "  3 |   foo == 1\n"
        "    |   ^");
}

TEST_CASE("parser: mistakes in policies", "[cedar]") {
  const std::vector<Mistake> rows = {
      {"permit(principal, action resource);", "p:1:26: expected `,` and `resource`, found `resource`"},
      {"permit(resource, action, principal);",
       "p:1:8: expected `principal`, found `resource`; a scope names `principal`, `action` and `resource`, "
       "in this order"},
      {"permit(principal, action, resource)",
       "p:1:36: expected `when`, `unless` or `;`, found the end of the text"},
      {"Permit(principal, action, resource);",
       "p:1:1: a policy begins with `permit` or `forbid`, not with `Permit`; did you mean `permit`?"},
      {"allow(principal, action, resource);",
       "p:1:1: a policy begins with `permit` or `forbid`, not with `allow`"},
      {"@id(1) permit(principal, action, resource);",
       "p:1:5: expected the annotation's value in quotes, found `1`"},
      {"@id(\"a\",) permit(principal, action, resource);", "p:1:8: expected `)`, found `,`"},
      {"@id(\"a\") @id(\"b\") permit(principal, action, resource);", "p:1:11: annotation `id` stands twice"},
      {"permit(principal = User::\"a\", action, resource);",
       "p:1:18: `=` is not an operator; did you mean `==`?"},
      {"permit(principal != User::\"a\", action, resource);",
       "p:1:18: a scope compares with `==`, `in` and `is` only; write other conditions in `when { … }`"},
      {"permit(principal, action has a, resource);",
       "p:1:26: a scope compares with `==` and `in` only; write other conditions in `when { … }`"},
      {"permit(principal in [User::\"a\"], action, resource);",
       "p:1:21: the scope's principal is compared with one entity, not with a set"},
      {"permit(principal in Group::\"g\" is User, action, resource);",
       "p:1:32: `is` stands before `in`, as `principal is User in Group::\"id\"`"},
      {"permit(principal: User, action, resource);",
       "p:1:17: a type is required with `is`, as `principal is User`"},
      {"permit(principal == ?resource, action, resource);",
       "p:1:21: the slot of `principal` is `?principal`, not `?resource`"},
      {"permit(principal, action == ?action, resource);", "p:1:29: the scope's action takes no slot"},
      {"permit(principal, action is Action, resource);",
       "p:1:26: the scope's action takes no `is`; write it as a condition in `when { … }`"},
      {"permit(principal, action == User::\"a\", resource);",
       "p:1:29: an action's type is `Action` or ends in `::Action`, not `User`"},
      {"permit(principal, action == Action::NS::\"a\", resource);",
       "p:1:29: an action's type is `Action` or ends in `::Action`, not `Action::NS`"},
      {"permit(principal == User, action, resource);",
       "p:1:21: expected an entity like `User::\"alice\"`, found `User`"},
      {"permit(principal is if, action, resource);", "p:1:21: `if` is a reserved word and names nothing"},
      {"permit(principal, action, resource) whn { true };",
       "p:1:37: expected `when`, `unless` or `;`, found `whn`; did you mean `when`?"},
      {"permit(principal, action, resource) when { };", "p:1:44: the condition is empty"},
      {"permit(principal, action, resource);;", "p:1:37: expected `permit` or `forbid`, found `;`"},
      {"permit(principal, action, resource) when { true",
       "p:1:48: expected an operator or `}`, found the end of the text"},
      {"\xEF\xBB\xBFpermit(principal, action, resource);",
       "p:1:1: a byte order mark is not allowed; save the file without it"},
      {"permit(principal, action, resource) when { ?principal == 1 };",
       "p:1:44: slots stand only in the scope, not in conditions"},
  };
  for (const Mistake& row : rows) {
    INFO(row.text);
    CHECK(first_line(message(cedar::PolicySet::parse(row.text, "p"))) == row.message);
  }
}

TEST_CASE("parser: mistakes in expressions", "[cedar]") {
  const std::vector<Mistake> rows = {
      {"pricipal == 1", "e:1:1: unknown variable `pricipal`; did you mean `principal`?"},
      {"context.if", "e:1:9: `if` is a reserved word; as an attribute it is written in quotes"},
      {"context has if", "e:1:13: `if` is a reserved word; as an attribute it is written in quotes"},
      {"{if: 1}", "e:1:2: `if` is a reserved word; as an attribute it is written in quotes"},
      {"context has \"a\".b", "e:1:16: a path after `has` is made of names without quotes, as `x has a.b`"},
      {"a::b == 1", "e:1:1: `a::b` is a type, not a value; an entity is `a::b::\"id\"`"},
      {"contians([1], 1)", "e:1:1: `contians` is not a function; did you mean `contains`?"},
      {"ipp(\"1\")", "e:1:1: `ipp` is not a function; did you mean `ip`?"},
      {"unknown(\"x\")", "e:1:1: `unknown` is not a function"},
      {"contains([1], 1)", "e:1:1: `contains` is a method, not a function; write `x.contains(…)`"},
      {"isIpv4(ip(\"::\"))", "e:1:1: `isIpv4` is a method, not a function; write `x.isIpv4(…)`"},
      {"a::ip(\"::\")", "e:1:1: `a::ip` is not a function"},
      {"[1].contians(1)", "e:1:5: `contians` is not a method; did you mean `contains`?"},
      {"\"1.0\".decimal()", "e:1:7: `decimal` is a function, not a method; write `decimal(…)`"},
      {"[1].contains()", "e:1:5: `contains` takes one argument, not 0"},
      {"[1].isEmpty(1)", "e:1:5: `isEmpty` takes no arguments, not 1"},
      {"1 < 2 < 3", "e:1:7: comparisons do not chain; put brackets around the one that comes first"},
      {"1 == 2 in 3", "e:1:8: comparisons do not chain; put brackets around the one that comes first"},
      {"context has a == true",
       "e:1:15: comparisons do not chain; put brackets around the one that comes first"},
      {"1 = 1", "e:1:3: `=` is not an operator; did you mean `==`?"},
      {"4 / 2", "e:1:3: there is no division and no remainder"},
      {"4 % 2", "e:1:3: there is no division and no remainder"},
      {"!-1", "e:1:2: `!` and `-` cannot follow each other; put brackets between them"},
      {"!!!!!true", "e:1:5: more than four `!` in a row"},
      {"-----1", "e:1:5: more than four `-` in a row"},
      {"9223372036854775808", "e:1:1: this number is too large; the largest is 9223372036854775807"},
      {"-(9223372036854775808)", "e:1:3: this number is too large; the largest is 9223372036854775807"},
      {"-9223372036854775809", "e:1:2: this number is too large; the largest is 9223372036854775807"},
      {"true && if true then true else false", "e:1:9: `if` as an operand needs brackets around it"},
      {"if true then 1", "e:1:15: expected `else`, found the end of the text"},
      {"{a: 1, b: 2, \"a\": 3}", "e:1:14: the record has \"a\" already"},
      {"{1: 2}", "e:1:2: expected a name or a string, found `1`"},
      {"context[\"a\"+\"b\"]", "e:1:12: expected `]`, found `+`"},
      {"context[1]", "e:1:9: expected an attribute's name in quotes, found `1`"},
      {"\"a\\qb\"", "e:1:3: not an escape; there are \\n \\r \\t \\\\ \\0 \\' \\\" \\x41 \\u{1F600}"},
      {"\"a\\*b\"", "e:1:3: `\\*` is an escape only in the pattern of `like`"},
      {"\"\rx\"",
       "e:1:2: a string cannot hold a raw carriage return; write `\\r`, or end lines with a line feed"},
      {"\"a\\\nb\"",
       "e:1:3: a backslash at the end of a line is no escape; strings may simply go on in the next line"},
      {"\"open", "e:1:1: the string that begins here has no closing quote"},
      {"'a'", "e:1:1: strings are written in double quotes, as \"text\""},
      {"1 & 2", "e:1:3: unexpected `&`; did you mean `&&`?"},
      {"true and false", "e:1:6: expected an operator or the end of the text, found `and`"},
      {"principal.foo()", "e:1:11: `foo` is not a method"},
      {"(context.a)(1)", "e:1:12: only functions and methods can be called, as `f(x)` and `x.f(y)`"},
      {"\"a\" like context", "e:1:10: expected a pattern in quotes after `like`, found `context`"},
      {"principal is \"User\"", "e:1:14: expected an entity type after `is`, found `\"User\"`"},
      {"principal is User::\"a\"", "e:1:20: expected a name after `::`, found `\"a\"`"},
      {"principal is __cedar::User", "e:1:14: `__cedar` is a reserved word and names nothing"},
      {"context.", "e:1:9: expected a name after `.`, found the end of the text"},
      {"[1, 2", "e:1:6: expected `,` or `]`, found the end of the text"},
      {"[,]", "e:1:2: expected an expression, found `,`"},
      {"(1", "e:1:3: expected `)`, found the end of the text"},
      {"# 1", "e:1:1: unexpected `#`; comments begin with `//`"},
      {"\xff", "e:1:1: not valid UTF-8"},
      {"\"\xC3\"", "e:1:2: not valid UTF-8"},
      {"1 \xE2\x80\x8B== 1", "e:1:3: an invisible zero width space stands here; remove it"},
      {"\xC3\xA9", "e:1:1: unexpected `\xC3\xA9`; names are made of ASCII letters, digits and `_`"},
      {"\x01", "e:1:1: a control character stands here; remove it"},
      {"", "e:1:1: expected an expression, found the end of the text"},
  };
  for (const Mistake& row : rows) {
    INFO(row.text);
    CHECK(first_line(message(cedar::parse_expression(source(row.text)))) == row.message);
  }
}

TEST_CASE("parser: a tree keeps what was written and where", "[cedar]") {
  const std::string text =
      "@id(\"a\") @note\npermit(principal is User in ?principal, action in [Action::\"x\"], resource)\n"
      "when { 1 != (2) + 3 } unless { context has a.b };";
  const auto parsed = cedar::parse_policies(source(text));
  REQUIRE(message(parsed).empty());
  const cedar::Template& policy = *parsed->front();
  const auto shown = [&](cedar::SourceRange at) { return std::string(policy.source->text_at(at)); };
  CHECK(policy.is_template());
  CHECK(*policy.annotation("id") == "a");
  CHECK(policy.annotation("note")->empty());
  CHECK_FALSE(policy.annotations[1].value);
  CHECK(policy.annotation("none") == nullptr);
  CHECK(shown(policy.at) == text);
  CHECK(shown(policy.principal_at) == "principal is User in ?principal");
  CHECK(shown(policy.action_at) == "action in [Action::\"x\"]");
  CHECK(shown(policy.resource_at) == "resource");
  REQUIRE(policy.conditions.size() == 2);
  CHECK(shown(policy.conditions[1].at) == "unless { context has a.b }");
  const auto& different = std::get<cedar::Binary>(policy.conditions[0].body->node);
  CHECK(different.op == cedar::BinaryOp::kNotEqual);
  CHECK(shown(different.right->at) == "(2) + 3");
  CHECK(std::get<cedar::Has>(policy.conditions[1].body->node).path == std::vector<std::string>{"a", "b"});
}

TEST_CASE("parser: an entity's uid as an argument has it", "[cedar]") {
  CHECK(to_text(cedar_test::uid(" App :: User :: \"a\\\"b\" // c")) == "App::User::\"a\\\"b\"");
  const std::vector<Mistake> rows = {
      {"User:\"a\"", "entity:1:1: expected an entity like `User::\"alice\"`, found `User`"},
      {"User::\"a\" x", "entity:1:11: expected the end of the text, found `x`"},
      {"", "entity:1:1: expected an entity like `User::\"alice\"`, found the end of the text"},
  };
  for (const Mistake& row : rows)
    CHECK(first_line(message(cedar::EntityUid::parse(row.text))) == row.message);
}
