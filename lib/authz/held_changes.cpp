#include "authz/held_changes.h"

namespace authz {
namespace {

domain::PermissionSet on(const Held& held, std::string_view resource) {
  const auto found = held.find(resource);
  return found == held.end() ? domain::PermissionSet() : found->second;
}

}  // namespace

Rows rows_of(const Held& less, const Held& more) {
  Rows rows;
  domain::PermissionSet wide = on(more, "");
  wide.remove(on(less, ""));
  if (!wide.empty()) rows.emplace_back("", wide);
  for (const auto& [resource, given] : more) {
    if (resource.empty()) continue;
    domain::PermissionSet added = given;
    added.remove(on(less, resource));
    added.remove(on(less, ""));
    added.remove(wide);
    if (!added.empty()) rows.emplace_back(resource, std::move(added));
  }
  return rows;
}

void add_rows(HeldChanges& changes, const Concerned& one, const Rows& rows,
              const domain::Catalogue& catalogue) {
  if (rows.empty()) return;
  ++changes.principals;
  changes.rows += rows.size();
  for (const auto& [resource, scopes] : rows)
    if (changes.first.size() < HeldChanges::kMostListed)
      changes.first.push_back({one.tenant, one.who, resource, catalogue.scopes_of(scopes)});
}

}  // namespace authz
