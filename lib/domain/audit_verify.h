#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "crypto/hash.h"
#include "domain/audit.h"
#include "store/txn.h"

namespace domain {

// As verify_audit() of audit.h, and gives visit each entry that is right, chain by chain and in each by
// number. What comes behind a chain's first fault isn't given to it.
base::Result<std::vector<AuditFault>> verify_audit(const store::ReadTxn&, std::uint64_t& entries_seen,
                                                   base::FunctionRef<void(const AuditEntry&)> visit);

// The same of one chain, in pieces that may each have a snapshot of its own, so that a long chain keeps none
// for long. Looked at is what there is when it begins; what comes later isn't. Where entries ahead of it are
// cut off meanwhile (audit_cut.h) it begins anew.
class ChainCheck {
 public:
  explicit ChainCheck(const Owner& tenant);
  ~ChainCheck();
  ChainCheck(ChainCheck&&) noexcept;

  // Looks at the next entries, `most` at most; whether there are more. Then fault() says what was found.
  // REQUIRES: it hasn't ended
  base::Result<bool> go_on(const store::ReadTxn&, std::size_t most);

  std::uint64_t entries() const { return entries_; }  // that were looked at
  std::uint64_t first_seq() const { return first_; }  // of what is there, 1 where nothing was cut
  std::uint64_t head_seq() const { return head_; }    // 0: there is no entry
  const crypto::Sha256& head_hash() const { return head_hash_; }
  const std::optional<AuditFault>& fault() const { return fault_; }

 private:
  class Chain;

  base::Result<void> begin(const store::ReadTxn&);

  const Owner tenant_;
  std::unique_ptr<Chain> chain_;  // null: it begins with the next piece
  std::uint64_t entries_ = 0, first_ = 1, head_ = 0;
  crypto::Sha256 head_hash_{};
  std::optional<AuditFault> fault_;
};

}  // namespace domain
