#include "api/audit.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/parts/audit_revisions.h"
#include "api/parts/authorize.h"
#include "api/parts/paging.h"
#include "domain/audit_concerns.h"

namespace api {
namespace {

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

  AuditPage found;
  AuditRevisions revisions(read, tenant);
  Pager<domain::AuditEntry, std::uint64_t> pager(read, page);
  const auto done = stored(domain::each_audit(read.txn, tenant, before.value(), filter,
                                              [&](std::uint64_t seq, domain::AuditEntry* entry) {
                                                if (!pager.look()) return false;
                                                if (!entry || !is_wanted(*entry, wanted))
                                                  return pager.pass(seq);
                                                return pager.take(seq, [&]() -> Outcome<domain::AuditEntry> {
                                                  const auto revision = revisions.of(*entry);
                                                  if (!revision.ok()) return revision.error();
                                                  found.revisions.push_back(*revision);
                                                  return std::move(*entry);
                                                });
                                              }));
  if (!done.ok()) return done.error();
  const auto size = stored(domain::audit_size(read.txn, tenant));
  if (!size.ok()) return size.error();
  auto finished = pager.finish();
  if (!finished.ok()) return finished.error();
  static_cast<Page<domain::AuditEntry>&>(found) = std::move(finished).value();
  found.first_seq = size->first;
  found.revisions.resize(found.data.size());  // but for one that the page had no more room for
  return found;
}

}  // namespace api
