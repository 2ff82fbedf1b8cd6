#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/result.h"
#include "base/source_text.h"

// Files of policy tests. Paths are relative to the file; what ends in .json is JSON.
//
//   policies: [photos.cedar]
//   schema: photos.cedarschema    # may be missing
//   entities: entities.json       # may be missing
//   tests:
//     - name: owners view their photos
//       principal: User::"alice"
//       action: Action::"view"
//       resource: Photo::"beach"
//       context: {mfa: true}      # may be missing
//       decision: allow
//       reasons: [owners]         # ids of policies; not compared where it is missing
//       errors: []                # the same
namespace config {

struct PolicyTest {
  std::string name;
  base::Place place;
  std::string principal;  // as policies write it
  std::string action;
  std::string resource;
  base::Json context{base::Json::Object()};
  std::string decision;  // "allow" or "deny"
  std::optional<std::vector<std::string>> reasons;
  std::optional<std::vector<std::string>> errors;
};

struct PolicyTests {
  std::vector<std::string> policies;  // paths; at least one
  std::string schema;                 // path; empty: none
  std::string entities;               // path; empty: none
  std::vector<PolicyTest> tests;
};

inline constexpr std::size_t kMaxPolicyTestsText = std::size_t{4} << 20;  // bytes
inline constexpr std::size_t kMaxPolicyTests = 10'000;                    // in one file
inline constexpr std::size_t kMaxPolicyTestPaths = 100;                   // policy files
inline constexpr std::size_t kMaxPolicyTestIds = 1'000;                   // reasons or errors of one test

// Whether a text is an entity as policies write it.
using IsEntity = base::FunctionRef<bool(const std::string&)>;

// Reads a text that came from this path. All mistakes are found at once, each with its place.
base::Result<PolicyTests> parse_policy_tests(const std::string& path, std::string_view text,
                                             IsEntity is_entity);

}  // namespace config
