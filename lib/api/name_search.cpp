// Each kind is looked for in a way of its own, and has to have no more than what can be shown; then the hits
// are dealt out to the kinds in turn, so that a thousand users named "Ops" don't hide the one role:
//
//   found    3 roles, 1 group, 40 users      shown of 20    3 roles, 1 group, 16 users
#include "api/name_search.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "api/entities.h"
#include "api/groups.h"
#include "api/parts/authorize.h"
#include "api/parts/found_rows.h"
#include "api/permissions.h"
#include "api/policies.h"
#include "api/roles.h"
#include "api/service_users.h"
#include "api/users.h"
#include "base/enum_table.h"
#include "base/uuid.h"
#include "domain/catalogue.h"
#include "domain/entity_name.h"
#include "domain/group.h"
#include "domain/role.h"
#include "domain/service_user.h"
#include "domain/shadowed_role.h"
#include "domain/tenant_policy.h"
#include "domain/user.h"
#include "names/fold.h"

namespace api {
namespace {

constexpr std::size_t kMostRows = 500;  // looked at for one kind

struct Kind {
  HitKind kind;
  std::string_view name;
  Operation listing;  // what the caller must be allowed to
};
constexpr Kind kKinds[] = {{HitKind::kRole, "role", op::list_roles},
                           {HitKind::kGroup, "group", op::list_groups},
                           {HitKind::kUser, "user", op::list_users},
                           {HitKind::kServiceUser, "service_user", op::list_service_users},
                           {HitKind::kPermission, "permission", op::list_permissions},
                           {HitKind::kPolicy, "policy", op::list_policies},
                           {HitKind::kEntity, "entity", op::list_entities}};
static_assert(base::has_row_for_each(kKinds, &Kind::kind, HitKind::kEntity));

NameHit hit_of(const domain::Role& role) {
  return {HitKind::kRole, role.slug, role.name, {}};
}
NameHit hit_of(const domain::Group& group) {
  return {HitKind::kGroup, group.id.to_string(), group.name, {}};
}
NameHit hit_of(const domain::User& user) {
  return {HitKind::kUser, user.id.to_string(), user.name, user.email};
}
NameHit hit_of(const domain::ServiceUser& user) {
  return {HitKind::kServiceUser, user.id.to_string(), user.title, {}};
}
NameHit hit_of(const domain::TenantPolicy& policy) {
  return {HitKind::kPolicy, policy.id.to_string(), policy.name, {}};
}

// Looks for what somebody typed; each look_for…() answers the hits of one kind.
class Search {
 public:
  Search(const Read& read, const domain::TenantId& tenant, std::string_view typed,
         const domain::NameQuery& query)
      : read_(read), tenant_(tenant), typed_(typed), query_(query), id_(base::Uuid::parse(typed)) {}

  Outcome<void> look_for(HitKind kind) {
    const auto looked = look(kind);
    if (!looked.ok()) return looked;
    // What is called by its id stands first, and is no second hit for its name.
    found_[static_cast<std::size_t>(kind)] = std::exchange(hits_, {});
    return {};
  }

  NameHits deal() {
    NameHits dealt;
    dealt.has_more = has_more_;
    std::array<std::size_t, std::size(kKinds)> share{};
    bool dealt_some = true;
    for (std::size_t left = kMostHits; dealt_some;) {
      dealt_some = false;
      for (std::size_t kind = 0; kind < share.size(); ++kind) {
        if (share[kind] == found_[kind].size()) continue;
        if (left == 0) {
          dealt.has_more = true;
          continue;
        }
        ++share[kind];
        --left;
        dealt_some = true;
      }
    }
    for (std::size_t kind = 0; kind < share.size(); ++kind)
      for (std::size_t i = 0; i < share[kind]; ++i) dealt.hits.push_back(std::move(found_[kind][i]));
    return dealt;
  }

 private:
  Outcome<void> look(HitKind kind) {
    const auto& txn = read_.txn;
    switch (kind) {
      case HitKind::kRole:
        return look_for_roles();
      case HitKind::kGroup:
        return by_id_and_name(domain::Searched::kGroup, tenant_, [&](const base::Uuid& id) {
          return domain::get_group(txn, tenant_, domain::GroupId(id));
        });
      case HitKind::kUser:
        return by_id_and_name(domain::Searched::kUser, tenant_, [&](const base::Uuid& id) {
          return domain::get_user(txn, tenant_, domain::UserId(id));
        });
      case HitKind::kServiceUser:
        return by_id_and_name(domain::Searched::kServiceUser, tenant_, [&](const base::Uuid& id) {
          return domain::get_service_user(txn, tenant_, domain::ServiceUserId(id));
        });
      case HitKind::kPermission:
        return look_for_permissions();
      case HitKind::kPolicy:
        return look_for_policies();
      case HitKind::kEntity:
        return look_for_entities();
    }
    return {};
  }

  // False where the kind has all that could be shown.
  bool take(NameHit hit) {
    if (hits_.size() == kMostHits) {
      has_more_ = true;
      return false;
    }
    const bool is_there =
        std::any_of(hits_.begin(), hits_.end(), [&](const NameHit& h) { return h.id == hit.id; });
    if (!is_there) hits_.push_back(std::move(hit));
    return true;
  }

