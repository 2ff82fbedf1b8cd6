#pragma once
#include <optional>
#include <string>

#include "client/connection.h"

namespace cli {

// `reeve check`: asks a running server for one decision (/access/v1/evaluation). Prints "allow" or "deny",
// and ends with 0 or 2; with 8 where there is no answer, and 1 where that is no decision.
struct CheckOptions {
  client::Given at;
  std::string principal;  // "TYPE:ID", or the ID of a user
  std::string action;
  std::optional<std::string> resource;  // "TYPE:ID"; none: the tenant
  std::optional<std::string> tenant;    // its uuid; else REEVE_TENANT
};
int check(const CheckOptions&);

}  // namespace cli
