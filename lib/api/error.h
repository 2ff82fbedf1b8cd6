#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace api {

// What a caller is told went wrong. Each dialect has a table from these to its own codes and statuses.
enum class Code : std::uint8_t {
  kInvalidInput,
  kUnauthenticated,
  kForbidden,
  kTenantMismatch,
  kSystemRole,
  kNotFound,
  kMethodNotAllowed,
  kAlreadyExists,
  kInUse,
  kPreconditionFailed,
  kTooLarge,
  kUnsupportedMediaType,
  kInvalidScopes,
  kIdempotencyConflict,
  kRateLimited,
  kInternal,
  kOverloaded,
  kStorageFull,
};

// One bad field: a JSON pointer into the body ("/scopes/1"), or the name of a parameter or header.
struct FieldError {
  std::string pointer;
  std::string message;
};

struct Error {
  Code code = Code::kInternal;
  std::string message;
  std::vector<FieldError> fields;
  std::vector<std::string> notices;   // @notice texts of the policies that refused
  std::vector<std::string> policies;  // ids of those policies; shown to the tenant's administrators only
};

template <typename T>
using Outcome = Result<T, Error>;

inline Error error(Code code, std::string message) { return {code, std::move(message), {}, {}, {}}; }

// A failure of the store as the caller is told: kFull becomes kStorageFull, all else kInternal with a fixed
// text; what really happened goes to the log.
Error from_store(const ::Error&);

}  // namespace api
