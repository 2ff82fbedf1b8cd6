#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "store/txn.h"

namespace domain {

// The first answer to a POST with an Idempotency-Key, kept for a day so that a repetition gets it again.
struct IdempotentAnswer {
  crypto::Sha256 request_hash{};  // over method, path and body
  int status = 0;
  std::string headers;  // as the dialect wrote them, opaque here; UTF-8, as is the body
  std::string body;
  base::Timestamp expires_at;

  bool operator==(const IdempotentAnswer&) const = default;
};

constexpr std::int64_t kIdempotencyMs = 24LL * 3600 * 1000;

// `caller` is the id of a user, a service user or a credential; deleting one deletes its answers. The key is
// the header's text, up to 128 characters. Nothing where there is none or it has expired.
base::Result<std::optional<IdempotentAnswer>> get_idempotent_answer(const store::ReadTxn&,
                                                                    const base::Uuid& caller,
                                                                    std::string_view key,
                                                                    base::Timestamp now);

// Adds or replaces.
base::Result<void> put_idempotent_answer(store::WriteTxn&, const base::Uuid& caller, std::string_view key,
                                         const IdempotentAnswer&);

// Deletes all answers of the caller, expired or not.
base::Result<void> delete_idempotent_answers(store::WriteTxn&, const base::Uuid& caller);

// The same for `limit` of them; answers how many were removed.
base::Result<std::size_t> delete_idempotent_answers(store::WriteTxn&, const base::Uuid& caller,
                                                    std::size_t limit);

// Removes up to `limit` expired ones, oldest first; how many it removed.
base::Result<std::size_t> expire_idempotent_answers(store::WriteTxn&, base::Timestamp now, std::size_t limit);

}  // namespace domain
