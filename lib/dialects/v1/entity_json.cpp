#include "dialects/v1/entity_json.h"

#include <utility>

#include "base/text.h"
#include "dialects/v1/dialect.h"

namespace dialects::v1 {

void write_name_members(base::JsonWriter& w, const domain::EntityName& name) {
  w.member("type", name.type).member("id", name.id);
}

void write_name(base::JsonWriter& w, const domain::EntityName& name) {
  w.begin_object();
  write_name_members(w, name);
  w.end_object();
}

void read_entity(Fields& fields, FieldErrors& errors, api::GivenEntity& entity) {
  if (auto attrs = fields.optional_object("attrs")) entity.attrs = *std::move(attrs);
  if (auto tags = fields.optional_object("tags")) entity.tags = *std::move(tags);
  if (!fields.has("parents")) return;
  const auto parents = fields.objects("parents", domain::kMaxParents, "parents");
  for (std::size_t i = 0; i < parents.size(); ++i)
    if (auto name = read_name(*parents[i], errors, fields.pointer("parents") + "/" + std::to_string(i)))
      entity.parents.push_back(*std::move(name));
}

std::optional<domain::EntityName> read_name(const base::Json& json, FieldErrors& errors,
                                            const std::string& pointer) {
  if (const std::string* text = json.string()) {
    auto name = domain::parse_entity_name(*text);
    if (!name) errors.add(pointer, "must be a type and an id with a colon between them, such as `Folder:7`");
    return name;
  }
  if (!json.object()) {
    errors.add(pointer, "must be an object with `type` and `id`, or both as `type:id`, not " +
                            base::with_article(name_of(json.kind())));
    return std::nullopt;
  }
  FieldErrors own;
  Fields fields(json, kDialect, own, pointer);
  domain::EntityName name{fields.text("type"), fields.text("id")};
  const auto wrong = fields.finish();
  if (!wrong) return name;
  errors.add_values(*wrong);
  return std::nullopt;
}

namespace {

bool is_text(const domain::EntityName& resource) {
  return is_plain(resource) && !resource.type.starts_with('{');
}

}  // namespace

void write_resource(base::JsonWriter& w, const domain::EntityName& resource) {
  if (is_text(resource))
    w.string(to_string(resource));
  else
    write_name(w, resource);
}

std::string resource_parameter(const domain::EntityName& resource) {
  if (is_text(resource)) return to_string(resource);
  base::JsonWriter w;
  write_name(w, resource);
  return w.take();
}

std::optional<domain::EntityName> parse_resource_parameter(const std::string& text) {
  if (!text.starts_with('{')) return domain::parse_entity_name(text);
  const auto json = base::parse_json(text);
  FieldErrors errors;
  return json.ok() ? read_name(*json, errors, "resource") : std::nullopt;
}

std::optional<domain::EntityName> read_resource(const base::Json& json, FieldErrors& errors,
                                                const std::string& pointer) {
  if (json.is_null() || (json.string() && json.string()->empty())) return std::nullopt;
  return read_name(json, errors, pointer);
}

}  // namespace dialects::v1
