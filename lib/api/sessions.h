#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "domain/session.h"

// The browsers that callers have logged in with. A session acts as the credential that it was begun with; so
// nobody can do more by one, and it ends with that credential.
namespace api {

namespace op {
inline constexpr Operation create_session = {
    .action = "session:create", .kind = kWrite, .scope = "", .resource = "session"};
inline constexpr Operation create_session_code = {
    .action = "session:create_code", .kind = kWrite, .scope = "", .resource = "session"};
inline constexpr Operation list_sessions = {
    .action = "session:list", .kind = kRead, .scope = "", .resource = "session"};
inline constexpr Operation list_all_sessions = {.action = "session:list_all",
                                                .kind = kRead,
                                                .scope = "organization:serviceusermanage",
                                                .resource = "session"};
inline constexpr Operation delete_session = {
    .action = "session:delete", .kind = kWrite, .scope = "", .resource = "session"};
inline constexpr Operation delete_any_session = {.action = "session:delete_any",
                                                 .kind = kWrite,
                                                 .scope = "organization:serviceusermanage",
                                                 .resource = "session"};

inline constexpr Operation kSessions[] = {create_session,    create_session_code, list_sessions,
                                          list_all_sessions, delete_session,      delete_any_session};
}  // namespace op

inline constexpr std::chrono::hours kLongestSession{8};
inline constexpr std::chrono::minutes kLongestCode{10};
inline constexpr std::size_t kMostSessions = 20;  // of a credential at one time

// Sessions and codes that a credential may begin within kBeginnings, since each is in the audit log, which
// has an end, and anybody may begin one.
inline constexpr std::size_t kMostBegun = 30;
inline constexpr std::chrono::minutes kBeginnings{10};
inline constexpr std::size_t kMaxUserAgent = 256;  // bytes of it that are kept

struct NewSession {
  std::string user_agent;  // what is too long is cut, and what is no text replaced
};

// A session or a code, with its secret, which is known here and nowhere later.
struct SessionMade {
  domain::Session session;
  std::string secret;
};

// Begins a session of the caller's credential, or of the credential that the caller's code was made with,
// which ends the code. Of more than kMostSessions the oldest one ends. kRateLimited where that credential has
// begun kMostBegun within kBeginnings; kForbidden where the caller acts by a
// session already: no session outlives another.
Outcome<SessionMade> create_session(Change&, const NewSession&);

// Makes a code that begins one session, once. kForbidden likewise.
Outcome<SessionMade> create_session_code(Change&);

struct SessionView {
  domain::Session session;
  domain::Principal owner;  // of its credential
  bool is_callers = false;  // the one that the caller acts by
};

// Those of the caller, by whichever of its credentials, in order of credential and beginning; codes and what
// has expired are left out. Of the whole tenant where `everybody` is wanted, which needs more.
enum class WhoseSessions : std::uint8_t { kOwn, kEverybody };
Outcome<Page<SessionView>> list_sessions(const Read&, const domain::Owner& tenant, WhoseSessions,
                                         const PageRequest&);

// Ends the session that the call is made by. kNotFound where it is made with a credential.
Outcome<void> end_session(Change&);

// Ends a session: one's own, or with more permission anybody's of the tenant. kNotFound.
Outcome<void> delete_session(Change&, const domain::Owner& tenant, const domain::SessionId& id);

}  // namespace api
