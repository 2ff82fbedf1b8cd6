// The first answer to a request with an Idempotency-Key lies under caller and key; a second table has the
// same keys in order of when they expire, so that the housekeeper finds the oldest without looking at the
// others.
//
//   idempotency          [caller] "k1"                 the answer
//   idempotency_by_time  [expires u64] [caller] "k1"   -
//
// An answer that has expired is as good as none, whether or not it is removed yet. Answers may hold what is
// shown once, such as a new key: they go with whoever could ask for them, and `reeve store dump` doesn't show
// them.
#include "domain/idempotency.h"

#include <algorithm>
#include <vector>

#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& answer) {
                           codec.member("request_hash", answer.request_hash);
                           codec.member("expires_at", answer.expires_at);
                           codec.member("status", answer.status);
                           codec.member("headers", answer.headers);
                           codec.member("body", answer.body);
                         }};

base::Result<IdempotentAnswer> decode(std::string_view key, std::string_view value) {
  IdempotentAnswer answer;
  if (auto read = unseal_record(Table::kIdempotency, key, value, kLayout, answer); !read.ok())
    return read.error();
  return answer;
}

// The key of kIdempotencyByTime for one of kIdempotency.
Key by_time(base::Timestamp expires_at, std::string_view key) {
  return Key().u64(static_cast<std::uint64_t>(std::max<std::int64_t>(expires_at.ms, 0))).bytes(key);
}

base::Result<void> remove_time(store::WriteTxn& txn, std::string_view key) {
  const auto answer = get_record(txn, Table::kIdempotency, key, decode);
  if (!answer.ok()) return answer.error();
  return *answer ? del(txn, Table::kIdempotencyByTime, by_time((*answer)->expires_at, key))
                 : base::Result<void>();
}

}  // namespace

base::Result<std::optional<IdempotentAnswer>> get_idempotent_answer(const store::ReadTxn& txn,
                                                                    const base::Uuid& caller,
                                                                    std::string_view key,
                                                                    base::Timestamp now) {
  auto answer = get_record(txn, Table::kIdempotency, Key().uuid(caller).text(key), decode);
  if (answer.ok() && *answer && now >= (*answer)->expires_at) return {std::nullopt};
  return answer;
}

base::Result<void> put_idempotent_answer(store::WriteTxn& txn, const base::Uuid& caller,
                                         std::string_view text, const IdempotentAnswer& answer) {
  const Key key = Key().uuid(caller).text(text);
  if (auto done = remove_time(txn, key); !done.ok()) return done;
  if (auto done = txn.put_append(Table::kIdempotencyByTime, by_time(answer.expires_at, key), {}); !done.ok())
    return done;
  return txn.put(Table::kIdempotency, key, seal_record(kLayout, answer));
}

base::Result<void> delete_idempotent_answers(store::WriteTxn& txn, const base::Uuid& caller) {
  return drain(txn, Table::kIdempotency, Key().uuid(caller),
               [&](std::string_view key) { return remove_time(txn, key); });
}

base::Result<std::size_t> delete_idempotent_answers(store::WriteTxn& txn, const base::Uuid& caller,
                                                    std::size_t limit) {
  std::vector<std::string> keys;
  if (limit == 0) return keys.size();
  const auto scanned =
      txn.scan(Table::kIdempotency, Key().uuid(caller), [&](std::string_view key, std::string_view) {
        keys.emplace_back(key);
        return keys.size() < limit;
      });
  if (!scanned.ok()) return scanned.error();
  for (const std::string& key : keys) {
    if (auto done = remove_time(txn, key); !done.ok()) return done.error();
    if (auto done = del(txn, Table::kIdempotency, key); !done.ok()) return done.error();
  }
  return keys.size();
}

base::Result<std::size_t> expire_idempotent_answers(store::WriteTxn& txn, base::Timestamp now,
                                                    std::size_t limit) {
  std::vector<std::string> expired;
  const auto scanned = txn.scan(Table::kIdempotencyByTime, {}, [&](std::string_view key, std::string_view) {
    const std::uint64_t expires_at = store::KeyReader(key).u64();
    if (expired.size() >= limit || now.ms < 0 || expires_at > static_cast<std::uint64_t>(now.ms))
      return false;
    expired.emplace_back(key);
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  for (const std::string& key : expired) {
    if (auto done = del(txn, Table::kIdempotency, std::string_view(key).substr(8)); !done.ok())
      return done.error();
    if (auto done = del(txn, Table::kIdempotencyByTime, key); !done.ok()) return done.error();
  }
  return expired.size();
}

base::Result<void> implied_by_idempotent_answer(const Entry& entry, Implied& implied) {
  const auto answer = decode(entry.key, entry.value);
  if (!answer.ok()) return answer.error();
  implied.entry(Table::kIdempotencyByTime, {by_time(answer->expires_at, entry.key), {}});
  return {};
}

}  // namespace domain
