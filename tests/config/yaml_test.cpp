#include "config/yaml.h"

#include "tests/support/catch.h"

namespace {

// One line for a tree: 'quoted', plain, ~ for a null, ! for what was refused.
std::string print(const config::YamlNode& node) {
  std::string out;
  switch (node.kind) {
    case config::YamlNode::Kind::kNull:
      return "~";
    case config::YamlNode::Kind::kRefused:
      return "!";
    case config::YamlNode::Kind::kScalar:
      return node.quoted ? "'" + node.text + "'" : node.text;
    case config::YamlNode::Kind::kList:
      for (const auto& item : node.items) out += (out.empty() ? "" : " ") + print(item);
      return "[" + out + "]";
    case config::YamlNode::Kind::kMap:
      for (std::size_t i = 0; i < node.items.size(); ++i)
        out += (out.empty() ? "" : " ") + print(node.keys[i]) + ":" + print(node.items[i]);
      return "{" + out + "}";
  }
  return out;
}

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string message_of(const std::string& text) {
  config::Mistakes mistakes("f", text);
  const auto tree = config::parse_yaml(text, mistakes);
  return mistakes.empty() ? "none: " + print(*tree) : mistakes.error().message;
}

}  // namespace

TEST_CASE("yaml: maps, lists and scalars with their quotes", "[config]") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const Row rows[] = {
      {"", "~"},
      {"a: 1\nb: '1'\nc: \"x\\ty\"\n", "{a:1 b:'1' c:'x\ty'}"},
      {"a: {b: [1, two, ~]}\nc:\n  - d: e\n    f:\n", "{a:{b:[1 two ~]} c:[{d:e f:~}]}"},
      {"a: organization:get\nb: [organization:get, app/x:y]",
       "{a:organization:get b:[organization:get app/x:y]}"},
      {"a: >-\n  one\n  two\nb: |\n  x\n", "{a:'one two' b:'x\n'}"},
      {"a: 'it''s'\nb: \"\\\\\"\nc: it's \"so\"", "{a:'it's' b:'\\' c:it's \"so\"}"},
      {"---\na: b\r\n...\n", "{a:b}"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(message_of(row.text) == "none: " + std::string(row.tree));
  }
}

TEST_CASE("yaml: what lets a file mean something else is refused", "[config]") {
  struct Row {
    std::string text;
    std::string message;
  };
  const Row rows[] = {
      {"a: 1\nb: 2\na: 3\n", "f:3:1: key `a` is given twice, first on line 1\n  3 | a: 3\n    | ^"},
      {"a: &x [*x]",
       "f:1:4: anchors are not supported; leave it out\n  1 | a: &x [*x]\n    |    ^\n\n"
       "f:1:8: aliases are not supported; write the value out\n  1 | a: &x [*x]\n    |        ^"},
      {"<<: {a: 1}\n",
       "f:1:1: merge keys are not supported; write the values out\n  1 | <<: {a: 1}\n    | ^"},
      {"a: !!str 1\n", "f:1:4: tags are not supported; leave it out\n  1 | a: !!str 1\n    |    ^"},
      {"a: !x {b: c}\n", "f:1:4: tags are not supported; leave it out\n  1 | a: !x {b: c}\n    |    ^"},
      {"? [a, b]\n: c\n", "f:1:3: a key must be a word, not a list\n  1 | ? [a, b]\n    |   ^"},
      {"a: 1\n---\nb: 2\n",
       "f:2:1: a second document begins here; a configuration file has only one\n  2 | ---\n    | ^"},
      {"a: 'x\n", "f:1:4: this quote is never closed\n  1 | a: 'x\n    |    ^"},
      {"a: 'it''s\n", "f:1:4: this quote is never closed\n  1 | a: 'it''s\n    |    ^"},
      {"a: \"x\\\"\n", "f:1:4: this quote is never closed\n  1 | a: \"x\\\"\n    |    ^"},
      {"a:\n\tb: 1\n", "f:2:1: not YAML: a tab can't indent a line; use spaces\n  2 |  b: 1\n    | ^"},
      {"a: [::1]:80\n",
       "f:1:9: not YAML: the line can't go on like this; does the value need quotes?\n  1 | a: [::1]:80\n    "
       "|         ^"},
      {"a: @x\n", "f:1:4: not YAML: unknown token\n  1 | a: @x\n    |    ^"},
      {std::string("a: b\0c", 6), "f:1:5: a NUL byte is not allowed\n  1 | a: b.c\n    |     ^"},
      {"a: \x01\n", "f:1:4: a control character is not allowed\n  1 | a: .\n    |    ^"},
      {"a: b\n# \xff\n", "f:2:3: this is not valid UTF-8\n  2 | # \xef\xbf\xbd\n    |   ^"},
      {"\xef\xbb\xbf"
       "a: b",
       "f:1:1: a byte order mark is not allowed; save the file without\n  1 | \xef\xbb\xbf"
       "a: b\n    | ^"},
      {"\xff\xfe"
       "a\0",
       "f:1:1: this is not valid UTF-8\n  1 | \xef\xbf\xbd\xef\xbf\xbd"
       "a\n    | ^"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(message_of(row.text) == row.message);
  }
}

TEST_CASE("yaml: an alias of nothing is refused by the parser, whose versions say so differently",
          "[config]") {
  CHECK_THAT(message_of("a: *b\n"),
             ContainsSubstring("f:1:4: not YAML: the referenced anchor is not defined"));
}

TEST_CASE("yaml: depth and number are limited", "[config]") {
  CHECK_THAT(message_of(repeat("[", config::kMaxYamlDepth) + repeat("]", config::kMaxYamlDepth)),
             ContainsSubstring("none: "));
  CHECK_THAT(message_of(repeat("[", config::kMaxYamlDepth + 1) + repeat("]", config::kMaxYamlDepth + 1)),
             ContainsSubstring("f:1:17: nested deeper than 16 levels\n"));
  CHECK_THAT(message_of("[" + repeat("a,", config::kMaxYamlNodes - 1) + "]"), ContainsSubstring("none: "));
  CHECK_THAT(message_of("[" + repeat("a,", config::kMaxYamlNodes) + "]"),
             ContainsSubstring("more than 50000 values\n"));
}

TEST_CASE("yaml: hostile texts end in a message", "[config]") {
  std::string laughs = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = std::to_string(i - 1);
    laughs +=
        "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + before + ", *a" + before + "]\n";
  }
  const std::string message = message_of(laughs);
  CHECK_THAT(message, ContainsSubstring("f:1:5: anchors are not supported; leave it out\n"));
  CHECK_THAT(message, ContainsSubstring("f: 68 more mistakes are not shown"));

  for (const char* part :
       {"[",    "{",    "{a: ",  "- ",    "? ", "a: ", "!<",   "&a ", "*a ", "\"",    "'",  "? a\n",
        "|\n ", "%X\n", "---\n", "- [\n", "#",  ",",   "a:\n", "\\",  "@",   "...\n", "!!", "<<: "}) {
    INFO(part);
    CHECK_FALSE(message_of(repeat(part, 20'000)).empty());
    CHECK_FALSE(message_of("a: " + repeat(part, 20'000)).empty());
  }
}

TEST_CASE("yaml: a text that is cut anywhere never throws", "[config]") {
  const std::string text = "a: [1, 'x', {b: \"c\\n\"}]\nd: |\n  e\nf: &g *g\n? h\n: !!i j\n";
  for (std::size_t n = 0; n <= text.size(); ++n) CHECK_FALSE(message_of(text.substr(0, n)).empty());
}
