#include "api/sessions.h"

#include <algorithm>
#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/paging.h"
#include "base/utf8.h"
#include "crypto/token.h"
#include "domain/credential.h"

namespace api {
namespace {

Error not_by_a_session() {
  return error(Code::kForbidden, "session: begin one with a credential, not with another session");
}

SessionMade make_session(Change& change, domain::SessionKind kind) {
  const bool is_code = kind == domain::SessionKind::kCode;
  SessionMade made{domain::Session(change.caller.tenant), {}};
  made.secret = crypto::make_token(is_code ? crypto::TokenKind::kSessionCode : crypto::TokenKind::kSession,
                                   change.random);
  made.session.id = domain::SessionId(change.make_id());
  made.session.kind = kind;
  made.session.credential = change.caller.credential;
  made.session.hash = crypto::token_hash(made.secret);
  made.session.created_at = change.now;
  const std::chrono::milliseconds longest =
      is_code ? std::chrono::milliseconds(kLongestCode) : std::chrono::milliseconds(kLongestSession);
  made.session.expires_at = base::Timestamp{change.now.ms + longest.count()};
  return made;
}

// The credential's, oldest first.
Outcome<std::vector<domain::Session>> sessions_of(const Read& read, const domain::CredentialId& credential) {
  std::vector<domain::Session> all;
  const auto done = stored(domain::each_session_of(read.txn, credential, [&](domain::Session&& session) {
    return all.push_back(std::move(session)), true;
  }));
  if (!done.ok()) return done.error();
  return all;
}

// Whose credential the session acts by; nothing where that is gone.
Outcome<std::optional<domain::Principal>> owner_of(const Read& read, const domain::Session& session) {
  const auto credential = stored(domain::get_credential(read.txn, session.credential));
  if (!credential.ok()) return credential.error();
  if (!credential.value()) return std::optional<domain::Principal>();
  const bool is_platform = credential.value()->tenant.is_platform();
  return std::optional(is_platform ? domain::Principal::platform(session.credential)
                                   : credential.value()->owner);
}

// Where a row stands: by credential, and of a credential by beginning.
struct SessionPlace {
  domain::CredentialId credential;
  domain::SessionId session;
  auto operator<=>(const SessionPlace&) const = default;
};

std::string to_string(const SessionPlace& place) {
  return place.credential.to_string() + place.session.to_string();
}

Outcome<SessionPlace> session_place(const PageRequest& page) {
  if (page.after.empty()) return SessionPlace();
  const std::string_view text = page.after;
  const std::size_t middle = text.size() / 2;
  const auto credential = domain::CredentialId::parse(text.substr(0, middle));
  const auto session = domain::SessionId::parse(text.substr(middle));
  if (!credential || !session) return invalid("cursor", "is not a cursor that this list has given");
  return SessionPlace{*credential, *session};
}

AccessRequest on_session(const Operation& operation, const domain::Owner& tenant,
                         const domain::SessionId& id) {
  auto request = on_tenant(operation, tenant);
  request.resource_id = id.to_string();
  return request;
}

// Ends it, with an entry that says so.
Outcome<void> end(Change& change, const domain::Session& session, const Operation& operation,
                  const Authorization& authorized) {
  const auto ended = stored(domain::end_session(change.write, session, change.now));
  if (!ended.ok()) return ended;
  return append_audit(change, on_session(operation, session.tenant, session.id), authorized,
                      to_audit(session), kNothing);
}

bool is_going(const domain::Session& session, base::Timestamp now) {
  return !session.ended_at && now < session.expires_at;
}

bool is_counted(const domain::Session& session, base::Timestamp now) {
  return now.ms - session.created_at.ms < std::chrono::milliseconds(kBeginnings).count();
}

// Makes room for one more: the oldest that goes on ends where there are too many, and what neither goes on
// nor counts is removed.
Outcome<void> make_room(Change& change, const std::vector<domain::Session>& sessions,
                        const Authorization& authorized) {
  std::size_t going = 0;
  for (const domain::Session& session : sessions) going += is_going(session, change.now) ? 1 : 0;
  for (const domain::Session& session : sessions) {
    if (is_going(session, change.now)) {
      if (going < kMostSessions || session.id == change.caller.code) continue;  // a code goes by itself
      const auto ended = end(change, session, op::delete_session, authorized);
      if (!ended.ok()) return ended;
      --going;
    } else if (!is_counted(session, change.now)) {
      if (auto gone = stored(domain::delete_session(change.write, session)); !gone.ok()) return gone;
    }
  }
  return {};
}

Outcome<void> check_rate(const std::vector<domain::Session>& sessions, base::Timestamp now) {
  const auto begun = std::count_if(sessions.begin(), sessions.end(), [now](const domain::Session& session) {
    return is_counted(session, now);
  });
  if (static_cast<std::size_t>(begun) < kMostBegun) return {};
  return error(Code::kRateLimited, "session: this credential began " + std::to_string(kMostBegun) +
                                       " within ten minutes; use one of these, or try again later");
}

Outcome<SessionMade> add(Change& change, const Operation& operation, SessionMade made) {
  auto request = on_session(operation, change.caller.tenant, made.session.id);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto sessions = sessions_of(change, change.caller.credential);
  if (!sessions.ok()) return sessions.error();
  if (const auto allowed = check_rate(sessions.value(), change.now); !allowed.ok()) return allowed.error();
  if (const auto begins = change.begin(change.caller.tenant, {}); !begins.ok()) return begins.error();
  if (auto room = make_room(change, sessions.value(), authorized.value()); !room.ok()) return room.error();
  if (!change.caller.code.is_nil()) {
    const auto code = stored(domain::get_session(change.txn, change.caller.code));
    if (!code.ok()) return code.error();
    if (code.value())
      if (auto gone = stored(domain::end_session(change.write, *code.value(), change.now)); !gone.ok())
        return gone.error();
  }
  if (auto put = stored(domain::add_session(change.write, made.session)); !put.ok()) return put.error();
  if (auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(made.session));
      !noted.ok())
    return noted.error();
  return made;
}

}  // namespace

