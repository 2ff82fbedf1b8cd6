#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/history.h"
#include "base/json.h"
#include "base/uuid.h"
#include "dialects/dialect.h"
#include "http/message.h"

namespace dialects {

// What a handler is given: a request that was routed, authenticated and whose body was parsed. Lives for the
// call of the handler.
struct Call {
  const http::Request& request;
  const Route& route;
  FieldNames names = FieldNames::kCamel;
  domain::Owner owner;  // the tenant named by X-Tenant-ID, else whose the credential is
  base::Json body;      // an object; null where the route has no body
  api::IfMatch if_match;
  base::Timestamp now{};  // of the snapshot in which the caller was admitted; a change has a later one

  // When a read that may go on in the pool has to: it answers continued_in_pool() then. None: never.
  std::optional<std::chrono::nanoseconds> until{};

  // Of a read that has waited for changes: how far behind `after` there is nothing for it.
  std::optional<std::uint64_t> looked_at{};

  // When the call is about (moment.h); none: now.
  std::optional<api::Moment> at{};

  // The tenant. REQUIRES: the route's access is kTenant
  domain::TenantId tenant() const;

  // The decoded segment at "{name}" of the route's pattern. REQUIRES: the pattern has it
  const std::string& path(std::string_view name) const;

  // The same as an id. A segment that is no uuid gives the nil one, which no object has: it passes the same
  // checks, and is then not found. REQUIRES: is_id(name)
  template <class Id>
  Id path_id(std::string_view name) const {
    return Id(path_uuid(name));
  }

 private:
  base::Uuid path_uuid(std::string_view name) const;
};

// Whether the parameter of that name is an id, not a name: {id}, {user_id}, {secret_id}, {rule_id},
// {test_id}.
bool is_id(std::string_view parameter);

// The error, with the path's own text in place of the nil uuid that stood for it.
api::Error named_as_sent(api::Error, const Route&, const http::Request&);

}  // namespace dialects
