#include "config/roles.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "config/catalogue.h"
#include "config/config.h"
#include "config/mistakes.h"
#include "config/record.h"
#include "config/yaml.h"
#include "names/slug.h"

namespace config {
namespace {

std::string guess_slug(std::string_view text) {
  std::string slug;
  for (const char c : text.substr(0, names::kMaxSlug)) {
    if (base::is_letter_or_digit(c) || c == '-')
      slug += c;
    else if (!slug.empty() && slug.back() != '_')
      slug += '_';
  }
  while (slug.ends_with('_')) slug.pop_back();
  return names::is_slug(slug) ? "; did you mean `" + slug + "`?" : "";
}

class Reader {
 public:
  Reader(const std::vector<PermissionSpec>& permissions, Mistakes& mistakes) : mistakes_(mistakes) {
    for (const PermissionSpec& permission : permissions) catalogue_.add(permission.name);
  }

  std::vector<RoleSpec> read(const YamlNode& root) {
    const std::vector<std::string> known = {"slug", "name", "description", "scopes"};
    for (const Record& record : records_of(root, "roles", "role", known, kMaxRoles, mistakes_))
      read_one(record);
    return std::move(specs_);
  }

 private:
  void read_one(Record record) {
    RoleSpec spec;
    spec.slug = read_slug(record);
    if (!spec.slug.empty()) record.rename("role " + spec.slug);
    spec.name = record.line("name");
    spec.description = record.prose("description");
    spec.scopes = read_scopes(record);
    specs_.push_back(std::move(spec));
  }

  // "" where there is none to go by.
  std::string read_slug(const Record& record) {
    const YamlNode* node = record.scalar("slug");
    if (node == nullptr) return "";
    if (!names::is_slug(node->text)) {
      record.mistake(node->place, "slug",
                     "must match ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$, not " + in_ticks(node->text) +
                         guess_slug(node->text));
      return "";
    }
    const auto [first, is_new] = lines_.emplace(node->text, node->place.line);
    if (!is_new)
      record.mistake(
          node->place, "slug",
          in_ticks(node->text) + " is given twice, first on line " + std::to_string(first->second));
    return node->text;
  }

  std::vector<names::PermissionName> read_scopes(const Record& record) {
    if (!record.has("scopes")) record.mistake(record.place(), "scopes", "is missing");
    std::set<names::PermissionName> scopes;
    record.list("scopes", kMaxPermissions, [&](const YamlNode& item) {
      const auto name = catalogue_.find(item.text, !mistakes_.full());
      if (!name.ok())
        record.mistake(item.place, "scopes", name.error().message);
      else if (!scopes.insert(name.value()).second)
        record.mistake(item.place, "scopes", in_ticks(item.text) + " is listed twice");
    });
    return {scopes.begin(), scopes.end()};
  }

  Mistakes& mistakes_;
  Catalogue catalogue_;
  std::map<std::string, std::size_t> lines_;  // where each slug was given first
  std::vector<RoleSpec> specs_;
};

}  // namespace

base::Result<std::vector<RoleSpec>> parse_roles(const std::string& path, std::string_view text,
                                                const std::vector<PermissionSpec>& catalogue) {
  Mistakes mistakes(path, text);
  std::vector<RoleSpec> specs;
  if (const auto root = parse_yaml(text, mistakes)) specs = Reader(catalogue, mistakes).read(*root);
  if (!mistakes.empty()) return mistakes.error();
  return specs;
}

base::Result<std::vector<RoleSpec>> load_roles(const std::string& path,
                                               const std::vector<PermissionSpec>& catalogue) {
  const auto text = base::read_file(path, kMaxConfigFile);
  if (!text.ok()) return text.error();
  return parse_roles(path, text.value(), catalogue);
}

}  // namespace config
