#pragma once
#include "api/context.h"
#include "api/error.h"
#include "dialects/route.h"
#include "http/message.h"

namespace dialects {

// What the call is about: a tenant, or the platform. The error says why the caller may not ask about it.
api::Outcome<domain::Owner> owner_of(const http::Request&, const Route&, const api::Read&);

}  // namespace dialects
