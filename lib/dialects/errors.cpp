#include "dialects/errors.h"

#include <array>
#include <cassert>

#include "dialects/v1/error.h"
#include "dialects/v1beta1/error.h"

namespace dialects {
namespace {

using api::Code;

// In the order of api::Code. Where gRPC's own mapping to statuses would lose what a status means to every
// client (412, 413, 415, 422, 429, 507), /v1beta1 keeps the status and gives the nearest code.
constexpr std::array<ErrorLook, 18> kLooks = {{
    {Code::kInvalidInput, "invalid_input", 400, 3, 400},
    {Code::kUnauthenticated, "unauthenticated", 401, 16, 401},
    {Code::kForbidden, "forbidden", 403, 7, 403},
    {Code::kTenantMismatch, "tenant_mismatch", 403, 7, 403},
    {Code::kSystemRole, "system_role", 403, 7, 403},
    {Code::kNotFound, "not_found", 404, 5, 404},
    {Code::kMethodNotAllowed, "method_not_allowed", 405, 12, 501},
    {Code::kAlreadyExists, "already_exists", 409, 6, 409},
    {Code::kInUse, "in_use", 409, 9, 400},
    {Code::kPreconditionFailed, "precondition_failed", 412, 9, 412},
    {Code::kTooLarge, "too_large", 413, 8, 413},
    {Code::kUnsupportedMediaType, "unsupported_media_type", 415, 3, 415},
    {Code::kInvalidScopes, "invalid_scopes", 422, 3, 400},
    {Code::kIdempotencyConflict, "idempotency_conflict", 422, 3, 422},
    {Code::kRateLimited, "rate_limited", 429, 8, 429},
    {Code::kInternal, "internal", 500, 13, 500},
    {Code::kOverloaded, "overloaded", 503, 14, 503},
    {Code::kStorageFull, "storage_full", 507, 8, 507},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kLooks.size(); ++i)
    if (kLooks[i].code != static_cast<Code>(i)) return false;
  return kLooks.back().code == Code::kStorageFull;
}
static_assert(in_order(), "kLooks has a row for each api::Code, in its order");

// What the front answers by itself (Handler::error), among the codes there are.
Code code_of_status(int status) {
  switch (status) {
    case 401:
      return Code::kUnauthenticated;
    case 404:
      return Code::kNotFound;
    case 405:
    case 501:
      return Code::kMethodNotAllowed;
    case 413:
    case 414:
    case 431:
      return Code::kTooLarge;
    case 415:
      return Code::kUnsupportedMediaType;
    case 429:
      return Code::kRateLimited;
    case 500:
      return Code::kInternal;
    case 503:
      return Code::kOverloaded;
    case 507:
      return Code::kStorageFull;
    default:
      return Code::kInvalidInput;
  }
}

http::Response response(const api::Error& error, int status, Dialect dialect, FieldNames names) {
  http::Response response;
  response.status = status;
  // A browser that is offered Basic opens a dialog of its own over the page that made the call, so only the
  // dialect whose callers use it offers it.
  if (status == 401) {
    response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"reeve\""});
    if (dialect == Dialect::kV1beta1)
      response.headers.push_back({"WWW-Authenticate", "Basic realm=\"reeve\", charset=\"UTF-8\""});
  }
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  response.body = dialect == Dialect::kV1beta1 ? v1beta1::error_body(error, look_of(error.code).grpc, names)
                                               : v1::error_body(error, look_of(error.code).name);
  return response;
}

}  // namespace

const ErrorLook& look_of(api::Code code) {
  return kLooks[static_cast<std::size_t>(code)];
}

Dialect dialect_of(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  const auto below = [path](std::string_view prefix) {
    return path.substr(0, prefix.size()) == prefix &&
           (path.size() == prefix.size() || path[prefix.size()] == '/');
  };
  if (below("/v1beta1") || path == "/ping") return Dialect::kV1beta1;
  return below("/v1") ? Dialect::kV1 : Dialect::kSystem;
}

http::Response error_response(const api::Error& error, Dialect dialect, FieldNames names) {
  const ErrorLook& look = look_of(error.code);
  return response(error, dialect == Dialect::kV1beta1 ? look.v1beta1_status : look.status, dialect, names);
}

http::Response error_response(int status, std::string_view why, Dialect dialect, FieldNames names) {
  return response(api::error(code_of_status(status), std::string(why)), status, dialect, names);
}

}  // namespace dialects
