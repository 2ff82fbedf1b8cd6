#include "domain/audit.h"

#include "base/json.h"
#include "domain/audit_record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

base::Result<void> make_canonical(std::string& json, std::string_view name) {
  if (json == "null") return {};
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
  const std::uint64_t bytes = (*head ? (*head)->bytes : 0) + key.view().size() + sealed.size();
  return put_audit_head(txn, entry.tenant, {entry.seq, entry.hash, bytes});
}

base::Result<AuditSize> audit_size(const store::ReadTxn& txn, const Owner& tenant) {
  const auto head = get_audit_head(txn, tenant);
  if (!head.ok()) return head.error();
  return *head ? AuditSize{(*head)->seq, (*head)->bytes} : AuditSize{};
}

base::Result<void> each_audit(const store::ReadTxn& txn, const Owner& tenant, std::uint64_t before,
                              const AuditFilter& filter,
                              base::FunctionRef<bool(std::uint64_t seq, AuditEntry*)> fn) {
  const Key prefix = Key().uuid(to_stored(tenant));
  const Key end = before == 0 ? Key() : Key(prefix).u64(before);
  base::Result<void> outcome;
  const auto visit = [&](std::string_view key, std::string_view value) {
    auto stored = unseal_audit(key, value);
    if (stored.ok()) return fn(stored->entry.seq, passes(stored->entry, filter) ? &stored->entry : nullptr);
    outcome = stored.error();
    return false;
  };
  const auto scanned = txn.scan_reverse(Table::kAudit, prefix, end, visit);
  return scanned.ok() ? outcome : scanned;
}

}  // namespace domain
