#pragma once
#include <optional>
#include <string_view>

#include "api/groups.h"
#include "api/projects.h"
#include "api/service_users.h"
#include "api/tenants.h"
#include "api/users.h"
#include "dialects/query.h"
#include "dialects/v1beta1/json.h"

// How the nouns look that several calls answer with. Each is written into an array, or after the name of a
// member.
namespace dialects::v1beta1 {

// As the member of that name.
void write_service_user(Out&, std::string_view member, const domain::ServiceUser&);

void write_service_user(Out&, const domain::ServiceUser&);
void write_organization(Out&, const domain::Tenant&);
void write_user(Out&, const domain::User&);
void write_group(Out&, const domain::Group&);
void write_project(Out&, const domain::Project&);
void write_role(Out&, const domain::Role&);

// The parameter `state`.
std::optional<domain::State> state_filter(Query&);

}  // namespace dialects::v1beta1
