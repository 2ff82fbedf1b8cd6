// Many rows in one call, all of them or none: people put into a group, and mappings made, changed and
// removed.
#include <string>
#include <utility>
#include <vector>

#include "api/group_roles.h"
#include "api/mapping_batch.h"
#include "api/member_batch.h"
#include "api/members.h"
#include "api/resources.h"
#include "dialects/body.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/mapping_json.h"

namespace dialects::v1 {
namespace {

using enum http::Method;
using api::RowOutcome;

// How often each outcome is among the rows, as members of the object that is being written.
template <typename Rows>
void write_counts(base::JsonWriter& w, const std::vector<RowOutcome>& outcomes, const Rows& rows) {
  w.name("counts").begin_object();
  for (const RowOutcome outcome : outcomes) {
    std::size_t count = 0;
    for (const auto* list : rows)
      for (const auto& row : *list) count += row.outcome == outcome ? 1U : 0U;
    w.member(std::string(name_of(outcome)), count);
  }
  w.end_object();
}

// ---- members

api::GivenMember read_member(const base::Json& json, FieldErrors& errors, const std::string& pointer) {
  Fields fields(json, kDialect, errors, pointer);
  api::GivenMember given;
  if (fields.has("user_id")) given.user = domain::UserId(fields.uuid("user_id"));
  if (fields.has("email")) given.email = fields.text("email");
  fields.finish();
  return given;
}

std::string body_of(const std::vector<api::GivenMember>& given, const std::vector<api::AddedMember>& rows) {
  base::JsonWriter w;
  w.begin_object().name("members").begin_array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& user = rows[i].user;
    w.begin_object().member("status", name_of(rows[i].outcome));
    w.member("user_id", user            ? std::optional(user->id.uuid())
                        : given[i].user ? std::optional(given[i].user->uuid())
                                        : std::nullopt);
    w.member("email", user ? std::optional(user->email) : given[i].email);
    w.member("name", user ? std::optional(user->name) : std::nullopt).end_object();
  }
  w.end_array();
  const std::vector<api::AddedMember>* const all[] = {&rows};
  write_counts(w, {RowOutcome::kNew, RowOutcome::kKnown, RowOutcome::kUnknown}, all);
  return w.end_object().take();
}

api::Outcome<Work> add_members(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  std::vector<api::GivenMember> given;
  const auto rows = fields.objects("members", api::kMostInBatch, "rows");
  for (std::size_t i = 0; i < rows.size(); ++i)
    given.push_back(read_member(*rows[i], errors, fields.pointer("members") + "/" + std::to_string(i)));
  const auto if_unknown = fields.patched_boolean("skip_unknown").value_or(false) ? api::IfUnknown::kSkip
                                                                                 : api::IfUnknown::kRefuse;
  if (const auto bad = fields.finish([&] { return api::check(given); })) return *bad;
  return Work([tenant = call.tenant(), group = call.path_id<domain::GroupId>("id"), given = std::move(given),
               if_unknown](api::Change& change) -> Answer {
    const auto added = api::add_members(change, tenant, group, given, if_unknown);
    if (!added.ok()) return added.error();
    return ok(body_of(given, *added));
  });
}

// ---- mappings

void write_rows(base::JsonWriter& w, std::string_view name, const std::vector<api::MappingRow>& rows) {
  w.name(name).begin_array();
  for (const api::MappingRow& row : rows) {
    w.begin_object().member("status", name_of(row.outcome)).name("mapping");
    if (row.view)
      write_mapping(w, *row.view);
    else
      w.null();
    w.end_object();
  }
  w.end_array();
}

std::string body_of(const api::ChangedMappings& changed) {
  base::JsonWriter w;
  w.begin_object();
  write_rows(w, "create", changed.create);
  write_rows(w, "update", changed.update);
  write_rows(w, "delete", changed.remove);
  const std::vector<api::MappingRow>* const all[] = {&changed.create, &changed.update, &changed.remove};
  write_counts(w,
               {RowOutcome::kNew, RowOutcome::kKnown, RowOutcome::kUnknown, RowOutcome::kChanged,
                RowOutcome::kDeleted},
               all);
  return w.end_object().take();
}

api::MappingBatch read_batch(const Call& call, Fields& fields, FieldErrors& errors) {
  api::MappingBatch batch;
  const auto each = [&](const char* name, const auto& read) {
    if (!fields.has(name)) return;
    const auto rows = fields.objects(name, api::kMostInBatch, "rows");
    for (std::size_t i = 0; i < rows.size(); ++i)
      read(*rows[i], fields.pointer(name) + "/" + std::to_string(i));
  };
  each("create", [&](const base::Json& row, const std::string& pointer) {
    Fields own(row, kDialect, errors, pointer);
    batch.create.push_back(read_new_mapping(call.tenant(), own, errors));
    own.finish();
  });
  each("update", [&](const base::Json& row, const std::string& pointer) {
    Fields own(row, kDialect, errors, pointer);
    const domain::MappingId id(own.uuid("id"));
    batch.update.push_back({id, read_mapping_patch(own)});
    own.finish();
  });
  if (!fields.has("delete")) return batch;
  for (const base::Uuid& id : fields.uuids("delete", api::kMostInBatch, "rows"))
    batch.remove.emplace_back(id);
  return batch;
}

api::Outcome<Work> change_mappings(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::MappingBatch batch = read_batch(call, fields, errors);
  const auto if_unknown = fields.patched_boolean("skip_unknown").value_or(false) ? api::IfUnknown::kSkip
                                                                                 : api::IfUnknown::kRefuse;
  if (const auto bad = fields.finish([&] { return api::check(batch, call.now); })) return *bad;
  return Work([tenant = call.tenant(), batch = std::move(batch), if_unknown](api::Change& change) -> Answer {
    const auto changed = api::change_mappings(change, tenant, batch, if_unknown);
    if (!changed.ok()) return changed.error();
    return ok(body_of(*changed));
  });
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/v1/groups/{id}/members:bulk",
     .id = "add_members",
     .operation = op::add_member,
     .takes_dry_run = true,
     .rehearses_long = true,
     .body = "NewMembers",
     .handle = add_members},
    {.method = kPost,
     .path = "/v1/mappings:bulk",
     .id = "change_mappings",
     .operation = op::create_mapping,
     .takes_dry_run = true,
     .rehearses_long = true,
     .body = "MappingBatch",
     .handle = change_mappings},
};

}  // namespace

std::span<const Route> batch_calls() {
  return kCalls;
}

}  // namespace dialects::v1
