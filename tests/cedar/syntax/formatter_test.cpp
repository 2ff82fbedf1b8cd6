#include "cedar/formatter.h"

#include <filesystem>

#include "base/file.h"
#include "cedar/limits.h"
#include "tests/cedar/support.h"

namespace {

using cedar_test::message;
using cedar_test::repeated;

std::string formatted(const std::string& text, const cedar::FormatOptions& options = {}) {
  const auto out = cedar::format_policies(text, "p.cedar", options);
  return out.ok() ? *out : out.error().message;
}

std::string when(const std::string& condition) {
  return "permit(principal,action,resource)when{" + condition + "};";
}

// What stands behind the scope.
std::string condition_of(const std::string& condition) {
  const std::string head = "permit (principal, action, resource)\n";
  const std::string text = formatted(when(condition));
  REQUIRE(text.starts_with(head));
  return text.substr(head.size());
}

}  // namespace

TEST_CASE("formatter: policies", "[cedar][formatter]") {
  struct Row {
    std::string text, formatted;
  };
  const Row rows[] = {
      {"", ""},
      {" \n\t", ""},
      {"// alone", "// alone\n"},
      {"permit(principal,action,resource,);", "permit (principal, action, resource,);\n"},
      {"@id ( \"a\" ) @x\npermit(principal,action,resource);",
       "@id(\"a\")\n@x\npermit (principal, action, resource);\n"},
      {"forbid(principal is A :: U in ?principal,action,resource);",
       "forbid (\n  principal is A::U in ?principal,\n  action,\n  resource\n);\n"},
      {"permit(principal,action "
       "in[Action::\"a\",Action::\"b\"],resource==(D::\"d\"))unless{true}when{false};",
       "permit (\n  principal,\n  action in [Action::\"a\", Action::\"b\"],\n  resource == (D::\"d\")\n)\n"
       "unless { true }\nwhen { false };\n"},
      {"permit(principal,action,resource);permit(principal,action,resource);\n\n\n\n",
       "permit (principal, action, resource);\n\npermit (principal, action, resource);\n"},
      {"permit(principal,action);",
       "p.cedar:1:24: expected `,` and `resource`, found `)`\n  1 | permit(principal,action);\n    |         "
       "               ^"},
  };
  for (const Row& row : rows) {
    CHECK(formatted(row.text) == row.formatted);
    if (!row.formatted.starts_with("p.cedar")) CHECK(formatted(row.formatted) == row.formatted);
  }
}

TEST_CASE("formatter: conditions that fit stay on one line, tokens as written", "[cedar][formatter]") {
  struct Row {
    std::string text, formatted;
  };
  const Row rows[] = {
      {"1+2*-  3==- - 4", "1 + 2 * -3 == --4"},
      {"((a::b::\"x\")in[principal])", "((a::b::\"x\") in [principal])"},
      {"context . a [ \"b\" ] . contains ( 007 )", "context.a[\"b\"].contains(007)"},
      {"{a:1,\"b\":[{}],}=={}", "{a: 1, \"b\": [{}],} == {}"},
      {"if!true then 1 else 2", "if !true then 1 else 2"},
      {"principal has a . b&&principal like\"\\u{2a}*\"||action is T in action",
       "principal has a.b && principal like \"\\u{2a}*\" || action is T in action"},
      {"ip(\"::1\").isInRange(ip(\"::\"))", "ip(\"::1\").isInRange(ip(\"::\"))"},
  };
  for (const Row& row : rows) CHECK(condition_of(row.text) == "when { " + row.formatted + " };\n");
}

