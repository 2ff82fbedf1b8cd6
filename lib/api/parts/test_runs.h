#pragma once
#include <cstdint>
#include <memory>

#include "api/context.h"
#include "api/policy_tests.h"
#include "api/policy_trial.h"
#include "api/rules.h"
#include "authz/policy_texts.h"
#include "authz/tenant_policies.h"
#include "base/function_ref.h"

// How a change of what a tenant decides by is tried before it is made. For this folder alone.
namespace api {

// The tenant's schema, null where it has none. What a change has written itself is its own.
Outcome<authz::SchemaPtr> schema_of(const Read& snapshot, const domain::TenantId& tenant);
Outcome<authz::SchemaPtr> schema_of(const Change&, const domain::TenantId& tenant);

// Asks the tenant's tests of these policies. What wasn't asked within kLongestRun has failed.
Outcome<TestRun> run_tests(const Read&, const domain::TenantId& tenant, UserIds,
                           const std::shared_ptr<const authz::TenantPolicies>&);

// What the change will make of the texts that are stored.
using PolicyEdit = base::FunctionRef<void(authz::PolicyTexts&)>;

// Asks the tests of the policies as they would be: kTestsFailed, with those that fail. In a pool, on a
// snapshot.
Outcome<Tried> try_edit(const Read& snapshot, const domain::TenantId& tenant, const Trial&, PolicyEdit);

// That the drafts were tried, and nothing has changed since. If something has, and the tenant has little, it
// is tried here, else kOverloaded. For an operation to call before begin().
Outcome<void> check_tried(const Change&, const domain::TenantId& tenant, const RuleDrafts&, PolicyEdit);
// The same without drafts of rules.
Outcome<void> check_tried(const Change&, const domain::TenantId& tenant, const Trial&, const Tried&,
                          bool follows_rehearsal, PolicyEdit);

// Asks the tests of what a change has written so far: kTestsFailed, with those that fail. kOverloaded where
// the tenant has more than the writer may look at, and `here` is the writer.
enum class TriedIn : std::uint8_t { kPool, kWriter };
Outcome<void> try_as_written(const Change&, const domain::TenantId& tenant, UserIds, TriedIn here);

// Whether the tenant has so little of rules and tests that the writer may look at all of it.
Outcome<bool> has_little(const Read&, const domain::TenantId& tenant);

// What to say where something that was looked at before the writer had its turn isn't as it was.
Error changed_meanwhile();

}  // namespace api
