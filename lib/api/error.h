#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
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
  kBuiltIn,
  kInsecureTransport,
  kNotFound,
  kMethodNotAllowed,
  kAlreadyExists,
  kInUse,
  kQuotaExceeded,
  kBehind,
  kTestsFailed,
  kBuiltUpon,
  kPreconditionFailed,
  kGone,
  kReadOnly,
  kTooLarge,
  kUnsupportedMediaType,
  kInvalidScopes,
  kSchemaRequired,
  kNotUndoable,
  kIdempotencyConflict,
  kRateLimited,
  kInternal,
  kOverloaded,
  kStale,
  kStorageFull,
};

// One bad field. `pointer` is a JSON pointer (RFC 6901) into the body in the field names of /v1, which are
// those of the structs here ("/scopes/1", "/slug"); a dialect that calls a field otherwise replaces the first
// segment. Without a leading slash it is a parameter of the query or a header ("cursor"). `message` says what
// is wrong with the value and doesn't name the field.
struct FieldError {
  std::string pointer;
  std::string message;
};

struct Error {
  Code code = Code::kInternal;
  std::string message;
  std::vector<FieldError> fields;     // all bad fields, in the order of the body's documentation
  std::vector<std::string> notices;   // @notice texts of the policies that refused
  std::vector<std::string> policies;  // ids of those policies; shown to the tenant's administrators only
  std::vector<std::pair<std::string, std::string>>
      details{};  // what else there is to tell: names, JSON texts
};

template <typename T>
using Outcome = base::Result<T, Error>;

inline Error error(Code code, std::string message) {
  return {code, std::move(message), {}, {}, {}};
}

// "scopes/1: <message>", of the whole "body: <message>", and of several fields " (and 2 more)": what
// Error::message says of bad fields. For a dialect to call again once it has renamed the fields. REQUIRES:
// !fields.empty()
std::string message_of(const std::vector<FieldError>& fields);

// An error with fields. REQUIRES: !fields.empty()
Error invalid(Code code, std::vector<FieldError> fields);
Error invalid(std::string pointer, std::string message);  // kInvalidInput, of one field

// A struct that an operation is given has beside it, where a value can be wrong by itself, a function
// `check`: kInvalidInput with every such value, or nothing. The operation begins with it. A dialect that has
// other mistakes to tell asks it too, so that all are told at once.

// A failure of the store as the caller is told: kFull becomes kStorageFull, all else kInternal with a fixed
// text; what really happened goes to the log.
Error from_store(const base::Error&);

// What the store answered, or its failure as the caller is told.
template <typename T>
Outcome<T> stored(base::Result<T> result) {
  if (!result.ok()) return from_store(result.error());
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return std::move(result).value();
}

}  // namespace api
