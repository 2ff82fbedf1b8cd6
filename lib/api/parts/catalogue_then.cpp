#include "api/parts/catalogue_then.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "domain/index.h"
#include "domain/permission.h"
#include "names/permission_name.h"

namespace api {
namespace {

// Of those of `all` that were made by call.
std::vector<domain::Permission> made_by_call(const std::vector<domain::Permission>& all) {
  std::vector<domain::Permission> made;
  std::copy_if(all.begin(), all.end(), std::back_inserter(made),
               [](const domain::Permission& permission) { return !permission.is_builtin; });
  return made;
}

}  // namespace

base::Result<std::shared_ptr<const domain::Catalogue>> catalogue_then(
    const store::ReadTxn& then, const std::shared_ptr<const domain::Catalogue>& today) {
  auto made = domain::list_stored_permissions(then);
  if (!made.ok()) return made.error();
  const auto by_scope = [](const domain::Permission& a, const domain::Permission& b) {
    return a.scope < b.scope;
  };
  std::sort(made->begin(), made->end(), by_scope);
  if (*made == made_by_call(today->all())) return today;

  std::vector<domain::Permission> all;
  std::unordered_set<std::string> there;
  for (const domain::Permission& permission : today->all())
    if (permission.is_builtin && there.insert(domain::fold_case(permission.scope)).second)
      all.push_back(permission);
  for (domain::Permission& permission : *made)
    if (there.insert(domain::fold_case(permission.scope)).second) all.push_back(std::move(permission));
  const auto is_missing = [&](const std::string& spelling) {
    const auto name = names::parse_permission_name(spelling);
    return !name.ok() || !there.contains(domain::fold_case(name->to_scope()));
  };
  for (domain::Permission& permission : all) std::erase_if(permission.implies, is_missing);
  return domain::Catalogue::make(std::move(all));
}

}  // namespace api
