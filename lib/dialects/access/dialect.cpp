#include "dialects/access/dialect.h"

#include <string>

#include "base/json.h"
#include "dialects/access/calls.h"
#include "dialects/v1/error.h"

namespace dialects::access {
namespace {

constexpr std::string_view kChallenges[] = {"Bearer realm=\"reeve\""};

constexpr Calls kCalls[] = {evaluation_calls, search_calls, metadata_calls};

// "/acme/access/v1/evaluation", "/.well-known/authzen-configuration/acme".
bool has_path(std::string_view path) {
  constexpr std::string_view kMetadata = "/.well-known/authzen-configuration";
  if (path.starts_with(kMetadata)) return path.size() == kMetadata.size() || path[kMetadata.size()] == '/';
  const std::size_t second = path.find('/', 1);
  return second != std::string_view::npos && path.substr(second).starts_with("/access/v1/");
}

// What a request says wrongly is 400 whatever it is.
int status_of(api::Code code) {
  return code == api::Code::kUnsupportedMediaType ? 400 : v1::status_of(code);
}

std::string error_body(const api::Error& error, FieldNames) {
  base::JsonWriter w;
  w.begin_object().member("code", v1::name_of(error.code)).member("message", error.message);
  return w.end_object().take();
}

}  // namespace

constinit const Dialect kDialect = {
    .prefix = "/access",
    .has_path = has_path,
    .access = Access::kCredential,
    .request_id_bytes = 1024,
    .errors_as_text = true,
    .ignores_unknown = true,
    .challenges = kChallenges,
    .status_of = status_of,
    .error_body = error_body,
    .calls = kCalls,
};

}  // namespace dialects::access
