// Whoever may hold something is found in lists that are in order of id, walked side by side:
//
//   role accountant      mapped to people      ann      dan              zoe
//                        in group Finance           bob dan eve
//                        in Berlin, in Finance  ann                 kim
//
// Each who is found there, ann, bob, dan …, is looked at once: by all that they hold, what gives it now, and
// by which paths. So lists may name too many, such as those whose mapping has ended. Where there are too many
// lists for one page, or roles to look for, everybody is looked at in the same order, so that the next page
// can go on either way.
#include "api/holders.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/own_keys.h"
#include "api/parts/paging.h"
#include "api/parts/path_views.h"
#include "authz/access_paths.h"
#include "authz/authority.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/holder_ids.h"
#include "domain/membership.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"
#include "domain/user.h"

namespace api {
namespace {

using domain::PrincipalKind;
using Ids = std::vector<base::Uuid>;

constexpr std::size_t kReadAtOnce = 300;      // ids of all lists together
constexpr std::size_t kMostRoles = 1'000;     // looked at to find those that give a permission
constexpr std::size_t kMostOfHolder = 1'000;  // mappings of one holder that are looked at for a row

// What is asked about.
struct Wanted {
  std::optional<std::vector<domain::RoleId>> roles;  // these, sorted; else roles that give any of:
  domain::PermissionSet permissions;
  std::optional<std::vector<domain::ResourceText>> things;  // any role on these, and those roles tenant-wide

  bool has_own(const domain::Catalogue& catalogue, const domain::Credential& key) const {
    domain::PermissionSet given = catalogue.effective_set(key.scopes);
    given.keep(permissions);
    return !given.empty();
  }
};

// Calls fn with the ids of one list behind an id, in order.
using List =
    std::function<base::Result<void>(const base::Uuid& after, base::FunctionRef<bool(const base::Uuid&)>)>;

// The ids of many lists in order, each once. Of every list a part is read; what is certain then are the ids
// up to the least one at which such a part ends, and at least that one.
class MergedIds {
 public:
  MergedIds(std::vector<List> lists, const base::Uuid& after) : lists_(std::move(lists)), after_(after) {}

  // The next ones, in order; none at the end.
  base::Result<Ids> next() {
    Ids ids;
    if (lists_.empty()) return ids;
    const std::size_t of_each = std::max<std::size_t>(1, kReadAtOnce / lists_.size());
    std::optional<base::Uuid> certain;
    for (const List& list : lists_) {
      Ids part;
      const auto read = list(after_, [&](const base::Uuid& id) {
        part.push_back(id);
        return part.size() < of_each;
      });
      if (!read.ok()) return read.error();
      if (part.size() == of_each && (!certain || part.back() < *certain)) certain = part.back();
      ids.insert(ids.end(), part.begin(), part.end());
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (certain) ids.erase(std::upper_bound(ids.begin(), ids.end(), *certain), ids.end());
    if (!ids.empty()) after_ = ids.back();
    return ids;
  }

 private:
  const std::vector<List> lists_;
  base::Uuid after_;
};

class HolderSearch {
 public:
  HolderSearch(const Read& read, const domain::TenantId& tenant, Wanted wanted, std::size_t most_lists)
      : read_(read),
        tenant_(tenant),
        wanted_(std::move(wanted)),
        most_lists_(most_lists),
        views_(read, tenant) {}

  Outcome<Holders> run(const PageRequest& page);

 private:
  enum class Step : std::uint8_t { kGoOn, kEnd };

  Outcome<Step> run(PrincipalKind kind, const base::Uuid& after, Pager<HolderView, std::string>&);
  Outcome<std::optional<std::vector<List>>> lists_of(PrincipalKind kind);
  List everybody(PrincipalKind kind) const;
  Outcome<std::optional<std::vector<domain::RoleId>>> roles();
  Outcome<bool> gives(const domain::RoleId&);
  Outcome<std::optional<HolderView>> look_at(const domain::Principal&);
  Outcome<std::vector<domain::Mapping>> mappings_of(const std::vector<domain::Principal>& holders);
  Outcome<void> add_by_role(const domain::Principal& holder, std::vector<domain::Mapping>&);

