#include "api/idempotency.h"

#include <utility>

#include "crypto/hash.h"
#include "domain/idempotency.h"

namespace api {
namespace {

// Each part with its length before it, so that no two requests give the same text.
crypto::Sha256 hash_of(const IdempotentRequest& request) {
  const std::string method = std::to_string(request.method.size()) + ":";
  const std::string path = std::to_string(request.path.size()) + ":";
  return crypto::sha256({method, request.method, path, request.path, request.body});
}

}  // namespace

Outcome<std::optional<KeptAnswer>> find_answer(const Read& read, const IdempotentRequest& request) {
  auto found =
      stored(domain::get_idempotent_answer(read.txn, read.caller.principal.id, request.key, read.now));
  if (!found.ok()) return found.error();
  if (!found.value()) return std::optional<KeptAnswer>();
  domain::IdempotentAnswer& kept = *found.value();
  if (kept.request_hash != hash_of(request))
    return error(Code::kIdempotencyConflict,
                 "Idempotency-Key: was used for another request within the last 24 hours");
  return std::optional(KeptAnswer{kept.status, std::move(kept.headers), std::move(kept.body)});
}

Outcome<void> keep_answer(Change& change, const IdempotentRequest& request, const KeptAnswer& answer) {
  const domain::IdempotentAnswer kept{hash_of(request), answer.status, answer.headers, answer.body,
                                      base::Timestamp{change.now.ms + domain::kIdempotencyMs}};
  // Kept for a day, and on nobody's quota.
  if (const auto begins = change.begin(domain::Platform{}); !begins.ok()) return begins.error();
  return stored(domain::put_idempotent_answer(change.write, change.caller.principal.id, request.key, kept));
}

}  // namespace api
