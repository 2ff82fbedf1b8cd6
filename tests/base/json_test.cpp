#include "base/json_file.h"

#include "tests/support/catch.h"

TEST_CASE("json: what is refused, and where", "[base]") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"", "line 1, column 1: not valid JSON"},
      {"{\"a\":1,\n\"a\":2}", "line 2, column 3: an object has a member twice"},
      {"[1,]", "line 1, column 4: not valid JSON"},
      {"\"\\ud800\"", "line 1, column 8: not valid JSON"},
      {"\xEF\xBB\xBF{}", "line 1, column 1: a byte order mark is not JSON"},
      {"\"\xff\"", "line 1, column 2: not valid UTF-8"},
      {"1 2", "line 1, column 3: not valid JSON"},
      {"NaN", "line 1, column 1: not valid JSON"},
      {"[[[1]]]", "line 1, column 3: nested more deeply than allowed"},
      {"[1,2,3,4,5,6,7,8,9,0]", "line 1, column 19: more than 8 values"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto r = base::parse_json(row.text, {2, 8});
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().message == row.message);
  }
}

TEST_CASE("json: a file's mistake has its name, the place, the line and a caret", "[base]") {
  CHECK(base::parse_json_file("{\n  \"a\": 1,\n  \"b\" 2\n}", "a.json").error().message ==
        "a.json:3:7: not valid JSON\n"
        "  3 |   \"b\" 2\n"
        "    |       ^");
  CHECK(base::parse_json_file("[[[1]]]", "a.json", {2, 8}).error().message ==
        "a.json:1:3: nested more deeply than allowed\n"
        "  1 | [[[1]]]\n"
        "    |   ^");
  CHECK(base::parse_json_file("", "a.json").error().message == "a.json:1:1: not valid JSON\n  1 | \n    | ^");
  CHECK(*base::parse_json_file("7", "a.json")->integer() == 7);
}

TEST_CASE("json: an indented text has a line per member and element, strings untouched", "[base]") {
  struct Row {
    const char* compact;
    const char* indented;
  };
  const Row rows[] = {
      {"1", "1"},
      {R"("a,b:{[")", R"("a,b:{[")"},
      {R"("\"{,")", R"("\"{,")"},
      {"[]", "[]"},
      {"{}", "{}"},
      {"[[],{}]", "[\n  [],\n  {}\n]"},
      {R"({"a":1,"b":[true,null]})", "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}"},
      {R"({"a:b":{"c":"}"}})", "{\n  \"a:b\": {\n    \"c\": \"}\"\n  }\n}"},
  };
  for (const Row& row : rows) {
    INFO(row.compact);
    CHECK(base::indented_json(row.compact) == row.indented);
    CHECK(to_text(base::parse_json(row.indented).value()) == row.compact);
  }
}

TEST_CASE("json: integers are exact or no integers", "[base]") {
  CHECK(*base::parse_json("9223372036854775807").value().integer() == INT64_MAX);
  CHECK(*base::parse_json("-9223372036854775808").value().integer() == INT64_MIN);
  CHECK(base::parse_json("9223372036854775808").value().kind() == base::Json::Kind::kNumber);
  CHECK(base::parse_json("1.0").value().kind() == base::Json::Kind::kNumber);
}

TEST_CASE("json: text, tree, text is the identity", "[base]") {
  for (const char* text :
       {"null", "[]", "{}", R"({"b":[1,-2,true,null,"x\n\"\\é"],"a":{"c":0.5}})", R"("\u0000\u001f\u007f")"})
    CHECK(to_text(base::parse_json(text).value()) == text);
  CHECK(base::to_canonical_text(base::parse_json(R"({"b":1,"a":{"d":2,"c":3}})").value()) ==
        R"({"a":{"c":3,"d":2},"b":1})");
}

TEST_CASE("json: both zeros are written as one, which is read as it was written", "[base]") {
  for (const char* text : {"[-0.0]", "[-0.0e3]", "[0.0]", "[-0]"}) {
    const std::string written = to_text(*base::parse_json(text));
    CHECK(written == "[0]");
    CHECK(to_text(*base::parse_json(written)) == written);
  }
}
