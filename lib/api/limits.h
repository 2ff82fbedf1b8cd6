#pragma once
#include <chrono>
#include <cstddef>

#include "names/limits.h"
#include "names/slug.h"

// How long the texts that callers give may be, and how much one call or one owner may have. What is longer is
// refused with a message that says the limit; the OpenAPI document says them too.
//
// Elsewhere stand the limits of permissions' names (names/permission_name.h), of a mapping's resource
// (domain/principal.h), and of HTTP (http/front/limits.h).
namespace api {

using names::kMaxDescription;
using names::kMaxName;
using names::kMaxSlug;

inline constexpr std::size_t kMaxReason = 500;          // characters; of a mapping
inline constexpr std::size_t kMaxMetadata = 16 * 1024;  // bytes of its JSON text
inline constexpr std::size_t kMaxEmail = 254;           // bytes (RFC 5321, 4.5.3.1.3)
inline constexpr std::size_t kMaxSecret = 512;          // bytes presented; a longer one is nobody's
inline constexpr std::size_t kMaxIdempotencyKey = 128;  // visible ASCII characters
inline constexpr std::size_t kMaxAuditText = 256;       // bytes of what a caller named, in an audit entry
inline constexpr std::size_t kMaxTyped = 256;           // bytes of what names are searched for
inline constexpr std::size_t kMaxQuoted = 100;          // bytes of bad input that a message quotes

inline constexpr std::size_t kMaxPage = 250;  // rows that dialects let callers ask for

// What one page of a list may cost, however many rows were asked for: it ends at the first of these. A list
// that is asked for without pages comes whole or not at all.
struct PageLimits {
  std::size_t rows = 10'000;  // looked at, those included that a filter leaves out
  std::chrono::nanoseconds time = std::chrono::milliseconds(20);  // a list that comes whole has no such end
  std::size_t bytes = std::size_t{1} << 20U;                      // of the answer, nearly
  std::size_t piece_bytes = std::size_t{64} << 10U;               // of a list that comes in pieces
  std::size_t whole_bytes = std::size_t{16} << 20U;               // of a list that comes whole
};

inline constexpr std::size_t kMaxEntityBytes = std::size_t{256} << 10U;  // of its attributes and tags
inline constexpr std::size_t kMaxEntitiesAtOnce = 10'000;                // in one call that is all or nothing

inline constexpr std::size_t kMaxRoleScopes = 1'000;
inline constexpr std::size_t kMaxKeyScopes = 1'000;     // of an API key
inline constexpr std::size_t kMaxUserRoles = 100;       // given with one user
inline constexpr std::size_t kMaxSecrets = 100;         // of one service user
inline constexpr std::size_t kMaxNewMembers = 100;      // of a group, in one call
inline constexpr std::size_t kMaxNewPermissions = 100;  // in one call
inline constexpr std::size_t kMaxPermissions = 1'000;   // made through the API, in all

}  // namespace api
