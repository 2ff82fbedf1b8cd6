#include "api/audit.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/paging.h"
#include "domain/audit_concerns.h"
#include "store/change.h"
#include "store/history.h"
#include "store/key.h"

namespace api {
namespace {

constexpr std::size_t kMostAtOneTime = 1'000;  // changes of one millisecond that are looked through

// When the change was made; nothing where its record is gone.
base::Result<std::optional<base::Timestamp>> time_of(const store::ReadTxn& txn, store::Revision revision) {
  const store::Key key = store::Key().u64(revision);
  const auto value = txn.get(store::Table::kChange, key);
  if (!value.ok()) return value.error();
  if (!*value) return std::optional<base::Timestamp>();
  const auto at = store::time_of_change(key, **value);
  if (!at.ok()) return at.error();
  return std::optional(*at);
}

// The sequence number behind which the page begins; 0: the newest.
Outcome<std::uint64_t> seq_cursor(const std::string& after) {
  std::uint64_t seq = 0;
  if (after.empty()) return seq;
  const char* end = after.data() + after.size();
  const auto [stopped, failed] = std::from_chars(after.data(), end, seq);
  if (failed != std::errc() || stopped != end || seq == 0)
    return invalid("cursor", "is not a cursor that this list has given");
  return seq;
}

bool is_wanted(const domain::AuditEntry& entry, const AuditWanted& wanted) {
  if (wanted.allowed && entry.allowed != *wanted.allowed) return false;
  if (!wanted.concerns) return true;
  const auto concerned = domain::concerned_by(entry);
  return std::binary_search(concerned.begin(), concerned.end(), *wanted.concerns);
}

// The change is one of those that were made at the entry's moment: the record says which entries it wrote.
Outcome<std::optional<store::Revision>> revision_of(const Read& read, const domain::AuditEntry& entry) {
  using Found = std::optional<store::Revision>;
  if (!entry.allowed) return Found();
  const auto last = stored(store::revision_at(read.txn, entry.created_at));
  if (!last.ok()) return last.error();
  if (!*last) return Found();
  const store::Key key = store::Key().uuid(to_stored(entry.tenant)).u64(entry.seq);
  store::Revision revision = **last;
  for (std::size_t looked_at = 0; revision > 0 && looked_at < kMostAtOneTime; ++looked_at, --revision) {
    bool is_it = false;
    const auto kept = stored(store::each_kept(read.txn, revision - 1, 1, [&](std::string_view audit_key) {
      is_it = is_it || audit_key == key.view();
    }));
    if (!kept.ok()) return kept.error();
    if (*kept != revision) return Found();
    if (is_it) return Found(revision);
    const auto made_at = stored(time_of(read.txn, revision));
    if (!made_at.ok()) return made_at.error();
    if (!*made_at || **made_at < entry.created_at) return Found();
  }
  return Found();
}

}  // namespace

bool may_concern(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon != std::string_view::npos && colon + 1 < name.size() &&
         domain::is_concerned_type(name.substr(0, colon));
}

Outcome<AuditPage> list_audit(const Read& read, const domain::Owner& tenant,
                              const domain::AuditFilter& filter, const PageRequest& page,
                              const AuditWanted& wanted) {
  const auto authorized = authorize(read, on_tenant(op::list_audit, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto before = seq_cursor(page.after);
  if (!before.ok()) return before.error();

  Pager<domain::AuditEntry, std::uint64_t> pager(read, page);
  const auto done = stored(domain::each_audit(
      read.txn, tenant, before.value(), filter, [&](std::uint64_t seq, domain::AuditEntry* entry) {
        if (!pager.look()) return false;
        if (!entry || !is_wanted(*entry, wanted)) return pager.pass(seq);
        return pager.take(seq, [&] { return Outcome<domain::AuditEntry>(std::move(*entry)); });
      }));
  if (!done.ok()) return done.error();
  const auto size = stored(domain::audit_size(read.txn, tenant));
  if (!size.ok()) return size.error();
  auto finished = pager.finish();
  if (!finished.ok()) return finished.error();
  AuditPage found{std::move(finished).value(), size->first};
  for (const domain::AuditEntry& entry : found.data) {
    const auto revision = revision_of(read, entry);
    if (!revision.ok()) return revision.error();
    found.revisions.push_back(*revision);
  }
  return found;
}

}  // namespace api
