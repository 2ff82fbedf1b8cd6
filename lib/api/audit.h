#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "domain/audit.h"

namespace api {

namespace op {
inline constexpr Operation list_audit = {
    .action = "audit:list", .kind = kRead, .scope = "organization:auditview", .resource = "audit"};

inline constexpr Operation verify_audit = {
    .action = "audit:verify", .kind = kRead, .scope = "organization:auditview", .resource = "audit"};

inline constexpr Operation kAudit[] = {list_audit, verify_audit};
}  // namespace op

// Whether entries may concern what has such a name: "role:on-call", of a type that they are found by.
bool may_concern(std::string_view name);

// What of the entries that a filter passes is wanted.
struct AuditWanted {
  std::optional<std::string> concerns;  // one that may_concern()
  std::optional<bool> allowed;          // false: refused
};

struct AuditPage : Page<domain::AuditEntry> {
  std::uint64_t first_seq = 1;  // of the chain: what is older was cut off and is in no page

  // Of each of `data` the revision of the change that it speaks of: nothing where that was refused, or the
  // change's record is kept no longer. The hash of an entry doesn't cover it.
  std::vector<std::optional<store::Revision>> revisions{};
};

// Newest first. The nil tenant is the platform's own chain, which the platform alone may read.
Outcome<AuditPage> list_audit(const Read&, const domain::Owner& tenant, const domain::AuditFilter&,
                              const PageRequest&, const AuditWanted& = {});

}  // namespace api
