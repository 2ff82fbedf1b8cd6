// Ten megabytes of text that wants to be slow: each kind is read or refused, in time that grows with its
// length.
#include <chrono>
#include <functional>

#include "cedar/evaluator.h"
#include "cedar/json_value.h"
#include "cedar/policy_json.h"
#include "tests/cedar/support.h"

namespace {

using cedar_test::repeated;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kBytes = 1'000'000;
#else
constexpr std::size_t kBytes = 10'000'000;
#endif

// A row takes half a second, or three; what is quadratic would take hours.
constexpr std::chrono::seconds kLongest(60);

// A message quotes at most a line and what it is about, both cut.
constexpr std::size_t kLongestMessage = 2 * kMaxMessage;

std::string filled(const std::string& unit) {
  return repeated(unit, kBytes / unit.size());
}

// The texts that `piece` makes for 0, 1, 2, …, one after the other.
template <typename Piece>
std::string counted(Piece piece) {
  std::string out;
  out.reserve(kBytes + 1'000);
  for (std::size_t i = 0; out.size() < kBytes; ++i) out += piece(std::to_string(i));
  return out;
}

std::string when(const std::string& expr) {
  return "permit(principal, action, resource) when { " + expr + " };";
}

// Reads texts one after the other, so that only one is there at a time.
class Trial {
 public:
  explicit Trial(std::function<void(const std::string&)> read) : read_(std::move(read)) {}

  void operator()(const char* what, const std::string& text) const {
    INFO(what << ", " << text.size() << " bytes");
    const auto start = std::chrono::steady_clock::now();
    read_(text);
    CHECK(std::chrono::steady_clock::now() - start < kLongest);
  }

 private:
  std::function<void(const std::string&)> read_;
};

void read_policies(const std::string& text) {
  const auto set = cedar::PolicySet::parse(text, "p");
  if (!set.ok()) {
    CHECK(set.error().message.size() < kLongestMessage);
    return;
  }
  const auto response = cedar::Authorizer().is_authorized(cedar_test::request(), *set, cedar::Entities());
  CHECK(response.diagnostics.errors.size() <= set->policies().size());
  CHECK(to_text(explain(cedar_test::request(), *set, cedar::Entities())).size() < 1'000'000);
  std::size_t printed = 0;
  for (const cedar::Policy& policy : set->policies()) printed += to_text(*policy.body).size();
  CHECK(printed < 3 * kBytes);
}

}  // namespace

TEST_CASE("hostile: 10 MB of policy text", "[cedar]") {
  const std::string policy = "permit(principal, action, resource);";
  const Trial trial(read_policies);
  trial("brackets", when(filled("(")));
  trial("closed brackets", when(repeated("(", kBytes / 2) + "1" + repeated(")", kBytes / 2)));
  trial("exclamation marks", when(filled("!")));
  trial("minus signs", when(filled("-")));
  trial("if", when(filled("if true then ")));
  trial("braces", when(filled("{a: ")));
  trial("a long &&", when("true" + filled(" && true")));
  trial("a long || of equal attributes", when("false" + filled(" || context.a")));
  trial("a long sum", when("1" + filled(" + 1")));
  trial("a long product", when("1" + filled(" * 1")));
  trial("a set of one element, many times", when("[" + filled("1, ") + "].isEmpty()"));
  trial("a set", when("[" + counted([](const std::string& n) { return n + ","; }) + "].isEmpty()"));
  trial("a set downwards",
        when("[" + counted([](const std::string& n) { return "-" + n + ","; }) + "].isEmpty()"));
  trial("a record with one name", when("{" + filled("a: 1, ") + "} == {}"));
  trial("a record", when("{" + counted([](const std::string& n) { return "a" + n + ": 1, "; }) + "} == {}"));
  trial("attributes", when("context" + filled(".a")));
  trial("has", when("context has a" + filled(".a")));
  trial("a pattern of stars", when("\"" + std::string(100'000, 'a') + "\" like \"" + filled("*") + "\""));
  trial("a pattern that nearly matches",
        when("\"" + std::string(kBytes / 2, 'a') + "\" like \"" + repeated("*a", kBytes / 4) + "*b\""));
  trial("a string", when("\"" + filled("a") + "\" == \"\""));
  trial("escapes", when("\"" + filled("\\u{1F600}") + "\" == \"\""));
  trial("a string without end", when("\"" + filled("a")));
  trial("an identifier", when(filled("a")));
  trial("a name", "permit(principal is A" + filled("::A") + ", action, resource);");
  trial("a number", when(filled("9")));
  trial("a comment", "// " + filled("a") + "\n" + policy);
  trial("comments", filled("//\n") + policy);
  trial("blanks", filled(" ") + policy);
  trial("line ends", filled("\n") + policy + "x");
  trial("bytes that are no UTF-8", filled("\xff"));
  trial("zeros", std::string(kBytes, '\0'));
  trial("policies", filled(policy));
  trial("policies with ids", counted([&](const std::string& n) { return "@id(\"" + n + "\")" + policy; }));
  trial("annotations", counted([](const std::string& n) { return "@a" + n + " "; }) + policy);
  trial("one annotation", filled("@a ") + policy);
  trial("an annotation's value", "@a(\"" + filled("a") + "\")" + policy);
  trial("actions", "permit(principal, action in [" + counted([](const std::string& n) {
                     return "Action::\"" + n + "\",";
                   }) + "], resource);");
  trial("conditions", "permit(principal, action, resource)" + filled(" when {true}") + ";");
  trial("a misspelt word", filled("permitt") + "(principal, action, resource);");
  trial("a decimal", when("decimal(\"" + filled("1") + "\").lessThan(decimal(\"1.0\"))"));
  trial("an address", when("ip(\"" + filled("1:") + "\").isIpv4()"));
  trial("a duration", when("duration(\"" + filled("1d") + "\") == 1"));
}

TEST_CASE("hostile: many policies with one id", "[cedar]") {
  const cedar::IdFunction same = [](const cedar::Template&, std::size_t) { return "x"; };
  const auto set = cedar::PolicySet::parse(filled("permit(principal, action, resource);"), "p", same);
  REQUIRE_FALSE(set.ok());
  CHECK(set.error().message.starts_with("p:1:37: another policy has the id `x` already"));
}

TEST_CASE("hostile: 10 MB of policy JSON", "[cedar]") {
  const std::string one = R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},)"
                          R"("resource":{"op":"All"},"conditions":[{"kind":"when","body":)";
  const auto body = [&](const std::string& expr) { return one + expr + "}]}"; };
  const Trial trial([](const std::string& text) {
    const auto set = cedar::policy_set_from_json(text, "p");
    if (!set.ok()) CHECK(set.error().message.size() < kLongestMessage);
  });
  trial("brackets", filled("["));
  trial("braces", filled("{\"a\":"));
  trial("negations", body(filled("{\"!\":{\"arg\":")));
  trial("a set", body("{\"Set\":[" + filled("{\"Value\":1},") + "{\"Value\":1}]}"));
  trial("a record",
        body("{\"Record\":{" + counted([](const std::string& n) { return "\"" + n + "\":{\"Value\":1},"; }) +
             "\"\":{\"Value\":1}}}"));
  trial("one member", body("{\"Record\":{" + filled("\"a\":{\"Value\":1},") + "\"a\":{\"Value\":1}}}"));
  trial("unknown members",
        "{" + counted([](const std::string& n) { return "\"a" + n + "\":1,"; }) + "\"a\":1}");
  trial("policies", "{\"staticPolicies\":{" + counted([&](const std::string& n) {
                      return "\"" + n + "\":" + body("{\"Value\":true}") + ",";
                    }) + "\"\":1}}");
  trial("links to nothing",
        "{\"templateLinks\":[" + filled("{\"templateId\":\"t\",\"newId\":\"l\",\"values\":{}},") + "1]}");
  trial("a pattern", body("{\"like\":{\"left\":{\"Value\":\"a\"},\"pattern\":[" + filled("\"Wildcard\",") +
                          "\"Wildcard\"]}}"));
  trial("escapes", "\"" + filled("\\u0061") + "\"");
  trial("a string without end", "\"" + filled("a"));
  trial("a number", filled("9"));
}

TEST_CASE("hostile: 10 MB of schema text", "[cedar]") {
  const auto chain = [](const std::string& n) {
    const std::string next = std::to_string(std::stoul(n) + 1);
    return "type T" + n + " = T" + next + ";";
  };
  const Trial trial([](const std::string& text) {
    const auto schema = cedar::Schema::parse(text, "s");
    if (!schema.ok()) CHECK(schema.error().message.size() < kLongestMessage);
  });
  trial("braces", "entity A " + filled("{a: "));
  trial("sets", "type A = " + filled("Set<"));
  trial("entities", counted([](const std::string& n) { return "entity E" + n + ";"; }));
  trial("one entity", filled("entity A;"));
  trial("entities of one declaration",
        "entity A" + counted([](const std::string& n) { return ", A" + n; }) + ";");
  trial("attributes",
        "entity A {" + counted([](const std::string& n) { return "a" + n + ": Long, "; }) + "};");
  trial("one attribute", "entity A {" + filled("a: Long, ") + "};");
  trial("a chain of types", counted(chain));
  trial("types of the one before", counted([](const std::string& n) {
          const std::string next = std::to_string(std::stoul(n) + 1);
          return "type T" + n + " = {a: T" + next + ", b: T" + next + "};";
        }));
  trial("groups", counted([](const std::string& n) {
          return "entity E" + n + " in [E" + std::to_string(std::stoul(n) / 2) + "];";
        }));
  trial("actions", counted([](const std::string& n) { return "action a" + n + ";"; }));
  trial("actions in a chain", counted([](const std::string& n) {
          return "action a" + n + " in [a" + std::to_string(std::stoul(n) + 1) + "];";
        }));
  trial("namespaces", counted([](const std::string& n) { return "namespace N" + n + " {}"; }));
  trial("enum ids",
        "entity A enum [" + counted([](const std::string& n) { return "\"" + n + "\","; }) + "\"\"];");
  trial("annotations", counted([](const std::string& n) { return "@a" + n + " "; }) + "entity A;");
  trial("names that mean nothing",
        "entity A {" + counted([](const std::string& n) { return "a" + n + ": Strin, "; }) + "};");
}

TEST_CASE("hostile: 10 MB of schema JSON", "[cedar]") {
  const Trial trial([](const std::string& text) {
    const auto schema = cedar::Schema::from_json(text, "s");
    if (!schema.ok()) CHECK(schema.error().message.size() < kLongestMessage);
  });
  trial("brackets", filled("["));
  trial("braces", filled("{\"a\":"));
  trial("namespaces", "{" + counted([](const std::string& n) {
                        return "\"N" + n + "\":{\"entityTypes\":{},\"actions\":{}},";
                      }) + "\"\":{}}");
  trial("entities", "{\"\":{\"actions\":{},\"entityTypes\":{" +
                        counted([](const std::string& n) { return "\"E" + n + "\":{},"; }) + "\"E\":{}}}}");
  trial("members of", "{\"\":{\"actions\":{},\"entityTypes\":{\"E\":{\"memberOfTypes\":[" + filled("\"E\",") +
                          "\"E\"]}}}}");
}

TEST_CASE("hostile: 10 MB of entities", "[cedar]") {
  const auto entity = [](const std::string& id, const std::string& attrs, const std::string& parents) {
    return R"({"uid":{"type":"E","id":")" + id + R"("},"attrs":{)" + attrs + R"(},"parents":[)" + parents +
           "]}";
  };
  const auto uid = [](std::size_t n) { return R"({"type":"E","id":")" + std::to_string(n) + R"("})"; };
  const std::string last = entity("last", "", "");
  const Trial trial([](const std::string& text) {
    const auto entities = cedar::Entities::from_json(text);
    if (!entities.ok()) {
      CHECK(entities.error().message.size() < kLongestMessage);
      return;
    }
    const cedar::EntityUid& first = entities->all().front().uid;
    CHECK_FALSE(entities->has_ancestor(first, cedar_test::uid("E::\"nowhere\"")));
  });
  trial("brackets", filled("["));
  trial("one entity", "[" + filled(entity("a", "\"x\":[1,2,3]", "") + ",") + last + "]");
  trial("a chain",
        "[" + counted([&](const std::string& n) { return entity(n, "", uid(std::stoul(n) + 1)) + ","; }) +
            last + "]");
  trial("a ladder", "[" + counted([&](const std::string& n) {
                      const std::size_t next = std::stoul(n) / 2 * 2 + 2;
                      return entity(n, "", uid(next) + "," + uid(next + 1)) + ",";
                    }) + last +
                        "]");
  trial("one parent", "[" + entity("0", "", filled(uid(1) + ",") + uid(1)) + "]");
  trial("parents", "[" + entity("a", "", counted([&](const std::string& n) {
                                           return uid(std::stoul(n)) + ",";
                                         }) + uid(0)) +
                       "]");
  trial("attributes",
        "[" + entity("a", counted([](const std::string& n) { return "\"a" + n + "\":1,"; }) + "\"a\":1", "") +
            "]");
  trial("one attribute", "[" + entity("a", filled("\"a\":1,") + "\"a\":1", "") + "]");
  trial("a set of equal records", "[" + entity("a", "\"a\":[" + filled("{\"b\":[1]},") + "1]", "") + "]");
  trial("a set of nested sets",
        "[" + entity("a", "\"a\":[" + filled(repeated("[", 50) + repeated("]", 50) + ",") + "1]", "") + "]");
  trial(
      "a decimal",
      "[" + entity("a", "\"a\":{\"__extn\":{\"fn\":\"decimal\",\"arg\":\"" + filled("1") + "\"}}", "") + "]");
  trial("an unknown function",
        "[" + entity("a", "\"a\":{\"__extn\":{\"fn\":\"" + filled("ip") + "\",\"arg\":\"1\"}}", "") + "]");
  trial("a type",
        "[{\"uid\":{\"type\":\"A" + filled("::A") + "\",\"id\":\"\"},\"attrs\":{},\"parents\":[]}]");
  trial("escapes", "[\"" + filled("\\ud83d\\ude00") + "\"]");
}
