#include "api/undo.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/revision.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_object(base::JsonWriter& w, const domain::ChangedObject& object) {
  const bool is_credential = object.table == store::Table::kCredential;
  const std::string_view type = is_credential ? "credential" : domain::noun_of(object.table);
  w.begin_object().member("resource_type", type).member("resource_id", object.id);
  if (!object.within.empty()) w.member(std::string(domain::holder_of(object.table)) + "_id", object.within);
  w.member("change", name_of(object.kind)).end_object();
}

std::string body_of(const api::Undone& undone) {
  base::JsonWriter w;
  w.begin_object().member("undone", undone.revision).name("changes").begin_array();
  for (const domain::ChangedObject& object : undone.objects) write_object(w, object);
  w.end_array().name("left").begin_array();
  for (const api::LeftCredential& credential : undone.left)
    w.begin_object()
        .member("resource_type", credential.type)
        .member("resource_id", credential.id)
        .end_object();
  return w.end_array().end_object().take();
}

// What is no revision is one that no change has: it passes the same checks, and is then not found as it was
// sent.
api::Outcome<LongWork> undo_change(const Call& call, const ServerState& state) {
  const std::string& sent = call.path("revision");
  const auto draft = std::make_shared<api::UndoDraft>();
  draft->user_ids = state.user_ids;
  return LongWork{{}, [tenant = call.tenant(), sent, draft](api::Change& change) -> Answer {
                    auto undone = api::undo_change(change, tenant, revision_in(sent).value_or(0), draft);
                    if (undone.ok()) return ok(body_of(*undone));
                    api::Error why = std::move(undone).error();
                    if (why.code == api::Code::kNotFound && !revision_in(sent))
                      why.message = "change " + sent + ": not found";
                    return why;
                  }};
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/v1/changes/{revision}/undo",
     .id = "undo_change",
     .operation = op::undo_change,
     .takes_dry_run = true,
     .rehearses_long = true,
     .handle = undo_change},
};

}  // namespace

std::span<const Route> undo_calls() {
  return kCalls;
}

}  // namespace dialects::v1