TEST_CASE("formatter: conditions that do not fit are broken, the outermost first", "[cedar][formatter]") {
  const std::string a(30, 'a');
  const std::string b(30, 'b');
  struct Row {
    std::string text, formatted;
  };
  const Row rows[] = {
      {"context." + a + "&&principal." + a, "  context." + a + " &&\n  principal." + a + "\n"},
      {"context." + a + "&&context." + b + "&&true",
       "  context." + a + " &&\n  context." + b + " &&\n  true\n"},
      {"a::\"" + a + "\"==context&&false||true&&context." + a,
       "  a::\"" + a + "\" == context && false ||\n  true && context." + a + "\n"},
      {"context." + a + "." + b + "&&context." + b + "||true",
       "  context." + a + "." + b + " &&\n    context." + b + " ||\n  true\n"},
      {"context." + a + "==context." + a + "." + b,
       "  context." + a + " ==\n    context." + a + "." + b + "\n"},
      {"context." + a + "." + b + "." + a, "  context\n    ." + a + "\n    ." + b + "\n    ." + a + "\n"},
      {"[context." + a + ",context." + b + "," + "1].contains(principal)",
       "  [\n    context." + a + ",\n    context." + b + ",\n    1\n  ].contains(principal)\n"},
      {"context.x.containsAny([context." + a + ",context." + b + "])",
       "  context.x.containsAny([\n    context." + a + ",\n    context." + b + "\n  ])\n"},
      {"context=={first:context." + a + ",second:context." + b + "}",
       "  context == {\n    first: context." + a + ",\n    second: context." + b + "\n  }\n"},
      {"if context." + a + " then context." + b + " else true",
       "  if context." + a + "\n  then context." + b + "\n  else true\n"},
      {"!(context." + a + "||context." + b + "||false)",
       "  !(\n    context." + a + " ||\n    context." + b + " ||\n    false\n  )\n"},
  };
  for (const Row& row : rows) {
    CHECK(condition_of(row.text) == "when\n{\n" + row.formatted + "};\n");
    CHECK(formatted(formatted(when(row.text))) == formatted(when(row.text)));
  }
}

TEST_CASE("formatter: widths are counted in characters, and may be chosen", "[cedar][formatter]") {
  const std::string text = when("context.name == \"" + repeated("é", 52) + "\"");
  CHECK(formatted(text).find("when { ") != std::string::npos);
  CHECK(formatted(when("context.name == \"" + repeated("é", 53) + "\"")).find("when\n{") !=
        std::string::npos);
  CHECK(formatted("permit(principal,action in [Action::\"a\"],resource);", {20, 4}) ==
        "permit (\n    principal,\n    action in [\n        Action::\"a\"\n    ],\n    resource\n);\n");
}

TEST_CASE("formatter: comments are kept, whatever they stand between", "[cedar][formatter]") {
  struct Row {
    std::string text, formatted;
  };
  const Row rows[] = {
      {"// a\n\n\n// b\npermit(principal,action,resource); // c\n// d\n\n// e",
       "// a\n\n// b\npermit (principal, action, resource); // c\n// d\n\n// e\n"},
      {"permit(principal, // who\naction // what\n,resource);",
       "permit (\n  principal, // who\n  action, // what\n  resource\n);\n"},
      {"permit(principal,action,resource)when{ // why\ntrue\n// more\n};",
       "permit (principal, action, resource)\nwhen\n{ // why\n  true\n  // more\n};\n"},
      {"permit(principal,action,resource)when{true // one\n&& false // two\n// three\n&& true};",
       "permit (principal, action, resource)\nwhen\n{\n  true && // one\n  false && // two\n  // three\n  "
       "true\n};\n"},
      {"permit(principal,action,resource)when{[1, // one\n2]==[ // none\n]};",
       "permit (principal, action, resource)\nwhen\n{\n  [\n    1, // one\n    2\n  ] == [ // none\n  "
       "]\n};\n"},
      {"permit(principal,action,resource) // c\n;", "permit (principal, action, resource); // c\n"},
      {"permit(principal,action,resource);//x \t\r//y\r\n",
       "permit (principal, action, resource); //x\n//y\n"},
  };
  for (const Row& row : rows) {
    CHECK(formatted(row.text) == row.formatted);
    CHECK(formatted(row.formatted) == row.formatted);
  }
}

