#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/error.h"

namespace dialects {

struct Call;
struct Route;
using Calls = std::span<const Route> (*)();

// What a caller must present before a call is taken.
enum class Access : std::uint8_t {
  kPublic,            // nothing
  kCredential,        // a valid credential
  kTenant,            // that, and an X-Tenant-ID that the credential may name
  kTenantOrPlatform,  // the same, but the platform's credentials may ask about the platform, without it
  kAuditChain,        // the same, and they may name a tenant that is deleted, whose audit log stays
};

// Whether X-Tenant-ID says what a call is about.
constexpr bool takes_tenant(Access access) {
  return access != Access::kPublic && access != Access::kCredential;
}

// Whether the platform's credentials may leave X-Tenant-ID out.
constexpr bool takes_platform(Access access) {
  return access == Access::kTenantOrPlatform || access == Access::kAuditChain;
}

// How /v1beta1 spells field names in answers: `orgId` or, as the protocol's own files do, `org_id`.
enum class FieldNames : std::uint8_t { kCamel, kProto };

// One way of speaking HTTP over the operations of lib/api: a value, of which each folder here has one.
// Whatever differs between dialects is a member, so that nobody asks which one it is.
struct Dialect {
  // Its paths: those below the prefix, and others that are its own. The prefix of calls that are of no
  // dialect is empty, and all paths that no other has are theirs.
  std::string_view prefix;  // "/v1"
  std::span<const std::string_view> other_paths{};
  bool (*has_path)(std::string_view path) = nullptr;  // says yes to more of them; null: there are no more

  // What its calls ask for, unless their row says otherwise.
  Access access = Access::kCredential;

  // A body is JSON whatever its Content-Type, or none; else it has to be application/json. A browser sends a
  // body of some types to another site without asking first, so where any is taken each request that changes
  // something has to tell that it doesn't come from one.
  bool takes_any_content_type = false;

  // X-Request-ID may be any field value of so many bytes, and a longer one is an error; 0: it is what the
  // front takes for one, and anything else is ignored.
  std::size_t request_id_bytes = 0;

  // Whoever names text/plain first in Accept gets of an error its message alone.
  bool errors_as_text = false;

  // Fields and parameters that nobody asked for are ignored; else they are errors with a guess at the ones
  // meant: a typo must not pass for a change.
  bool ignores_unknown = false;

  // A name is found under both its spellings, `org_id` and `orgId`.
  bool takes_camel_case = false;

  // A field that is null or "" isn't given.
  bool blank_is_absent = false;

  // The tenant that a call names by id or slug, in its path, query or body; empty: the caller's own. Nothing
  // of calls that name none. Null where X-Tenant-ID alone names one.
  std::optional<std::string> (*named_tenant)(const Call&) = nullptr;

  // The values of WWW-Authenticate that come with 401.
  std::span<const std::string_view> challenges;

  // How an error looks.
  int (*status_of)(api::Code);
  std::string (*error_body)(const api::Error&, FieldNames);

  // Its calls, a list for each file that has some.
  std::span<const Calls> calls;
};

}  // namespace dialects
