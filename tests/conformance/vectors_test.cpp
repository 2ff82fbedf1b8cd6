// Expressions, policies and entities whose verdict the official library gave.
#include "cedar/cedar.h"
#include "cedar/value_json.h"
#include "tests/conformance/data.h"

namespace {

using conformance::text_of;

const cedar::EntityUid& uid(const char* text) {
  static std::vector<cedar::EntityUid> kept;
  kept.push_back(cedar::EntityUid::parse(text).value());
  return kept.back();
}

// What the policy around an expression does: "true", "false", "parse_error" or "evaluation_error".
std::string verdict(const std::string& expr) {
  const std::string text = "permit(principal,action,resource) when { " + expr + " };";
  auto policies = cedar::PolicySet::parse(text, "p.cedar");
  if (!policies.ok()) return "parse_error";
  const cedar::Request request{uid("User::\"alice\""), uid("Action::\"view\""), uid("Doc::\"d\""), {}};
  const cedar::Entities none;
  const cedar::Response response = cedar::Authorizer().is_authorized(request, policies.value(), none);
  if (!response.diagnostics.errors.empty()) return "evaluation_error";
  return response.decision == cedar::Decision::kAllow ? "true" : "false";
}

std::string policies_verdict(const base::Json& row) {
  const base::Json* policies = row.find("policies");
  auto parsed = cedar::PolicySet::parse(text_of(row, policies ? "policies" : "template"), "p.cedar");
  if (!parsed.ok()) return "error";
  return parsed->templates().empty() == (policies != nullptr) ? "ok" : "error";
}

// Where the language is another by now than that of the version that made the vectors.
std::string expected_verdict(const std::string& expr, const base::Json& expect) {
  if (expr == R"(ip("1.2.3.4").isInRange(ip("1.2.3.0/24"),ip("2.0.0.0/8")))") return "true";  // RFC 99
  if (expr.starts_with("unknown(")) return "parse_error";  // a function of partial evaluation alone
  return expect.string() ? *expect.string() : to_text(expect);
}

void report(const char* what, std::size_t right, std::size_t all, std::size_t least) {
  std::cout << "vectors: " << right << " of " << all << " " << what << "\n";
  CHECK(right == all);
  CHECK(all >= least);
}

}  // namespace

TEST_CASE("vectors: expressions", "[conformance]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/expressions.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  std::size_t right = 0;
  for (const base::Json& row : *file.find("cases")->array()) {
    const std::string wanted = expected_verdict(text_of(row, "expr"), *row.find("expect"));
    INFO(text_of(row, "expr"));
    CHECK(verdict(text_of(row, "expr")) == wanted);
    right += verdict(text_of(row, "expr")) == wanted ? 1 : 0;
  }
  report("expressions", right, file.find("cases")->array()->size(), 236);
}

TEST_CASE("vectors: policies", "[conformance]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/policies.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  std::size_t right = 0;
  for (const base::Json& row : *file.find("cases")->array()) {
    INFO(to_text(row));
    CHECK(policies_verdict(row) == text_of(row, "expect"));
    right += policies_verdict(row) == text_of(row, "expect") ? 1 : 0;
  }
  report("policy texts", right, file.find("cases")->array()->size(), 71);
}

TEST_CASE("vectors: entities without a schema", "[conformance]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/entities.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  std::size_t right = 0;
  std::size_t all = 0;
  for (const base::Json& row : *file.find("cases")->array()) {
    if (row.find("schema")) continue;
    auto entities = cedar::Entities::from_json(to_text(*row.find("entities")));
    INFO(text_of(row, "name") << (entities.ok() ? "" : entities.error().message));
    const std::string verdict = entities.ok() ? "ok" : "error";
    CHECK(verdict == text_of(row, "expect"));
    right += verdict == text_of(row, "expect") ? 1 : 0;
    ++all;
  }
  report("entity files without a schema", right, all, 20);
}
