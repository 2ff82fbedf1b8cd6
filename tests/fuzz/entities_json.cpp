// Entities JSON, without and with a schema: what is read has ancestors that end, values that JSON gives back,
// and with the schema conforms to it.
#include "cedar/entities.h"

#include "cedar/value_json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

namespace {

void look_at(const cedar::Entities& entities) {
  const std::size_t few = std::min<std::size_t>(entities.all().size(), 8);
  for (std::size_t i = 0; i < few; ++i) {
    const cedar::Entity& entity = entities.all()[i];
    fuzz::require(entities.find(entity.uid) == &entity, "an entity is found", to_text(entity.uid));
    fuzz::require(!entities.has_ancestor(entity.uid, entity.uid), "no cycles", to_text(entity.uid));
    for (std::size_t j = 0; j < few; ++j) {
      const cedar::EntityUid& other = entities.all()[j].uid;
      fuzz::require(
          entities.has_ancestor(entity.uid, other) == entities.EntitySource::has_ancestor(entity.uid, other),
          "the quick walk agrees with the plain one", to_text(entity.uid));
    }
    for (const cedar::Record::Field& field : entity.attrs.fields()) {
      const auto again = cedar::value_from_json(cedar::to_json(field.second));
      fuzz::require(again.ok() && *again == field.second, "a value's JSON gives it back", field.first);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::World world;
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto entities = cedar::Entities::from_json(text); entities.ok()) look_at(*entities);
  if (const auto entities = cedar::Entities::from_json(text, world.schema); entities.ok()) {
    look_at(*entities);
    for (const cedar::Entity& entity : entities->all()) {
      const auto checked = check_entity(entity, world.schema);
      fuzz::require(checked.ok(), "what is read under a schema conforms", to_text(entity.uid));
    }
  }
  if (const auto context = cedar::context_from_json(text, world.schema, world.request.action); context.ok()) {
    cedar::Request request = world.request;
    request.context = *context;
    fuzz::require(check_request(request, world.schema).ok(), "a context read under a schema conforms",
                  std::string(text));
  }
  return 0;
}
