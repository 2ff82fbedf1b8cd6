#include <memory>
#include <string>
#include <utility>

#include "api/schemas.h"
#include "api/service.h"
#include "base/text.h"
#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/json.h"
#include "dialects/v1/rule_form.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_schema(base::JsonWriter& w, const domain::TenantSchema& schema) {
  w.member("schema", schema.text).member("updated_by", id_of(schema.updated_by));
  w.member("created_at", schema.created_at).member("updated_at", schema.updated_at);
}

Answer get_schema(const Call& call, const api::Read& read) {
  const auto view = api::get_schema(read, call.tenant());
  if (!view.ok()) return view.error();
  base::JsonWriter w;
  w.begin_object();
  write_schema(w, view->schema);
  return ok(w.name("json").raw(view->json).end_object().take(), view->schema.revision);
}

// What a dry run finds.
std::string body_of(const api::SchemaSet& set) {
  const bool would_be_set = !set.misfits.any() && set.misfits.is_all && !set.failed;
  base::JsonWriter w;
  w.begin_object().member("would_be_set", would_be_set).member("complete", set.misfits.is_all);
  for (const auto& [name, json] : api::to_details(set.misfits)) w.name(name).raw(json);
  w.name("tests").begin_object();
  if (set.failed) {
    for (const auto& [name, json] : set.failed->details) w.name(name == "tests" ? "data" : name).raw(json);
  } else {
    w.member("failed", 0).name("data").begin_array().end_array();
  }
  return w.end_object().end_object().take();
}

// The text of the member `schema`, which may be in either form of Cedar's.
std::string read_schema(Fields& fields, FieldErrors& errors, const base::Json& body) {
  const base::Json* const given = body.find("schema");
  if (!given || !given->object()) return fields.text("schema");
  (void)fields.has("schema");  // it is known
  auto text = api::schema_text_of(*given);
  if (text.ok()) return std::move(text).value();
  errors.add_values(text.error());
  return {};
}

api::Outcome<LongWork> set_schema(const Call& call, const ServerState& state) {
  Query query(call);
  api::GivenSchema given;
  given.dry_run = query.flag("dry_run");
  const api::Trial trial{query.flag("force"), state.user_ids};
  if (const auto bad = query.error()) return *bad;
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  given.text = read_schema(fields, errors, call.body);
  if (const auto bad = fields.finish([&] { return api::check(given); })) return *bad;
  const auto draft = std::make_shared<api::SchemaDraft>();
  draft->follow_rehearsal = true;
  draft->trial = trial;
  LongWork work;
  work.begin = [&service = state.service, draft, tenant = call.tenant(),
                given]() -> api::Outcome<LongWork::Step> {
    return LongWork::Step([&service, draft, tenant, given]() -> api::Outcome<void> {
      const auto on_snapshot = [&](base::FunctionRef<void(const api::Read&)> fn) {
        return service.read_as(api::Service::itself(), {}, fn);
      };
      auto made = api::draft_schema(on_snapshot, tenant, given, draft->trial);
      if (!made.ok()) return made.error();
      *draft = std::move(made).value();
      draft->follow_rehearsal = true;
      return {};
    });
  };
  work.work = [draft, tenant = call.tenant(), given,
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto set = api::set_schema(change, tenant, given, if_match, *draft);
    if (!set.ok()) return set.error();
    if (given.dry_run) return ok(body_of(*set));
    base::JsonWriter w;
    w.begin_object();
    write_schema(w, set->schema);
    return ok(w.end_object().take(), set->schema.revision);
  };
  return work;
}

api::Outcome<LongWork> delete_schema(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  return with_drafts(
      state, *trial,
      [tenant = call.tenant()](const api::Read& read, const api::Trial& how) {
        return api::draft_schema_deletion(read, tenant, how);
      },
      [tenant = call.tenant(), if_match = call.if_match](api::Change& change,
                                                         const api::RuleDrafts& drafts) -> Answer {
        const auto done = api::delete_schema(change, tenant, if_match, drafts);
        if (!done.ok()) return done.error();
        return no_content();
      });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/schema",
     .id = "get_schema",
     .operation = op::get_schema,
     .place = Place::kPool,
     .handle = get_schema},
    {.method = kPut,
     .path = "/v1/schema",
     .id = "set_schema",
     .operation = op::set_schema,
     .parameters = {"dry_run", "force"},
     .takes_if_match = true,
     .body = "NewSchema",
     .place = Place::kPool,
     .handle = set_schema},
    {.method = kDelete,
     .path = "/v1/schema",
     .id = "delete_schema",
     .operation = op::delete_schema,
     .success = 204,
     .parameters = {"force"},
     .takes_if_match = true,
     .place = Place::kPool,
     .handle = delete_schema},
};

}  // namespace

std::span<const Route> schema_calls() {
  return kCalls;
}

}  // namespace dialects::v1
