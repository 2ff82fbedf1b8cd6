#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/policy_trial.h"
#include "base/json.h"
#include "domain/policy_test.h"

// Questions with the answers that a tenant's policies must give. They are asked before a change of policies,
// rules, settings or the schema is made, and the change isn't made where one gets another answer.
namespace api {

namespace op {
inline constexpr Operation list_policy_tests = {.action = "policy_test:list",
                                                .kind = kRead,
                                                .scope = "organization:policymanage",
                                                .resource = "policy_test"};
inline constexpr Operation get_policy_test = {.action = "policy_test:get",
                                              .kind = kRead,
                                              .scope = "organization:policymanage",
                                              .resource = "policy_test"};
inline constexpr Operation create_policy_test = {.action = "policy_test:create",
                                                 .kind = kWrite,
                                                 .scope = "organization:policymanage",
                                                 .resource = "policy_test"};
inline constexpr Operation update_policy_test = {.action = "policy_test:update",
                                                 .kind = kWrite,
                                                 .scope = "organization:policymanage",
                                                 .resource = "policy_test"};
inline constexpr Operation delete_policy_test = {.action = "policy_test:delete",
                                                 .kind = kWrite,
                                                 .scope = "organization:policymanage",
                                                 .resource = "policy_test"};
inline constexpr Operation run_policy_tests = {.action = "policy_test:run",
                                               .kind = kRead,
                                               .scope = "organization:policymanage",
                                               .resource = "policy_test"};

inline constexpr Operation kPolicyTests[] = {list_policy_tests,  get_policy_test,    create_policy_test,
                                             update_policy_test, delete_policy_test, run_policy_tests};
}  // namespace op

// What a test wants to be answered.
struct ExpectedAnswer {
  bool decision = false;
  std::vector<domain::PolicyId> policies;  // exactly these decide; none: whichever do
};

inline constexpr std::size_t kMaxExpectedPolicies = 20;

// The request is an object with `subject`, `action`, `resource` and, if wanted, `context`, as an evaluation
// of AuthZEN's has them; what it has besides is a mistake.
struct NewPolicyTest {
  std::string name;  // 1-200 characters, not unique
  base::Json request;
  ExpectedAnswer expected;
};
std::optional<Error> check(const NewPolicyTest&);

struct PolicyTestPatch {
  std::optional<std::string> name;
  std::optional<base::Json> request;
  std::optional<ExpectedAnswer> expected;
};
std::optional<Error> check(const PolicyTestPatch&);

// In the order in which they were made.
Outcome<Page<domain::PolicyTest>> list_policy_tests(const Read&, const domain::TenantId& tenant,
                                                    const PageRequest&);
Outcome<domain::PolicyTest> get_policy_test(const Read&, const domain::TenantId& tenant,
                                            const domain::PolicyTestId&);

// Whether it passes now isn't looked at.
Outcome<domain::PolicyTest> create_policy_test(Change&, const domain::TenantId& tenant, const NewPolicyTest&);
Outcome<domain::PolicyTest> update_policy_test(Change&, const domain::TenantId& tenant,
                                               const domain::PolicyTestId&, const PolicyTestPatch&,
                                               const IfMatch&);
// Puts a test back as it was, under its id: makes it where it isn't there, else changes it; asks the guard
// what that asks, and fails as that does. For undo.
Outcome<void> restore_policy_test(Change&, const domain::PolicyTest& was);
Outcome<void> delete_policy_test(Change&, const domain::TenantId& tenant, const domain::PolicyTestId&,
                                 const IfMatch&);

// What came of one test.
struct TestResult {
  domain::PolicyTest test;
  bool passed = false;
  bool decision = false;                   // that was made
  std::vector<domain::PolicyId> policies;  // that made it
  std::string reason;                      // why the answer is what it is, or why there is none
  bool answered = true;
};
struct TestRun {
  std::size_t failed = 0;
  std::vector<TestResult> results;  // in the order of the tests
};

// Asks all of them, of the policies as they are. In a pool.
Outcome<TestRun> run_policy_tests(const Read&, const domain::TenantId& tenant, UserIds);

void write_test_result(base::JsonWriter&, const TestResult&);

}  // namespace api
