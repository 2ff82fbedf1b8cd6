#pragma once
#include <optional>
#include <string>

#include "api/context.h"
#include "authz/near_rules.h"
#include "domain/entity_name.h"
#include "domain/ids.h"

namespace api {

// What things are called in sentences for people, as far as the reader may see it.
class ExplainedNames {
 public:
  ExplainedNames(const Read& read, const domain::TenantId& tenant, const authz::Sight& sight)
      : read_(read), tenant_(tenant), sight_(sight) {}

  // "ann" for a user of the directory whose name may be seen, else "invoice/42"; "the tenant".
  std::string of(const domain::EntityName&) const;
  std::string of(const domain::GroupId&) const;                          // "group Finance"
  std::string of(const domain::PolicyId&, const domain::RuleId&) const;  // "rule 3 of policy invoices"

 private:
  const Read& read_;
  const domain::TenantId tenant_;
  const authz::Sight sight_;
};

// "2026-11-01", or with the time where that isn't midnight.
std::string day_of(base::Timestamp);

}  // namespace api
