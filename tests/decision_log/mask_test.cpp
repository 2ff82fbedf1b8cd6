#include "decision_log/mask.h"

#include "tests/support/catch.h"

using decision_log::Mask;
using decision_log::SecretMembers;

namespace {

base::Json parsed(const std::string& text) {
  auto json = base::parse_json(text);
  REQUIRE(json.ok());
  return std::move(json).value();
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}

}  // namespace

TEST_CASE("mask: what stands beside the request goes with what it would tell", "[decision_log]") {
  struct Row {
    const char* pointers;
    bool subject, permission, grants;
  };
  const Row rows[] = {{"", false, false, false},
                      {"/context", false, false, false},
                      {"/subject/properties", false, false, false},
                      {"/resource/id/0", false, false, false},
                      {"/action/name", false, true, false},
                      {"/resource/type", false, true, true},
                      {"/resource/id", false, false, true},
                      {"/subject/id", true, false, true},
                      {"/subject/type", true, false, true},
                      {"/context/a /action/name /subject/id", true, true, true}};
  for (const Row& row : rows) {
    INFO(row.pointers);
    std::vector<std::string> pointers;
    std::string rest = row.pointers;
    for (std::size_t at = 0; !rest.empty(); rest.erase(0, at + 1)) {
      at = std::min(rest.find(' '), rest.size());
      pointers.push_back(rest.substr(0, at));
    }
    const Mask::Beside hides = Mask(pointers).hides_beside();
    CHECK(hides.subject == row.subject);
    CHECK(hides.permission == row.permission);
    CHECK(hides.grants == row.grants);
  }
}

TEST_CASE("mask: members of secret names are taken out, however deep", "[decision_log]") {
  struct Row {
    const char *value, *expected, *masked;
  };
  const Row rows[] = {
      {R"({"a":1})", R"({"a":1})", ""},
      {R"({"pin":1,"a":2})", R"({"a":2})", "/context/pin"},
      {R"({"a":{"pin":{"b":1}}})", R"({"a":{}})", "/context/a/pin"},
      {R"({"a":[{"b":1},[{"salary":1,"pin":2}],"pin"]})", R"({"a":[{"b":1},[{}],"pin"]})",
       "/context/a/1/0/salary /context/a/1/0/pin"},
      {R"({"a/b":{"~":{"pin":1}}})", R"({"a/b":{"~":{}}})", "/context/a~1b/~0/pin"},
      {R"({"Pin":1,"pins":2,"pi":3})", R"({"Pin":1,"pins":2,"pi":3})", ""},
      {R"("pin")", R"("pin")", ""},
  };
  const std::vector<std::string> names = {"salary", "pin"};
  const SecretMembers secret(names);
  for (const Row& row : rows) {
    INFO(row.value);
    const base::Json value = parsed(row.value);
    base::Json copy;
    std::vector<std::string> masked;
    const base::Json& shown = secret.without(value, "/context", masked, copy);
    CHECK(base::to_text(shown) == row.expected);
    CHECK(joined(masked) == row.masked);
    CHECK((&shown == &value) == masked.empty());
    base::Json changed = value;
    masked.clear();
    secret.take_out(changed, "/context", masked);
    CHECK(base::to_text(changed) == row.expected);
    CHECK(joined(masked) == row.masked);
  }
}

TEST_CASE("mask: all that is secret goes, also where the places of it are too many to note",
          "[decision_log]") {
  std::string text = R"({")" + std::string(10'000, 'x') + R"(":[{"pin":0})";
  for (int i = 0; i < 10'000; ++i) text += R"(,{"pin":1})";
  base::Json value = parsed(text + "]}");
  const std::vector<std::string> names = {"pin"};
  std::vector<std::string> masked;
  SecretMembers(names).take_out(value, "/context", masked);
  CHECK(base::to_text(value).find("pin") == std::string::npos);
  CHECK(joined(masked).size() >= SecretMembers::kMostNoted);
  CHECK(joined(masked).size() < 2 * SecretMembers::kMostNoted);
}
