#pragma once
#include <cstddef>

#include "api/access_map.h"
#include "api/api_keys.h"
#include "api/effective.h"
#include "api/grants.h"
#include "api/group_roles.h"
#include "api/groups.h"
#include "api/holders.h"
#include "api/mapping_list.h"
#include "api/members.h"
#include "api/policies.h"
#include "api/projects.h"
#include "api/roles.h"
#include "api/rules.h"
#include "api/service_users.h"
#include "api/sessions.h"
#include "api/users.h"
#include "domain/audit.h"
#include "domain/entity.h"
#include "domain/permission.h"
#include "domain/policy_test.h"
#include "domain/tenant.h"

// About how many bytes a row of a list has in an answer, in whichever dialect: its texts as JSON has them,
// and for all that is of a fixed size what the largest dialect takes.
namespace api {

std::size_t answer_size(const RoleView&);
std::size_t answer_size(const GroupView&);
std::size_t answer_size(const UserView&);
std::size_t answer_size(const MemberView&);
std::size_t answer_size(const domain::User&);
std::size_t answer_size(const RoleMappingView&);
std::size_t answer_size(const MappingView&);
std::size_t answer_size(const GrantView&);
std::size_t answer_size(const ApiKeyView&);
std::size_t answer_size(const SecretView&);
std::size_t answer_size(const SessionView&);
std::size_t answer_size(const domain::Mapping&);
std::size_t answer_size(const domain::Project&);
std::size_t answer_size(const ProjectHolder&);
std::size_t answer_size(const domain::Group&);
std::size_t answer_size(const PolicyView&);
std::size_t answer_size(const RuleView&);
std::size_t answer_size(const domain::ServiceUser&);
std::size_t answer_size(const ServiceUserView&);
std::size_t answer_size(const domain::Tenant&);
std::size_t answer_size(const domain::Permission*);
std::size_t answer_size(const domain::AuditEntry&);
std::size_t answer_size(const domain::StoredEntity&);
std::size_t answer_size(const domain::PolicyTest&);
std::size_t answer_size(const EffectiveRole&);
std::size_t answer_size(const EffectiveScope&);
std::size_t answer_size(const HolderView&);
std::size_t answer_size(const MapRow&);

}  // namespace api
