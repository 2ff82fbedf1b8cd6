#include <algorithm>
#include <cstdio>
#include <set>

#include "cedar/explain.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"
#include "config/policy_tests.h"

namespace cli {
namespace {

// What a file of tests is about, read.
struct Subject {
  cedar::PolicySet policies;
  std::optional<cedar::Schema> schema;
  cedar::Entities entities;
};

Syntax syntax_of(const std::string& path) {
  return path.ends_with(".json") ? Syntax::kJson : Syntax::kCedar;
}

Result<Subject> read_subject(const config::PolicyTests& tests) {
  CedarInput input;
  Subject subject;
  for (const std::string& path : tests.policies) {
    const auto policies = input.policies({path, syntax_of(path), ""});
    if (!policies.ok()) return policies.error();
    if (auto merged = subject.policies.merge(*policies); !merged.ok())
      return Error{merged.error().code, path + ": " + merged.error().message + "; give it an @id of its own"};
  }
  auto schema = input.schema({tests.schema, syntax_of(tests.schema)});
  if (!schema.ok()) return schema.error();
  subject.schema = std::move(schema).value();
  auto entities = input.entities(tests.entities, subject.schema ? &*subject.schema : nullptr);
  if (!entities.ok()) return entities.error();
  subject.entities = std::move(entities).value();
  return subject;
}

struct Difference {
  std::string what;  // "decision", "reasons", "errors", "request"
  std::string expected;
  std::string found;
};

struct Outcome {
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

Outcome run_test(const config::PolicyTest& test, const Subject& subject) {
  const cedar::Schema* schema = subject.schema ? &*subject.schema : nullptr;
  const auto request =
      make_request({test.principal, test.action, test.resource, to_text(test.context)}, schema);
  if (!request.ok()) return {{{"request", "a request that can be made", request.error().message}}, ""};
  const auto response = cedar::Authorizer().is_authorized(*request, subject.policies, subject.entities);
  Outcome outcome;
  const std::string decision(cedar::name_of(response.decision));
  if (decision != test.decision) {
    outcome.differences.push_back({"decision", test.decision, decision});
    outcome.explanation = cedar::to_text(cedar::explain(*request, subject.policies, subject.entities));
  }
  const auto& reasons = response.diagnostics.reasons;
  compare_ids("reasons", test.reasons, {reasons.begin(), reasons.end()}, outcome.differences);
  std::set<std::string> errors;
  for (const auto& error : response.diagnostics.errors) errors.insert(error.policy);
  compare_ids("errors", test.errors, std::move(errors), outcome.differences);
  return outcome;
}

std::string indented(const std::string& text, const std::string& indent) {
  std::string out = indent;
  for (const char c : text) {
    out.push_back(c);
    if (c == '\n') out += indent;
  }
  return out;
}

class Report {
 public:
  explicit Report(bool json) : json_(json) {}

  void file(const std::string& path) {
    if (!json_) std::printf("%s\n", path.c_str());
  }
  void unreadable(const std::string& path, const Error& error) {
    ++failed_;
    if (!json_) {
      fail(error);
      return;
    }
    Json::Object item;
    item.emplace_back("file", Json(path));
    item.emplace_back("passed", Json(false));
    item.emplace_back("error", Json(error.message));
    tests_.emplace_back(std::move(item));
  }
  void test(const std::string& path, const config::PolicyTest& test, const Outcome& outcome) {
    const bool has_passed = outcome.differences.empty();
    ++(has_passed ? passed_ : failed_);
    if (json_) {
      add(path, test, outcome);
    } else if (has_passed) {
      std::printf("  ok    %s\n", test.name.c_str());
    } else {
      print_failure(path, test, outcome);
    }
  }
  int end() const {
    if (json_) {
      Json::Object out;
      out.emplace_back("passed", Json(static_cast<std::int64_t>(passed_)));
      out.emplace_back("failed", Json(static_cast<std::int64_t>(failed_)));
      out.emplace_back("tests", Json(tests_));
      print_json(Json(std::move(out)));
    } else {
      std::printf("%zu passed, %zu failed\n", passed_, failed_);
    }
    return failed_ == 0 ? kOk : kFailure;
  }

 private:
  static void print_failure(const std::string& path, const config::PolicyTest& test, const Outcome& outcome) {
    std::printf("  FAIL  %s (%s:%zu)\n", test.name.c_str(), path.c_str(), test.place.line);
    for (const Difference& d : outcome.differences)
      std::printf("        %s\n          - %s\n          + %s\n", d.what.c_str(), d.expected.c_str(),
                  d.found.c_str());
    if (!outcome.explanation.empty())
      std::printf("%s\n", indented(outcome.explanation, "        | ").c_str());
  }
  void add(const std::string& path, const config::PolicyTest& test, const Outcome& outcome) {
    Json::Array differences;
    for (const Difference& d : outcome.differences) {
      Json::Object item;
      item.emplace_back("what", Json(d.what));
      item.emplace_back("expected", Json(d.expected));
      item.emplace_back("found", Json(d.found));
      differences.emplace_back(std::move(item));
    }
    Json::Object item;
    item.emplace_back("file", Json(path));
    item.emplace_back("line", Json(static_cast<std::int64_t>(test.place.line)));
    item.emplace_back("name", Json(test.name));
    item.emplace_back("passed", Json(differences.empty()));
    item.emplace_back("differences", Json(std::move(differences)));
    tests_.emplace_back(std::move(item));
  }

  bool json_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  Json::Array tests_;
};

}  // namespace

int cedar_test(const CedarTest& options) {
  Report report(options.json);
  for (const std::string& path : options.files) {
    report.file(path);
    const auto tests = config::load_policy_tests(path);
    if (!tests.ok()) {
      report.unreadable(path, tests.error());
      continue;
    }
    const auto subject = read_subject(*tests);
    if (!subject.ok()) {
      report.unreadable(path, subject.error());
      continue;
    }
    for (const config::PolicyTest& test : tests->tests) report.test(path, test, run_test(test, *subject));
  }
  return report.end();
}

}  // namespace cli
