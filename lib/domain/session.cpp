#include "domain/session.h"

#include <utility>
#include <vector>

#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

std::optional<SessionKind> parse_session_kind(std::string_view name) {
  for (const SessionKind kind : {SessionKind::kSession, SessionKind::kCode})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

constexpr Layout kLayout{1, [](auto& codec, auto& session) {
                           codec.member("tenant", session.tenant);
                           codec.choice("kind", session.kind, parse_session_kind);
                           codec.member("credential", session.credential);
                           codec.member("hash", session.hash);
                           codec.member("ip", session.ip);
                           codec.member("user_agent", session.user_agent);
                           codec.member("created_at", session.created_at);
                           codec.member("expires_at", session.expires_at);
                           codec.optional("ended_at", session.ended_at);
                         }};

base::Result<Session> decode(std::string_view key, std::string_view value) {
  Session session{TenantId()};  // nobody's until it is read
  store::KeyReader parts(key);
  session.id = SessionId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kSession, key, "not a key of this table");
  if (auto read = unseal_record(Table::kSession, key, value, kLayout, session); !read.ok())
    return read.error();
  return session;
}

Key by_credential(const Session& session) {
  return Key().uuid(session.credential).uuid(session.id);
}

}  // namespace

std::string_view name_of(SessionKind kind) {
  return kind == SessionKind::kCode ? "code" : "session";
}

base::Result<std::optional<Session>> get_session(const store::ReadTxn& txn, const SessionId& id) {
  return get_record(txn, Table::kSession, Key().uuid(id), decode);
}

base::Result<std::optional<Session>> find_session(const store::ReadTxn& txn, const crypto::Sha256& hash) {
  const auto id = get_id(txn, Table::kSessionHash, crypto::raw(hash));
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_session(txn, SessionId(**id));
}

base::Result<void> add_session(store::WriteTxn& txn, const Session& session) {
  const std::string who = "session " + session.id.to_string();
  const auto before = get_session(txn, session.id);
  if (!before.ok()) return before.error();
  if (*before) return base::Error{base::ErrorCode::kConflict, who + ": is there already"};
  const auto hash = get_id(txn, Table::kSessionHash, crypto::raw(session.hash));
  if (!hash.ok()) return hash.error();
  if (*hash) return base::Error{base::ErrorCode::kConflict, who + ": its secret is another's"};
  if (auto put = txn.put(Table::kSessionHash, crypto::raw(session.hash), session.id.raw()); !put.ok())
    return put;
  if (auto put = txn.put(Table::kSessionByCredential, by_credential(session), {}); !put.ok()) return put;
  return txn.put(Table::kSession, Key().uuid(session.id), seal_record(kLayout, session));
}

base::Result<void> end_session(store::WriteTxn& txn, Session session, base::Timestamp now) {
  if (auto done = del(txn, Table::kSessionHash, crypto::raw(session.hash)); !done.ok()) return done;
  session.ended_at = now;
  return txn.put(Table::kSession, Key().uuid(session.id), seal_record(kLayout, session));
}

base::Result<void> delete_session(store::WriteTxn& txn, const Session& session) {
  if (!session.ended_at)
    if (auto done = del(txn, Table::kSessionHash, crypto::raw(session.hash)); !done.ok()) return done;
  if (auto done = del(txn, Table::kSessionByCredential, by_credential(session)); !done.ok()) return done;
  return del(txn, Table::kSession, Key().uuid(session.id));
}

base::Result<void> each_session_of(const store::ReadTxn& txn, const CredentialId& credential,
                                   base::FunctionRef<bool(Session&&)> fn) {
  const auto decode_last = [&](std::string_view key, std::string_view) -> base::Result<Session> {
    store::KeyReader parts(key);
    parts.uuid();
    const SessionId id(parts.uuid());
    if (!parts.complete()) return store::corrupt(Table::kSessionByCredential, key, "not a key of this table");
    auto session = get_session(txn, id);
    if (!session.ok()) return session.error();
    if (!*session)
      return store::corrupt(Table::kSessionByCredential, key, "the session that it names is not there");
    return **std::move(session);
  };
  return each_record(txn, Table::kSessionByCredential, Key().uuid(credential), {}, decode_last, fn);
}

base::Result<void> delete_sessions_of(store::WriteTxn& txn, const CredentialId& credential) {
  std::vector<Session> all;
  const auto found = each_session_of(
      txn, credential, [&](Session&& session) { return all.push_back(std::move(session)), true; });
  if (!found.ok()) return found;
  for (const Session& session : all)
    if (auto done = delete_session(txn, session); !done.ok()) return done;
  return {};
}

base::Result<std::size_t> delete_expired_sessions(store::WriteTxn& txn, base::Timestamp now, std::size_t most,
                                                  SessionId& after) {
  std::vector<Session> expired;
  std::size_t looked_at = 0;
  const Key from = Key().uuid(after);
  after = SessionId();
  const auto look = [&](Session&& session) {
    const SessionId id = session.id;
    if (now >= session.expires_at) expired.push_back(std::move(session));
    const bool goes_on = ++looked_at < kMostLookedAt && expired.size() < most;
    if (!goes_on) after = id;
    return goes_on;
  };
  if (auto found = each_record(txn, Table::kSession, {}, from, decode, look); !found.ok())
    return found.error();
  for (const Session& session : expired)
    if (auto done = delete_session(txn, session); !done.ok()) return done.error();
  return expired.size();
}

base::Result<void> implied_by_session(const Entry& entry, Implied& implied) {
  const auto session = decode(entry.key, entry.value);
  if (!session.ok()) return session.error();
  if (!session->ended_at) implied.entry(Table::kSessionHash, {crypto::raw(session->hash), session->id.raw()});
  implied.entry(Table::kSessionByCredential, {by_credential(*session), {}});
  implied.needs(Table::kCredential, Key().uuid(session->credential));
  return {};
}

}  // namespace domain
