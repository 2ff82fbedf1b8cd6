#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "names/permission_name.h"

namespace names {

// What stands for many permissions where one says what it implies: `*` for all, `organization:*` and
// `billing/invoice:*` for those of a resource, whether they are there already or are made later.
struct PermissionPattern {
  bool all = false;
  std::string service, resource;  // where not all

  bool covers(const PermissionName& name) const {
    return all || (name.service == service && name.resource == resource);
  }
};

// Nothing where the text is no pattern.
std::optional<PermissionPattern> parse_permission_pattern(std::string_view text);

}  // namespace names
