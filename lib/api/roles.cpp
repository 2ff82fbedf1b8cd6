// A role as /v1 sees it. The calls of /v1beta1 are in role_records.cpp; both end in role_changes.h.
#include "api/roles.h"

#include <algorithm>
#include <utility>

#include "api/limits.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/found_rows.h"
#include "api/parts/free_slug.h"
#include "api/parts/paging.h"
#include "api/parts/role_changes.h"
#include "authz/entities.h"
#include "base/nearest.h"
#include "domain/shadowed_role.h"
#include "names/permission_name.h"

namespace api {
namespace {

constexpr std::string_view kOfPlatform = "p:";  // how a cursor says where the list stands
constexpr std::string_view kOfTenant = "t:";

using RolePager = Pager<RoleView, std::string>;

enum class Whose { kPlatform, kTenant };

domain::Owner owner_of(Whose whose, const domain::Owner& tenant) {
  return whose == Whose::kPlatform ? domain::Owner(domain::Platform{}) : tenant;
}

std::string_view mark_of(const domain::Owner& owner) {
  return owner.is_platform() ? kOfPlatform : kOfTenant;
}

// Where a page of both kinds of roles goes on.
struct RolePlace {
  bool is_in_tenant = false;
  std::string_view after;  // of its own kind
};

std::optional<RolePlace> role_place(const PageRequest& page) {
  const std::string_view text = page.after;
  if (text.empty()) return RolePlace();
  if (text.starts_with(kOfTenant)) return RolePlace{true, text.substr(kOfTenant.size())};
  if (text.starts_with(kOfPlatform)) return RolePlace{false, text.substr(kOfPlatform.size())};
  return std::nullopt;
}

// A filter, with what it asks of the catalogue looked up once.
struct Wanted {
  const RoleFilter& filter;
  std::optional<std::size_t> permission{};

