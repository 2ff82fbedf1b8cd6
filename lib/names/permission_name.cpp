#include "names/permission_name.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"

namespace names {
namespace {

std::string join(const PermissionName& name, char separator) {
  return name.service + separator + name.resource + separator + name.verb;
}

// Splits at both of exactly two separators.
std::optional<PermissionName> split(std::string_view text, char first, char second) {
  const std::size_t one = text.find(first);
  if (one == std::string_view::npos) return std::nullopt;
  const std::size_t two = text.find(second, one + 1);
  if (two == std::string_view::npos) return std::nullopt;
  return PermissionName{std::string(text.substr(0, one)), std::string(text.substr(one + 1, two - one - 1)),
                        std::string(text.substr(two + 1))};
}

std::optional<PermissionName> split_any(std::string_view text) {
  if (auto scope = split(text, '/', ':')) return scope;
  if (auto dotted = split(text, '.', '.')) return dotted;
  if (auto slug = split(text, '_', '_')) return slug;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return PermissionName{std::string(kDefaultService), std::string(text.substr(0, colon)),
                        std::string(text.substr(colon + 1))};
}

}  // namespace

std::string PermissionName::to_scope() const {
  const std::string scope = resource + ":" + verb;
  return service == kDefaultService ? scope : service + "/" + scope;
}
std::string PermissionName::to_slug() const {
  return join(*this, '_');
}
std::string PermissionName::to_dotted() const {
  return join(*this, '.');
}

bool is_permission_part(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPermissionPart && base::is_lower(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return base::is_lower(c) || base::is_digit(c); });
}

bool is_permission_verb(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPermissionPart && base::is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return base::is_letter(c) || base::is_digit(c); });
}

base::Result<PermissionName> parse_permission_name(std::string_view text) {
  auto name = split_any(text);
  if (name && is_permission_part(name->service) && is_permission_part(name->resource) &&
      is_permission_verb(name->verb))
    return *std::move(name);
  std::string_view shown = text.substr(0, kMaxPermissionName);
  while (shown.size() < text.size() && !shown.empty() && base::utf8::is_continuation(text[shown.size()]))
    shown.remove_suffix(1);
  return base::Error{base::ErrorCode::kInvalid,
                     "permission `" + base::utf8::replace_invalid(shown) +
                         "`: must be spelled resource:verb, service/resource:verb, "
                         "service_resource_verb or service.resource.verb, each part of lower-case "
                         "letters and digits; a verb may have capital letters"};
}

}  // namespace names
