#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "api/context.h"
#include "api/operations.h"
#include "dialects/call.h"
#include "dialects/dialect.h"
#include "dialects/reply.h"
#include "http/method.h"

namespace dialects {

class System;

// What a caller must present before a route is taken.
enum class Access : std::uint8_t {
  kPublic,            // nothing
  kCredential,        // a valid credential
  kTenant,            // that, and an X-Tenant-ID that the credential may name
  kTenantOrPlatform,  // the same, but the platform's credentials may ask about the platform, without it
};

// Whether X-Tenant-ID says what a call is about.
constexpr bool takes_tenant(Access access) {
  return access == Access::kTenant || access == Access::kTenantOrPlatform;
}

// Answers from the server's own state, without the store's contents: health, documents.
using SystemHandler = Answer (*)(const Call&, const System&);

// Answers from one snapshot, on the reactor: within microseconds, a page at most.
using ReadHandler = Answer (*)(const Call&, const api::Read&);

// Reads the request whole, on the reactor, and returns what is to be done in the writer's transaction. That
// runs on another thread after the call is gone, so it holds copies of what it needs.
using Work = std::function<Answer(api::Change&)>;
using ChangeHandler = api::Outcome<Work> (*)(const Call&);

using RouteHandler = std::variant<SystemHandler, ReadHandler, ChangeHandler>;

// One line of the table that routing, authentication, logging and the tests go by. The OpenAPI document is
// held against it by a test.
struct Route {
  http::Method method = http::Method::kGet;
  std::string_view pattern;             // "/v1/groups/{id}/roles"
  std::string_view operation;           // the document's operationId: "add_group_role"
  std::optional<api::Operation> needs;  // what the caller must be allowed to do; none: nobody is asked
  Dialect dialect = Dialect::kSystem;
  Access access = Access::kPublic;
  int success = 200;
  std::string_view query;  // names of its parameters, blanks between
  std::string_view body;   // the schema of its body in the document; empty: it has none
  RouteHandler handler;
};

}  // namespace dialects
