#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "domain/group.h"

namespace api {

namespace op {
inline constexpr Operation list_groups = {
    .action = "group:list", .kind = kRead, .scope = "organization:grouplist", .resource = "group"};
inline constexpr Operation get_group = {
    .action = "group:get", .kind = kRead, .scope = "group:get", .resource = "group"};
inline constexpr Operation create_group = {
    .action = "group:create", .kind = kWrite, .scope = "organization:groupcreate", .resource = "group"};
inline constexpr Operation update_group = {
    .action = "group:update", .kind = kWrite, .scope = "group:update", .resource = "group"};
inline constexpr Operation delete_group = {
    .action = "group:delete", .kind = kWrite, .scope = "group:delete", .resource = "group"};
inline constexpr Operation set_group_state = {
    .action = "group:set_state", .kind = kWrite, .scope = "group:update", .resource = "group"};

inline constexpr Operation kGroups[] = {list_groups,  get_group,    create_group,
                                        update_group, delete_group, set_group_state};
}  // namespace op

struct GroupView {
  domain::Group group;
  std::uint64_t member_count = 0;
  std::vector<std::string> role_mappings;  // slugs of the roles mapped for the whole tenant, sorted
};

struct GroupFilter {
  std::optional<domain::Source> source;
  std::optional<std::string> name;     // part of the name, compared as names::fold() does
  std::optional<std::string> typed{};  // the beginning of a word of the name or title
  std::optional<domain::State> state{};
};

// In order of id, which is that of creation; of what was typed, in order of the word that begins with it.
// kInvalidInput at "q" where that is nothing, or more than kMaxTyped.
Outcome<Page<GroupView>> list_groups(const Read&, const domain::TenantId& tenant, const GroupFilter&,
                                     const PageRequest&);
Outcome<GroupView> get_group(const Read&, const domain::TenantId& tenant, const domain::GroupId& id);

struct NewGroup {
  std::string name;  // 1-200 characters; kAlreadyExists where it is taken, or taken for another
  std::optional<std::string> description;
  std::optional<domain::GroupId> id;  // for the demo objects of development; dialects leave it out
  std::optional<std::string> title{};
  base::Json metadata{base::Json::Object{}};
};
std::optional<Error> check(const NewGroup&);
Outcome<GroupView> create_group(Change&, const domain::TenantId& tenant, const NewGroup&);

struct GroupPatch {
  std::optional<std::string> name;  // of a scim group: kForbidden, as its provider names it
  std::optional<std::optional<std::string>> description;
  std::optional<std::string> title{};
  std::optional<base::Json> metadata{};
  std::optional<domain::State> state{};  // asks for set_group_state(), too
};
std::optional<Error> check(const GroupPatch&);
Outcome<GroupView> update_group(Change&, const domain::TenantId& tenant, const domain::GroupId& id,
                                const GroupPatch&, const IfMatch&);

// From the commit on nobody holds anything by being in a group that is disabled, neither what is mapped to it
// nor what is above it; its members stay, and have it again once it is enabled, which gives them that.
Outcome<GroupView> set_group_state(Change&, const domain::TenantId& tenant, const domain::GroupId& id,
                                   domain::State, const IfMatch&);

// Puts a group back as it was, under its id and with its source: makes it where it isn't there, else changes
// it; asks the guard what that asks, and fails as that does. Neither members nor mappings. For undo.
Outcome<void> restore_group(Change&, const domain::Group& was);

// Deletes its memberships and mappings too.
// kInUse where grants name the group, unless `force` takes them along.
Outcome<void> delete_group(Change&, const domain::TenantId& tenant, const domain::GroupId& id, const IfMatch&,
                           bool force = false);

}  // namespace api
