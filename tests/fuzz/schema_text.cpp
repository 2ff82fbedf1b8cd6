// Schemas in Cedar's syntax: what resolves is printed, in both syntaxes, as what resolves and prints alike.
#include "cedar/schema.h"

#include "cedar/schema_check.h"
#include "cedar/schema_printer.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto schema = cedar::Schema::parse(fuzz::text_of(data, size), "fuzz");
  if (!schema.ok()) return 0;
  action_entities(*schema);
  if (const auto text = to_cedar_text(schema->fragment()); text.ok()) {
    const auto again = cedar::Schema::parse(*text, "printed");
    fuzz::require(again.ok(), "what is printed resolves", *text + (again.ok() ? "" : again.error().message));
    const auto text_again = to_cedar_text(again->fragment());
    fuzz::require(text_again.ok() && *text_again == *text, "printed, read and printed is the same", *text);
  }
  if (const auto json = to_json_text(schema->fragment()); json.ok()) {
    const auto again = cedar::Schema::from_json(*json, "json");
    fuzz::require(again.ok(), "its JSON resolves", *json + (again.ok() ? "" : again.error().message));
    fuzz::require(again->actions().size() == schema->actions().size() &&
                      again->entity_types().size() == schema->entity_types().size(),
                  "its JSON declares as much", *json);
  }
  return 0;
}
