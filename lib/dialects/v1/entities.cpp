#include "api/entities.h"

#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/entity_import.h"
#include "dialects/v1/entity_json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_entity(base::JsonWriter& w, const domain::StoredEntity& entity) {
  w.begin_object();
  write_name_members(w, entity.name);
  w.name("attrs").raw(entity.attrs);
  w.name("parents").begin_array();
  for (const domain::EntityName& parent : entity.parents) write_name(w, parent);
  w.end_array().name("tags").raw(entity.tags);
  w.member("created_at", entity.created_at).member("updated_at", entity.updated_at).end_object();
}

std::string body_of(const domain::StoredEntity& entity) {
  base::JsonWriter w;
  write_entity(w, entity);
  return w.take();
}

domain::EntityName named_in_path(const Call& call) {
  return {call.path("type"), call.path("id")};
}

Answer list_entities(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  api::EntityFilter filter;
  filter.type = query.text("type").value_or("");
  if (const auto parent = query.text("parent")) {
    filter.parent = domain::parse_entity_name(*parent);
    if (!filter.parent) query.wrong("parent", "must be a type and an id with a colon between them");
  }
  if (const auto bad = query.error()) return *bad;
  const auto entities = api::list_entities(read, call.tenant(), filter, page);
  if (!entities.ok()) return entities.error();
  return ok(list_body(call.route.id, entities.value(), page.limit, write_entity));
}

Answer get_entity(const Call& call, const api::Read& read) {
  const auto entity = api::get_entity(read, call.tenant(), named_in_path(call));
  if (!entity.ok()) return entity.error();
  return ok(body_of(entity.value()), entity->revision);
}

api::Outcome<Work> put_entity(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::GivenEntity given;
  given.name = named_in_path(call);
  read_entity(fields, errors, given);
  const api::EntityPlace place;
  if (const auto bad = fields.finish([&] {
        const auto checked = api::check_entity(given, place);
        return checked.ok() ? std::nullopt : std::optional(checked.error());
      }))
    return *bad;
  auto checked = api::check_entity(std::move(given), place);
  if (!checked.ok()) return checked.error();
  return Work([tenant = call.tenant(), entity = std::move(checked).value(), place,
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto put = api::put_entity(change, tenant, entity, place, if_match);
    if (!put.ok()) return put.error();
    return ok(body_of(put->entity), put->entity.revision);
  });
}

api::Outcome<Work> delete_entity(const Call& call) {
  Query query(call);
  const bool force = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return Work([tenant = call.tenant(), name = named_in_path(call), force,
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto done = api::delete_entity(change, tenant, name, force, if_match);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/entities",
     .id = "list_entities",
     .operation = op::list_entities,
     .parameters = {"limit", "cursor", "type", "parent"},
     .place = Place::kPool,
     .handle = list_entities},
    {.method = kPost,
     .path = "/v1/entities",
     .id = "import_entities",
     .operation = op::import_entities,
     .parameters = {"atomic"},
     .body = "NewEntities",
     .handle = import_entities},
    {.method = kGet,
     .path = "/v1/entities/{type}/{id}",
     .id = "get_entity",
     .operation = op::get_entity,
     .handle = get_entity},
    {.method = kPut,
     .path = "/v1/entities/{type}/{id}",
     .id = "put_entity",
     .operation = op::put_entity,
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "EntityContent",
     .handle = put_entity},
    {.method = kDelete,
     .path = "/v1/entities/{type}/{id}",
     .id = "delete_entity",
     .operation = op::delete_entity,
     .success = 204,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = delete_entity},
};

}  // namespace

std::span<const Route> entity_calls() {
  return kCalls;
}

}  // namespace dialects::v1
