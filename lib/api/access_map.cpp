// Many people are in few groups, so what a group holds is read once for a page. Of each holder it is a list
// of roles, each held for the whole tenant or on something only, and with an end or without; a row is the
// union of some such lists, made in sets of columns: a bit for each permission of the catalogue, or for each
// role that was met.
#include "api/access_map.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "api/groups.h"
#include "api/parts/authorize.h"
#include "api/parts/paging.h"
#include "api/parts/path_views.h"
#include "api/users.h"
#include "domain/mapping.h"
#include "domain/quota.h"
#include "domain/subgroup.h"

namespace api {
namespace {

using Columns = domain::PermissionSet;

// One role of one holder.
struct Held {
  domain::RoleId role;
  bool is_everywhere = false;
  bool is_timed = false;
};

// Where it is held, and what of that has no end.
struct Cells {
  Columns all, lasting;

  void add(const Columns& some, bool is_timed) {
    all.add(some);
    if (!is_timed) lasting.add(some);
  }
  Columns timed() const {
    Columns ending = all;
    ending.remove(lasting);
    return ending;
  }
};

// All that a row has.
struct RowCells {
  Cells own, by_group, on_things;
};

class Map {
 public:
  Map(const Read& read, const domain::TenantId& tenant, MapColumns columns)
      : read_(read), tenant_(tenant), by_(columns), views_(read, tenant) {}

  Outcome<void> add_user(const domain::User& user, MapRow& row) {
    row.who = user.id;
    row.name = user.name;
    row.email = user.email;
    row.active = user.active;
    return user.active ? add_held(user.id, row) : Outcome<void>();
  }

  Outcome<void> add_group(const domain::Group& group, MapRow& row) {
    row.who = group.id;
    row.name = group.name;
    row.active = group.state == domain::State::kEnabled;
    return row.active ? add_held(group.id, row) : Outcome<void>();
  }

  // Those that any row has named so far.
  std::vector<MapColumn> columns() const {
    std::vector<MapColumn> all;
    named_.each([&](std::size_t place) { all.push_back(column_at(place)); });
    std::stable_sort(all.begin(), all.end(),
                     [](const MapColumn& a, const MapColumn& b) { return a.risk > b.risk; });
    return all;
  }

  std::size_t hidden() const { return hidden_; }

 private:
  using Holds = std::vector<Held>;

  Outcome<void> add_held(const domain::Principal& who, MapRow& row) {
    RowCells cells;
    const auto add = [&](const Holds& holds, Cells& everywhere) -> Outcome<void> {
      for (const Held& held : holds) {
        const auto columns = columns_of(held.role);
        if (!columns.ok()) return columns.error();
        (held.is_everywhere ? everywhere : cells.on_things).add(*columns, held.is_timed);
      }
      return {};
    };
    if (who.kind == domain::PrincipalKind::kGroup) {
      if (const auto done =
              with_group(domain::GroupId(who.id), [&](const Holds& h) { return add(h, cells.own); });
          !done.ok())
        return done;
    } else {
      const auto holds = held_by(who);
      if (!holds.ok()) return holds.error();
      if (const auto done = add(*holds, cells.own); !done.ok()) return done;
    }
    const auto groups = stored(domain::effective_groups(read_.txn, tenant_, who));
    if (!groups.ok()) return groups.error();
    for (const domain::GroupId& group : *groups)
      if (const auto done = with_group(group, [&](const Holds& h) { return add(h, cells.by_group); });
          !done.ok())
        return done;
    write(cells, row);
    return {};
  }

  void write(const RowCells& cells, MapRow& row) {
    const auto& [own, by_group, on_things] = cells;
    Cells everywhere = own;
    everywhere.all.add(by_group.all);
    everywhere.lasting.add(by_group.lasting);
    Cells only_on_things = on_things;
    only_on_things.all.remove(everywhere.all);
    Columns timed = everywhere.timed();
    timed.add(only_on_things.timed());
    row.direct = names_of(own.all);
    row.through_groups = names_of(by_group.all);
    row.on_things = names_of(only_on_things.all);
    row.timed = names_of(timed);
    named_.add(everywhere.all);
    named_.add(only_on_things.all);
  }

  // Calls fn with what the group holds itself, unless the caller may not see that.
  template <typename Fn>
  Outcome<void> with_group(const domain::GroupId& group, const Fn& fn) {
    auto known = groups_.find(group);
    if (known == groups_.end()) {
      const auto may = views_.may_list_roles_of(group);
      if (!may.ok()) return may.error();
      std::optional<Holds> holds;
      if (*may) {
        auto read = held_by(group);
        if (!read.ok()) return read.error();
        holds = std::move(read).value();
      } else {
        ++hidden_;
      }
      known = groups_.emplace(group, std::move(holds)).first;
    }
    return known->second ? fn(*known->second) : Outcome<void>();
  }

