#include "api/api_keys.h"

#include "api/service.h"
#include "config/units.h"
#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/json.h"
#include "dialects/v1/key_use_json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_members(base::JsonWriter& w, const domain::Credential& key) {
  w.member("id", key.id).member("name", key.name).member("scopes", key.scopes);
  w.member("expires_at", key.expires_at).member("revoked_at", key.revoked_at);
  w.member("created_by", id_of(key.created_by)).member("created_at", key.created_at);
}

void write_key(base::JsonWriter& w, const api::ApiKeyView& view, const api::KeyUses* uses) {
  w.begin_object();
  write_members(w, view.credential);
  w.name("other_secrets").integer(static_cast<std::int64_t>(view.other_secrets));
  write_use(w, view.credential, uses);
  w.end_object();
}

Answer list_api_keys(const Call& call, const api::Read& read, const ServerState& state) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant()](const api::Read& now, const api::PageRequest& part) {
        return api::list_api_keys(now, tenant, part);
      },
      [uses = state.service.key_uses()](base::JsonWriter& w, const api::ApiKeyView& view) {
        write_key(w, view, uses);
      });
}

api::Outcome<Work> create_api_key(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewApiKey key;
  key.name = fields.text("name");
  key.scopes = fields.optional_texts("scopes").value_or(std::vector<std::string>());
  key.expires_at = fields.optional_time("expires_at");
  if (const auto bad = fields.finish([&] { return api::check(key, call.now); })) return *bad;
  return Work([tenant = call.tenant(), key = std::move(key)](api::Change& change) -> Answer {
    const auto view = api::create_api_key(change, tenant, key);
    if (!view.ok()) return view.error();
    base::JsonWriter w;
    w.begin_object();
    write_members(w, view->credential);
    w.member("raw_key", view->raw_key).end_object();
    Reply reply =
        created(w.take(), "/v1/api-keys/" + view->credential.id.to_string(), view->credential.revision);
    base::JsonWriter kept;
    kept.begin_object();
    write_members(kept, view->credential);
    kept.member("raw_key", std::nullopt).end_object();
    reply.repeated_body = kept.take();
    return reply;
  });
}

constexpr std::string_view kUsualOverlap = "24h";

api::Outcome<Work> rotate_api_key(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::Rotation rotation;
  const std::string text = fields.optional_text("keep_old_for").value_or(std::string(kUsualOverlap));
  const auto kept = config::parse_duration(text);
  if (kept.ok()) rotation.keep_old_for = *kept;
  if (!kept.ok()) errors.add("/keep_old_for", kept.error().message);
  if (const auto bad = fields.finish([&] { return api::check(rotation); })) return *bad;
  return Work([tenant = call.tenant(), id = call.path_id<domain::CredentialId>("id"), rotation,
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto rotated = api::rotate_api_key(change, tenant, id, rotation, if_match);
    if (!rotated.ok()) return rotated.error();
    const auto body = [&rotated](const std::optional<std::string>& raw_key) {
      base::JsonWriter w;
      w.begin_object();
      write_members(w, rotated->key.credential);
      w.member("raw_key", raw_key).name("old_secret");
      if (const auto& old = rotated->old)
        w.begin_object().member("id", old->id).member("expires_at", old->expires_at).end_object();
      else
        w.null();
      return w.end_object().take();
    };
    Reply reply = ok(body(rotated->key.raw_key), rotated->key.credential.revision);
    reply.repeated_body = body(std::nullopt);
    return reply;
  });
}

api::Outcome<Work> revoke_api_key(const Call& call) {
  return Work([tenant = call.tenant(), id = call.path_id<domain::CredentialId>("id"),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto done = api::revoke_api_key(change, tenant, id, if_match);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/api-keys",
     .id = "list_api_keys",
     .operation = op::list_api_keys,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_api_keys},
    {.method = kPost,
     .path = "/v1/api-keys",
     .id = "create_api_key",
     .operation = op::create_api_key,
     .success = 201,
     .body = "NewApiKey",
     .handle = create_api_key},
    {.method = kPost,
     .path = "/v1/api-keys/{id}/rotate",
     .id = "rotate_api_key",
     .operation = op::rotate_api_key,
     .takes_if_match = true,
     .body = "KeyRotation",
     .handle = rotate_api_key},
    {.method = kDelete,
     .path = "/v1/api-keys/{id}",
     .id = "revoke_api_key",
     .operation = op::revoke_api_key,
     .success = 204,
     .takes_if_match = true,
     .handle = revoke_api_key},
};

}  // namespace

std::span<const Route> api_key_calls() {
  return kCalls;
}

}  // namespace dialects::v1
