#include "api/policy_tests.h"

#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/paging.h"
#include "api/parts/policy_questions.h"
#include "api/parts/propose.h"
#include "api/parts/test_runs.h"

namespace api {
namespace {

AccessRequest on_test(const Operation& operation, const domain::TenantId& tenant,
                      const domain::PolicyTestId& id) {
  auto request = on_tenant(operation, tenant);
  request.resource_id = id.to_string();
  return request;
}

Outcome<domain::PolicyTest> existing_test(const Read& read, const domain::TenantId& tenant,
                                          const domain::PolicyTestId& id) {
  auto found = stored(domain::get_policy_test(read.txn, tenant, id));
  if (!found.ok()) return found.error();
  if (!*found) return not_found("policy test", id);
  return **std::move(found);
}

void check_request(Checks& checks, const base::Json& request) {
  const auto question = read_question(request, "/request");
  if (!question.ok())
    for (const FieldError& wrong : question.error().fields) checks.add(wrong.pointer, wrong.message);
  else if (base::to_text(request).size() > domain::kMaxTestRequest)
    checks.add("/request", "must be at most " + std::to_string(domain::kMaxTestRequest) + " bytes");
}

void check_expected(Checks& checks, const ExpectedAnswer& expected) {
  if (expected.policies.size() > kMaxExpectedPolicies)
    checks.add("/expected/matching_policy_ids",
               "must be at most " + std::to_string(kMaxExpectedPolicies) + " policies");
}

std::vector<std::string> texts_of(const std::vector<domain::PolicyId>& ids) {
  std::vector<std::string> texts;
  for (const domain::PolicyId& id : ids) texts.push_back(id.to_string());
  return texts;
}

void set_expected(domain::PolicyTest& test, const ExpectedAnswer& expected) {
  test.decision = expected.decision;
  test.policies = texts_of(expected.policies);
}

void write_answer(base::JsonWriter& w, bool decision, const std::vector<std::string>& policies) {
  w.member("decision", decision).member("matching_policy_ids", policies);
}

}  // namespace

std::optional<Error> check(const NewPolicyTest& given) {
  Checks checks;
  checks.name("/name", given.name);
  check_request(checks, given.request);
  check_expected(checks, given.expected);
  return checks.error();
}

std::optional<Error> check(const PolicyTestPatch& patch) {
  Checks checks;
  if (patch.name) checks.given_name("/name", *patch.name);
  if (patch.request) check_request(checks, *patch.request);
  if (patch.expected) check_expected(checks, *patch.expected);
  return checks.error();
}

Outcome<Page<domain::PolicyTest>> list_policy_tests(const Read& read, const domain::TenantId& tenant,
                                                    const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_policy_tests, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto after = id_cursor<domain::PolicyTestId>(page);
  if (!after.ok()) return after.error();
  Pager<domain::PolicyTest, domain::PolicyTestId> pager(read, page);
  const auto take = [&](domain::PolicyTest&& test) {
    const domain::PolicyTestId id = test.id;
    return pager.look() && pager.take(id, [&] { return Outcome<domain::PolicyTest>(std::move(test)); });
  };
  const auto done = stored(domain::each_policy_test(read.txn, tenant, *after ? &**after : nullptr, take));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<domain::PolicyTest> get_policy_test(const Read& read, const domain::TenantId& tenant,
                                            const domain::PolicyTestId& id) {
  const auto authorized = authorize(read, on_test(op::get_policy_test, tenant, id));
  if (!authorized.ok()) return authorized.error();
  return existing_test(read, tenant, id);
}

Outcome<domain::PolicyTest> create_policy_test(Change& change, const domain::TenantId& tenant,
                                               const NewPolicyTest& given) {
  if (const auto bad = check(given)) return *bad;

  auto request = on_tenant(op::create_policy_test, tenant);
  request.proposed = Proposal().text("name", given.name).flag("decision", given.expected.decision).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (const auto begins = change.begin(tenant, {{domain::Quota::kPolicyTests}}); !begins.ok())
    return begins.error();

  domain::PolicyTest test;
  test.id = domain::PolicyTestId(change.make_id());
  test.tenant = tenant;
  test.name = given.name;
  test.request = base::to_text(given.request);
  set_expected(test, given.expected);
  test.created_by = test.updated_by = change.caller.principal;
  test.created_at = test.updated_at = change.now;
  if (const auto put = stored(domain::put_policy_test(change.write, test)); !put.ok()) return put.error();
  request.resource_id = test.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(test));
  if (!noted.ok()) return noted.error();
  return test;
}

Outcome<domain::PolicyTest> update_policy_test(Change& change, const domain::TenantId& tenant,
                                               const domain::PolicyTestId& id, const PolicyTestPatch& patch,
                                               const IfMatch& match) {
  if (const auto bad = check(patch)) return *bad;

  auto request = on_test(op::update_policy_test, tenant, id);
  Proposal proposal;
  proposal.text("test", id.to_string()).text_if("name", patch.name);
  if (patch.expected) proposal.flag("decision", patch.expected->decision);
  request.proposed = proposal.take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto before = existing_test(change, tenant, id);
  if (!before.ok()) return before.error();
  if (const auto matches = check_match(match, before->revision); !matches.ok()) return matches.error();
  domain::PolicyTest after = *before;
  if (patch.name) after.name = *patch.name;
  if (patch.request) after.request = base::to_text(*patch.request);
  if (patch.expected) set_expected(after, *patch.expected);
  if (const auto bad = check_new_name("/name", before->name, after.name)) return *bad;
  if (after == *before) return after;

  after.updated_at = change.now;
  after.updated_by = change.caller.principal;
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();
  if (const auto put = stored(domain::put_policy_test(change.write, after)); !put.ok()) return put.error();
  const auto noted = append_audit(change, request, authorized.value(), to_audit(*before), to_audit(after));
  if (!noted.ok()) return noted.error();
  return after;
}

Outcome<void> restore_policy_test(Change& change, const domain::PolicyTest& was) {
  const auto now = stored(domain::get_policy_test(change.txn, was.tenant, was.id));
  if (!now.ok()) return now.error();
  auto request = *now ? on_test(op::update_policy_test, was.tenant, was.id)
                      : on_tenant(op::create_policy_test, was.tenant);
  Proposal proposal;
  if (*now) proposal.text("test", was.id.to_string());
  request.proposed = proposal.text("name", was.name).flag("decision", was.decision).take();
  request.resource_id = was.id.to_string();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (const auto bad = check_new_name("/name", *now ? (*now)->name : "", was.name)) return *bad;
  auto begins = *now ? change.begin(was.tenant) : change.begin(was.tenant, {{domain::Quota::kPolicyTests}});
  if (!begins.ok()) return begins;
  domain::PolicyTest test = was;
  test.updated_at = change.now;
  test.updated_by = change.caller.principal;
  if (auto put = stored(domain::put_policy_test(change.write, test)); !put.ok()) return put;
  return append_audit(change, request, *authorized, *now ? to_audit(**now) : kNothing, to_audit(test));
}

Outcome<void> delete_policy_test(Change& change, const domain::TenantId& tenant,
                                 const domain::PolicyTestId& id, const IfMatch& match) {
  auto request = on_test(op::delete_policy_test, tenant, id);
  request.proposed = Proposal().text("test", id.to_string()).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto test = existing_test(change, tenant, id);
  if (!test.ok()) return test.error();
  if (const auto matches = check_match(match, test->revision); !matches.ok()) return matches;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  if (const auto deleted = stored(domain::delete_policy_test(change.write, *test)); !deleted.ok())
    return deleted;
  return append_audit(change, request, authorized.value(), to_audit(*test), kNothing);
}

Outcome<TestRun> run_policy_tests(const Read& read, const domain::TenantId& tenant, UserIds user_ids) {
  const auto authorized = authorize(read, on_tenant(op::run_policy_tests, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto policies = stored(read.policies->get(read.txn, tenant));
  if (!policies.ok()) return policies.error();
  return run_tests(read, tenant, user_ids, *policies);
}

void write_test_result(base::JsonWriter& w, const TestResult& result) {
  w.begin_object().member("id", result.test.id).member("name", result.test.name);
  w.member("passed", result.passed).name("expected").begin_object();
  write_answer(w, result.test.decision, result.test.policies);
  w.end_object().name("actual");
  if (result.answered) {
    w.begin_object();
    write_answer(w, result.decision, texts_of(result.policies));
    w.end_object();
  } else {
    w.null();
  }
  w.member("reason", result.reason).end_object();
}

}  // namespace api
