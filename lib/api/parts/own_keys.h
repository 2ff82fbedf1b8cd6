#pragma once
#include <vector>

#include "api/context.h"
#include "domain/credential.h"
#include "domain/service_user.h"

namespace api {

// The credentials of an API key that are valid now, and so give it scopes of its own; of another service user
// none.
Outcome<std::vector<domain::Credential>> own_keys(const Read&, const domain::ServiceUser&);

}  // namespace api
