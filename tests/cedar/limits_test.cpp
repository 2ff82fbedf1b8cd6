// Every bound at its limit and one over, and texts that want to break the parser.
#include "cedar/limits.h"

#include "cedar/evaluator.h"
#include "tests/cedar/support.h"

namespace {

using cedar_test::message;
using cedar_test::repeated;
using cedar_test::source;

constexpr const char* kTooDeep = "nested more deeply than 200 levels";

std::string when(const std::string& expr) {
  return "permit(principal, action, resource) when { " + expr + " };";
}

// "" where the expression is read, printed and read again; else the message's first line without its place.
std::string mistake(const std::string& expr) {
  const auto parsed = cedar::parse_expression(source(expr));
  if (parsed.ok()) {
    const auto again = cedar::parse_expression(source(to_text(*parsed->root)));
    return message(again).empty() && equal(*parsed->root, *again->root) ? "" : "not the same when printed";
  }
  const std::string line = parsed.error().message.substr(0, parsed.error().message.find('\n'));
  return line.substr(line.find(": ") + 2);
}

std::string nested(const char* open, const char* inside, const char* close, std::size_t levels) {
  return repeated(open, levels) + inside + repeated(close, levels);
}

}  // namespace

TEST_CASE("limits: nesting up to 200 levels, of every kind", "[cedar]") {
  struct Row {
    const char* open;
    const char* inside;
    const char* close;
  };
  const std::vector<Row> rows = {
      {"(", "true", ")"},
      {"[", "true", "]"},
      {"{a: ", "true", "}"},
      {"!(", "true", ")"},
      {"-(", "context.a", ")"},
      {"if true then 1 else ", "1", ""},
      {"if ", "true", " then true else true"},
      {"(1 + ", "1", ")"},
      {"", "context", ".a"},
      {"", "context", "[\"a b\"]"},
      {"[].contains(", "1", ")"},
      {"ip(", "1", ")"},
      {"(true && ", "true", ")"},
      {"", "context", ".isEmpty()"},
  };
  for (const Row& row : rows) {
    INFO(row.open << " " << row.close);
    const bool is_unary = std::string(row.open) == "-(";
    CHECK(mistake(nested(row.open, row.inside, row.close, is_unary ? 199 : 200)).empty());
    CHECK(mistake(nested(row.open, row.inside, row.close, 201)) == kTooDeep);
    CHECK(mistake(nested(row.open, row.inside, row.close, 100'000)) == kTooDeep);
    CHECK(mistake(repeated(row.open, 100'000)).find("not the same") == std::string::npos);
  }
  const auto scope = [](std::size_t levels) {
    return "permit(principal == " + nested("(", "User::\"a\"", ")", levels) + ", action, resource);";
  };
  CHECK(message(cedar::PolicySet::parse(scope(200), "p")).empty());
  CHECK(message(cedar::PolicySet::parse(scope(201), "p")).starts_with("p:1:221: nested more deeply"));
}

TEST_CASE("limits: chains of 100,000 operands are parsed, evaluated, printed and destroyed", "[cedar]") {
  struct Row {
    const char* first;
    const char* next;
    const char* value;
  };
  const std::vector<Row> rows = {
      {"true", " && true", "true"}, {"false", " || false", "false"},
      {"1", " + 1", "100001"},      {"1", " - 1", "-99999"},
      {"1", " * 1", "1"},
  };
  for (const Row& row : rows) {
    INFO(row.next);
    const std::string text = row.first + repeated(row.next, 100'000);
    const auto parsed = cedar::parse_expression(source(text));
    REQUIRE(message(parsed).empty());
    const auto value = evaluate(*parsed->root, cedar_test::request(), cedar::Entities());
    REQUIRE(value.ok());
    CHECK(to_text(value.value()) == row.value);
    CHECK(to_text(*parsed->root) == text);
  }
  CHECK(mistake("context has a" + repeated(".a", 100'000)).empty());
  CHECK(mistake("[" + repeated("1, ", 100'000) + "]").empty());
}

TEST_CASE("limits: size of a text, parts, annotations", "[cedar]") {
  const std::string policy = "permit(principal, action, resource);";
  const std::string blanks(cedar::kMaxPolicyText - policy.size(), ' ');
  CHECK(message(cedar::PolicySet::parse(policy + blanks, "p")).empty());
  CHECK(message(cedar::PolicySet::parse(policy + blanks + " ", "p")) == "p: longer than 10485760 bytes");

  // The chain itself is a part too.
  CHECK(mistake("1" + repeated("+1", cedar::kMaxParts - 2)).empty());
  CHECK(mistake("1" + repeated("+1", cedar::kMaxParts - 1)) ==
        "the text has more than 2000000 parts; divide it");
  CHECK(mistake("\"\" like \"" + repeated("*", cedar::kMaxParts + 1) + "\"") ==
        "the text has more than 2000000 parts; divide it");

  const auto annotated = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "@a" + std::to_string(i) + " ";
    return text + policy;
  };
  CHECK(message(cedar::PolicySet::parse(annotated(cedar::kMaxAnnotations), "p")).empty());
  CHECK(message(cedar::PolicySet::parse(annotated(cedar::kMaxAnnotations + 1), "p"))
            .starts_with("p:1:492: a policy has at most 100 annotations"));
}

TEST_CASE("limits: entity and context JSON nests up to 64 levels", "[cedar]") {
  const auto context = [](std::size_t levels) { return R"({"a": )" + nested("[", "1", "]", levels) + "}"; };
  CHECK(message(cedar::context_from_json(context(cedar::kMaxValueNesting))).empty());
  CHECK_FALSE(message(cedar::context_from_json(context(cedar::kMaxValueNesting + 4))).empty());
  CHECK_FALSE(message(cedar::context_from_json(context(100'000))).empty());
}

TEST_CASE("limits: size of entities, and of the values in them", "[cedar]") {
  const auto of_size = [](std::size_t size) {
    return message(cedar::Entities::from_json("[]" + std::string(size - 2, ' ')));
  };
  CHECK(of_size(cedar::kMaxEntitiesText) == "");
  CHECK(of_size(cedar::kMaxEntitiesText + 1) == "entities: longer than 67108864 bytes");

  // The set and the object around it count too. So many in two bytes each are one more for each eight bytes.
  const auto of_values = [](std::size_t count) {
    return message(cedar::context_from_json("{\"a\":[" + repeated("1,", count - 3) + "1]}"));
  };
  const std::size_t most = cedar::kFreeEntityNodes * 4 / 3;
  CHECK(of_values(most) == "");
  CHECK_THAT(of_values(most + 2), ContainsSubstring("more than 1333334 values"));
}

TEST_CASE("limits: policies cut at every byte are read or refused", "[cedar]") {
  const std::vector<std::string> texts = {
      "@id(\"a\\u{1F600}\")\n@note permit(principal is A::B in ?principal, action in [Action::\"x\", "
      "Action::\"y\",], "
      "resource == ?resource,) // end\nwhen { if principal has a.b then -5 * 2 + 1 <= 7 else !(context[\"a "
      "b\"]) } "
      "unless { [1, {a: \"\xC3\xA9\", \"if\": 2}].contains(ip(\"::1/8\").isInRange(ip(\"10.0.0.0/8\"))) };",
      when("\"a\\x41*\\u{2a}\" like \"*\\*\xF0\x9F\x98\x80\" || principal is User in Group::\"g\" && "
           "resource.getTag(\"t\") in []"),
  };
  for (const std::string& text : texts) {
    REQUIRE(message(cedar::PolicySet::parse(text, "p")).empty());
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const auto cut = cedar::PolicySet::parse(text.substr(0, size), "p");
      CHECK((cut.ok() || cut.error().message.starts_with("p:")));
      const auto rest = cedar::PolicySet::parse(text.substr(size), "p");
      CHECK((rest.ok() || rest.error().message.starts_with("p:")));
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const char byte : {'\0', '"', '(', '\\', '\xff', '.'}) {
        std::string changed = text;
        changed[at] = byte;
        const auto read = cedar::PolicySet::parse(changed, "p");
        CHECK((read.ok() || read.error().message.starts_with("p:")));
      }
    }
  }
}
