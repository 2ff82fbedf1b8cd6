// Schemas in JSON: what resolves is printed as JSON that resolves and prints alike, and as text that
// resolves.
#include "cedar/schema.h"

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto schema = cedar::Schema::from_json(fuzz::text_of(data, size), "fuzz");
  if (!schema.ok()) return 0;
  if (const auto json = to_json_text(*schema); json.ok()) {
    const auto again = cedar::Schema::from_json(*json, "again");
    fuzz::require(again.ok(), "what is printed resolves", *json + (again.ok() ? "" : again.error().message));
    const auto json_again = to_json_text(*again);
    fuzz::require(json_again.ok() && *json_again == *json, "printed, read and printed is the same", *json);
  }
  if (const auto text = to_cedar_text(*schema); text.ok()) {
    const auto again = cedar::Schema::parse(*text, "printed");
    fuzz::require(again.ok(), "its text resolves", *text + (again.ok() ? "" : again.error().message));
  }
  return 0;
}
