#pragma once
#include <string>
#include <string_view>

#include "api/error.h"
#include "dialects/call.h"
#include "dialects/dialect.h"
#include "http/message.h"

namespace dialects {

// How one of the api's codes looks in each dialect.
struct ErrorLook {
  api::Code code;
  std::string_view name;  // "not_found": /v1's code
  int status;             // of /v1
  int grpc;               // /v1beta1's code, a number of google.rpc.Code
  int v1beta1_status;
};

const ErrorLook& look_of(api::Code);

// The dialect of a request by its target, also of one that has no route.
Dialect dialect_of(std::string_view target);

// The answer that says what went wrong, in the dialect's words. With 401 comes WWW-Authenticate, with 503 and
// 429 Retry-After.
http::Response error_response(const api::Error&, Dialect, FieldNames);

// The same with a status of its own, for what the front refuses: the code is the nearest there is.
http::Response error_response(int status, std::string_view why, Dialect, FieldNames);

}  // namespace dialects
