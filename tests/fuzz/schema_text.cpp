// Schemas in Cedar's syntax: what resolves is printed, in both syntaxes, as what resolves and prints alike,
// and linked with no other is the same.
#include "cedar/schema.h"

#include "cedar/schema/messages.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto schema = cedar::Schema::parse(fuzz::text_of(data, size), "fuzz");
  if (!schema.ok()) return 0;
  action_entities(*schema);
  if (const auto text = to_cedar_text(*schema); text.ok()) {
    const auto again = cedar::Schema::parse(*text, "printed");
    fuzz::require(again.ok(), "what is printed resolves", *text + (again.ok() ? "" : again.error().message));
    const auto text_again = to_cedar_text(*again);
    fuzz::require(text_again.ok() && *text_again == *text, "printed, read and printed is the same", *text);
  }
  if (const auto json = to_json_text(*schema); json.ok()) {
    const auto again = cedar::Schema::from_json(*json, "json");
    fuzz::require(again.ok(), "its JSON resolves", *json + (again.ok() ? "" : again.error().message));
    fuzz::require(again->actions().size() == schema->actions().size() &&
                      again->entity_types().size() == schema->entity_types().size(),
                  "its JSON declares as much", *json);
  }
  const auto linked = cedar::Schema::link({&*schema});
  fuzz::require(linked.ok() && incompleteness(*linked) == incompleteness(*schema), "it links with no other",
                linked.ok() ? incompleteness(*linked) : linked.error().message);
  if (const auto text = to_cedar_text(*linked); text.ok()) {
    const auto again = cedar::Schema::parse(*text, "linked");
    fuzz::require(again.ok(), "what is linked resolves", *text + (again.ok() ? "" : again.error().message));
    for (const auto& type : schema->entity_types()) {
      const auto* same = again->find_entity_type(type.name);
      fuzz::require(same && to_text(same->shape) == to_text(type.shape) &&
                        same->is_external() == type.is_external() &&
                        same->parents.size() == type.parents.size(),
                    "its types are the same", *text);
    }
  }
  return 0;
}
