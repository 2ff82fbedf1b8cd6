#pragma once
#include <string_view>

#include "api/error.h"
#include "dialects/dialect.h"
#include "http/message.h"

namespace dialects {

// That a pool has no place for a request.
api::Error too_many_requests();

// The answer that says what went wrong, in the dialect's words. With 401 comes WWW-Authenticate, with 503
// Retry-After. Of the request only the headers are looked at.
http::Response error_response(const api::Error&, const Dialect&, FieldNames, const http::Request& = {});

// The same with a status of its own, for what the front refuses: the code is the nearest there is.
http::Response error_response(int status, std::string_view why, const Dialect&, FieldNames,
                              const http::Request& = {});

}  // namespace dialects
