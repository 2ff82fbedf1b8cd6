#pragma once
#include <cstdint>
#include <string_view>

#include "api/context.h"

namespace api {

enum class Scheme : std::uint8_t {
  kBearer,
  kApiKeyHeader,
  kBasic,
  kSession,      // a browser's, see sessions.h
  kSessionCode,  // for a call that begins one, and no other
};

constexpr bool is_of_session(Scheme scheme) {
  return scheme == Scheme::kSession || scheme == Scheme::kSessionCode;
}

// Whether a text looks like a code that begins a session; no other credential does.
bool looks_like_session_code(std::string_view text);

// A credential as it was presented; views into the request.
struct Presented {
  Scheme scheme = Scheme::kBearer;
  std::string_view id;  // of kBasic: the client id
  std::string_view secret;
};

// Whose credential it is, if it is valid at this moment and its owner may act: not revoked, not expired, the
// user not suspended, the service user enabled, the tenant there. What a disabled tenant's may do policies
// say. Every failure is the same kUnauthenticated, "credential: not valid"; why goes to the log at level
// debug, without the secret. Of a session, or a code to begin one, it is the credential that it was begun
// with.
Outcome<Caller> authenticate(const store::ReadTxn&, const Presented&, base::Timestamp now);

// The same for a caller whose change has waited: its credential as it is in this transaction, and without the
// cached principal, which says nothing of what a change has written.
Outcome<Caller> revalidate(const store::ReadTxn&, const Caller&, base::Timestamp now);

}  // namespace api
