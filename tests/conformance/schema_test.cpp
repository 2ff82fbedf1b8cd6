// Schemas in both syntaxes whose verdict the official library gave.
#include <set>

#include "cedar/schema.h"
#include "tests/conformance/data.h"

using conformance::text_of;

TEST_CASE("vectors: schemas", "[conformance][schema]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/schemas.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  std::size_t right = 0;
  std::size_t all = 0;
  for (const base::Json& row : *file.find("cases")->array()) {
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

namespace {

// All that a schema says, once its names are looked up.
std::string meaning(const cedar::Schema& schema) {
  std::set<std::string> lines;
  for (const cedar::SchemaEntityType& type : schema.entity_types()) {
    std::string line = type.name.text() + to_text(type.shape) + (type.tags ? to_text(type.tags) : "");
    if (type.enum_ids)
      for (const std::string& id : *type.enum_ids) line += " enum " + id;
    for (const cedar::SchemaEntityType& other : schema.entity_types())
      if (schema.may_be_in(type, other)) line += " in " + other.name.text();
    lines.insert(std::move(line));
  }
  for (const cedar::SchemaAction& action : schema.actions()) {
    std::string line = to_text(action.uid);
    const bool applies =
        action.applies_to && !action.applies_to->principals.empty() && !action.applies_to->resources.empty();
    if (applies) {
      line += to_text(action.context);
      for (const auto index : action.applies_to->principals)
        line += " by " + schema.entity_types()[index].name.text();
      for (const auto index : action.applies_to->resources)
        line += " on " + schema.entity_types()[index].name.text();
    }
    for (const cedar::SchemaAction& other : schema.actions())
      if (schema.is_in(action, other)) line += " in " + to_text(other.uid);
    lines.insert(std::move(line));
  }
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

// Cedar's syntax to JSON, back, and to JSON again: the meaning stays, and so does the second text.
void check_round_trip(const cedar::Schema& schema) {
  const auto json = to_json_text(schema);
  REQUIRE(json.ok());
  const auto from_json = cedar::Schema::from_json(*json, "json");
  INFO(*json << (from_json.ok() ? "" : from_json.error().message));
  REQUIRE(from_json.ok());
  REQUIRE(meaning(*from_json) == meaning(schema));
  const auto text = to_cedar_text(*from_json);
  REQUIRE(text.ok());
  const auto from_text = cedar::Schema::parse(*text, "text");
  INFO(*text << (from_text.ok() ? "" : from_text.error().message));
  REQUIRE(from_text.ok());
  REQUIRE(meaning(*from_text) == meaning(schema));
  REQUIRE(*to_cedar_text(*from_text) == *text);
}

}  // namespace

TEST_CASE("corpus: schemas survive translation to JSON and back", "[conformance][schema]") {
  const auto folder = conformance::data("CEDAR_CORPUS", "corpus-tests");
  if (!folder) return;
  std::size_t count = 0;
  for (const auto& item : std::filesystem::directory_iterator(*folder)) {
    if (item.path().extension() != ".cedarschema") continue;
    const auto schema =
        cedar::Schema::parse(conformance::read(item.path().string()), item.path().filename().string());
    REQUIRE(schema.ok());
    check_round_trip(*schema);
    ++count;
  }
  std::cout << "corpus: " << count << " schemas to JSON and back\n";
  CHECK(count == 7809);
}

TEST_CASE("vectors: schemas survive translation to the other syntax and back", "[conformance][schema]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/schemas.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  for (const base::Json& row : *file.find("cases")->array()) {
    const std::string& text = text_of(row, "schema");
    const bool is_json = text_of(row, "format") == "json";
    const auto schema = is_json ? cedar::Schema::from_json(text, "s") : cedar::Schema::parse(text, "s");
    if (schema.ok()) check_round_trip(*schema);
  }
}
