#include "base/canonical_json.h"

#include <string>

#include "base/json.h"
#include "tests/support/catch.h"

namespace {

// What it gives is what a parser gives.
void check_against_parser(const std::string& text) {
  const auto canonical = base::canonical_json(text);
  if (!canonical) return;
  const auto value = base::parse_json(text);
  INFO(text);
  REQUIRE(value.ok());
  CHECK(*canonical == base::to_canonical_text(*value));
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("canonical json: members are put in order, or it says nothing", "[base]") {
  struct Row {
    std::string text, canonical;  // empty: nothing
  };
  const Row rows[] = {
      {"null", "null"},
      {"[true,false,null,0,-1,123456789012345678]", "[true,false,null,0,-1,123456789012345678]"},
      {"{}", "{}"},
      {R"([{},[],"",{"a":[]}])", R"([{},[],"",{"a":[]}])"},
      {R"({"b":1,"a":2})", R"({"a":2,"b":1})"},
      {R"({"b":1,"a":{"d":2,"c":[{"f":3,"e":4}]},"aa":0})",
       R"({"a":{"c":[{"e":4,"f":3}],"d":2},"aa":0,"b":1})"},
      {"{\"\xC3\xA4\":1,\"z\":2}", "{\"z\":2,\"\xC3\xA4\":1}"},
      {R"({"b":"\"\\\n\r\t\u0000\u0008\u001f\u007f","a":"a,b:{[\"]"})",
       R"({"a":"a,b:{[\"]","b":"\"\\\n\r\t\u0000\u0008\u001f\u007f"})"},
      {nested(64), nested(64)},

      {"", ""},
      {" 1", ""},
      {"1 ", ""},
      {"[1, 2]", ""},
      {"{\"a\" :1}", ""},
      {"1.0", ""},
      {"1e3", ""},
      {"-0", ""},
      {"01", ""},
      {"-", ""},
      {"1234567890123456789", ""},
      {"nul", ""},
      {"truefalse", ""},
      {R"({"a":1,"a":2})", ""},
      {R"({"b":0,"a":1,"b":2})", ""},
      {R"({"\n":1})", ""},
      {R"("\/")", ""},
      {R"("\b")", ""},
      {R"("\u000a")", ""},
      {R"("\u001F")", ""},
      {R"("\u0041")", ""},
      {R"("\u00)", ""},
      {R"("\)", ""},
      {"\"a", ""},
      {"\"\n\"", ""},
      {"\"\x7f\"", ""},
      {"\"\xff\"", ""},
      {std::string("\"\0\"", 3), ""},
      {std::string("{}\0", 3), ""},
      {"\xEF\xBB\xBF{}", ""},
      {"[1,]", ""},
      {"[1", ""},
      {"{\"a\":1,}", ""},
      {"{\"a\":1", ""},
      {"{\"a\"}", ""},
      {"{1:2}", ""},
      {"{}{}", ""},
      {nested(65), ""},
      {"[" + std::string(base::JsonLimits().nodes, ' ') + "]", ""},
  };
  for (const Row& row : rows) {
    INFO(row.text.substr(0, 100));
    CHECK(base::canonical_json(row.text).value_or("") == row.canonical);
    check_against_parser(row.text);
  }
}

TEST_CASE("canonical json: what one wrong byte makes of a text is judged as a parser does", "[base]") {
  const std::string text =
      R"({"role":"on-call\n","at":[-7,{"b":null,"a":true}],"id":"0\u001f","n":{"y":10,"x":{}}})";
  REQUIRE(base::canonical_json(text));
  for (std::size_t at = 0; at < text.size(); ++at) {
    check_against_parser(text.substr(0, at));
    for (const char c : std::string_view("\0\x1f\x7f\xff \"\\,:{}[]-0.e9anutr/", 24)) {
      std::string wrong = text;
      wrong[at] = c;
      check_against_parser(wrong);
    }
  }
}
