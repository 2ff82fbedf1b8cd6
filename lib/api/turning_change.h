#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/entity.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "names/risk.h"

namespace api {

// What a caller would do to make a change; each is one operation on the tenant.
struct GivesRole {
  domain::Principal who;
  domain::RoleId role;
  std::string named;                           // its slug, or its id where the slug is another role's
  std::optional<domain::EntityName> resource;  // nothing: the whole tenant
};
struct TakesMapping {
  domain::MappingId id;
};
struct JoinsGroup {
  domain::GroupId group;
  domain::UserId user;
};
struct MovesTimes {  // of a mapping that isn't in force: it is from now on, if it began, and without an end
  domain::MappingId id;
  bool is_over = false;  // else it begins later
};
struct GrantsTemplate {
  domain::PolicyId policy;
  domain::RuleId rule;
  std::optional<domain::EntityName> principal, resource;  // of the slots that it has
};
struct SetsAttribute {
  domain::StoredEntity entity;  // as it is to be
  bool is_told = true;          // false: something of it is secret, so that nobody is told what would be sent
};
struct ActivatesUser {
  domain::UserId user;
};
struct EnablesGroup {
  domain::GroupId group;
};
using TurningCall = std::variant<GivesRole, TakesMapping, JoinsGroup, MovesTimes, GrantsTemplate,
                                 SetsAttribute, ActivatesUser, EnablesGroup>;

// A change after which an answer would be the other one. It was tried on the snapshot.
struct TurningChange {
  std::string kind;  // "mapping", "membership", "grant", "attribute", "expiry", "activation"
  std::string text;  // "Add ann to group Finance."

  // Whom it concerns, and what these would come to hold, or lose, as far as the caller may be told that: at
  // most so many people; nothing where that isn't told by counting, since rules ask for the attribute, or may
  // not be told.
  std::optional<std::uint64_t> people;
  std::vector<std::string> scopes;
  names::Risk level = names::Risk::kLow;  // the highest among the scopes

  TurningCall call;
  bool is_of_now = true;  // false: it was tried on something else than what is, so that no call makes it
};

}  // namespace api
