#include "cli/console.h"

#include <cstdio>

#include "cli/cedar_output.h"
#include "cli/exit_code.h"

namespace cli {

int console(const ConsoleOptions& options) {
  const auto server = client::connection_of(options.at);
  if (!server.ok()) return fail(server.error());
  if (!server->place.unix_socket.empty())
    return fail({base::ErrorCode::kInvalid,
                 "a browser can't open " + server->place.to_string() +
                     "; name the address that it reaches the server at, with --server http(s)://HOST:PORT"});
  client::Request request{"POST", "/console/codes", {}, {}};
  const auto answer = server->call(request, 201);
  if (!answer.ok()) {
    complain("reeve: " + answer.error().message);
    return answer.error().code == base::ErrorCode::kIo ? kUnreachable : kFailure;
  }
  const base::Json* const path = answer->find("path");
  if (path == nullptr || !path->string())
    return fail({base::ErrorCode::kInvalid, "the server's answer has no path"});
  std::printf("%s%s\n", server->place.to_string().c_str(), path->string()->c_str());
  std::fprintf(stderr, "Open it in a browser within ten minutes; it begins one session.\n");
  return 0;
}

}  // namespace cli
