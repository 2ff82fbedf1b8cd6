#include "config/catalogue.h"

#include "base/nearest.h"
#include "config/mistakes.h"

namespace config {

void Catalogue::add(const names::PermissionName& name) {
  if (!names_.insert(name).second) return;
  for (std::string spelling : {name.to_scope(), name.to_slug(), name.to_dotted()})
    spellings_.push_back(std::move(spelling));
}

std::optional<std::vector<names::PermissionName>> Catalogue::expand(std::string_view pattern) const {
  if (pattern == "*") return std::vector<names::PermissionName>(names_.begin(), names_.end());
  if (!pattern.ends_with(":*")) return std::nullopt;
  pattern.remove_suffix(2);
  const std::size_t slash = pattern.find('/');
  const std::string_view service =
      slash == std::string_view::npos ? names::kDefaultService : pattern.substr(0, slash);
  const std::string_view resource = slash == std::string_view::npos ? pattern : pattern.substr(slash + 1);
  std::vector<names::PermissionName> found;
  for (const names::PermissionName& name : names_)
    if (name.service == service && name.resource == resource) found.push_back(name);
  return found;
}

base::Result<names::PermissionName> Catalogue::find(std::string_view text, bool with_guess) const {
  auto name = names::parse_permission_name(text);
  if (name.ok() && contains(name.value())) return name;
  return base::Error{base::ErrorCode::kInvalid, "unknown permission " + in_ticks(text) +
                                                    (with_guess ? base::did_you_mean(text, spellings_) : "")};
}

}  // namespace config