  bool may_look_at(std::size_t rows) {
    if (rows <= kMostRows) return true;
    has_more_ = true;
    return false;
  }

  template <typename Get>
  Outcome<void> by_id_and_name(domain::Searched what, const domain::Owner& owner, const Get& get) {
    if (id_) {
      auto called = stored(get(*id_));
      if (!called.ok()) return called.error();
      if (called.value()) take(hit_of(*called.value()));
    }
    return by_name(what, owner, get, [](const auto&) { return Outcome<bool>(true); });
  }

  template <typename Get, typename IsShown>
  Outcome<void> by_name(domain::Searched what, const domain::Owner& owner, const Get& get,
                        const IsShown& is_shown) {
    Outcome<void> outcome;
    std::size_t rows = 0;
    const auto done = stored(domain::each_found(
        read_.txn, what, owner, query_, {}, [&](const base::Uuid& id, std::string_view place) {
          if (!may_look_at(++rows)) return false;
          const auto record = stored(get(id));
          if (!record.ok()) outcome = record.error();
          if (!outcome.ok()) return false;
          if (!record.value() || !query_.is_first(place, names_of(*record.value()))) return true;
          const Outcome<bool> shown = is_shown(*record.value());
          if (!shown.ok()) outcome = shown.error();
          return outcome.ok() && (!shown.value() || take(hit_of(*record.value())));
        }));
    return done.ok() ? outcome : done;
  }

  Outcome<void> look_for_roles() {
    if (id_) {
      auto called = stored(domain::find_role_in_force(read_.txn, tenant_, domain::RoleId(*id_)));
      if (!called.ok()) return called.error();
      if (called.value()) take(hit_of(*called.value()));
    }
    for (const domain::Owner& owner : {domain::Owner(domain::Platform{}), domain::Owner(tenant_)}) {
      const auto done = by_name(
          domain::Searched::kRole, owner,
          [&](const base::Uuid& id) { return domain::get_role(read_.txn, owner, domain::RoleId(id)); },
          [&](const domain::Role& role) -> Outcome<bool> {
            const auto shadowed = stored(domain::is_shadowed(read_.txn, tenant_, role));
            if (!shadowed.ok()) return shadowed.error();
            return !shadowed.value();
          });
      if (!done.ok()) return done;
    }
    return {};
  }

  Outcome<void> look_for_permissions() {
    const std::string wanted = names::fold(typed_);
    for (const domain::Permission& permission : read_.catalogue->all())
      if (names::fold(permission.scope).find(wanted) != std::string::npos &&
          !take({HitKind::kPermission, permission.scope, {}, {}}))
        break;
    return {};
  }

  Outcome<void> look_for_policies() {
    if (id_) {
      const auto called = stored(domain::get_policy(read_.txn, tenant_, domain::PolicyId(*id_)));
      if (!called.ok()) return called.error();
      if (called.value()) take(hit_of(*called.value()));
    }
    std::size_t rows = 0;
    const std::string wanted = names::fold(typed_);
    return stored(domain::each_policy(read_.txn, tenant_, nullptr, [&](domain::TenantPolicy&& policy) {
      if (!may_look_at(++rows)) return false;
      return names::fold(policy.name).find(wanted) == std::string::npos || take(hit_of(policy));
    }));
  }

  Outcome<void> look_for_entities() {
    const auto name = domain::parse_entity_name(typed_);
    if (!name || !domain::is_valid(*name)) return {};
    const auto hit = [](const domain::EntityName& found) {
      return NameHit{HitKind::kEntity, domain::to_string(found), {}, {}};
    };
    const auto itself = stored(domain::find_entity_number(read_.txn, tenant_, *name));
    if (!itself.ok()) return itself.error();
    if (itself.value()) take(hit(*name));
    return stored(domain::each_entity_name(read_.txn, tenant_, name->type, &*name,
                                           [&](domain::EntityName&& found, domain::EntityNumber) {
                                             return found.id.starts_with(name->id) && take(hit(found));
                                           }));
  }

  const Read& read_;
  const domain::TenantId& tenant_;
  const std::string_view typed_;
  const domain::NameQuery& query_;
  const std::optional<base::Uuid> id_;
  std::vector<NameHit> hits_;  // of the kind that is looked for
  std::array<std::vector<NameHit>, std::size(kKinds)> found_;
  bool has_more_ = false;
};

}  // namespace

std::string_view name_of(HitKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].name;
}

Outcome<NameHits> search_names(const Read& read, const domain::TenantId& tenant, std::string_view typed) {
  const auto authorized = authorize(read, on_tenant(op::search_names, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto query = name_query({typed});
  if (!query.ok()) return query.error();
  Search search(read, tenant, typed, query.value());
  std::vector<HitKind> withheld;
  for (const Kind& kind : kKinds) {
    const auto listed = authorize(read, on_tenant(kind.listing, tenant));
    if (!listed.ok() && listed.error().code == Code::kForbidden) {
      withheld.push_back(kind.kind);
      continue;
    }
    if (!listed.ok()) return listed.error();
    const auto looked = search.look_for(kind.kind);
    if (!looked.ok()) return looked.error();
  }
  NameHits hits = search.deal();
  hits.withheld = std::move(withheld);
  return hits;
}

}  // namespace api
