// An index has an entry for each of the log's, whose key is all there is, so that it is short: 40 bits of a
// hash of the tenant and what is looked for, and the seq. All of one actor stand together, in order of seq:
//
//   audit_by_actor   [hash of tenant and ann] 7   [hash of tenant and ann] 12   [hash of tenant and bob] 3
//
// Two actors, of one tenant or of two, may have the same hash, if seldom: an index says where to look, and
// the entry itself says whether it passes. (Who chooses names of resources so that they collide makes some
// searches slower, within what a page may cost.)
//
// A filter that names both goes through both indexes at once: each in turn is asked for its last seq not
// above the other's, so that as few steps are taken as the rarer of the two has entries.
//
//   actor 90 80 70 … 10, resource 75 12:   90 > 75 | 70 > 12 | 10 > none
#include "domain/audit_index.h"

#include <string>
#include <vector>

#include "base/keyed_hash.h"
#include "domain/audit_record.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::uint64_t kMaxSeq = (std::uint64_t{1} << 40U) - 1;  // of what a key has room for

// The entries of one index that have what is looked for.
struct Postings {
  Table table;
  Key prefix;
};

Postings postings(Table table, const Owner& tenant, std::string_view what) {
  const std::uint64_t hash = base::stable_hash(std::string(to_stored(tenant).raw()).append(what));
  return {table, Key().u40(hash >> 24U)};
}
Postings by_actor(const Owner& tenant, const base::Uuid& actor) {
  return postings(Table::kAuditByActor, tenant, actor.raw());
}
Postings by_resource(const Owner& tenant, std::string_view resource_id) {
  return postings(Table::kAuditByResource, tenant, resource_id);
}

// The greatest seq that is less than `before`, which is 0 for the end. 0: there is none.
base::Result<std::uint64_t> last_before(const store::ReadTxn& txn, const Postings& of, std::uint64_t before) {
  std::uint64_t seq = 0;
  const Key end = before == 0 || before > kMaxSeq ? Key() : Key(of.prefix).u40(before);
  const auto scanned =
      txn.scan_reverse(of.table, of.prefix, end, [&](std::string_view key, std::string_view) {
        seq = store::KeyReader(key.substr(of.prefix.view().size())).u40();
        return false;
      });
  if (!scanned.ok()) return scanned.error();
  return seq;
}

}  // namespace

base::Result<void> index_audit(store::WriteTxn& txn, const AuditEntry& entry) {
  if (entry.actor) {
    const Postings its = by_actor(entry.tenant, entry.actor->id);
    if (auto done = txn.put(its.table, Key(its.prefix).u40(entry.seq), {}); !done.ok()) return done;
  }
  const Postings its = by_resource(entry.tenant, entry.resource_id);
  return txn.put(its.table, Key(its.prefix).u40(entry.seq), {});
}

base::Result<void> unindex_audit(store::WriteTxn& txn, const AuditEntry& entry) {
  if (entry.actor) {
    const Postings its = by_actor(entry.tenant, entry.actor->id);
    if (auto done = del(txn, its.table, Key(its.prefix).u40(entry.seq)); !done.ok()) return done;
  }
  const Postings its = by_resource(entry.tenant, entry.resource_id);
  return del(txn, its.table, Key(its.prefix).u40(entry.seq));
}

bool is_indexed(const AuditFilter& filter) {
  return filter.actor || filter.resource_id;
}

base::Result<void> each_indexed(const store::ReadTxn& txn, const Owner& tenant, std::uint64_t before,
                                const AuditFilter& filter,
                                base::FunctionRef<bool(std::uint64_t seq, bool likely)> fn) {
  std::vector<Postings> asked;
  if (filter.resource_id) asked.push_back(by_resource(tenant, *filter.resource_id));
  if (filter.actor) asked.push_back(by_actor(tenant, *filter.actor));
  for (;;) {
    const auto first = last_before(txn, asked.front(), before);
    if (!first.ok()) return first.error();
    const auto last = last_before(txn, asked.back(), *first == 0 ? 0 : *first + 1);
    if (!last.ok()) return last.error();
    if (*first == 0 || *last == 0) return {};
    if (!fn(*first, *first == *last)) return {};
    before = *first == *last ? *first : *last + 1;
  }
}

base::Result<void> implied_by_audit_entry(const Entry& entry, Implied& implied) {
  const auto stored = unseal_audit(entry.key, entry.value);
  if (!stored.ok()) return stored.error();
  const AuditEntry& audit = stored->entry;
  if (audit.actor) {
    const Postings its = by_actor(audit.tenant, audit.actor->id);
    implied.entry(its.table, {Key(its.prefix).u40(audit.seq), {}});
  }
  const Postings its = by_resource(audit.tenant, audit.resource_id);
  implied.entry(its.table, {Key(its.prefix).u40(audit.seq), {}});
  return {};
}

}  // namespace domain
