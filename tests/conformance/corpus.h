#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "cedar/cedar.h"
#include "cedar/value_json.h"
#include "tests/conformance/data.h"

// How the tests of the official corpus are read.
namespace conformance {

// The paths of the tests, in order.
inline std::vector<std::string> corpus_tests(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string path = file.path().string();
    if (path.ends_with(".json") && !path.ends_with(".entities.json")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// One official test with its files, all read under its schema.
struct OfficialTest {
  base::Json json;
  cedar::Schema schema;
  cedar::PolicySet policies;
  cedar::Entities entities;
};

// `root` is the folder that the names of files in tests begin at.
inline OfficialTest read_test(const std::string& root, const std::string& path) {
  INFO(path);
  base::Json json = read_json(path);
  auto schema = cedar::Schema::parse(read(root + text_of(json, "schema")), text_of(json, "schema"));
  INFO((schema.ok() ? "" : schema.error().message));
  REQUIRE(schema.ok());
  auto entities = cedar::Entities::from_json(read(root + text_of(json, "entities")), *schema);
  INFO((entities.ok() ? "" : entities.error().message));
  REQUIRE(entities.ok());
  auto policies = cedar::PolicySet::parse(read(root + text_of(json, "policies")), text_of(json, "policies"));
  REQUIRE(policies.ok());
  return {std::move(json), std::move(schema).value(), std::move(policies).value(),
          std::move(entities).value()};
}

// `isInRange` of several ranges (RFC 99) is an error for the version that made the corpus: what it answers
// for such policies is no judge of them. The RFC's own examples are, in tests/cedar/extension_types_test.cpp.
inline bool asks_for_several_ranges(const cedar::Expr& expr) {
  const auto* call = std::get_if<cedar::Call>(&expr.node);
  bool found = call && call->function == cedar::ExtFunction::kIsInRange && call->arguments.size() > 2;
  for_each_child(expr, [&](cedar::ExprRef child) { found = found || asks_for_several_ranges(*child); });
  return found;
}

inline bool asks_for_several_ranges(const cedar::PolicySet& policies) {
  for (const cedar::Policy& policy : policies.policies())
    for (const cedar::Condition& condition : policy.body->conditions)
      if (asks_for_several_ranges(*condition.body)) return true;
  return false;
}

inline cedar::Request request_of(const base::Json& json) {
  auto principal = cedar::uid_from_json(*json.find("principal"));
  auto action = cedar::uid_from_json(*json.find("action"));
  auto resource = cedar::uid_from_json(*json.find("resource"));
  auto context = cedar::context_from_json(to_text(*json.find("context")));
  REQUIRE((principal.ok() && action.ok() && resource.ok() && context.ok()));
  return {principal.value(), action.value(), resource.value(), context.value()};
}

}  // namespace conformance
