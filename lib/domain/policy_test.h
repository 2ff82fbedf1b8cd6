#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

// A question with the answer that a tenant's policies must give to it, whatever becomes of them. What it asks
// is not known here: whoever stores it has read it.
struct PolicyTest {
  PolicyTestId id;
  TenantId tenant;
  std::string name;
  std::string request = "{}";         // the text of a JSON object
  bool decision = false;              // that is expected
  std::vector<std::string> policies;  // ids of those that must decide it; none: whichever do
  std::optional<Principal> created_by, updated_by;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const PolicyTest&) const = default;
};

inline constexpr std::size_t kMaxTestRequest = std::size_t{16} << 10U;  // bytes

base::Result<std::optional<PolicyTest>> get_policy_test(const store::ReadTxn&, const TenantId& tenant,
                                                        const PolicyTestId& id);

// Adds or replaces, with the transaction's revision, which the tenant's Decisions have then as that of its
// tests. kInvalid where the request is no JSON object.
base::Result<void> put_policy_test(store::WriteTxn&, PolicyTest&);

base::Result<void> delete_policy_test(store::WriteTxn&, const PolicyTest&);

// By its key, whatever its record is: for a tenant that is being deleted.
base::Result<void> delete_policy_test_at(store::WriteTxn&, std::string_view key);

// In order of id, behind `after`, until fn returns false.
base::Result<void> each_policy_test(const store::ReadTxn&, const TenantId& tenant, const PolicyTestId* after,
                                    base::FunctionRef<bool(PolicyTest&&)> fn);

}  // namespace domain
