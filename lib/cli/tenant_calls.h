#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "client/connection.h"

namespace cli {

// Which tenant commands ask about: the one that is named, by its uuid, or in REEVE_TENANT; else the
// credential's own, which the server is asked for. kInvalid where that is none, since it is the platform's.
base::Result<std::string> tenant_asked_about(const client::Connection&,
                                             const std::optional<std::string>& named);

// A server, and the tenant there that commands ask about.
struct TenantCalls {
  client::Connection server;
  std::string tenant;       // its uuid; "" where that isn't known
  std::string access_path;  // "/access/v1/", or below the tenant

  // A call about it. kIo where there is no answer; else the message is the call and what it answered:
  // "POST /v1/users answered 409: …".
  base::Result<base::Json> call(const std::string& method, const std::string& path, const base::Json& body,
                                int wanted) const;

  // A question, such as "evaluation".
  base::Result<base::Json> ask(const std::string& call, const base::Json& question) const {
    return this->call("POST", access_path + call, question, 200);
  }
};

}  // namespace cli