  const Read& read_;
  const domain::TenantId tenant_;
  const Wanted wanted_;
  const std::size_t most_lists_;
  PathViews views_;
};

// Whether the role gives what is asked about.
Outcome<bool> HolderSearch::gives(const domain::RoleId& id) {
  if (wanted_.roles && !std::binary_search(wanted_.roles->begin(), wanted_.roles->end(), id)) return false;
  const auto role = views_.giving(id);
  if (!role.ok()) return role.error();
  if (!*role || wanted_.roles) return *role != nullptr;
  domain::PermissionSet given = (*role)->permissions;
  given.keep(wanted_.permissions);
  return !given.empty();
}

// The roles that give it; nothing where there are too many roles to look at.
Outcome<std::optional<std::vector<domain::RoleId>>> HolderSearch::roles() {
  if (wanted_.roles) return wanted_.roles;
  std::vector<domain::RoleId> all, giving;
  for (const domain::Owner& owner : {domain::Owner(tenant_), domain::Owner(domain::Platform{})}) {
    const auto done = stored(domain::each_role(read_.txn, owner, "", [&](domain::Role&& role) {
      all.push_back(role.id);
      return all.size() <= kMostRoles;
    }));
    if (!done.ok()) return done.error();
    if (all.size() > kMostRoles) return std::optional<std::vector<domain::RoleId>>();
  }
  for (const domain::RoleId& id : all) {
    const auto is_giving = gives(id);
    if (!is_giving.ok()) return is_giving.error();
    if (*is_giving) giving.push_back(id);
  }
  return std::optional(std::move(giving));
}

// Nothing where they would be too many.
Outcome<std::optional<std::vector<List>>> HolderSearch::lists_of(PrincipalKind kind) {
  using Found = std::optional<std::vector<List>>;
  const auto all_roles = roles();
  if (!all_roles.ok()) return all_roles.error();
  // API keys with permissions of their own are in no list.
  if (!*all_roles || (kind == PrincipalKind::kServiceUser && !wanted_.roles)) return Found();
  std::vector<List> lists;
  std::vector<domain::GroupId> groups;
  const auto add = [&](const auto& of) -> Outcome<void> {
    lists.push_back([this, kind, of](const base::Uuid& after, base::FunctionRef<bool(const base::Uuid&)> fn) {
      return domain::each_holder_id(read_.txn, tenant_, of, {kind, after}, fn);
    });
    if (kind != PrincipalKind::kUser) return {};
    return stored(
        domain::each_holder_id(read_.txn, tenant_, of, {PrincipalKind::kGroup}, [&](const base::Uuid& group) {
          groups.push_back(domain::GroupId(group));
          return groups.size() <= most_lists_;
        }));
  };
  for (const domain::RoleId& role : **all_roles)
    if (const auto done = add(role); !done.ok()) return done.error();
  if (wanted_.things)
    for (const domain::ResourceText& thing : *wanted_.things)
      if (const auto done = add(thing); !done.ok()) return done.error();
  if (lists.size() + groups.size() > most_lists_) return Found();
  auto below = stored(domain::with_groups_below(read_.txn, tenant_, std::move(groups), most_lists_));
  if (!below.ok()) return below.error();
  if (lists.size() + below->size() > most_lists_) return Found();
  for (const domain::GroupId& group : *below)
    lists.push_back([this, group](const base::Uuid& after, base::FunctionRef<bool(const base::Uuid&)> fn) {
      const domain::UserId user(after);
      return domain::each_user_in(read_.txn, tenant_, group, after.is_nil() ? nullptr : &user,
                                  [&](const domain::UserId& member) { return fn(member); });
    });
  return Found(std::move(lists));
}

List HolderSearch::everybody(PrincipalKind kind) const {
  return [this, kind](const base::Uuid& after, base::FunctionRef<bool(const base::Uuid&)> fn) {
    if (kind == PrincipalKind::kUser) {
      const domain::UserId user(after);
      return domain::each_user(read_.txn, tenant_, after.is_nil() ? nullptr : &user,
                               [&](domain::User&& next) { return fn(next.id); });
    }
    const domain::ServiceUserId user(after);
    return domain::each_service_user(read_.txn, tenant_, after.is_nil() ? nullptr : &user,
                                     [&](domain::ServiceUser&& next) { return fn(next.id); });
  };
}

// What one holder has of the roles asked about: for the whole tenant, and on things where these count.
Outcome<void> HolderSearch::add_by_role(const domain::Principal& holder, std::vector<domain::Mapping>& all) {
  Outcome<void> outcome;
  std::vector<domain::RoleId> held;
  const auto read =
      stored(domain::visit_held_roles(read_.txn, tenant_, holder, [&](const domain::Holding& holding) {
        const auto is_giving = gives(holding.role);
        if (!is_giving.ok()) outcome = is_giving.error();
        if (!outcome.ok()) return domain::NextHeld::kEnd;
        if (*is_giving && (!wanted_.things || holding.resource.empty())) held.push_back(holding.role);
        return domain::NextHeld::kNextRole;
      }));
  if (!read.ok() || !outcome.ok()) return read.ok() ? outcome : read;
  std::size_t looked_at = 0;
  for (const domain::RoleId& role : held) {
    auto tenant_wide = stored(domain::get_mapping(read_.txn, tenant_, {holder, role, {}}));
    if (!tenant_wide.ok()) return tenant_wide.error();
    if (*tenant_wide) all.push_back(**std::move(tenant_wide));
    if (wanted_.things) continue;
    const domain::MappingKey first{holder, role, {}};
    const auto on_things =
        stored(domain::each_mapping_of(read_.txn, tenant_, holder, &first, [&](domain::Mapping&& mapping) {
          if (mapping.role != role) return false;
          all.push_back(std::move(mapping));
          return ++looked_at < kMostOfHolder;
        }));
    if (!on_things.ok()) return on_things;
  }
  return {};
}

Outcome<std::vector<domain::Mapping>> HolderSearch::mappings_of(
    const std::vector<domain::Principal>& holders) {
  std::vector<domain::Mapping> all;
  for (const domain::Principal& holder : holders)
    if (const auto done = add_by_role(holder, all); !done.ok()) return done.error();
  if (wanted_.things) {
    for (const domain::ResourceText& thing : *wanted_.things) {
      std::vector<domain::MappingKey> keys;
      const auto read = stored(
          domain::each_held_on(read_.txn, tenant_, holders, thing, [&](const domain::Holding& holding) {
            keys.push_back({holding.principal, holding.role, thing});
          }));
      if (!read.ok()) return read.error();
      for (const domain::MappingKey& key : keys) {
        auto mapping = stored(domain::get_mapping(read_.txn, tenant_, key));
        if (!mapping.ok()) return mapping.error();
        if (*mapping) all.push_back(**std::move(mapping));
      }
    }
  }
  return all;
}

// Nothing where they don't hold it.
Outcome<std::optional<HolderView>> HolderSearch::look_at(const domain::Principal& who) {
  using Found = std::optional<HolderView>;
  HolderView view{who, {}, {}, {}, {}};
  std::vector<domain::Credential> keys;
  if (who.kind == PrincipalKind::kUser) {
    auto user = stored(domain::get_user(read_.txn, tenant_, domain::UserId(who.id)));
    if (!user.ok()) return user.error();
    if (!*user || !(*user)->active) return Found();
    view.name = std::move((*user)->name);
    view.email = std::move((*user)->email);
  } else {
    auto user = stored(domain::get_service_user(read_.txn, tenant_, domain::ServiceUserId(who.id)));
    if (!user.ok()) return user.error();
    if (!*user || (*user)->state != domain::State::kEnabled) return Found();
    auto own = own_keys(read_, **user);
    if (!own.ok()) return own.error();
    keys = std::move(own).value();
    view.name = std::move((*user)->title);
  }
  const auto ways = stored(authz::GroupWays::of(read_.txn, tenant_, who));
  if (!ways.ok()) return ways.error();
  std::vector<domain::Principal> holders(ways->groups().begin(), ways->groups().end());
  holders.push_back(who);
  std::sort(holders.begin(), holders.end());
  auto mappings = mappings_of(holders);
  if (!mappings.ok()) return mappings.error();

  domain::PermissionSet given;
  Outcome<void> outcome;
  std::erase_if(*mappings, [&](const domain::Mapping& mapping) {
    const auto role = views_.giving(mapping.role);
    if (!role.ok()) outcome = role.error();
    return !role.ok() || !*role;
  });
  if (!outcome.ok()) return outcome.error();
  if (const auto kept = views_.keep_visible(*mappings); !kept.ok()) return kept.error();
  for (const domain::Mapping& mapping : *mappings) {
    const auto role = views_.giving(mapping.role);
    if (!role.ok()) return role.error();
    given.add((*role)->permissions);
  }
  const auto same = wanted_.things ? PathViews::Same::kRole : PathViews::Same::kResource;
  if (const auto added = views_.add(*ways, *mappings, view.by, same); !added.ok()) return added.error();
  for (const domain::Credential& key : keys)
    if (wanted_.has_own(*read_.catalogue, key)) {
      views_.add(key, view.by);
      given.add(read_.catalogue->effective_set(key.scopes));
    }
  if (view.by.paths.empty()) return Found();
  view.scopes = read_.catalogue->scopes_of(given);
  return Found(std::move(view));
}

Outcome<HolderSearch::Step> HolderSearch::run(PrincipalKind kind, const base::Uuid& after,
                                              Pager<HolderView, std::string>& pager) {
  auto lists = lists_of(kind);
  if (!lists.ok()) return lists.error();
  MergedIds ids(*lists ? **std::move(lists) : std::vector<List>{everybody(kind)}, after);
  for (;;) {
    const auto part = stored(ids.next());
    if (!part.ok()) return part.error();
    if (part->empty()) return Step::kGoOn;
    for (const base::Uuid& id : *part) {
      if (!pager.look()) return Step::kEnd;
      const std::string place = std::string(name_of(kind)) + ":" + id.to_string();
      auto found = look_at({kind, id});
      if (!found.ok()) return found.error();
      if (!*found)
        pager.pass(place);
      else if (!pager.take(place, [&] { return Outcome<HolderView>(**std::move(found)); }))
        return Step::kEnd;
    }
  }
}

Outcome<Holders> HolderSearch::run(const PageRequest& page) {
  PrincipalKind kind = PrincipalKind::kUser;
  base::Uuid after;
  if (!page.after.empty()) {
    const std::size_t colon = std::min(page.after.find(':'), page.after.size());
    const auto named = domain::parse_principal_kind(page.after.substr(0, colon));
    const auto id = base::Uuid::parse(page.after.substr(std::min(colon + 1, page.after.size())));
    if (!named || !id || (*named != PrincipalKind::kUser && *named != PrincipalKind::kServiceUser))
      return invalid("cursor", "is not a cursor that this list has given");
    kind = *named;
    after = *id;
  }
  Pager<HolderView, std::string> pager(read_, page);
  auto step = run(kind, after, pager);
  if (step.ok() && *step == Step::kGoOn && kind == PrincipalKind::kUser)
    step = run(PrincipalKind::kServiceUser, {}, pager);
  if (!step.ok()) return step.error();
  auto rows = pager.finish();
  if (!rows.ok()) return rows.error();
  return Holders{std::move(rows).value(), views_.hidden()};
}

// The permissions whose names begin with the type: of `Doc`, Doc:view and Doc:edit.
domain::PermissionSet permissions_of_type(const domain::Catalogue& catalogue, const std::string& type) {
  domain::PermissionSet found;
  for (std::size_t place = 0; place < catalogue.all().size(); ++place)
    if (catalogue.all()[place].scope.starts_with(type + ":")) found.add(place);
  return found;
}

}  // namespace

Outcome<Holders> list_role_holders(const Read& read, const domain::TenantId& tenant, std::string_view slug,
                                   const PageRequest& page, std::size_t most_lists) {
  const auto authorized = authorize(read, on_tenant(op::list_role_holders, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto role = stored(domain::find_role(read.txn, tenant, slug));
  if (!role.ok()) return role.error();
  if (!*role) return not_found("role", slug);
  return HolderSearch(read, tenant, {std::vector{(*role)->id}, {}, {}}, most_lists).run(page);
}

Outcome<Holders> list_holders_of_roles(const Read& read, const domain::TenantId& tenant,
                                       std::vector<domain::RoleId> roles, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_permission_holders, tenant));
  if (!authorized.ok()) return authorized.error();
  return HolderSearch(read, tenant, {std::move(roles), {}, {}}, kMostHolderLists).run(page);
}

Outcome<Holders> list_permission_holders(const Read& read, const domain::TenantId& tenant,
                                         std::string_view scope, const PageRequest& page,
                                         std::size_t most_lists) {
  const auto authorized = authorize(read, on_tenant(op::list_permission_holders, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto place =
      scope.size() <= names::kMaxPermissionName ? read.catalogue->place_of(scope) : std::nullopt;
  if (!place) return not_found("permission", scope);
  Wanted wanted;
  wanted.permissions.add(*place);
  return HolderSearch(read, tenant, std::move(wanted), most_lists).run(page);
}

Outcome<Holders> list_entity_access(const Read& read, const domain::TenantId& tenant,
                                    const domain::EntityName& name, const PageRequest& page,
                                    std::size_t most_lists) {
  const auto authorized = authorize(read, on_tenant(op::list_entity_access, tenant));
  if (!authorized.ok()) return authorized.error();
  Wanted wanted{{}, permissions_of_type(*read.catalogue, name.type), std::vector<domain::ResourceText>()};
  auto names = stored(domain::ancestors_of(read.txn, tenant, name));
  if (!names.ok()) return names.error();
  names->push_back(name);
  for (const domain::EntityName& each : *names)
    if (auto text = authz::resource_text(tenant, each); text && !text->empty())
      wanted.things->push_back(*std::move(text));
  return HolderSearch(read, tenant, std::move(wanted), most_lists).run(page);
}

}  // namespace api
