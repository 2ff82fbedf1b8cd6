#pragma once
#include <map>
#include <string>

#include "api/context.h"
#include "api/mapping_list.h"
#include "names/risk.h"

namespace api {

// Shows mappings, and looks up each of their roles once. Lives no longer than the Read, and only while roles
// stay as they are.
class MappingViews {
 public:
  MappingViews(const Read& read, const domain::TenantId& tenant) : read_(read), tenant_(tenant) {}

  struct SeenRole {
    std::string slug;
    names::Risk level = names::Risk::kLow;
    bool is_shown = false;  // its slug means this role
  };
  Outcome<const SeenRole*> role(const domain::RoleId&);  // valid as long as this

  Outcome<MappingView> view(domain::Mapping);

 private:
  const Read& read_;
  const domain::TenantId tenant_;
  std::map<domain::RoleId, SeenRole> roles_;
};

// By the clock.
MappingState state_of(const std::optional<base::Timestamp>& valid_from,
                      const std::optional<base::Timestamp>& expires_at, base::Timestamp now);

}  // namespace api
