// A test's question is asked as it stands, since options of its own would change the answer. Which rules
// decided is asked once more, with `options.reasons: trace`; of a search, about each thing that it found. So
// coverage costs a second question and changes nothing.
#include "cli/test.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/uuid.h"
#include "cli/cedar_output.h"
#include "cli/decision_tests.h"
#include "cli/exit_code.h"
#include "cli/rule_coverage.h"
#include "cli/tenant_calls.h"
#include "cli/test_report.h"
#include "cli/trial.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using Asks = DecisionTest::Asks;
using Object = base::Json::Object;

const char* call_of(Asks asks) {
  switch (asks) {
    case Asks::kDecision:
      return "evaluation";
    case Asks::kDecisions:
      return "evaluations";
    case Asks::kSubjects:
      return "search/subject";
    case Asks::kResources:
      return "search/resource";
    case Asks::kActions:
      return "search/action";
  }
  return "";
}

const char* searched_part(Asks asks) {
  return asks == Asks::kSubjects ? "subject" : asks == Asks::kResources ? "resource" : "action";
}

base::Json with(const base::Json& object, const std::string& name, base::Json value) {
  Object members;
  for (const auto& member : *object.object())
    if (member.first != name) members.push_back(member);
  members.emplace_back(name, std::move(value));
  return base::Json(std::move(members));
}

// The question that is asked to know which rules decide; null where there is nothing to ask.
base::Json traced(const DecisionTest& test, const base::Json& request, const base::Json& answer) {
  base::Json question = request;
  if (test.asks != Asks::kDecision && test.asks != Asks::kDecisions) {
    const base::Json* const results = answer.find("results");
    if (!results || !results->array() || results->array()->empty()) return {};
    base::Json::Array found;
    for (const base::Json& result : *results->array())
      found.emplace_back(Object{{searched_part(test.asks), result}});
    question = with(with(request, "page", {}), searched_part(test.asks), {});
    question = with(question, "evaluations", base::Json(std::move(found)));
  }
  const base::Json* const given = question.find("options");
  const base::Json options = given && given->object() ? *given : base::Json(Object());
  return with(question, "options", with(options, "reasons", base::Json("trace")));
}

// Whether an answer is as expected: true and false stand for the decision alone.
bool is_as_expected(const base::Json& expected, const base::Json& answer) {
  if (!expected.boolean()) return expected == answer;
  const base::Json* const decision = answer.find("decision");
  return decision && *decision == expected;
}

// An answer as it is compared, for people.
std::string shown(const base::Json& expected, const base::Json& answer) {
  const base::Json* const decision = answer.find("decision");
  return to_text(expected.boolean() && decision ? *decision : answer);
}

void compare(const base::Json& expected, const base::Json& answer, const std::string& what,
             std::vector<Difference>& differences) {
  if (!is_as_expected(expected, answer))
    differences.push_back({what, to_text(expected), shown(expected, answer)});
}

std::vector<Difference> differences_of(const DecisionTest& test, const base::Json& answer) {
  std::vector<Difference> found;
  const base::Json::Array* const expected = test.expected.array();
  if (!expected) {
    compare(test.expected, answer, test.expected.boolean() ? "decision" : "answer", found);
    return found;
  }
  const base::Json* const given = answer.find("evaluations");
  const std::size_t answers = given && given->array() ? given->array()->size() : 0;
  if (answers != expected->size())
    found.push_back({"evaluations", std::to_string(expected->size()), std::to_string(answers)});
  for (std::size_t i = 0; i < std::min(answers, expected->size()); ++i)
    compare((*expected)[i], (*given->array())[i], "evaluations " + std::to_string(i + 1), found);
  return found;
}

// The tests of one path, and what they are about.
class Suite {
 public:
  Suite(const TestOptions& options, JunitReport& junit) : options_(options), junit_(junit) {}

  // kIo where a server that was named doesn't answer.
  base::Result<void> run(const std::string& path) {
    std::error_code absent;
    const bool is_folder = fs::is_directory(path, absent);
    const std::string folder = is_folder ? path : fs::path(path).parent_path().string();
    if (auto begun = options_.at.server ? reach_server() : use_folder(folder.empty() ? "." : folder);
        !begun.ok()) {
      if (options_.at.server && begun.error().code == base::ErrorCode::kIo) return begun;
      begin_file(path);
      unreadable(begun.error());
      return {};
    }
    read_rules();
    for (const std::string& file : is_folder ? files_in(path) : std::vector<std::string>{path})
      if (auto run = run_file(file); !run.ok()) return run;
    tell_coverage();
    return {};
  }

