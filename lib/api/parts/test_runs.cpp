// A change of a tenant's policies goes through three places, and the tests are asked in the second:
//
//   rehearsal   the guard, what is wrong with the request      tests aren't asked yet
//   pool        the policies as they would be, on a snapshot    all tests are asked of them
//   writer      policies and tests of the same revision still?  then they passed
//
// Where something came between, what little a small tenant has is looked at again by the writer; who has much
// is told to try again. Decisions of the tests are made on the snapshot as it is, but for the policies.
#include "api/parts/test_runs.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "api/decisions.h"
#include "api/parts/checks.h"
#include "api/parts/policy_questions.h"
#include "authz/decision.h"
#include "domain/counts.h"
#include "domain/decision_settings.h"
#include "domain/rule.h"

namespace api {
namespace {

constexpr std::chrono::nanoseconds kLongestRun = std::chrono::seconds(2);

// What the writer may look at by itself, which takes it a few milliseconds.
constexpr std::size_t kLittleRuleBytes = std::size_t{64} << 10U;
constexpr std::uint64_t kFewTests = 50;

constexpr std::size_t kMostTold = 20;  // tests that fail

Outcome<std::vector<domain::PolicyTest>> tests_of(const Read& read, const domain::TenantId& tenant) {
  std::vector<domain::PolicyTest> tests;
  const auto gathered =
      stored(domain::each_policy_test(read.txn, tenant, nullptr, [&](domain::PolicyTest&& test) {
        return tests.push_back(std::move(test)), true;
      }));
  if (!gathered.ok()) return gathered.error();
  return tests;
}

bool is_expected(const TestResult& result) {
  if (result.decision != result.test.decision) return false;
  if (result.test.policies.empty()) return true;
  std::vector<std::string> ids;
  for (const domain::PolicyId& id : result.policies) ids.push_back(id.to_string());
  std::vector<std::string> expected = result.test.policies;
  std::sort(ids.begin(), ids.end());
  std::sort(expected.begin(), expected.end());
  return ids == expected;
}

Outcome<void> ask(authz::Decider& decider, const authz::TenantPolicies& policies, TestResult& result) {
  const auto unanswered = [&](std::string why) -> Outcome<void> {
    result.answered = false;
    result.reason = std::move(why);
    return {};
  };
  const auto request = base::parse_json(result.test.request);
  if (!request.ok()) return unanswered("The request can't be read.");
  const auto question = read_question(*request, "/request");
  if (!question.ok()) return unanswered(question.error().message);
  const auto decided = decider.decide(*question);
  if (!decided.ok() && decided.error().code == base::ErrorCode::kInvalid)
    return unanswered(decided.error().message);
  if (!decided.ok()) return from_store(decided.error());
  result.decision = decided->allowed;
  result.policies = deciding_policies(*decided, policies);
  result.reason = reason_of(*decided);
  result.passed = is_expected(result);
  return {};
}

constexpr std::string_view kForceHint = "; with force=true the change is made all the same";

Error failure_of(const TestRun& run) {
  base::JsonWriter tests;
  tests.begin_array();
  std::size_t told = 0;
  const std::string* first = nullptr;
  for (const TestResult& result : run.results) {
    if (result.passed || told == kMostTold) continue;
    if (!first) first = &result.test.name;
    ++told;
    write_test_result(tests, result);
  }
  Error failure = error(Code::kTestsFailed, "tests: " + std::to_string(run.failed) + " of " +
                                                std::to_string(run.results.size()) + " would fail, such as " +
                                                in_backticks(*first) + std::string(kForceHint));
  failure.details.emplace_back("failed", std::to_string(run.failed));
  failure.details.emplace_back("tests", tests.end_array().take());
  return failure;
}

Outcome<Tried> try_with(const Read& read, const domain::TenantId& tenant, const Trial& trial,
                        authz::SchemaPtr schema, const authz::TenantPolicies* known, PolicyEdit edit) {
  auto texts = stored(authz::read_policy_texts(read.txn, tenant, std::move(schema)));
  if (!texts.ok()) return texts.error();
  const Tried tried{true, texts->decisions.policies_revision, texts->decisions.tests_revision};
  edit(*texts);
  const auto policies = stored(authz::compile_policies(*texts, known));
  if (!policies.ok()) return policies.error();
  const auto run = run_tests(read, tenant, trial.user_ids, *policies);
  if (!run.ok()) return run.error();
  if (run->failed > 0) return failure_of(*run);
  return tried;
}

Outcome<std::uint64_t> count_tests(const Read& read, const domain::TenantId& tenant) {
  return stored(domain::get_count(read.txn, tenant, domain::Counted::kPolicyTests));
}

}  // namespace

Outcome<authz::SchemaPtr> schema_of(const Read& snapshot, const domain::TenantId& tenant) {
  return stored(snapshot.policies->schemas().get(snapshot.txn, tenant));
}

Outcome<authz::SchemaPtr> schema_of(const Change& change, const domain::TenantId& tenant) {
  if (change.is_rehearsal()) return schema_of(static_cast<const Read&>(change), tenant);
  // Of a change that is only looked at nothing is known, and nothing may be kept.
  return stored(change.policies ? change.policies->schemas().get_unkept(change.txn, tenant)
                                : authz::TenantSchemas().get_unkept(change.txn, tenant));
}

Outcome<TestRun> run_tests(const Read& read, const domain::TenantId& tenant, UserIds user_ids,
                           const std::shared_ptr<const authz::TenantPolicies>& policies) {
  auto tests = tests_of(read, tenant);
  if (!tests.ok()) return tests.error();
  authz::Decider decider(read.txn, *read.catalogue, policies, tenant, user_ids, read.now);
  const auto until = read.ticks.now() + kLongestRun;
  TestRun run;
  for (domain::PolicyTest& test : *tests) {
    TestResult& result = run.results.emplace_back();
    result.test = std::move(test);
    if (read.ticks.now() > until) {
      result.answered = false;
      result.reason = "Those before it took too long.";
    } else if (const auto asked = ask(decider, *policies, result); !asked.ok()) {
      return asked.error();
    }
    if (!result.passed) ++run.failed;
  }
  return run;
}

Outcome<Tried> try_edit(const Read& snapshot, const domain::TenantId& tenant, const Trial& trial,
                        PolicyEdit edit) {
  if (trial.insists) return Tried();
  const auto decisions = stored(domain::get_decisions(snapshot.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  const auto count = count_tests(snapshot, tenant);
  if (!count.ok()) return count.error();
  if (*count == 0) return Tried{true, decisions->policies_revision, decisions->tests_revision};
  const auto known = stored(snapshot.policies->get(snapshot.txn, tenant));
  if (!known.ok()) return known.error();
  return try_with(snapshot, tenant, trial, (*known)->schema, known->get(), edit);
}

Outcome<void> check_tried(const Change& change, const domain::TenantId& tenant, const RuleDrafts& drafts,
                          PolicyEdit edit) {
  return check_tried(change, tenant, drafts.trial, drafts.tried, drafts.follow_rehearsal, edit);
}

Outcome<void> check_tried(const Change& change, const domain::TenantId& tenant, const Trial& trial,
                          const Tried& tried, bool follows_rehearsal, PolicyEdit edit) {
  if (trial.insists || (follows_rehearsal && change.is_rehearsal())) return {};
  const auto count = count_tests(change, tenant);
  if (!count.ok()) return count.error();
  if (*count == 0) return {};
  const auto decisions = stored(domain::get_decisions(change.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  if (tried.passed && tried.policies_revision == decisions->policies_revision &&
      tried.tests_revision == decisions->tests_revision)
    return {};
  const auto little = has_little(change, tenant);
  if (!little.ok()) return little.error();
  if (!*little) return changed_meanwhile();
  auto schema = schema_of(change, tenant);
  if (!schema.ok()) return schema.error();
  const auto done = try_with(change, tenant, trial, std::move(schema).value(), nullptr, edit);
  if (!done.ok()) return done.error();
  return {};
}

Outcome<void> try_as_written(const Change& change, const domain::TenantId& tenant, UserIds user_ids,
                             TriedIn here) {
  const auto count = count_tests(change, tenant);
  if (!count.ok()) return count.error();
  if (*count == 0) return {};
  const auto little = has_little(change, tenant);
  if (!little.ok()) return little.error();
  if (!*little && here == TriedIn::kWriter) return changed_meanwhile();
  auto schema = schema_of(change, tenant);
  if (!schema.ok()) return schema.error();
  const Trial trial{.user_ids = user_ids};
  const auto tried =
      try_with(change, tenant, trial, std::move(schema).value(), nullptr, [](authz::PolicyTexts&) {});
  if (tried.ok()) return {};
  Error failure = tried.error();
  if (failure.message.ends_with(kForceHint))  // there is no forcing what is tried so
    failure.message.resize(failure.message.size() - kForceHint.size());
  return failure;
}

Outcome<bool> has_little(const Read& read, const domain::TenantId& tenant) {
  const auto tests = count_tests(read, tenant);
  if (!tests.ok()) return tests.error();
  if (*tests > kFewTests) return false;
  const auto rules = stored(domain::sizes_of_rules(read.txn, tenant));
  if (!rules.ok()) return rules.error();
  return rules->bytes <= kLittleRuleBytes;
}

Error changed_meanwhile() {
  return error(Code::kOverloaded,
               "what the tenant decides by, or its entities, changed at the same time; try again");
}

}  // namespace api
