// Verifying walks the table of entries once, in order of keys, that is chain by chain and in each by number.
// An entry is right if its number is the next, its hash is that of its text, and its prev_hash is the hash of
// the one before; a chain is right if it ends where its head says, with that hash and that many bytes.
//
//   1 > 2 > 3 > head 3       3 removed: "missing; the head is 3"
//                            2 changed: "the hash is not that of its contents"; with a new hash, 3 is wrong
//
// A chain that was cut (audit_cut.h) begins behind what its head says was removed, with that hash, and the
// newest seal, which is in the chain, has to say the same; seals hang together as entries do.
//
// One entry is in memory at a time. After its first fault a chain is passed over: what follows hangs on it.
// Who can write the store can also write a new chain with its head, which no walk finds out: note the head
// elsewhere.
#include "domain/audit_verify.h"

#include <optional>
#include <utility>

#include "domain/audit_cut.h"
#include "domain/audit_record.h"
#include "store/key.h"
#include "store/record.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

// One chain, on the way from its first entry to its last.
class Walk {
 public:
  Walk(const Owner& tenant, const base::Result<std::optional<AuditHead>>& head) : tenant_(tenant) {
    if (!head.ok() || !*head || !(*head)->cut) return;
    cut_ = (*head)->cut;
    last_ = {cut_->through, cut_->hash, 0, {}};
  }

  const Owner& tenant() const { return tenant_; }
  std::uint64_t last_seq() const { return last_.seq; }
  bool has_fault() const { return fault_.has_value(); }
  std::optional<AuditFault> take_fault() { return std::move(fault_); }

  // The next entry in order of keys, which visit is given if it is right.
  void step(std::uint64_t seq, std::string_view key, std::string_view value,
            base::FunctionRef<void(const AuditEntry&)> visit) {
    if (fault_) return;
    const std::uint64_t due = last_.seq + 1;
    if (seq != due) return fail(due, "missing; the next is " + std::to_string(seq));
    const auto stored = unseal_audit(key, value);
    if (!stored.ok()) return fail(due, stored.error().message);
    if (crypto::sha256(stored->text) != stored->entry.hash)
      return fail(due, "the hash is not that of its contents");
    if (stored->entry.prev_hash != last_.hash)
      return fail(due, "prev_hash is not the hash of the entry before");
    if (cut_ && due == cut_->sealed) sealed_hash_ = stored->entry.hash;
    look_at_seal(stored->entry);
    last_ = {due, stored->entry.hash, last_.bytes + key.size() + value.size(), {}};
    if (!fault_) visit(stored->entry);
  }

  // After the last.
  void finish(const base::Result<std::optional<AuditHead>>& head) {
    if (fault_) return;
    if (!head.ok()) return fail(last_.seq, head.error().message);
    if (!*head) return fail(last_.seq, "the chain has no head");
    if ((*head)->seq > last_.seq)
      return fail(last_.seq + 1, "missing; the head is " + std::to_string((*head)->seq));
    if ((*head)->seq < last_.seq)
      return fail((*head)->seq + 1, "stands behind the head, " + std::to_string((*head)->seq));
    if (cut_ && !is_sealed_)
      return fail((*head)->first(), "entries before it were removed, and no seal says so");
    if ((*head)->hash != last_.hash) return fail(last_.seq, "the hash is not the head's");
    if ((*head)->bytes != last_.bytes)
      fail(last_.seq, "the chain has " + std::to_string(last_.bytes) + " bytes, and its head says " +
                          std::to_string((*head)->bytes));
  }

 private:
  // Seals hang together, and the newest one says what was, or is being, removed.
  void look_at_seal(const AuditEntry& entry) {
    const auto seal = read_seal(entry);
    if (!seal.ok()) return fail(entry.seq, seal.error().message);
    if (!*seal) return;
    if (!cut_) return fail(entry.seq, "is a seal, and the head knows of none");
    if (entry.seq > cut_->seal)
      return fail(entry.seq,
                  "is a seal, and the newest that the head knows of is entry " + std::to_string(cut_->seal));
    if (last_seal_ && ((*seal)->previous_seal != last_seal_->hash || (*seal)->from != last_seal_->to + 1))
      return fail(entry.seq, "doesn't go on from the seal before");
    last_seal_ = {entry.hash, (*seal)->to};
    if (entry.seq != cut_->seal) return;
    const crypto::Sha256& sealed = sealed_hash_ ? *sealed_hash_ : cut_->hash;
    if ((*seal)->to != cut_->sealed || (!sealed_hash_ && cut_->through != cut_->sealed) ||
        (*seal)->hash != sealed)
      return fail(entry.seq, "the seal is not of the entries that were removed");
    is_sealed_ = true;
  }

  void fail(std::uint64_t seq, std::string what) { fault_ = AuditFault{tenant_, seq, std::move(what)}; }

  Owner tenant_;
  AuditHead last_;
  std::optional<AuditCut> cut_;                // where it begins
  std::optional<crypto::Sha256> sealed_hash_;  // of the last entry sealed, where that is still there
  struct Seal {
    crypto::Sha256 hash;
    std::uint64_t to;
  };
  std::optional<Seal> last_seal_;
  bool is_sealed_ = false;
  std::optional<AuditFault> fault_;
};

