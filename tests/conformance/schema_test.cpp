// Schemas in both syntaxes whose verdict the official library gave.
#include "cedar/schema.h"
#include "tests/conformance/data.h"

using conformance::text_of;

TEST_CASE("vectors: schemas", "[conformance][schema]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/schemas.json");
  if (!path) return;
  const Json file = conformance::read_json(*path);
  std::size_t right = 0;
  std::size_t all = 0;
  for (const Json& row : *file.find("cases")->array()) {
    const std::string& text = text_of(row, "schema");
    const bool is_json = text_of(row, "format") == "json";
    const auto schema = is_json ? cedar::Schema::from_json(text, "s") : cedar::Schema::parse(text, "s");
    INFO(text << "\nofficial: " << text_of(row, "official") << "\n"
              << (schema.ok() ? "" : schema.error().message));
    const std::string verdict = schema.ok() ? "ok" : "error";
    CHECK(verdict == text_of(row, "expect"));
    right += verdict == text_of(row, "expect") ? 1 : 0;
    ++all;
  }
  std::cout << "vectors: " << right << " of " << all << " schemas\n";
  CHECK(all >= 101);
}
