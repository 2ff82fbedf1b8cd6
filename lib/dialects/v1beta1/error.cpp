// Errors as gRPC's gateways write google.rpc.Status, which clients of the documented system read:
//
//   {"code":3,"message":"permissions/1: …","details":[{"@type":"…BadRequest","fieldViolations":[
//     {"field":"permissions[1]","description":"…"}]}]}
//
// `code` is a number of google.rpc.Code, and the status is HTTP's own. The type urls stand in the protocol's
// files; the names below them follow the deployment's spelling as everywhere in this dialect.
#include "dialects/v1beta1/error.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/enum_table.h"
#include "base/json.h"
#include "base/text.h"

namespace dialects::v1beta1 {
namespace {

using api::Code;

struct Look {
  Code code;
  int grpc;  // a number of google.rpc.Code
  int status;
};

// Where gRPC's own mapping to statuses would lose what a status means to every client (410, 412, 413, 415,
// 421, 422, 429, 507), the status is kept and the code is the nearest.
constexpr std::array<Look, 29> kLooks = {{
    {Code::kInvalidInput, 3, 400},
    {Code::kUnauthenticated, 16, 401},
    {Code::kForbidden, 7, 403},
    {Code::kTenantMismatch, 7, 403},
    {Code::kSystemRole, 7, 403},
    {Code::kBuiltIn, 7, 403},
    {Code::kInsecureTransport, 7, 403},
    {Code::kNotFound, 5, 404},
    {Code::kMethodNotAllowed, 12, 501},
    {Code::kAlreadyExists, 6, 409},
    {Code::kInUse, 9, 400},
    {Code::kQuotaExceeded, 8, 429},
    {Code::kBehind, 10, 409},
    {Code::kTestsFailed, 9, 400},
    {Code::kBuiltUpon, 9, 400},
    {Code::kPreconditionFailed, 9, 412},
    {Code::kGone, 11, 410},
    {Code::kReadOnly, 9, 421},
    {Code::kTooLarge, 8, 413},
    {Code::kUnsupportedMediaType, 3, 415},
    {Code::kInvalidScopes, 3, 400},
    {Code::kSchemaRequired, 9, 422},
    {Code::kNotUndoable, 9, 422},
    {Code::kIdempotencyConflict, 3, 422},
    {Code::kRateLimited, 8, 429},
    {Code::kInternal, 13, 500},
    {Code::kOverloaded, 14, 503},
    {Code::kStale, 14, 503},
    {Code::kStorageFull, 8, 507},
}};

static_assert(base::has_row_for_each(kLooks, &Look::code, Code::kStorageFull));

const Look& look_of(Code code) {
  return kLooks[static_cast<std::size_t>(code)];
}

constexpr std::string_view kBadRequest = "type.googleapis.com/google.rpc.BadRequest";
constexpr std::string_view kLocalizedMessage = "type.googleapis.com/google.rpc.LocalizedMessage";
constexpr std::string_view kErrorInfo = "type.googleapis.com/google.rpc.ErrorInfo";

bool is_index(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), base::is_digit);
}

void write_bad_request(base::JsonWriter& w, const std::vector<api::FieldError>& fields, FieldNames names) {
  w.begin_object().member("@type", kBadRequest);
  w.name(names == FieldNames::kProto ? "field_violations" : "fieldViolations").begin_array();
  for (const api::FieldError& field : fields)
    w.begin_object()
        .member("field", field_path(field.pointer))
        .member("description", field.message)
        .end_object();
  w.end_array().end_object();
}

}  // namespace

std::string field_path(std::string_view pointer) {
  if (pointer.empty() || pointer.front() != '/') return std::string(pointer);
  std::string path;
  for (std::size_t at = 1; at <= pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at), pointer.size());
    const std::string_view token = pointer.substr(at, end - at);
    if (is_index(token)) {
      path.append("[").append(token).append("]");
    } else {
      path.append(path.empty() ? "" : ".").append(token);
    }
    at = end + 1;
  }
  return path;
}

int status_of(api::Code code) {
  return look_of(code).status;
}

std::string error_body(const api::Error& error, FieldNames names) {
  base::JsonWriter w;
  w.begin_object()
      .member("code", look_of(error.code).grpc)
      .member("message", error.message)
      .name("details")
      .begin_array();
  if (!error.fields.empty()) write_bad_request(w, error.fields, names);
  for (const std::string& notice : error.notices)
    w.begin_object()
        .member("@type", kLocalizedMessage)
        .member("locale", "en-US")
        .member("message", notice)
        .end_object();
  if (!error.policies.empty()) {
    std::string ids;
    for (const std::string& policy : error.policies) ids.append(ids.empty() ? "" : ",").append(policy);
    w.begin_object().member("@type", kErrorInfo).member("reason", "POLICY").member("domain", "reeve");
    w.name("metadata").begin_object().member("policies", ids).end_object().end_object();
  }
  return w.end_array().end_object().take();
}

}  // namespace dialects::v1beta1