  // The tests that the server's tenant has, which it runs itself. Fails as run().
  base::Result<void> run_stored() {
    const std::string& server = *options_.at.server;
    begin_file(server);
    if (auto begun = reach_server(); !begun.ok()) {
      if (begun.error().code == base::ErrorCode::kIo) return begun;
      unreadable(begun.error());
      return {};
    }
    const auto run = calls().call("POST", "/v1/policies/tests/run", base::Json(), 200);
    const base::Json* const data = run.ok() ? run->find("data") : nullptr;
    if (!run.ok() && run.error().code == base::ErrorCode::kIo) return run.error();
    if (!data || !data->array()) {
      unreadable(run.ok() ? base::Error{base::ErrorCode::kInvalid, "the server answered no list"}
                          : run.error());
      return {};
    }
    for (const base::Json& result : *data->array()) report_stored(result);
    return {};
  }

  std::size_t passed() const { return passed_; }
  std::size_t failed() const { return failed_; }

 private:
  static std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(folder, absent)) {
      const fs::path& path = entry.path();
      const std::string ending = path.extension().string();
      if ((ending == ".yaml" || ending == ".json") && path.filename() != "tenant.yaml")
        files.push_back(path.string());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  base::Result<void> use_folder(const std::string& folder) {
    auto trial = begin_trial(folder, options_.config);
    if (!trial.ok()) return trial.error();
    trial_ = std::move(trial).value();
    return {};
  }

  base::Result<void> reach_server() {
    auto server = client::connection_of(options_.at);
    if (!server.ok()) return base::Error{base::ErrorCode::kInvalid, server.error().message};
    reached_ = {std::move(server).value(), "",
                options_.tenant ? "/" + *options_.tenant + "/access/v1/" : "/access/v1/"};
    if (options_.tenant && base::Uuid::parse(*options_.tenant)) {
      reached_.tenant = *options_.tenant;
      return {};
    }
    const auto self = reached_.call("GET", "/v1beta1/users/self", base::Json(), 200);
    if (!self.ok()) return self.error().code == base::ErrorCode::kIo ? self.error() : base::Result<void>();
    for (const char* const kind : {"serviceuser", "user"})
      if (const base::Json* const who = self->find(kind))
        for (const char* const name : {"orgId", "org_id"})
          if (const std::string* const id = who->find_string(name)) reached_.tenant = *id;
    return {};
  }

  // Without them it is only not known which rules there are.
  void read_rules() {
    if (calls().tenant.empty()) return;
    const auto policies = calls().call("GET", "/v1/policies", base::Json(), 200);
    if (policies.ok())
      coverage_.add(*policies);
    else
      complain("reeve: rules aren't known: " + policies.error().message);
  }

  void begin_file(const std::string& path) {
    print(path + "\n");
    junit_.begin_file(path);
    file_ = path;
  }

  void unreadable(const base::Error& error) {
    ++failed_;
    fail(error);
    junit_.test("read", error.message);
  }

  base::Result<void> run_file(const std::string& path) {
    begin_file(path);
    const auto tests = read_decision_tests(path);
    if (!tests.ok()) {
      unreadable(tests.error());
      return {};
    }
    for (const DecisionTest& test : *tests)
      if (auto run = run_test(test); !run.ok()) return run;
    return {};
  }

  base::Result<void> run_test(const DecisionTest& test) {
    if (test.at && !trial_)
      return report(test, {{"at", "a server of one's own, whose time can be set", "another"}}, "");
    if (trial_) trial_->server->set_time(test.at ? test.at : trial_->tenant.at());
    const base::Json request = as_made(test.request);
    const auto answer = ask(call_of(test.asks), request);
    if (!answer.ok()) {
      if (answer.error().code == base::ErrorCode::kIo) return answer.error();
      return report(test, {{"answer", to_text(test.expected), answer.error().message}}, "");
    }
    std::string why;
    if (const base::Json question = traced(test, request, *answer); !question.is_null()) {
      const bool is_one = test.asks == Asks::kDecision;
      const auto told = ask(is_one ? "evaluation" : "evaluations", question);
      if (!told.ok() && told.error().code == base::ErrorCode::kIo) return told.error();
      if (told.ok()) why = note(*told);
    }
    return report(test, differences_of(test, *answer), why);
  }

  const TenantCalls& calls() const { return trial_ ? trial_->calls : reached_; }

  // What ids of files stand for is sent, and answers are told with these again.
  base::Json as_made(const base::Json& json) const {
    const auto made =
        trial_ ? base::parse_json(trial_->tenant.as_made(to_text(json))) : base::Result<base::Json>(json);
    return made.ok() ? *made : json;
  }

  base::Result<base::Json> ask(const std::string& call, const base::Json& question) const {
    auto answer = calls().ask(call, question);
    if (!answer.ok() || !trial_) return answer;
    return base::parse_json(trial_->tenant.as_given(to_text(*answer)));
  }

  // Why, a line for each answer that says so.
  std::string note(const base::Json& told) {
    const base::Json* const several = told.find("evaluations");
    const base::Json::Array answers =
        several && several->array() ? *several->array() : base::Json::Array{told};
    std::string why;
    for (const base::Json& answer : answers) {
      coverage_.note(answer);
      const std::string one = coverage_.explain(answer);
      if (!one.empty()) why += (why.empty() ? "" : "\n") + one;
    }
    return why;
  }

  // A result as the server tells it: {"name", "passed", "expected", "actual", "reason"}.
  void report_stored(const base::Json& result) {
    const auto text = [&](const char* name) {
      const std::string* const found = result.find_string(name);
      return found ? *found : std::string();
    };
    const base::Json *const passed = result.find("passed"), *const expected = result.find("expected"),
                            *const actual = result.find("actual");
    DecisionTest test;
    test.name = text("name");
    std::vector<Difference> differences;
    if (!passed || !passed->boolean() || !*passed->boolean())
      differences.push_back({"answer", expected ? to_text(*expected) : "", actual ? to_text(*actual) : ""});
    static_cast<void>(report(test, differences, text("reason")));
  }

  base::Result<void> report(const DecisionTest& test, const std::vector<Difference>& differences,
                            const std::string& why) {
    if (differences.empty()) {
      ++passed_;
      print("  ok    " + test.name + "\n");
      junit_.test(test.name, "");
      return {};
    }
    ++failed_;
    const std::string text = failure_text(test.name, file_, differences, why);
    print(text);
    junit_.test(test.name, text);
    return {};
  }

  void tell_coverage() const {
    const std::vector<std::string> never = coverage_.never();
    const std::size_t all = coverage_.rules();
    if (all == 0) return;
    print("rules: " + std::to_string(all - never.size()) + " of " + std::to_string(all) +
          " decided something\n");
    for (const std::string& name : never) print("  never " + name + "\n");
  }

  const TestOptions& options_;
  JunitReport& junit_;
  std::optional<Trial> trial_;
  TenantCalls reached_;  // where there is no trial
  RuleCoverage coverage_;
  std::string file_;
  std::size_t passed_ = 0, failed_ = 0;
};

}  // namespace

int test(const TestOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  JunitReport junit;
  std::size_t passed = 0, failed = 0;
  std::optional<base::Error> unreachable;
  const auto add = [&](const auto& run) {
    Suite suite(options, junit);
    if (const base::Result<void> done = run(suite); !done.ok()) unreachable = done.error();
    passed += suite.passed();
    failed += suite.failed();
  };
  if (options.paths.empty()) add([](Suite& suite) { return suite.run_stored(); });
  for (const std::string& path : options.paths)
    if (!unreachable) add([&](Suite& suite) { return suite.run(path); });
  if (unreachable) {
    complain("reeve: " + unreachable->message);
    return kUnreachable;
  }
  print(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n");
  if (options.junit)
    if (const auto written = base::write_file(*options.junit, junit.text(), 0644); !written.ok())
      return fail(written.error());
  return finish(failed == 0 ? kOk : kFailure);
}

}  // namespace cli
