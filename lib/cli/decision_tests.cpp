#include "cli/decision_tests.h"

#include <algorithm>

#include "base/file.h"
#include "base/nearest.h"
#include "cli/entity_text.h"
#include "config/yaml_values.h"

namespace cli {
namespace {

using Asks = DecisionTest::Asks;

constexpr std::size_t kMostOfFile = std::size_t{64} << 20U;  // bytes

// What is wrong with a file, a line each.
class Wrong {
 public:
  explicit Wrong(std::string path) : path_(std::move(path)) {}

  void add(const std::string& where, const std::string& what) {
    constexpr std::size_t kShown = 20;
    if (++count_ <= kShown) message_ += (count_ == 1 ? "" : "\n") + path_ + ": " + where + what;
  }
  bool empty() const { return count_ == 0; }
  base::Error error() const { return {base::ErrorCode::kInvalid, message_}; }

 private:
  std::string path_, message_;
  std::size_t count_ = 0;
};

bool has_id(const base::Json& request, const char* part) {
  const base::Json* const thing = request.find(part);
  return thing && (thing->find("id") || thing->string());
}

// A search leaves out what it searches for, and answers `results`.
Asks asked_by(const base::Json& request, const base::Json& expected) {
  if (request.find("evaluations")) return Asks::kDecisions;
  if (!expected.find("results")) return Asks::kDecision;
  if (!request.find("action")) return Asks::kActions;
  return has_id(request, "subject") ? Asks::kResources : Asks::kSubjects;
}

bool is_expectation(const base::Json& json) {
  return json.boolean() || json.object();
}

void refuse_unknown(const base::Json& map, const std::string& where, const std::vector<std::string>& known,
                    Wrong& wrong) {
  for (const auto& [name, value] : *map.object())
    if (std::find(known.begin(), known.end(), name) == known.end())
      wrong.add(where, "`" + name + "` is unknown" + base::did_you_mean(name, known));
}

base::Json named(const EntityText& name) {
  return base::Json(base::Json::Object{{"type", base::Json(name.type)}, {"id", base::Json(name.id)}});
}

// A part of a question that is written as a text, written out: "folder:7", "view".
base::Json written_out(const std::string& part, const base::Json& given) {
  const std::string* const text = given.string();
  if (!text) return given;
  if (part == "action") return base::Json(base::Json::Object{{"name", given}});
  const auto name = part == "subject" ? parse_subject_text(*text) : parse_entity_text(*text);
  return name ? named(*name) : given;
}

base::Json with_parts_written_out(const base::Json& request) {
  base::Json out = request;
  for (auto& [name, value] : *out.object()) {
    if (name == "subject" || name == "action" || name == "resource") value = written_out(name, value);
    if (name == "evaluations" && value.array())
      for (base::Json& item : *value.array())
        if (item.object()) item = with_parts_written_out(item);
  }
  return out;
}

// The results of a search, likewise.
base::Json with_results_written_out(Asks asks, const base::Json& expected) {
  base::Json out = expected;
  const std::string part = asks == Asks::kActions    ? "action"
                           : asks == Asks::kSubjects ? "subject"
                                                     : "resource";
  if (out.object())
    for (auto& [name, value] : *out.object())
      if (name == "results" && value.array())
        for (base::Json& result : *value.array()) result = written_out(part, result);
  return out;
}

std::optional<DecisionTest> read_test(const base::Json& json, const std::string& name, Wrong& wrong) {
  const std::string where = name + ": ";
  if (!json.object()) {
    wrong.add(where, "must be a map with `request` and `expected`");
    return std::nullopt;
  }
  refuse_unknown(json, where, {"name", "request", "expected", "at"}, wrong);
  const base::Json* const request = json.find("request");
  const base::Json* const expected = json.find("expected");
  if (!request || !request->object()) wrong.add(where, "must have a `request`, which is a map");
  if (!expected) wrong.add(where, "must have `expected`");
  if (!request || !request->object() || !expected) return std::nullopt;

  DecisionTest test{name, asked_by(*request, *expected), with_parts_written_out(*request), *expected, {}};
  test.expected = with_results_written_out(test.asks, *expected);
  if (const std::string* const text = json.find_string("name")) test.name += ": " + *text;
  if (const base::Json* const at = json.find("at")) {
    if (at->string()) test.at = base::parse_timestamp(*at->string());
    if (!test.at) wrong.add(where, "`at` must be a time such as 2026-11-30T08:00:00Z");
  }
  const base::Json::Array* const several = test.expected.array();
  const bool is_list = several && std::all_of(several->begin(), several->end(), is_expectation);
  if (test.asks == Asks::kDecisions ? !is_list && !expected->object() : !is_expectation(*expected))
    wrong.add(where, test.asks == Asks::kDecisions
                         ? "`expected` must be a list of true, false and answers, or the whole answer"
                         : "`expected` must be true, false or the whole answer");
  return test;
}

void read_list(const base::Json& list, const std::string& kind, std::vector<DecisionTest>& tests,
               Wrong& wrong) {
  if (!list.array()) return wrong.add(kind + ": ", "must be a list of tests");
  std::size_t number = 0;
  for (const base::Json& json : *list.array())
    if (auto test = read_test(json, kind + " " + std::to_string(++number), wrong))
      tests.push_back(*std::move(test));
}

}  // namespace

base::Result<base::Json> read_values(const std::string& path) {
  const auto text = base::read_file(path, kMostOfFile);
  if (!text.ok()) return text.error();
  if (!path.ends_with(".json")) return config::parse_values(path, *text);
  auto json = base::parse_json(*text);
  if (!json.ok()) return base::Error{json.error().code, path + ": " + json.error().message};
  return json;
}

base::Result<std::vector<DecisionTest>> read_decision_tests(const std::string& path) {
  const auto json = read_values(path);
  if (!json.ok()) return json.error();
  Wrong wrong(path);
  std::vector<DecisionTest> tests;
  if (json->array()) {
    read_list(*json, "test", tests, wrong);
  } else if (json->object()) {
    refuse_unknown(*json, "", {"evaluation", "evaluations", "tests"}, wrong);
    for (const char* const kind : {"evaluation", "evaluations", "tests"})
      if (const base::Json* const list = json->find(kind))
        read_list(*list, kind == std::string("tests") ? "test" : kind, tests, wrong);
  } else {
    wrong.add("", "must be a map with `evaluation`, `evaluations` or `tests`, or a list of tests");
  }
  if (!wrong.empty()) return wrong.error();
  return tests;
}

}  // namespace cli