void end_walk(const store::ReadTxn& txn, std::optional<Walk>& walk, std::vector<AuditFault>& faults) {
  if (!walk) return;
  walk->finish(get_audit_head(txn, walk->tenant()));
  if (auto fault = walk->take_fault()) faults.push_back(*std::move(fault));
  walk.reset();
}

base::Result<bool> has_entries(const store::ReadTxn& txn, const Owner& tenant) {
  bool any = false;
  const auto scanned = txn.scan(Table::kAudit, Key().uuid(to_stored(tenant)), [&](auto, auto) {
    any = true;
    return false;
  });
  if (!scanned.ok()) return scanned.error();
  return any;
}

// Heads whose chains are gone as a whole.
base::Result<void> find_lone_heads(const store::ReadTxn& txn, std::vector<AuditFault>& faults) {
  base::Result<void> outcome;
  const auto scanned = txn.scan(Table::kAuditHead, {}, [&](std::string_view key, std::string_view) {
    if (key.size() != 16) {
      outcome = store::corrupt(Table::kAuditHead, key, "not a key of this table");
      return false;
    }
    const Owner tenant = owner_of(base::Uuid::from_raw(key));
    const auto any = has_entries(txn, tenant);
    if (!any.ok()) outcome = any.error();
    if (any.ok() && !*any) faults.push_back({tenant, 1, "missing, with the whole chain; its head is there"});
    return any.ok();
  });
  return scanned.ok() ? outcome : scanned;
}

}  // namespace

// The walk, and where it ends.
class ChainCheck::Chain {
 public:
  Chain(const Owner& tenant, const base::Result<std::optional<AuditHead>>& its)
      : walk(tenant, its), head(its) {}

  Walk walk;
  base::Result<std::optional<AuditHead>> head;
};

ChainCheck::ChainCheck(const Owner& tenant) : tenant_(tenant) {}
ChainCheck::~ChainCheck() = default;
ChainCheck::ChainCheck(ChainCheck&&) noexcept = default;

base::Result<void> ChainCheck::begin(const store::ReadTxn& txn) {
  const auto head = get_audit_head(txn, tenant_);
  if (!head.ok() && head.error().code != base::ErrorCode::kCorrupt) return head.error();
  entries_ = 0;
  if (head.ok() && *head) {
    first_ = (*head)->first();
    head_ = (*head)->seq;
    head_hash_ = (*head)->hash;
  }
  chain_ = std::make_unique<Chain>(tenant_, head);
  return {};
}

base::Result<bool> ChainCheck::go_on(const store::ReadTxn& txn, std::size_t most) {
  if (!chain_)
    if (const auto begun = begin(txn); !begun.ok()) return begun.error();
  const auto now = get_audit_head(txn, tenant_);
  if (now.ok() && *now && (*now)->cut && (*now)->cut->through > chain_->walk.last_seq())
    if (const auto begun = begin(txn); !begun.ok()) return begun.error();
  Walk& walk = chain_->walk;
  const Key prefix = Key().uuid(to_stored(tenant_));
  const Key after = Key(prefix).u64(walk.last_seq());
  const bool has_head = chain_->head.ok() && *chain_->head;
  const std::uint64_t newest = now.ok() && *now ? (*now)->seq : 0;
  std::size_t looked_at = 0;
  bool more = false;
  base::Result<void> outcome;
  const auto look = [&](std::string_view key, std::string_view value) {
    store::KeyReader parts(key.substr(prefix.view().size()));
    const std::uint64_t seq = parts.u64();
    if (!parts.complete()) {
      outcome = store::corrupt(Table::kAudit, key, "not a key of this table");
      return false;
    }
    if (has_head && seq > head_ && seq <= newest) return false;  // made since
    if (looked_at == most) {
      more = true;
      return false;
    }
    ++looked_at;
    walk.step(seq, key, value, [](const AuditEntry&) {});
    return !walk.has_fault();
  };
  const auto scanned = txn.scan_from(Table::kAudit, prefix, after, look);
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  entries_ += looked_at;
  if (more) return true;
  if (has_head || entries_ > 0) walk.finish(chain_->head);
  fault_ = walk.take_fault();
  return false;
}

base::Result<std::vector<AuditFault>> verify_audit(const store::ReadTxn& txn, std::uint64_t& entries_seen) {
  return verify_audit(txn, entries_seen, [](const AuditEntry&) {});
}

base::Result<std::vector<AuditFault>> verify_audit(const store::ReadTxn& txn, std::uint64_t& entries_seen,
                                                   base::FunctionRef<void(const AuditEntry&)> visit) {
  std::vector<AuditFault> faults;
  std::optional<Walk> walk;
  base::Result<void> outcome;
  entries_seen = 0;
  const auto scanned = txn.scan(Table::kAudit, {}, [&](std::string_view key, std::string_view value) {
    store::KeyReader parts(key);
    const Owner tenant = owner_of(parts.uuid());
    const std::uint64_t seq = parts.u64();
    if (!parts.complete()) {
      outcome = store::corrupt(Table::kAudit, key, "not a key of this table");
      return false;
    }
    ++entries_seen;
    if (walk && walk->tenant() != tenant) end_walk(txn, walk, faults);
    if (!walk) walk.emplace(tenant, get_audit_head(txn, tenant));
    walk->step(seq, key, value, visit);
    return true;
  });
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  end_walk(txn, walk, faults);
  if (auto done = find_lone_heads(txn, faults); !done.ok()) return done.error();
  return faults;
}

}  // namespace domain
