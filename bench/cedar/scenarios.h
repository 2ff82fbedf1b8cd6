#pragma once
#include <cstddef>
#include <string>
#include <vector>

// What is measured: policies, entities and requests as texts, which every implementation reads for itself.
namespace bench {

struct Scenario {
  std::string name;
  std::string policies;
  std::string entities;  // JSON
  std::string requests;  // JSON: an array of {principal, action, resource, context}
};

// The same in every run.
std::vector<Scenario> make_scenarios();

// Policies of many kinds for measuring parser and validator, about so many bytes, and a schema for them.
std::string make_policy_text(std::size_t bytes);
std::string schema_of_policy_text();

}  // namespace bench