  Outcome<Holds> held_by(const domain::Principal& who) {
    Holds all;
    std::optional<domain::RoleId> role;
    std::size_t looked_at = 0;
    const auto read =
        stored(domain::visit_held_roles(read_.txn, tenant_, who, [&](const domain::Holding& holding) {
          if (role != holding.role) looked_at = 0;
          role = holding.role;
          if (holding.in_force(read_.now)) {
            const bool is_timed = holding.expires_at.has_value();
            if (all.empty() || all.back().role != holding.role)
              all.push_back({holding.role, holding.resource.empty(), is_timed});
            // On one thing it ends, and on another perhaps it doesn't.
            all.back().is_timed = all.back().is_timed && is_timed;
            if (all.back().is_everywhere || !is_timed) return domain::NextHeld::kNextRole;
          }
          return ++looked_at < kMostOnThings ? domain::NextHeld::kNext : domain::NextHeld::kNextRole;
        }));
    if (!read.ok()) return read.error();
    return all;
  }

  // None of a role that gives nothing now.
  Outcome<Columns> columns_of(const domain::RoleId& id) {
    const auto role = views_.giving(id);
    if (!role.ok()) return role.error();
    Columns columns;
    if (!*role) return columns;
    if (by_ == MapColumns::kScopes) return (*role)->permissions;
    const auto [known, is_new] = places_.try_emplace(id, roles_.size());
    if (is_new) roles_.push_back(*role);
    columns.add(known->second);
    return columns;
  }

  MapColumn column_at(std::size_t place) const {
    if (by_ == MapColumns::kRoles) {
      const PathViews::GivingRole& role = *roles_[place];
      return {role.role.slug, role.role.name, read_.catalogue->risk_of(role.permissions)};
    }
    const domain::Permission& permission = read_.catalogue->all()[place];
    return {permission.scope, permission.title, permission.risk};
  }

  std::vector<std::string> names_of(const Columns& columns) const {
    if (by_ == MapColumns::kScopes) return read_.catalogue->scopes_of(columns);
    std::vector<std::string> slugs;
    columns.each([&](std::size_t place) { slugs.push_back(roles_[place]->role.slug); });
    std::sort(slugs.begin(), slugs.end());
    return slugs;
  }

  const Read& read_;
  const domain::TenantId tenant_;
  const MapColumns by_;
  PathViews views_;
  std::map<domain::GroupId, std::optional<Holds>> groups_;  // nothing: not to be seen
  std::map<domain::RoleId, std::size_t> places_;            // in roles_, where columns are roles
  std::vector<const PathViews::GivingRole*> roles_;
  Columns named_;
  std::size_t hidden_ = 0;
};

// Reads the rows of a page; `each(after, fn)` calls fn with each noun behind the id.
template <typename Id, typename Each, typename Add>
Outcome<Page<MapRow>> read_rows(const Read& read, const PageRequest& page, const Each& each, const Add& add) {
  const auto after = id_cursor<Id>(page);
  if (!after.ok()) return after.error();
  Pager<MapRow, Id> pager(read, page);
  const auto done = stored(each(after.value() ? &*after.value() : nullptr, [&](auto&& noun) {
    if (!pager.look()) return false;
    return pager.take(noun.id, [&]() -> Outcome<MapRow> {
      MapRow row;
      if (const auto added = add(noun, row); !added.ok()) return added.error();
      return row;
    });
  }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

}  // namespace

Outcome<AccessMap> read_access_map(const Read& read, const domain::TenantId& tenant, MapRows rows,
                                   MapColumns columns, const PageRequest& page) {
  const Operation listing = rows == MapRows::kUsers ? op::list_users : op::list_groups;
  for (const Operation& operation : {op::read_access_map, listing})
    if (const auto authorized = authorize(read, on_tenant(operation, tenant)); !authorized.ok())
      return authorized.error();
  const auto policies = stored(domain::get_used(read.txn, tenant, domain::Quota::kPolicies));
  if (!policies.ok()) return policies.error();
  Map map(read, tenant, columns);
  auto read_page =
      rows == MapRows::kUsers
          ? read_rows<domain::UserId>(
                read, page,
                [&](const domain::UserId* after, base::FunctionRef<bool(domain::User &&)> fn) {
                  return domain::each_user(read.txn, tenant, after, fn);
                },
                [&](const domain::User& user, MapRow& row) { return map.add_user(user, row); })
          : read_rows<domain::GroupId>(
                read, page,
                [&](const domain::GroupId* after, base::FunctionRef<bool(domain::Group &&)> fn) {
                  return domain::each_group(read.txn, tenant, after, fn);
                },
                [&](const domain::Group& group, MapRow& row) { return map.add_group(group, row); });
  if (!read_page.ok()) return read_page.error();
  return AccessMap{std::move(read_page).value(), map.columns(), map.hidden(), *policies};
}

}  // namespace api
