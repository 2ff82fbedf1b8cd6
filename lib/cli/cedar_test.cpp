// `reeve cedar test`: each test of a file is a request and what is expected of it: the decision and, where
// given, the ids of the policies that determined it and of those that failed. What differs is printed as -
// expected, + found; a wrong decision also gets its explanation.
//
//     FAIL  strangers may edit (photos_test.yaml:12)
//           decision
//             - allow
//             + deny
//
// A file that can't be read, or whose policies can't, counts as one failed test, and the other files are
// still run. With --json all results are one object at the end.
#include <algorithm>
#include <set>

#include "cedar/explain.h"
#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"
#include "cli/test_report.h"
#include "config/policy_tests.h"

namespace cli {
namespace {

// What a file of tests is about, read.
struct Subject {
  cedar::PolicySet policies;
  std::shared_ptr<const cedar::Schema> schema;  // null where there is none
  cedar::Entities entities;
};

base::Result<config::PolicyTests> read_tests(CedarInput& input, const std::string& path) {
  const auto text = input.text(path);
  if (!text.ok()) return text.error();
  return config::parse_policy_tests(shown_name(path), *text,
                                    [](const std::string& uid) { return cedar::EntityUid::parse(uid).ok(); });
}

base::Result<Subject> read_subject(const config::PolicyTests& tests) {
  CedarInput input;
  Subject subject;
  for (const std::string& path : tests.policies) {
    const auto policies = input.policies({path, syntax_of(path), ""});
    if (!policies.ok()) return policies.error();
    if (auto merged = subject.policies.merge(*policies); !merged.ok())
      return base::Error{merged.error().code,
                         path + ": " + merged.error().message + "; give it an @id of its own"};
  }
  auto schema = input.schema({tests.schema, syntax_of(tests.schema)});
  if (!schema.ok()) return schema.error();
  subject.schema = std::move(schema).value();
  auto entities = input.entities(tests.entities, subject.schema.get());
  if (!entities.ok()) return entities.error();
  subject.entities = std::move(entities).value();
  return subject;
}

struct TestResult {
  std::vector<Difference> differences;
  std::string explanation;  // of a wrong decision
};

std::string joined(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) out += (out.empty() ? "" : ", ") + id;
  return out.empty() ? "none" : out;
}

void compare_ids(const char* what, const std::optional<std::vector<std::string>>& expected,
                 std::set<std::string> found, std::vector<Difference>& out) {
  const std::vector<std::string> sorted(found.begin(), found.end());
  if (expected && *expected != sorted) out.push_back({what, joined(*expected), joined(sorted)});
}

TestResult run_test(const config::PolicyTest& test, const Subject& subject,
                    const cedar::CompiledPolicies& policies, const cedar::CompiledEntities& entities) {
  const auto request =
      make_request({test.principal, test.action, test.resource, to_text(test.context)}, subject.schema.get());
  if (!request.ok()) return {{{"request", "a valid request", request.error().message}}, ""};
  const auto response = cedar::Authorizer().is_authorized(*request, policies, entities);
  TestResult result;
  const std::string decision(cedar::name_of(response.decision));
  if (decision != test.decision) {
    result.differences.push_back({"decision", test.decision, decision});
    result.explanation = cedar::to_text(cedar::explain(*request, subject.policies, subject.entities));
  }
  const auto& reasons = response.diagnostics.reasons;
  compare_ids("reasons", test.reasons, {reasons.begin(), reasons.end()}, result.differences);
  std::set<std::string> errors;
  for (const auto& error : response.diagnostics.errors) errors.insert(error.policy);
  compare_ids("errors", test.errors, std::move(errors), result.differences);
  return result;
}

class Report {
 public:
  explicit Report(bool json) : json_(json) { results_.begin_array(); }

  void file(const std::string& path) {
    if (!json_) print(shown_name(path) + "\n");
  }
  void unreadable(const std::string& path, const base::Error& error) {
    ++failed_;
    if (!json_) {
      fail(error);
      return;
    }
    results_.begin_object().member("file", shown_name(path)).member("passed", false);
    results_.member("error", error.message).end_object();
  }
  void test(const std::string& path, const config::PolicyTest& test, const TestResult& result) {
    const bool has_passed = result.differences.empty();
    ++(has_passed ? passed_ : failed_);
    if (json_) {
      add(path, test, result);
    } else if (has_passed) {
      print("  ok    " + test.name + "\n");
    } else {
      print(failure_text(test.name, shown_name(path) + ":" + std::to_string(test.place.line),
                         result.differences, result.explanation));
    }
  }
  int end() {
    if (json_) {
      base::JsonWriter json;
      json.begin_object().member("passed", passed_);
      json.member("failed", failed_);
      print(json.name("tests").raw(results_.end_array().text()).end_object());
    } else {
      print(std::to_string(passed_) + " passed, " + std::to_string(failed_) + " failed\n");
    }
    return failed_ == 0 ? kOk : kFailure;
  }

 private:
  void add(const std::string& path, const config::PolicyTest& test, const TestResult& result) {
    results_.begin_object().member("file", shown_name(path));
    results_.member("line", test.place.line).member("name", test.name);
    results_.member("passed", result.differences.empty()).name("differences").begin_array();
    for (const Difference& d : result.differences) {
      results_.begin_object().member("what", d.what);
      results_.member("expected", d.expected).member("found", d.found).end_object();
    }
    results_.end_array().end_object();
  }

  bool json_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  base::JsonWriter results_;  // an array that is open
};

}  // namespace

int cedar_test(const CedarTest& options) {
  Report report(options.json);
  CedarInput input;
  for (const std::string& path : options.files) {
    report.file(path);
    const auto tests = read_tests(input, path);
    if (!tests.ok()) {
      report.unreadable(path, tests.error());
      continue;
    }
    const auto subject = read_subject(*tests);
    if (!subject.ok()) {
      report.unreadable(path, subject.error());
      continue;
    }
    const cedar::CompiledPolicies policies(subject->policies);
    const cedar::CompiledEntities entities(policies, subject->entities);
    for (const config::PolicyTest& test : tests->tests)
      report.test(path, test, run_test(test, *subject, policies, entities));
  }
  return report.end();
}

}  // namespace cli
