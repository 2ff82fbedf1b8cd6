#include "api/parts/missed_role.h"

#include <utility>

#include "domain/shadowed_role.h"

namespace api {
namespace {

bool is_wanted_on(const ExplainedCase& of, const WantedRole& wanted, std::string_view resource) {
  return resource.empty() || (!wanted.for_tenant && of.has_thing(resource));
}

Outcome<void> find_idle(const ExplainedCase& of, const WantedRole& wanted, std::optional<IdleRole>& idle) {
  std::size_t groups = 0, looked_at = 0;
  Outcome<void> outcome;
  for (const domain::GroupId& group : of.idle_groups) {
    if (++groups > kMostLookedAt || looked_at > kMostLookedAt || idle) break;
    if (!of.may_list_roles_of(group)) continue;
    const auto done =
        stored(domain::each_held_role(of.read.txn, of.tenant, group, [&](const domain::Holding& holding) {
          if (++looked_at > kMostLookedAt || idle) return false;
          if (!holding.in_force(of.read.now) || !is_wanted_on(of, wanted, holding.resource)) return true;
          auto role = stored(domain::find_role_in_force(of.read.txn, of.tenant, holding.role));
          if (!role.ok()) outcome = role.error();
          if (role.ok() && *role && wanted.gives(**role)) idle.emplace(IdleRole{group, **std::move(role)});
          return outcome.ok();
        }));
    if (!done.ok() || !outcome.ok()) return done.ok() ? outcome : done;
  }
  return {};
}

// Whether a mapping that isn't in force says more than what was found.
bool says_more(const domain::Mapping& mapping, bool is_over, const std::optional<TimedRole>& found) {
  if (!found) return true;
  if (found->is_over) return is_over && *mapping.expires_at > *found->mapping.expires_at;
  return is_over || *mapping.valid_from < *found->mapping.valid_from;
}

Outcome<void> find_timed(const ExplainedCase& of, const WantedRole& wanted, std::optional<TimedRole>& timed) {
  std::size_t holders = 0, looked_at = 0;
  Outcome<void> outcome;
  for (const domain::Principal& holder : of.holders) {
    if (++holders > kMostLookedAt || looked_at > kMostLookedAt) break;
    if (holder.kind == domain::PrincipalKind::kGroup && !of.may_list_roles_of(domain::GroupId(holder.id)))
      continue;
    const auto done = stored(
        domain::each_mapping_of(of.read.txn, of.tenant, holder, nullptr, [&](domain::Mapping&& mapping) {
          if (++looked_at > kMostLookedAt) return false;
          if (mapping.in_force(of.read.now) || !is_wanted_on(of, wanted, mapping.resource)) return true;
          const bool is_over = mapping.expires_at && *mapping.expires_at <= of.read.now;
          if (!says_more(mapping, is_over, timed)) return true;
          auto role = stored(domain::find_role_in_force(of.read.txn, of.tenant, mapping.role));
          if (!role.ok()) outcome = role.error();
          if (role.ok() && *role && wanted.gives(**role))
            timed.emplace(TimedRole{std::move(mapping), **std::move(role), is_over});
          return outcome.ok();
        }));
    if (!done.ok() || !outcome.ok()) return done.ok() ? outcome : done;
  }
  return {};
}

}  // namespace

Outcome<MissedRoles> find_missed_roles(const ExplainedCase& of, const WantedRole& wanted) {
  MissedRoles missed;
  if (!of.sight.directory) return missed;
  if (const auto found = find_idle(of, wanted, missed.idle); !found.ok()) return found.error();
  if (const auto found = find_timed(of, wanted, missed.timed); !found.ok()) return found.error();
  return missed;
}

std::string sentence_of(const ExplainedCase& of, const MissedRoles& missed, bool role_was_named) {
  if (missed.idle) {
    const domain::GroupId& group = missed.idle->group;
    return "; " + of.subject + " would have " + (role_was_named ? "it" : "role " + missed.idle->role.slug) +
           " through " + of.names.of(group) +
           (of.is_disabled(group) ? ", which is disabled" : ", but for a group on the way that is disabled");
  }
  if (!missed.timed) return "";
  const auto& [mapping, role, is_over] = *missed.timed;
  std::string text = "; " + of.subject + (is_over ? " had " : " has ");
  text += role_was_named ? "it" : "role " + role.slug;
  if (mapping.principal.kind == domain::PrincipalKind::kGroup)
    text += " through " + of.names.of(domain::GroupId(mapping.principal.id));
  return text +
         (is_over ? " until " + day_of(*mapping.expires_at) : " from " + day_of(*mapping.valid_from) + " on");
}

}  // namespace api
