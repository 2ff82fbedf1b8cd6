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
  std::string headers;  // as the dialect wrote them, opaque here
  std::string body;
  Timestamp expires_at;
};

constexpr std::int64_t kIdempotencyMs = 24LL * 3600 * 1000;

// Nothing where there is none or it has expired.
Result<std::optional<IdempotentAnswer>> get_idempotent_answer(const store::ReadTxn&, const Uuid& caller,
                                                              std::string_view key, Timestamp now);
Result<void> put_idempotent_answer(store::WriteTxn&, const Uuid& caller, std::string_view key,
                                   const IdempotentAnswer&);

// Removes up to `limit` expired ones, oldest first; how many it removed.
Result<std::size_t> expire_idempotent_answers(store::WriteTxn&, Timestamp now, std::size_t limit);

}  // namespace domain
