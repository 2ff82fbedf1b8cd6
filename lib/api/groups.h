#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "domain/group.h"

namespace api {

struct GroupView {
  domain::Group group;
  std::uint64_t member_count = 0;
  std::vector<std::string> role_mappings;  // slugs of the roles mapped for the whole tenant, sorted
};

struct GroupFilter {
  std::optional<domain::Source> source;
  std::optional<std::string> name;  // part of the name, ASCII case ignored
};

// In order of id, which is that of creation.
Outcome<Page<GroupView>> list_groups(const Read&, const Uuid& tenant, const GroupFilter&, const PageRequest&);
Outcome<GroupView> get_group(const Read&, const Uuid& tenant, const Uuid& id);

struct NewGroup {
  std::string name;  // 1-200 characters; kAlreadyExists where it is taken, ASCII case ignored
  std::optional<std::string> description;
  std::optional<Uuid> id;  // for the demo objects of development; dialects leave it out
};
std::optional<Error> check(const NewGroup&);
Outcome<GroupView> create_group(Change&, const Uuid& tenant, const NewGroup&);

struct GroupPatch {
  std::optional<std::string> name;  // of a scim group: kForbidden, as its provider names it
  std::optional<std::optional<std::string>> description;
};
std::optional<Error> check(const GroupPatch&);
Outcome<GroupView> update_group(Change&, const Uuid& tenant, const Uuid& id, const GroupPatch&,
                                const IfMatch&);

// Deletes its memberships and mappings too.
Outcome<void> delete_group(Change&, const Uuid& tenant, const Uuid& id, const IfMatch&);

}  // namespace api
