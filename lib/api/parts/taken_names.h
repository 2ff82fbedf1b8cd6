#pragma once
#include <string>
#include <string_view>

#include "api/context.h"
#include "domain/group.h"
#include "domain/user.h"

// Whether a name that is new is free in its tenant: kAlreadyExists, naming the field, where it is another's,
// or mixes scripts and looks like another's. `self` is the one that is to have it, as it would be.
namespace api {

Outcome<void> check_name_is_free(const Read&, const domain::Group& self);
Outcome<void> check_email_is_free(const Read&, const domain::User& self);

}  // namespace api
