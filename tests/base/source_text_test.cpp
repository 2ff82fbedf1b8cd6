#include "base/source_text.h"

#include "base/nearest.h"
#include "tests/support/catch.h"

TEST_CASE("message_at: shows the line and points at the column", "[base]") {
  CHECK(base::message_at("a.cedar", "permit(\n\tpricipal, x);", {2, 2}, "unknown variable `pricipal`") ==
        "a.cedar:2:2: unknown variable `pricipal`\n"
        "  2 |  pricipal, x);\n"
        "    |  ^");
  CHECK(base::message_at("f", "é = 1", {1, 4}, "m") == "f:1:4: m\n  1 | é = 1\n    |   ^");
  CHECK(base::message_at("f", "", {1, 1}, "m") == "f:1:1: m\n  1 | \n    | ^");
  CHECK(base::message_at("f", std::string(500, 'x'), {1, 301}, "m") ==
        "f:1:301: m\n  1 | " + std::string(160, 'x') + "\n    | " + std::string(80, ' ') + "^");
}

TEST_CASE("message_at: what is said is cut where it is long, between characters", "[base]") {
  const auto said = [](const std::string& message) {
    const std::string text = base::message_at("f", "x", {1, 1}, message);
    return text.substr(7, text.find('\n') - 7);
  };
  const std::string most(base::kMaxMessage, 'a');
  CHECK(said(most) == most);
  CHECK(said(most + "a") == most + "…");
  const std::string before(base::kMaxMessage - 1, 'a');
  CHECK(said(before + "é") == before + "…");
}

TEST_CASE("place_of: lines and columns count from one", "[base]") {
  CHECK(base::place_of("ab\ncd", 4).line == 2);
  CHECK(base::place_of("ab\ncd", 4).column == 2);
  CHECK(base::place_of("ab\n", 9).line == 2);
}

TEST_CASE("nearest: a guess only where it is near", "[base]") {
  const std::vector<std::string> known = {"listen", "threads", "limits"};
  CHECK(base::nearest("lisetn", known) == "listen");
  CHECK(base::nearest("thread", known) == "threads");
  CHECK_FALSE(base::nearest("x", known));
  CHECK_FALSE(base::nearest("database", known));
  CHECK(base::did_you_mean("limit", known) == "; did you mean `limits`?");
}

TEST_CASE("nearest: a guess among very many long words is given up", "[base]") {
  const std::string word(120, 'a');
  std::vector<std::string> known(1'388, std::string(120, 'b'));
  known.push_back(word + "c");
  CHECK_FALSE(base::nearest(word, known));  // the one over twenty million pairs of characters
  known.erase(known.begin(), known.begin() + 1);
  CHECK(base::nearest(word, known) == word + "c");
}
