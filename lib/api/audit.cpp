#include "api/audit.h"

#include <charconv>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/paging.h"

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

}  // namespace

Outcome<AuditPage> list_audit(const Read& read, const domain::Owner& tenant,
                              const domain::AuditFilter& filter, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_audit, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto before = seq_cursor(page.after);
  if (!before.ok()) return before.error();

  Pager<domain::AuditEntry, std::uint64_t> pager(read, page);
  const auto done = stored(domain::each_audit(
      read.txn, tenant, before.value(), filter, [&](std::uint64_t seq, domain::AuditEntry* entry) {
        if (!pager.look()) return false;
        if (!entry) return pager.pass(seq);
        return pager.take(seq, [&] { return Outcome<domain::AuditEntry>(std::move(*entry)); });
      }));
  if (!done.ok()) return done.error();
  const auto size = stored(domain::audit_size(read.txn, tenant));
  if (!size.ok()) return size.error();
  auto finished = pager.finish();
  if (!finished.ok()) return finished.error();
  return AuditPage{std::move(finished).value(), size->first};
}

}  // namespace api