Outcome<SessionMade> create_session(Change& change, const NewSession& given) {
  if (!change.caller.session.is_nil()) return not_by_a_session();
  SessionMade made = make_session(change, domain::SessionKind::kSession);
  made.session.ip = change.origin.ip;
  made.session.user_agent =
      base::utf8::shortened(base::utf8::replace_invalid(given.user_agent), kMaxUserAgent);
  return add(change, op::create_session, std::move(made));
}

Outcome<SessionMade> create_session_code(Change& change) {
  if (!change.caller.session.is_nil()) return not_by_a_session();
  return add(change, op::create_session_code, make_session(change, domain::SessionKind::kCode));
}

Outcome<Page<SessionView>> list_sessions(const Read& read, const domain::Owner& tenant, WhoseSessions whose,
                                         const PageRequest& page) {
  const bool is_own = whose == WhoseSessions::kOwn;
  const domain::Owner& of = is_own ? read.caller.tenant : tenant;
  const auto authorized = authorize(read, on_tenant(is_own ? op::list_sessions : op::list_all_sessions, of));
  if (!authorized.ok()) return authorized.error();
  const auto after = session_place(page);
  if (!after.ok()) return after.error();

  Pager<SessionView, std::string> pager(read, page);
  const auto of_credential = [&](const domain::Credential& credential) {
    // A credential without any costs a look too.
    const SessionPlace none{credential.id, {}};
    if (after.value() < none && !(pager.look() && pager.pass(to_string(none)))) return false;
    const auto sessions = sessions_of(read, credential.id);
    if (!sessions.ok()) return pager.fail(sessions.error());
    for (const domain::Session& session : sessions.value()) {
      const SessionPlace place{credential.id, session.id};
      if (place <= after.value()) continue;
      if (!pager.look()) return false;
      const bool is_shown = session.kind == domain::SessionKind::kSession && is_going(session, read.now);
      const auto view = [&]() -> Outcome<SessionView> {
        return SessionView{session, credential.owner, session.id == read.caller.session};
      };
      if (!(is_shown ? pager.take(to_string(place), view) : pager.pass(to_string(place)))) return false;
    }
    return true;
  };
  const auto visit = [&](domain::Credential&& credential) {
    return credential.id <= after->credential || of_credential(credential);
  };
  // The page before may have ended in the middle of a credential's.
  bool goes_on = true;
  if (!after->credential.is_nil()) {
    const auto last = stored(domain::get_credential(read.txn, after->credential));
    if (!last.ok()) return last.error();
    const bool is_its = last.value() && last.value()->tenant == of &&
                        (!is_own || last.value()->owner == read.caller.principal);
    if (is_its) goes_on = of_credential(*last.value());
  }
  if (!goes_on) return pager.finish();
  const auto done =
      stored(is_own ? domain::each_credential_of(read.txn, of, read.caller.principal, nullptr, visit)
                    : domain::each_credential(read.txn, of, &after->credential, visit));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<void> end_session(Change& change) {
  const domain::SessionId& id = change.caller.session;
  const auto authorized = authorize_change(change, on_session(op::delete_session, change.caller.tenant, id));
  if (!authorized.ok()) return authorized.error();
  const auto session = stored(domain::get_session(change.txn, id));
  if (!session.ok()) return session.error();
  if (!session.value() || session.value()->ended_at)
    return error(Code::kNotFound, "session: the call was made with a credential, not by one");
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins;
  return end(change, *session.value(), op::delete_session, authorized.value());
}

Outcome<void> delete_session(Change& change, const domain::Owner& tenant, const domain::SessionId& id) {
  const auto found = stored(domain::get_session(change.txn, id));
  if (!found.ok()) return found.error();
  const bool is_there = found.value() && found.value()->kind == domain::SessionKind::kSession &&
                        found.value()->tenant == tenant && is_going(*found.value(), change.now);
  std::optional<domain::Principal> owner;
  if (is_there) {
    const auto its = owner_of(change, *found.value());
    if (!its.ok()) return its.error();
    owner = its.value();
  }
  const bool is_own = owner == change.caller.principal;
  const Operation& operation = is_own ? op::delete_session : op::delete_any_session;
  const auto authorized = authorize_change(change, on_session(operation, tenant, id));
  if (!authorized.ok()) return authorized.error();
  if (!is_there) return not_found("session", id);
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins;
  return end(change, *found.value(), operation, authorized.value());
}

}  // namespace api
