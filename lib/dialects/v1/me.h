#pragma once
#include <string>

#include "api/context.h"

namespace dialects::v1 {

// The answer to `GET /v1/me`.
api::Outcome<std::string> me_body(const api::Read&);

}  // namespace dialects::v1
