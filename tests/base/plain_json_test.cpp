// The quick reader against the whole one, to which the quick one leaves all texts whose integers are rounded.
#include "base/plain_json.h"

#include <random>

#include "base/utf8.h"
#include "tests/support/catch.h"

namespace {

base::Result<base::Json> read_whole(const std::string& text) {
  base::JsonLimits rounding;
  rounding.rounds_integers = true;
  REQUIRE_FALSE(base::read_plain_json(text, rounding));
  return base::parse_json(text, rounding);
}

void compare(const std::string& text) {
  if (base::utf8::valid_prefix(text) != text.size()) return;
  INFO(text);
  const auto plain = base::read_plain_json(text, {});
  const auto whole = read_whole(text);
  if (!plain) return;
  REQUIRE(whole.ok());
  CHECK(*plain == *whole);
  CHECK(to_text(*plain) == to_text(*whole));
}

class RandomText {
 public:
  explicit RandomText(unsigned seed) : engine_(seed) {}

  std::string value(int depth) {
    switch (number(depth > 0 ? 8 : 6)) {
      case 0:
        return one_of({"null", "true", "false"});
      case 1:
        return one_of(
            {"0", "-0", "7", "-12", "123456789012345678", "9223372036854775807", "-9223372036854775808"});
      case 2:
        return one_of(
            {"1.5", "-0.0", "1e3", "2E-2", "0.1", "1e308", "5e-324", "1.7976931348623157e308", "1e400"});
      case 6:
        return several('[', ']', [&] { return value(depth - 1); });
      case 7:
        return several('{', '}', [&] { return string() + blank() + ":" + value(depth - 1); });
      default:
        return string();
    }
  }

  std::string changed(std::string text) {
    if (text.empty()) return text;
    const std::size_t at = number(text.size());
    switch (number(3)) {
      case 0:
        return text.erase(at, 1);
      case 1:
        return text.insert(at, one_of({"\"", "\\", ",", "0", "-", "}", "]", ".", "e", " ", "\t", "t"}));
      default:
        return text.substr(0, at);
    }
  }

 private:
  std::size_t number(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(engine_);
  }
  std::string one_of(const std::vector<std::string>& all) { return all[number(all.size())]; }
  std::string blank() { return one_of({"", "", " ", "\n\t", "\r "}); }
  std::string string() {
    std::string text = "\"";
    for (std::size_t i = number(4); i > 0; --i)
      text += one_of({"a", "b", "some longer text than that", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9",
                      "\\u20AC", "\\u0000", "\\ud83d\\ude00", "\x7f", "é", "€"});
    return text + "\"";
  }
  template <typename Make>
  std::string several(char open, char close, Make make) {
    std::string text(1, open);
    for (std::size_t i = 0, n = number(5); i < n; ++i)
      text += (i == 0 ? "" : ",") + blank() + make() + blank();
    return text + close;
  }

  std::mt19937 engine_;
};

}  // namespace

TEST_CASE("plain json: what it reads is what the whole reader reads", "[base]") {
  RandomText random(7);
  int read = 0;
  for (int i = 0; i < 3'000; ++i) {
    const std::string text = random.value(4);
    compare(text);
    if (base::read_plain_json(text, {})) ++read;
    compare(random.changed(text));
    compare(random.changed(random.changed(text)));
  }
  CHECK(read > 1'500);
}

TEST_CASE("plain json: what it leaves, and what it holds to", "[base]") {
  const std::vector<std::string> left = {"",
                                         " ",
                                         "01",
                                         "-",
                                         "1.",
                                         ".5",
                                         "+1",
                                         "1e",
                                         "tru",
                                         "truex",
                                         "nul",
                                         "[1,]",
                                         "[,1]",
                                         "{\"a\"}",
                                         "{\"a\":}",
                                         "{a:1}",
                                         "\"a",
                                         "\"\\x\"",
                                         "\"\n\"",
                                         "[1}",
                                         "{\"a\":1]",
                                         "1 2",
                                         "[1 2]",
                                         "[",
                                         "{",
                                         "]",
                                         "NaN",
                                         "1e400",
                                         "{\"a\":1,\"a\":2}",
                                         "\"\\ud800\"",
                                         "\"\\u12\"",
                                         "\"\\u 123\"",
                                         "9223372036854775808"};
  for (const std::string& text : left) {
    INFO(text);
    CHECK_FALSE(base::read_plain_json(text, {}));
  }
  base::JsonLimits limits;
  limits.depth = 2;
  limits.nodes = 4;
  CHECK(base::read_plain_json("[[1,2]]", limits));
  CHECK_FALSE(base::read_plain_json("[[1,2,3]]", limits));
  CHECK_FALSE(base::read_plain_json("[[[1]]]", limits));
  CHECK_FALSE(base::read_plain_json("[[[]]]", limits));
  std::string wide = "{";
  for (int i = 0; i < 100; ++i) wide += "\"m" + std::to_string(i) + "\":1,";
  CHECK(base::read_plain_json(wide + "\"m\":1}", {}));
  CHECK_FALSE(base::read_plain_json(wide + "\"m50\":1}", {}));
}
