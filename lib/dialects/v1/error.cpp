#include "dialects/v1/error.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "base/enum_table.h"
#include "base/json.h"

namespace dialects::v1 {
namespace {

using api::Code;

struct Look {
  Code code;
  std::string_view name;
  int status;
};

constexpr std::array<Look, 29> kLooks = {{
    {Code::kInvalidInput, "invalid_input", 400},
    {Code::kUnauthenticated, "unauthenticated", 401},
    {Code::kForbidden, "forbidden", 403},
    {Code::kTenantMismatch, "tenant_mismatch", 403},
    {Code::kSystemRole, "system_role", 403},
    {Code::kBuiltIn, "built_in", 403},
    {Code::kInsecureTransport, "insecure_transport", 403},
    {Code::kNotFound, "not_found", 404},
    {Code::kMethodNotAllowed, "method_not_allowed", 405},
    {Code::kAlreadyExists, "already_exists", 409},
    {Code::kInUse, "in_use", 409},
    {Code::kQuotaExceeded, "quota_exceeded", 409},
    {Code::kBehind, "behind", 409},
    {Code::kTestsFailed, "tests_failed", 409},
    {Code::kBuiltUpon, "built_upon", 409},
    {Code::kPreconditionFailed, "precondition_failed", 412},
    {Code::kGone, "gone", 410},
    {Code::kReadOnly, "read_only", 421},
    {Code::kTooLarge, "too_large", 413},
    {Code::kUnsupportedMediaType, "unsupported_media_type", 415},
    {Code::kInvalidScopes, "invalid_scopes", 422},
    {Code::kSchemaRequired, "schema_required", 422},
    {Code::kNotUndoable, "not_undoable", 422},
    {Code::kIdempotencyConflict, "idempotency_conflict", 422},
    {Code::kRateLimited, "rate_limited", 429},
    {Code::kInternal, "internal", 500},
    {Code::kOverloaded, "overloaded", 503},
    {Code::kStale, "stale", 503},
    {Code::kStorageFull, "storage_full", 507},
}};

static_assert(base::has_row_for_each(kLooks, &Look::code, Code::kStorageFull));

const Look& look_of(Code code) {
  return kLooks[static_cast<std::size_t>(code)];
}

}  // namespace

int status_of(api::Code code) {
  return look_of(code).status;
}

std::string_view name_of(api::Code code) {
  return look_of(code).name;
}

std::string error_body(const api::Error& error, FieldNames) {
  base::JsonWriter w;
  w.begin_object().member("code", look_of(error.code).name).member("message", error.message);
  w.name("details").begin_object();
  if (!error.fields.empty()) {
    w.name("errors").begin_array();
    for (const api::FieldError& field : error.fields)
      w.begin_object().member("pointer", field.pointer).member("message", field.message).end_object();
    w.end_array();
  }
  if (!error.policies.empty()) w.member("policies", error.policies);
  for (const auto& [name, json] : error.details) w.name(name).raw(json);
  return w.end_object().member("notices", error.notices).end_object().take();
}

}  // namespace dialects::v1
