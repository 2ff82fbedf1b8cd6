#pragma once
#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "client/connection.h"

namespace cli {

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
