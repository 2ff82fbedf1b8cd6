// An api::Error is looked up in its dialect: status, challenges, body. What the front refuses by itself has a
// status and no code; it keeps its status, and the code that the body shows is the nearest of those there
// are:
//
//   kNotFound of an operation     404, not_found in /v1, 5 in /v1beta1
//   414 of the front              414, too_large in /v1
//
// What HTTP demands of a status comes with it in every dialect: a challenge with 401, Retry-After with 503.
// Allow, which needs the route, is the dispatcher's.
#include "dialects/errors.h"

#include <string>

#include "base/text.h"

namespace dialects {
namespace {

using api::Code;

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

// Whether the first type that the request accepts is plain text.
bool wants_text(const http::Request& request) {
  const std::string_view accepted = request.header("accept").value;
  const std::string_view first = accepted.substr(0, accepted.find_first_of(",; \t"));
  return base::equal_ignoring_case(first, "text/plain");
}

http::Response response(const api::Error& error, int status, const Dialect& dialect, FieldNames names,
                        const http::Request& request) {
  http::Response response;
  response.status = status;
  if (status == 401)
    for (const std::string_view challenge : dialect.challenges)
      response.headers.push_back({"WWW-Authenticate", std::string(challenge)});
  if (status == 503) response.headers.push_back({"Retry-After", "1"});
  if (dialect.errors_as_text && wants_text(request)) {
    response.content_type = "text/plain; charset=utf-8";
    response.body = error.message + "\n";
  } else {
    response.body = dialect.error_body(error, names);
  }
  return response;
}

}  // namespace

api::Error too_many_requests() {
  return api::error(api::Code::kOverloaded, "too many requests at once; try again shortly");
}

http::Response error_response(const api::Error& error, const Dialect& dialect, FieldNames names,
                              const http::Request& request) {
  return response(error, dialect.status_of(error.code), dialect, names, request);
}

http::Response error_response(int status, std::string_view why, const Dialect& dialect, FieldNames names,
                              const http::Request& request) {
  return response(api::error(code_of_status(status), std::string(why)), status, dialect, names, request);
}

}  // namespace dialects
