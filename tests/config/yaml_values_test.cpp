#include "config/yaml_values.h"

#include "tests/support/catch.h"

namespace {

std::string read(const std::string& text) {
  const auto json = config::parse_values("f.yaml", text);
  return json.ok() ? to_text(*json) : json.error().message;
}

}  // namespace

TEST_CASE("yaml values: what a text means in JSON", "[config]") {
  struct Row {
    const char *yaml, *json;
  };
  const Row rows[] = {
      {"", "null"},
      {"~", "null"},
      {"a: ", R"({"a":null})"},
      {"[true, false, yes, null]", R"([true,false,"yes",null])"},
      {"[1, -7, 1.5, 1e3, 9223372036854775807]", "[1,-7,1.5,1000,9223372036854775807]"},
      {"[007, 0x10, +1, .5, 9223372036854775808, NaN]",
       R"(["007","0x10","+1",".5","9223372036854775808","NaN"])"},
      {R"(["1", 'true', "null", ''])", R"(["1","true","null",""])"},
      {"at: 2026-11-30T08:00:00Z", R"({"at":"2026-11-30T08:00:00Z"})"},
      {"{type: docs/file, id: 'a:b', of: [{x: {}}, []]}",
       R"({"type":"docs/file","id":"a:b","of":[{"x":{}},[]]})"},
      {"text: |\n  one\n  2\n", R"({"text":"one\n2\n"})"},
      {"1: a", R"({"1":"a"})"},
  };
  for (const Row& row : rows) {
    INFO(row.yaml);
    CHECK(read(row.yaml) == row.json);
  }
}

TEST_CASE("yaml values: a mistake has its place", "[config]") {
  CHECK_THAT(read("a: 1\na: 2"), ContainsSubstring("f.yaml:2:1: key `a` is given twice"));
  CHECK_THAT(read("a: &x 1"), ContainsSubstring("f.yaml:1:"));
  CHECK_THAT(read("a: ["), ContainsSubstring("f.yaml:1:"));
}
