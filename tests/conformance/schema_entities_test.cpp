// Entity files under a schema, and the hand-written tests, whose entities and contexts need one.
#include <set>

#include "cedar/cedar.h"
#include "cedar/schema.h"
#include "cedar/value_json.h"
#include "tests/conformance/corpus.h"

using conformance::text_of;

TEST_CASE("vectors: entities under a schema", "[conformance][schema]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/entities.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  std::size_t right = 0;
  std::size_t all = 0;
  for (const base::Json& row : *file.find("cases")->array()) {
    if (!row.find("schema")) continue;
    const auto schema = cedar::Schema::parse(text_of(row, "schema"), "s");
    REQUIRE(schema.ok());
    const auto entities = cedar::Entities::from_json(to_text(*row.find("entities")), *schema);
    INFO(text_of(row, "name") << "\nofficial: " << text_of(row, "official") << "\n"
                              << (entities.ok() ? "" : entities.error().message));
    const std::string verdict = entities.ok() ? "ok" : "error";
    CHECK(verdict == text_of(row, "expect"));
    right += verdict == text_of(row, "expect") ? 1 : 0;
    ++all;
  }
  std::cout << "vectors: " << right << " of " << all << " entity files under a schema\n";
  CHECK(all >= 20);
}

namespace {

std::set<std::string> texts(const base::Json& array) {
  std::set<std::string> out;
  for (const base::Json& item : *array.array()) out.insert(*item.string());
  return out;
}

// What is answered, or why the request is refused.
std::string answer(const base::Json& row, const conformance::OfficialTest& test) {
  const auto principal = cedar::uid_from_json(*row.find("principal"));
  const auto action = cedar::uid_from_json(*row.find("action"));
  const auto resource = cedar::uid_from_json(*row.find("resource"));
  REQUIRE((principal.ok() && action.ok() && resource.ok()));
  const auto context = cedar::context_from_json(to_text(*row.find("context")), test.schema, *action);
  if (!context.ok()) return context.error().message;
  const cedar::Request request{*principal, *action, *resource, *context};
  const auto checked = check_request(request, test.schema);
  if (!checked.ok()) return checked.error().message;
  const cedar::Response response = cedar::Authorizer().is_authorized(request, test.policies, test.entities);
  std::string out(name_of(response.decision));
  for (const cedar::PolicyId& id :
       std::set(response.diagnostics.reasons.begin(), response.diagnostics.reasons.end()))
    out += " " + id;
  std::set<std::string> errors;
  for (const cedar::PolicyError& error : response.diagnostics.errors) errors.insert(error.policy);
  for (const std::string& id : errors) out += " error " + id;
  return out;
}

std::string expected(const base::Json& row) {
  std::string out = text_of(row, "decision");
  for (const std::string& id : texts(*row.find("reason"))) out += " " + id;
  for (const std::string& id : texts(*row.find("errors"))) out += " error " + id;
  return out;
}

}  // namespace

TEST_CASE("hand-written tests: decisions under a schema are those of the reference",
          "[conformance][schema]") {
  const auto folder = conformance::data("CEDAR_CORPUS", "tests");
  if (!folder) return;
  const std::string root = std::filesystem::path(*folder).parent_path().string() + "/";
  std::size_t right = 0;
  std::size_t all = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(*folder)) {
    if (item.path().extension() != ".json") continue;
    const auto test = conformance::read_test(root, item.path().string());
    for (const base::Json& row : *test.json.find("requests")->array()) {
      INFO(item.path().string() << ": " << text_of(row, "description"));
      const std::string found = answer(row, test);
      CHECK(found == expected(row));
      right += found == expected(row) ? 1 : 0;
      ++all;
    }
  }
  std::cout << "hand-written tests: " << right << " of " << all
            << " requests as the reference answers them\n";
  CHECK(all == 74);
}

TEST_CASE("corpus: entities and requests conform to their schemas, and decisions stay the same",
          "[conformance][schema]") {
  const auto folder = conformance::data("CEDAR_CORPUS", "corpus-tests");
  if (!folder) return;
  const std::string root = std::filesystem::path(*folder).parent_path().string() + "/";
  std::size_t right = 0;
  std::size_t all = 0;
  std::size_t several_ranges = 0;
  for (const std::string& path : conformance::corpus_tests(*folder)) {
    const auto test = conformance::read_test(root, path);
    for (const base::Json& row : *test.json.find("requests")->array()) {
      const std::string found = answer(row, test);
      ++all;
      if (found == expected(row)) {
        ++right;
      } else if (conformance::asks_for_several_ranges(test.policies)) {
        ++several_ranges;
      } else {
        UNSCOPED_INFO(text_of(row, "description") << ": " << expected(row) << " is " << found);
        CHECK(false);
      }
    }
  }
  std::cout << "corpus: " << right << " of " << all << " requests under their schemas\n";
  CHECK(all == 62472);
  CHECK(several_ranges == 24);
  CHECK(right + several_ranges == all);
}
