#include "api/audit.h"

#include <charconv>
#include <utility>

#include "api/parts/authorize.h"

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

Outcome<Page<domain::AuditEntry>> list_audit(const Read& read, const base::Uuid& tenant,
                                             const domain::AuditFilter& filter, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_audit, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto before = seq_cursor(page.after);
  if (!before.ok()) return before.error();

  Page<domain::AuditEntry> result;
  const auto done =
      stored(domain::each_audit(read.txn, tenant, before.value(), filter, [&](domain::AuditEntry&& entry) {
        if (page.limit != 0 && result.data.size() == page.limit) {
          result.next = std::to_string(result.data.back().seq);
          return false;
        }
        result.data.push_back(std::move(entry));
        return true;
      }));
  if (!done.ok()) return done.error();
  return result;
}

}  // namespace api