// A comment of either kind between any two tokens: none is lost, the policy stays the same, and formatting
// again changes nothing.
TEST_CASE("formatter: a comment at every place there is", "[cedar][formatter]") {
  const std::vector<std::string> tokens = {
      "@",     "id",       "(",        "\"x\"", ")",      "permit", "(",         "principal", "is",
      "A",     "::",       "B",        "in",    "U",      "::",     "\"u\"",     ",",         "action",
      "in",    "[",        "Action",   "::",    "\"a\"",  ",",      "Action",    "::",        "\"b\"",
      "]",     ",",        "resource", ",",     ")",      "when",   "{",         "if",        "!",
      "!",     "context",  ".",        "a",     "then",   "[",      "1",         "+",         "2",
      "*",     "-",        "3",        ",",     "{",      "k",      ":",         "1",         ",",
      "\"l\"", ":",        "2",        "}",     "]",      ".",      "contains",  "(",         "context",
      "[",     "\"x\"",    "]",        ")",     "else",   "(",      "principal", "has",       "a",
      ".",     "b",        ")",        "&&",    "ip",     "(",      "\"::1\"",   ")",         "like",
      "\"*\"", "||",       "resource", "is",    "T",      "in",     "resource",  "}",         "unless",
      "{",     "true",     "}",        ";",     "permit", "(",      "principal", ",",         "action",
      ",",     "resource", ")",        ";"};
  const auto text_with = [&](std::size_t at, const std::string& comment) {
    std::string text;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
      if (at == i || at > tokens.size()) text += comment;
      if (i < tokens.size()) text += tokens[i] + " ";
    }
    return text;
  };
  const auto policies_of = [](const std::string& text) {
    auto parsed = cedar::parse_policies(cedar_test::source(text));
    INFO(message(parsed));
    REQUIRE(parsed.ok());
    return parsed.value();
  };
  const auto plain = policies_of(text_with(tokens.size(), ""));
  for (const std::string comment : {"// c\n", "\n// c\n", "// c\n// c\n", "\n\n// c\n\n// c\n\n"}) {
    for (std::size_t at = 0; at <= tokens.size() + 1; ++at) {
      const std::string text = text_with(at, comment);
      const std::string out = formatted(text);
      INFO(text << "\n" << out);
      const auto count = [](const std::string& t) {
        std::size_t found = 0;
        for (std::size_t i = t.find("// c"); i != std::string::npos; i = t.find("// c", i + 1)) ++found;
        return found;
      };
      REQUIRE(count(out) == count(text));
      const auto again = policies_of(out);
      REQUIRE(again.size() == plain.size());
      for (std::size_t i = 0; i < plain.size(); ++i) REQUIRE(equal(*plain[i], *again[i]));
      REQUIRE(formatted(out) == out);
      REQUIRE(out.find(" \n") == std::string::npos);
    }
  }
}

TEST_CASE("formatter: the policies that are shipped are laid out by it", "[cedar][formatter]") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("config/policies")) {
    INFO(entry.path().string());
    const auto text = base::read_file(entry.path().string(), cedar::kMaxPolicyText);
    REQUIRE(text.ok());
    CHECK(formatted(*text) == *text);
    ++files;
  }
  CHECK(files > 0);
}

TEST_CASE("formatter: strings over several lines stay as they are", "[cedar][formatter]") {
  CHECK(condition_of("context.a==\"x\n  // no comment\n\n\"") ==
        "when { context.a == \"x\n  // no comment\n\n\" };\n");
}

TEST_CASE("formatter: deep, long and wide texts are laid out in linear time", "[cedar][formatter]") {
  const std::string deep = when(repeated("([", 100) + "1" + repeated("])", 100));
  CHECK(formatted(formatted(deep)) == formatted(deep));
  const std::string wide = when("1" + repeated("+1", 500'000) + " == 1");
  CHECK(formatted(wide).size() > wide.size());
  const std::string commented = when(repeated("// c\n", 500'000) + "true");
  CHECK(formatted(formatted(commented)) == formatted(commented));
}
