#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/batch_rows.h"
#include "api/context.h"
#include "domain/ids.h"
#include "domain/user.h"

// Many people put into a group by one call, all of them or none: a pasted list.
namespace api {

// Exactly one of both.
struct GivenMember {
  std::optional<domain::UserId> user;
  std::optional<std::string> email;  // as names are compared, so in any case
};
std::optional<Error> check(const std::vector<GivenMember>&);  // from 1 to kMostInBatch of them

struct AddedMember {
  RowOutcome outcome = RowOutcome::kUnknown;  // kKnown: is a member already, or stands before in the list
  std::optional<domain::User> user;
};

// Each is what add_member() is, and asks the guard what that asks; all are asked before the first is written,
// and one that is refused refuses all. Where any is named by e-mail op::list_users is asked first: whoever
// may not list people must not find out which addresses are known. Those that nobody has are kInvalidInput,
// each with its place, or left out. kNotFound: the group. kTooLarge: as change_mappings().
Outcome<std::vector<AddedMember>> add_members(Change&, const domain::TenantId& tenant,
                                              const domain::GroupId& group, const std::vector<GivenMember>&,
                                              IfUnknown);

}  // namespace api
