#include "config/catalogue.h"

#include "base/nearest.h"
#include "config/mistakes.h"
#include "names/permission_pattern.h"

namespace config {

void Catalogue::add(const names::PermissionName& name) {
  if (!names_.insert(name).second) return;
  for (std::string spelling : {name.to_scope(), name.to_slug(), name.to_dotted()})
    spellings_.push_back(std::move(spelling));
}

std::optional<std::vector<names::PermissionName>> Catalogue::expand(std::string_view pattern) const {
  const auto parsed = names::parse_permission_pattern(pattern);
  if (!parsed) return std::nullopt;
  std::vector<names::PermissionName> found;
  for (const names::PermissionName& name : names_)
    if (parsed->covers(name)) found.push_back(name);
  return found;
}

base::Result<names::PermissionName> Catalogue::find(std::string_view text, bool with_guess) const {
  auto name = names::parse_permission_name(text);
  if (name.ok() && contains(name.value())) return name;
  return base::Error{base::ErrorCode::kInvalid, "unknown permission " + in_ticks(text) +
                                                    (with_guess ? base::did_you_mean(text, spellings_) : "")};
}

}  // namespace config
