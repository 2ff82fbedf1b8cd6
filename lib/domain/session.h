#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "store/txn.h"

namespace domain {

// How a session is begun: by a credential at once, or by a code that a credential had made, which is good
// once, for a short time, to begin one.
enum class SessionKind : std::uint8_t { kSession, kCode };
std::string_view name_of(SessionKind);  // "session", "code"

// A browser that somebody has logged in with: it acts as the credential that it was begun with, as long as
// both are valid. Only the SHA-256 of its secret is kept; the secret is 256 random bits.
struct Session {
  explicit Session(const Owner& whose) : tenant(whose) {}

  SessionId id;
  Owner tenant;
  SessionKind kind = SessionKind::kSession;
  CredentialId credential;
  crypto::Sha256 hash{};
  std::string ip, user_agent;  // of the request that began it; a code has none
  base::Timestamp created_at, expires_at;
  std::optional<base::Timestamp> ended_at;  // before it expired: it is kept a while, to be counted

  bool operator==(const Session&) const = default;
};

// Whether or not it has expired or ended, or its credential is valid.
base::Result<std::optional<Session>> get_session(const store::ReadTxn&, const SessionId& id);

// By its secret; not one that has ended.
base::Result<std::optional<Session>> find_session(const store::ReadTxn&, const crypto::Sha256& hash);

// Adds it. kConflict where the id or the hash is another's. REQUIRES: the credential exists
base::Result<void> add_session(store::WriteTxn&, const Session&);

// Its secret is nobody's from then on.
base::Result<void> end_session(store::WriteTxn&, Session, base::Timestamp now);

base::Result<void> delete_session(store::WriteTxn&, const Session&);

// Of the credential, in order of id, which is that of their making, until fn returns false.
base::Result<void> each_session_of(const store::ReadTxn&, const CredentialId&,
                                   base::FunctionRef<bool(Session&&)> fn);

// Deletes those of a credential that goes.
base::Result<void> delete_sessions_of(store::WriteTxn&, const CredentialId&);

// Deletes up to `most` that have expired, those whose ids come first behind `after`, and moves `after` on, to
// nil at the end; how many it deleted. Looks at kMostLookedAt at most.
inline constexpr std::size_t kMostLookedAt = 1'000;
base::Result<std::size_t> delete_expired_sessions(store::WriteTxn&, base::Timestamp now, std::size_t most,
                                                  SessionId& after);

}  // namespace domain