  // What can be told without looking at who holds the role.
  bool fits(const domain::Role& role, const domain::Catalogue& catalogue) const {
    return (!filter.is_system || role.is_system == *filter.is_system) &&
           (!filter.level || catalogue.risk(role.scopes) == *filter.level) &&
           (!permission || catalogue.effective_set(role.scopes).has(*permission));
  }
};

Outcome<Wanted> wanted(const Read& read, const RoleFilter& filter) {
  Wanted all{filter};
  if (!filter.scope) return all;
  if (filter.scope->size() <= names::kMaxPermissionName)
    all.permission = read.catalogue->place_of(*filter.scope);
  if (all.permission) return all;
  std::string message = "must be a permission";
  if (const auto near = filter.scope->size() <= names::kMaxPermissionName
                            ? read.catalogue->nearest_scope(*filter.scope, base::kPairsOfRequest)
                            : std::nullopt)
    message += "; did you mean `" + *near + "`?";
  return invalid("scope", std::move(message));
}

// Takes a role as the tenant sees it, unless it is the platform's and shadowed there, or isn't wanted.
bool consider(const Read& read, const domain::Owner& tenant, const Wanted& wanted, domain::Role&& role,
              const std::string& place, RolePager& pager) {
  if (!wanted.fits(role, *read.catalogue)) return pager.pass(place);
  const auto shadowed = stored(domain::is_shadowed(read.txn, tenant, role));
  if (!shadowed.ok()) return pager.fail(shadowed.error());
  if (*shadowed) return pager.pass(place);
  if (!wanted.filter.held) return pager.take(place, [&] { return view_role(read, tenant, std::move(role)); });
  auto view = view_role(read, tenant, std::move(role));
  if (!view.ok()) return pager.fail(std::move(view).error());
  if (view->holders.is_held() != *wanted.filter.held) return pager.pass(place);
  return pager.take(place, [&] { return std::move(view); });
}

// Reads the platform's roles, or the tenant's own, behind `after` into the page.
Outcome<void> read_roles(const Read& read, const domain::Owner& tenant, Whose whose, std::string_view after,
                         const Wanted& wanted, RolePager& pager) {
  const domain::Owner owner = owner_of(whose, tenant);
  return stored(domain::each_role(read.txn, owner, after, [&](domain::Role&& role) {
    if (!pager.look()) return false;
    const std::string place = std::string(mark_of(owner)) + role.slug;
    return consider(read, tenant, wanted, std::move(role), place, pager);
  }));
}

// The same of those that a search finds.
Outcome<void> read_found_roles(const Read& read, const domain::Owner& tenant, Whose whose,
                               const domain::NameQuery& query, std::string_view after, const Wanted& wanted,
                               RolePager& pager) {
  const domain::Owner owner = owner_of(whose, tenant);
  return read_found(
      read, domain::Searched::kRole, owner, query, {after, mark_of(owner)}, pager,
      [&](const base::Uuid& id) { return domain::get_role(read.txn, owner, domain::RoleId(id)); },
      [&](domain::Role&& role, const std::string& place) {
        return consider(read, tenant, wanted, std::move(role), place, pager);
      });
}

Outcome<bool> is_free(const Change& change, const domain::Owner& tenant, const std::string& slug) {
  const auto taken = stored(domain::find_role(change.txn, tenant, slug));
  if (!taken.ok()) return taken.error();
  return !taken.value();
}

// That of the call, or one made from the name.
Outcome<FreeSlug> slug_for(const Change& change, const domain::Owner& tenant, const NewRole& given) {
  const auto free = [&](const std::string& slug) { return is_free(change, tenant, slug); };
  if (!given.slug) return free_slug(given.name, "role", free);
  const auto is_its = free(*given.slug);
  if (!is_its.ok()) return is_its.error();
  return FreeSlug{*given.slug, is_its.value()};
}

}  // namespace

Outcome<Page<RoleView>> list_roles(const Read& read, const domain::Owner& tenant, RoleSet set,
                                   const PageRequest& page, const RoleFilter& filter) {
  const auto authorized = authorize(read, on_tenant(op::list_roles, tenant));
  if (!authorized.ok()) return authorized.error();

  const auto place = role_place(page);
  if (!place || place->after.size() > kMaxSlug)
    return invalid("cursor", "is not a cursor that this list has given");
  const auto wants = wanted(read, filter);
  if (!wants.ok()) return wants.error();
  RolePager pager(read, page);
  if (set != RoleSet::kCustom && !place->is_in_tenant) {
    const auto done = read_roles(read, tenant, Whose::kPlatform, place->after, *wants, pager);
    if (!done.ok()) return done.error();
  }
  if (set != RoleSet::kPlatform && !tenant.is_platform() && !pager.has_ended()) {
    const auto done =
        read_roles(read, tenant, Whose::kTenant, place->is_in_tenant ? place->after : "", *wants, pager);
    if (!done.ok()) return done.error();
  }
  return pager.finish();
}

Outcome<Page<RoleView>> search_roles(const Read& read, const domain::Owner& tenant, const RoleFilter& filter,
                                     const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_roles, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto place = role_place(page);
  if (!place) return invalid("cursor", "is not a cursor that this list has given");
  const auto query = name_query({filter.typed, place->after});
  if (!query.ok()) return query.error();
  const auto wants = wanted(read, filter);
  if (!wants.ok()) return wants.error();
  RolePager pager(read, page);
  if (!place->is_in_tenant) {
    const auto done =
        read_found_roles(read, tenant, Whose::kPlatform, query.value(), place->after, *wants, pager);
    if (!done.ok()) return done.error();
  }
  if (!tenant.is_platform() && !pager.has_ended()) {
    const auto done = read_found_roles(read, tenant, Whose::kTenant, query.value(),
                                       place->is_in_tenant ? place->after : "", *wants, pager);
    if (!done.ok()) return done.error();
  }
  return pager.finish();
}

Outcome<RoleView> get_role(const Read& read, const domain::Owner& tenant, std::string_view slug,
                           Counting counting) {
  const auto authorized = authorize(read, on_role(op::get_role, tenant, slug));
  if (!authorized.ok()) return authorized.error();
  auto role = stored(domain::find_role(read.txn, tenant, slug));
  if (!role.ok()) return role.error();
  if (!role.value()) return not_found("role", slug);
  return view_role(read, tenant, *std::move(role).value(), counting);
}

std::optional<Error> check(const NewRole& given) {
  Checks checks;
  if (given.slug) checks.slug("/slug", *given.slug, SlugRule::kRole);
  checks.name("/name", given.name);
  checks.description("/description", given.description);
  checks.scopes("/scopes", given.scopes, kMaxRoleScopes);
  return checks.error();
}

Outcome<RoleView> create_role(Change& change, const domain::Owner& tenant, const NewRole& given) {
  if (const auto bad = check(given)) return *bad;

  const auto known = look_up(*change.catalogue, given.scopes);
  const auto slug = slug_for(change, tenant, given);
  if (!slug.ok()) return slug.error();
  domain::Role role(tenant);
  role.slug = slug->slug;
  role.name = given.name;
  role.description = given.description;
  role.scopes = known.scopes;
  auto request = creating_role(change, role);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  if (!slug->is_free && given.slug)
    return invalid(Code::kAlreadyExists, {{"/slug", in_backticks(*given.slug) + " is taken"}});
  if (!slug->is_free)
    return invalid(Code::kAlreadyExists, {{"/slug", "every slug made from this name is taken; give one"}});
  if (auto free = check_no_tenant_has(change, tenant, role.slug); !free.ok()) return free.error();
  if (!known.unknown.empty()) return unknown_scopes(change, Code::kInvalidScopes, known, given.scopes);

  const auto made = make_role(change, request, authorized.value(), role);
  if (!made.ok()) return made.error();
  return view_role(change, tenant, std::move(role));
}

std::optional<Error> check(const RolePatch& patch) {
  Checks checks;
  if (patch.name) checks.given_name("/name", *patch.name);
  if (patch.description) checks.description("/description", *patch.description);
  if (patch.scopes) checks.scopes("/scopes", *patch.scopes, kMaxRoleScopes);
  return checks.error();
}

Outcome<RoleView> update_role(Change& change, const domain::Owner& tenant, std::string_view slug,
                              const RolePatch& patch, const IfMatch& match) {
  if (const auto bad = check(patch)) return *bad;

  auto found = stored(domain::find_role(change.txn, tenant, slug));
  if (!found.ok()) return found.error();
  const auto before = std::move(found).value();
  const auto known = look_up(*change.catalogue, patch.scopes.value_or(std::vector<std::string>()));

  domain::Role after = before.value_or(domain::Role(tenant));
  if (patch.name) after.name = *patch.name;
  if (patch.description) after.description = *patch.description;
  if (patch.scopes) after.scopes = known.scopes;
  const auto request = updating_role(change, tenant, slug, before ? &*before : nullptr, after);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  if (!before) return not_found("role", slug);
  const auto own = check_own(*before, tenant);
  if (!own.ok()) return own.error();
  const auto matches = check_match(match, before->revision);
  if (!matches.ok()) return matches.error();
  if (!known.unknown.empty()) return unknown_scopes(change, Code::kInvalidScopes, known, *patch.scopes);

  const auto changed = replace_role(change, request, authorized.value(), *before, after);
  if (!changed.ok()) return changed.error();
  return view_role(change, tenant, std::move(after));
}

Outcome<void> restore_role(Change& change, const domain::Role& was) {
  const auto now = stored(domain::get_role(change.txn, was.tenant, was.id));
  if (!now.ok()) return now.error();
  domain::Role role = was;
  const auto request =
      *now ? updating_role(change, was.tenant, (*now)->slug, &**now, role) : creating_role(change, role);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto other = stored(domain::find_role(change.txn, was.tenant, was.slug));
  if (!other.ok()) return other.error();
  if (*other && (*other)->id != was.id)
    return invalid(Code::kAlreadyExists, {{"/slug", in_backticks(was.slug) + " is taken"}});
  if (!*now || (*now)->scopes != was.scopes) {
    const auto known = look_up(*change.catalogue, was.scopes);
    if (!known.unknown.empty()) return unknown_scopes(change, Code::kInvalidScopes, known, was.scopes);
  }
  return *now ? replace_role(change, request, *authorized, **now, role)
              : make_role(change, request, *authorized, role);
}

Outcome<void> delete_role(Change& change, const domain::Owner& tenant, std::string_view slug, bool force,
                          const IfMatch& match) {
  const auto request = on_role(op::delete_role, tenant, slug);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto role = stored(domain::find_role(change.txn, tenant, slug));
  if (!role.ok()) return role.error();
  if (!role.value()) return not_found("role", slug);
  const auto own = check_own(*role.value(), tenant);
  if (!own.ok()) return own.error();
  const auto matches = check_match(match, role.value()->revision);
  if (!matches.ok()) return matches.error();
  return remove_role(change, request, authorized.value(), *role.value(), force);
}

}  // namespace api
