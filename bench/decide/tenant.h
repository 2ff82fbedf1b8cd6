#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "authz/decision.h"
#include "bench/empty_tenant.h"
#include "domain/entity_name.h"
#include "domain/ids.h"

// A tenant with people, documents in folders, and policies.
class Tenant : public EmptyTenant {
 public:
  explicit Tenant(const std::string& dir);

  // n people, of whom each tenth is in a group of ten; n documents, ten to a folder; and n mappings: each
  // person is viewer of the folder that has the same number as their group.
  void fill(std::size_t n);

  // A policy whose rules permit what nobody does, each another action; the ten last of them are about
  // reading.
  domain::PolicyId add_policy(std::size_t rules);

  domain::EntityName person(std::size_t i) const { return {"user", people_[i].to_string()}; }
  static domain::EntityName document(std::size_t i) { return {"Document", "d" + std::to_string(i)}; }

 private:
  domain::RoleId viewer_;
  std::vector<domain::UserId> people_;
};

// The median, the tenth and the ninetieth percentile of these microseconds, as "12.3 [11.9, 14.0]".
std::string spread_of(std::vector<double> samples);
