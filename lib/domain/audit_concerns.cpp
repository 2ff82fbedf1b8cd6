#include "domain/audit_concerns.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.h"

namespace domain {
namespace {

constexpr std::array<std::string_view, 5> kTypes{"role", "group", "user", "service_user", "policy"};
constexpr std::size_t kMostRead = std::size_t{64}
                                  << 10U;  // bytes of before or after; beyond is none of these

using Names = std::vector<std::string>;

void add(Names& names, std::string_view type, std::string_view id) {
  if (!id.empty()) names.push_back(std::string(type).append(":").append(id));
}

const std::string* text(const base::Json& side, std::string_view member) {
  const base::Json* const found = side.find(member);
  return found ? found->string() : nullptr;
}

// A member whose value is the id of something of that type.
struct IdMember {
  std::string_view name, type;
};
void add_member(Names& names, const base::Json& side, const IdMember& member) {
  if (const std::string* const id = text(side, member.name)) add(names, member.type, *id);
}

// Two members that are a type and an id.
struct PairMembers {
  std::string_view type, id;
};
void add_pair(Names& names, const base::Json& side, const PairMembers& members) {
  const std::string* const kind = text(side, members.type);
  if (kind && is_concerned_type(*kind)) add_member(names, side, {members.id, *kind});
}

// "user:0197…" as it stands, and what is before the slash of "group:0197…/approver", with the role behind it.
void add_principal(Names& names, std::string_view name) {
  const std::size_t slash = std::min(name.find('/'), name.size());
  const std::string_view who = name.substr(0, slash);
  if (is_concerned_type(who.substr(0, std::min(who.find(':'), who.size())))) names.emplace_back(who);
  if (slash < name.size()) add(names, "role", name.substr(slash + 1));
}

std::optional<base::Json> parse(const std::string& side) {
  if (side == "null" || side.size() > kMostRead) return std::nullopt;
  auto json = base::parse_json(side, {.rounds_integers = true});
  if (!json.ok() || !json->object()) return std::nullopt;
  return std::move(json).value();
}

Names roles_in(const std::optional<base::Json>& side) {
  Names roles;
  const base::Json* const array = side ? side->find("roles") : nullptr;
  if (array && array->array())
    for (const base::Json& role : *array->array())
      if (role.string()) add(roles, "role", *role.string());
  std::sort(roles.begin(), roles.end());
  return roles;
}

void add_sides(Names& names, const AuditEntry& entry) {
  const std::string& type = entry.resource_type;
  const bool is_user = type == "user", is_mapping = type == "mapping", is_member = type == "member";
  const bool is_owned = type == "api_key" || type == "secret";
  if (!is_user && !is_mapping && !is_member && !is_owned && type != "grant" && type != "rule") return;
  const auto before = parse(entry.before), after = parse(entry.after);
  if (is_user) {
    const Names had = roles_in(before), has = roles_in(after);
    std::set_symmetric_difference(had.begin(), had.end(), has.begin(), has.end(), std::back_inserter(names));
    return;
  }
  for (const auto* const side : {&before, &after}) {
    if (!*side) continue;
    const base::Json& json = **side;
    if (is_mapping) add_pair(names, json, {"principal_type", "principal_id"});
    if (is_mapping) add_member(names, json, {"role", "role"});
    if (is_member) add_member(names, json, {"user", "user"});
    if (is_member) add_member(names, json, {"member_group", "group"});
    if (is_owned) add_pair(names, json, {"owner_type", "owner_id"});
    if (type == "rule" || type == "grant") add_member(names, json, {"policy", "policy"});
    if (const std::string* const who = text(json, "principal"); who && type == "grant")
      add_principal(names, *who);
  }
}

}  // namespace

bool is_concerned_type(std::string_view type) {
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

std::vector<std::string> concerned_by(const AuditEntry& entry) {
  Names names;
  if (is_concerned_type(entry.resource_type))
    add(names, entry.resource_type, entry.resource_id);
  else if (entry.resource_type == "member")
    add(names, "group", entry.resource_id);
  else if (entry.resource_type == "mapping" || entry.resource_type == "grant")
    add_principal(names, entry.resource_id);
  add_sides(names, entry);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace domain
