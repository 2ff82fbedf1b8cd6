#include "base/json_file.h"

#include "tests/support/catch.h"

TEST_CASE("json: what is refused, and where", "[base]") {
  struct Row {
    std::string_view text;
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
      {std::string_view("{}\0anything", 11), "line 1, column 3: a NUL byte is not JSON"},
      {std::string_view("\"\0\"", 3), "line 1, column 2: a NUL byte is not JSON"},
      {"[1,\n9223372036854775808]", "line 2, column 1: an integer that does not fit 64 bits"},
      {"-9223372036854775809", "line 1, column 1: an integer that does not fit 64 bits"},
      {R"({"a": 18446744073709551616 })", "line 1, column 7: an integer that does not fit 64 bits"},
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
  CHECK(base::parse_json("1.0").value().kind() == base::Json::Kind::kNumber);
  for (const char* large : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                            "-9223372036854775809", "123456789012345678901234567890"}) {
    INFO(large);
    const auto refused = base::parse_json("{\"n\": " + std::string(large) + "}");
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().message, ContainsSubstring(": an integer that does not fit 64 bits"));
    const auto rounded = base::parse_json(large, {.rounds_integers = true});
    REQUIRE(rounded.ok());
    CHECK(*rounded->number() == std::strtod(large, nullptr));
  }
}

TEST_CASE("json: a number that is written is read as the same number", "[base]") {
  for (const double n :
       {0.5, 1e15, 9007199254740993.0, 9223372036854775808.0, 123456789012345680000.0, -1e19, 1e300}) {
    const auto read = base::parse_json(to_text(base::Json(n)));
    REQUIRE(read.ok());
    CHECK((read->number() ? *read->number() : static_cast<double>(*read->integer())) == n);
  }
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
