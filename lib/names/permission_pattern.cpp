#include "names/permission_pattern.h"

namespace names {

std::optional<PermissionPattern> parse_permission_pattern(std::string_view text) {
  if (text == "*") return PermissionPattern{true, {}, {}};
  if (!text.ends_with(":*")) return std::nullopt;
  text.remove_suffix(2);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos)
    return PermissionPattern{false, std::string(kDefaultService), std::string(text)};
  return PermissionPattern{false, std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

}  // namespace names
