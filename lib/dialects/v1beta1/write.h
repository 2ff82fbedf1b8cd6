#pragma once
#include <string_view>

#include "api/service_users.h"
#include "dialects/v1beta1/json.h"

namespace dialects::v1beta1 {

// Writes a service user as the member of that name, or without a name into an array.
void write_service_user(Out&, std::string_view member, const domain::ServiceUser&);
void write_service_user(Out&, const domain::ServiceUser&);

}  // namespace dialects::v1beta1
