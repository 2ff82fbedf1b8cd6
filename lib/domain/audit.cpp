#include "domain/audit.h"

#include "base/canonical_json.h"
#include "base/json.h"
#include "domain/audit_hours.h"
#include "domain/audit_index.h"
#include "domain/audit_record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

base::Result<void> make_canonical(std::string& json, std::string_view name) {
  if (json == "null") return {};
  if (auto canonical = base::canonical_json(json)) {
    json = *std::move(canonical);
    return {};
  }
  const auto value =
      base::parse_json(json, {.rounds_integers = true});  // it may be of before that was refused
  if (!value.ok())
    return base::Error{base::ErrorCode::kInvalid,
                       "audit entry: " + std::string(name) + ": " + value.error().message};
  json = base::to_canonical_text(*value);
  return {};
}

bool passes(const AuditEntry& entry, const AuditFilter& filter) {
  return (!filter.actor || (entry.actor && entry.actor->id == *filter.actor)) &&
         (!filter.resource_type || entry.resource_type == *filter.resource_type) &&
         (!filter.resource_id || entry.resource_id == *filter.resource_id) &&
         (!filter.action || entry.action == *filter.action) &&
         (!filter.from || entry.created_at >= *filter.from) && (!filter.to || entry.created_at < *filter.to);
}

// Goes through a chain from its end, by whatever takes the fewest looks: the indexes, the hours, or entry by
// entry.
class Search {
 public:
  using Visit = base::FunctionRef<bool(std::uint64_t seq, AuditEntry*)>;

  Search(const store::ReadTxn& txn, const Owner& tenant, const AuditFilter& filter, Visit visit)
      : txn_(txn), tenant_(tenant), filter_(filter), hours_(hours_of(filter)), visit_(visit) {}

  base::Result<void> run(std::uint64_t before) {
    const auto done = is_indexed(filter_) ? by_index(before)
                      : hours_            ? by_hour(before)
                                          : one_by_one(before, 0);
    return done.ok() ? outcome_ : done;
  }

 private:
  base::Result<void> by_index(std::uint64_t before) {
    return each_indexed(txn_, tenant_, before, filter_, [&](std::uint64_t seq, bool likely) {
      if (!likely) return visit(seq, nullptr);
      if (hours_) {
        const auto its = hour_run_before(txn_, tenant_, seq + 1);
        if (!its.ok()) return fail(its.error());
        if (*its && !hours_->contain((*its)->hour)) return visit(seq, nullptr);
      }
      const Key key = Key().uuid(to_stored(tenant_)).u64(seq);
      const auto value = txn_.get(Table::kAudit, key);
      if (!value.ok()) return fail(value.error());
      return *value ? look(key, **value) : visit(seq, nullptr);
    });
  }

  base::Result<void> by_hour(std::uint64_t before) {
    for (;;) {
      const auto its = hour_run_before(txn_, tenant_, before);
      if (!its.ok()) return its.error();
      if (!*its) return {};
      const std::uint64_t begin = (*its)->begin;
      if (!hours_->contain((*its)->hour)) {
        if (!visit(begin, nullptr)) return {};
      } else if (auto done = one_by_one(before, begin); !done.ok() || has_ended_) {
        return done;
      }
      before = begin;
    }
  }

  // Down to the seq `last`.
  base::Result<void> one_by_one(std::uint64_t before, std::uint64_t last) {
    const Key prefix = Key().uuid(to_stored(tenant_));
    const Key end = before == 0 ? Key() : Key(prefix).u64(before);
    return txn_.scan_reverse(Table::kAudit, prefix, end, [&](std::string_view key, std::string_view value) {
      return store::KeyReader(key.substr(prefix.view().size())).u64() >= last && look(key, value);
    });
  }

  bool look(std::string_view key, std::string_view value) {
    auto stored = unseal_audit(key, value);
    if (!stored.ok()) return fail(stored.error());
    return visit(stored->entry.seq, passes(stored->entry, filter_) ? &stored->entry : nullptr);
  }

  bool visit(std::uint64_t seq, AuditEntry* entry) {
    has_ended_ = !visit_(seq, entry);
    return !has_ended_;
  }

  bool fail(const base::Error& why) {
    outcome_ = why;
    has_ended_ = true;
    return false;
  }

  const store::ReadTxn& txn_;
  const Owner& tenant_;
  const AuditFilter& filter_;
  const std::optional<Hours> hours_;
  const Visit visit_;
  base::Result<void> outcome_;
  bool has_ended_ = false;
};

}  // namespace

base::Result<void> append_audit(store::WriteTxn& txn, AuditEntry& entry) {
  if (auto done = make_canonical(entry.before, "before"); !done.ok()) return done;
  if (auto done = make_canonical(entry.after, "after"); !done.ok()) return done;
  const auto head = get_audit_head(txn, entry.tenant);
  if (!head.ok()) return head.error();
  entry.seq = *head ? (*head)->seq + 1 : 1;
  entry.prev_hash = *head ? (*head)->hash : crypto::Sha256{};
  const std::string text = canonical_text(entry);
  entry.hash = crypto::sha256(text);
  const Key key = Key().uuid(to_stored(entry.tenant)).u64(entry.seq);
  const std::string sealed = seal_audit(key, text, entry.hash);
  if (auto done = txn.put_append(Table::kAudit, key, sealed); !done.ok()) return done;
  if (auto done = index_audit(txn, entry); !done.ok()) return done;
  if (auto done = note_hour(txn, entry); !done.ok()) return done;
  const std::uint64_t bytes = (*head ? (*head)->bytes : 0) + key.view().size() + sealed.size();
  return put_audit_head(txn, entry.tenant,
                        {entry.seq, entry.hash, bytes, *head ? (*head)->cut : std::nullopt});
}

base::Result<AuditSize> audit_size(const store::ReadTxn& txn, const Owner& tenant) {
  const auto head = get_audit_head(txn, tenant);
  if (!head.ok()) return head.error();
  if (!*head) return AuditSize{};
  return AuditSize{(*head)->seq - (*head)->first() + 1, (*head)->bytes, (*head)->first()};
}

base::Result<void> each_audit(const store::ReadTxn& txn, const Owner& tenant, std::uint64_t before,
                              const AuditFilter& filter,
                              base::FunctionRef<bool(std::uint64_t seq, AuditEntry*)> fn) {
  return Search(txn, tenant, filter, fn).run(before);
}

}  // namespace domain
