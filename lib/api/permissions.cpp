#include "api/permissions.h"

#include <algorithm>
#include <utility>

#include "api/limits.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/roles.h"
#include "domain/index.h"
#include "names/permission_name.h"

namespace api {
namespace {

std::string pointer(std::size_t n, const char* field) {
  return "/bodies/" + std::to_string(n) + "/" + field;
}

// REQUIRES: check() found nothing
std::vector<names::PermissionName> names_of(const std::vector<NewPermission>& given) {
  std::vector<names::PermissionName> names;
  for (const NewPermission& permission : given)
    names.push_back(names::parse_permission_name(permission.key).value());
  return names;
}

// What Reeve itself is guarded with is defined by its files alone.
Outcome<void> check_service(const Change& change, const std::vector<names::PermissionName>& names) {
  Checks checks;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i].service == names::kDefaultService && !change.catalogue->find(names[i].to_scope()))
      checks.add(pointer(i, "key"), "must not belong to the service `app`, which is the server's own");
  if (const auto bad = checks.error()) return *bad;
  return {};
}

// The one of that name, which no two may have in different case.
const domain::Permission* find_same(const std::vector<domain::Permission>& all,
                                    const names::PermissionName& name) {
  const std::string scope = domain::fold_case(name.to_scope());
  const auto found = std::find_if(all.begin(), all.end(), [&](const domain::Permission& permission) {
    return domain::fold_case(permission.scope) == scope;
  });
  return found == all.end() ? nullptr : &*found;
}

domain::Permission make(const Change& change, const names::PermissionName& name, const NewPermission& given) {
  domain::Permission permission = domain::make_permission(name);
  permission.title = given.title.value_or(permission.scope);
  permission.description = given.description;
  permission.is_builtin = false;
  permission.metadata = metadata_text(given.metadata);
  permission.created_at = permission.updated_at = change.now;
  return permission;
}

const domain::Permission* find_permission(const domain::Catalogue& catalogue,
                                          std::string_view id_or_spelling) {
  const auto id = domain::PermissionId::parse(id_or_spelling);
  return id ? catalogue.find(*id) : catalogue.find(id_or_spelling);
}

AccessRequest on_permission(const Operation& operation, std::string_view id_or_spelling,
                            const domain::Permission* known) {
  AccessRequest request = on_tenant(operation, domain::Platform{});
  request.resource_id = known ? known->scope : std::string(id_or_spelling);
  return request;
}

// One that calls may change.
Outcome<domain::Permission> changeable(const domain::Permission* known, std::string_view id_or_spelling) {
  if (!known) return not_found("permission", id_or_spelling);
  if (known->is_builtin)
    return error(Code::kForbidden,
                 "permission " + known->scope + ": is defined by this server's configuration");
  return *known;
}

}  // namespace

Outcome<Page<const domain::Permission*>> list_permissions(const Read& read, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_permissions, read.caller.tenant));
  if (!authorized.ok()) return authorized.error();
  const auto& all = read.catalogue->all();
  const auto first = std::find_if(all.begin(), all.end(), [&](const domain::Permission& permission) {
    return page.after.empty() || permission.scope > page.after;
  });
  Pager<const domain::Permission*, std::string> pager(read, page);
  for (auto at = first; at != all.end() && pager.look(); ++at)
    if (!pager.take(at->scope, [&] { return Outcome<const domain::Permission*>(&*at); })) break;
  return pager.finish();
}

Outcome<const domain::Permission*> get_permission(const Read& read, std::string_view id_or_spelling) {
  const auto authorized = authorize(read, on_tenant(op::get_permission, read.caller.tenant));
  if (!authorized.ok()) return authorized.error();
  const domain::Permission* found = find_permission(*read.catalogue, id_or_spelling);
  if (!found) return not_found("permission", id_or_spelling);
  return found;
}

std::optional<Error> check(const std::vector<NewPermission>& given) {
  Checks checks;
  if (given.empty()) checks.add("/bodies", "must have at least one permission");
  if (given.size() > kMaxNewPermissions)
    return invalid("/bodies", "must be at most " + std::to_string(kMaxNewPermissions) + " permissions");
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto name = names::parse_permission_name(given[i].key);
    if (!name.ok()) checks.add(pointer(i, "key"), name.error().message);
    if (given[i].title) checks.name(pointer(i, "title"), *given[i].title);
    checks.description(pointer(i, "description"), given[i].description);
    checks.metadata(pointer(i, "metadata"), given[i].metadata);
  }
  return checks.error();
}

Outcome<std::vector<domain::Permission>> create_permissions(Change& change,
                                                            const std::vector<NewPermission>& given) {
  if (const auto bad = check(given)) return *bad;
  const auto names = names_of(given);
  auto request = on_tenant(op::create_permission, domain::Platform{});
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  const auto earlier = stored(domain::list_stored_permissions(change.txn));
  if (!earlier.ok()) return earlier.error();
  if (earlier.value().size() + given.size() > kMaxPermissions)
    return invalid("/bodies",
                   "would make more than " + std::to_string(kMaxPermissions) + " permissions in all");

  const auto addable = check_service(change, names);
  if (!addable.ok()) return addable.error();

  std::vector<domain::Permission> answer;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const names::PermissionName& name = names[i];
    const domain::Permission* known = change.catalogue->find(name.to_scope());
    if (!known) known = find_same(answer, name);
    if (known) {
      domain::Permission again = *known;
      answer.push_back(std::move(again));
      continue;
    }
    answer.push_back(make(change, name, given[i]));
    if (const auto begins = change.begin(domain::Platform{}); !begins.ok()) return begins.error();
    const auto put = stored(domain::put_permission(change.write, answer.back()));
    if (!put.ok()) return put.error();
    request.resource_id = answer.back().scope;
    const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(answer.back()));
    if (!noted.ok()) return noted.error();
  }
  return answer;
}

std::optional<Error> check(const PermissionPatch& patch) {
  Checks checks;
  if (patch.title) checks.name("/title", *patch.title);
  if (patch.description) checks.description("/description", *patch.description);
  if (patch.metadata) checks.metadata("/metadata", *patch.metadata);
  return checks.error();
}

Outcome<domain::Permission> update_permission(Change& change, std::string_view id_or_spelling,
                                              const PermissionPatch& patch) {
  if (const auto bad = check(patch)) return *bad;
  const domain::Permission* known = find_permission(*change.catalogue, id_or_spelling);
  const auto request = on_permission(op::update_permission, id_or_spelling, known);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto before = changeable(known, id_or_spelling);
  if (!before.ok()) return before.error();

  domain::Permission after = before.value();
  after.title = patch.title.value_or(after.title);
  if (patch.description) after.description = *patch.description;
  if (patch.metadata) after.metadata = metadata_text(*patch.metadata);
  if (after == before.value()) return after;
  after.updated_at = change.now;
  if (const auto begins = change.begin(domain::Platform{}); !begins.ok()) return begins.error();
  const auto put = stored(domain::put_permission(change.write, after));
  if (!put.ok()) return put.error();
  const auto noted =
      append_audit(change, request, authorized.value(), to_audit(before.value()), to_audit(after));
  if (!noted.ok()) return noted.error();
  return after;
}

Outcome<void> delete_permission(Change& change, std::string_view id_or_spelling) {
  const domain::Permission* known = find_permission(*change.catalogue, id_or_spelling);
  const auto request = on_permission(op::delete_permission, id_or_spelling, known);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto gone = changeable(known, id_or_spelling);
  if (!gone.ok()) return gone.error();
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_permission(change.write, gone.value()));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized.value(), to_audit(gone.value()), kNothing);
}

}  // namespace api
