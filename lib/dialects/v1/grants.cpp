#include "api/grants.h"

#include <string>
#include <utility>

#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/entity_json.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_grant(base::JsonWriter& w, const api::GrantView& grant) {
  w.begin_object().member("id", grant.id).name("principal");
  if (grant.principal)
    write_resource(w, *grant.principal);
  else
    w.null();
  w.member("role", grant.role).member("template", grant.rule).member("policy_id", grant.policy);
  w.name("resource");
  if (grant.resource)
    write_resource(w, *grant.resource);
  else
    w.string("");
  w.member("valid_from", grant.valid_from).member("expires_at", grant.expires_at);
  w.member("reason", grant.reason);
  w.member("created_by", id_of(grant.created_by)).member("created_at", grant.created_at).end_object();
}

std::string body_of(const api::GrantView& grant) {
  base::JsonWriter w;
  write_grant(w, grant);
  return w.take();
}

Answer list_grants(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  api::GrantFilter filter;
  const auto name = [&](const char* parameter) -> std::optional<domain::EntityName> {
    const auto text = query.text(parameter);
    if (!text) return std::nullopt;
    auto parsed = domain::parse_entity_name(*text);
    if (!parsed) query.wrong(parameter, "must be a type and an id with a colon between them");
    return parsed;
  };
  filter.principal = name("principal");
  filter.resource = name("resource");
  if (const auto bad = query.error()) return *bad;
  const auto grants = api::list_grants(read, call.tenant(), filter, page);
  if (!grants.ok()) return grants.error();
  return ok(list_body(call.route.id, grants.value(), page.limit, write_grant));
}

Answer get_grant(const Call& call, const api::Read& read) {
  const auto grant = api::get_grant(read, call.tenant(), call.path_id<domain::GrantId>("id"));
  if (!grant.ok()) return grant.error();
  return ok(body_of(grant.value()), grant->revision);
}

api::Outcome<Work> create_grant(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewGrant given;
  if (fields.has("principal"))
    given.principal = read_resource(*call.body.find("principal"), errors, fields.pointer("principal"));
  given.role = fields.optional_text("role");
  if (const auto rule = fields.optional_text("template")) {
    given.rule = domain::RuleId::parse(*rule);
    if (!given.rule) errors.add(fields.pointer("template"), "must be the id of a rule, a uuid");
  }
  if (fields.has("resource"))
    given.resource = read_resource(*call.body.find("resource"), errors, fields.pointer("resource"));
  given.valid_from = fields.optional_time("valid_from");
  given.expires_at = fields.optional_time("expires_at");
  given.reason = fields.optional_text("reason");
  if (const auto bad = fields.finish([&] { return api::check(given, call.now); })) return *bad;
  return Work([tenant = call.tenant(), given = std::move(given)](api::Change& change) -> Answer {
    const auto grant = api::create_grant(change, tenant, given);
    if (!grant.ok()) return grant.error();
    return created(body_of(grant.value()), "/v1/grants/" + grant->id.to_string(), grant->revision);
  });
}

api::Outcome<Work> delete_grant(const Call& call) {
  return Work([tenant = call.tenant(), id = call.path_id<domain::GrantId>("id"),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto done = api::delete_grant(change, tenant, id, if_match);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/grants",
     .id = "list_grants",
     .operation = op::list_grants,
     .parameters = {"limit", "cursor", "principal", "resource"},
     .place = Place::kPool,
     .handle = list_grants},
    {.method = kPost,
     .path = "/v1/grants",
     .id = "create_grant",
     .operation = op::create_grant,
     .success = 201,
     .takes_dry_run = true,
     .body = "NewGrant",
     .handle = create_grant},
    {.method = kGet,
     .path = "/v1/grants/{id}",
     .id = "get_grant",
     .operation = op::get_grant,
     .handle = get_grant},
    {.method = kDelete,
     .path = "/v1/grants/{id}",
     .id = "delete_grant",
     .operation = op::delete_grant,
     .success = 204,
     .takes_if_match = true,
     .takes_dry_run = true,
     .handle = delete_grant},
};

}  // namespace

std::span<const Route> grant_calls() {
  return kCalls;
}

}  // namespace dialects::v1
