#include <cstdio>

#include "app/commands.h"
#include "app/demo.h"
#include "app/run.h"
#include "config/network.h"

namespace app {
namespace {

// 127.0.0.0/8 or ::1: the demo key is printed, so nobody else may come near it.
bool is_loopback(const std::string& host) {
  const auto address = parse_address(host);
  if (!address) return false;
  for (const char* network : {"127.0.0.0/8", "::1"})
    if (config::parse_network(network).value().contains(*address)) return true;
  return false;
}

}  // namespace

int dev(const DevOptions& options) {
  auto c = configuration(options.config, options.listen, options.data);
  if (!c) return 1;
  if (!is_loopback(c->server.listen.host))
    return failed("--listen " + options.listen + ": dev serves on a loopback address only, such as 127.0.0.1:7400");
  c->server.unix_socket.clear();
  Demo demo;
  return run(
      *c, options.config,
      [&](Server& server) -> Result<void> {
        auto put = put_demo(server.service());
        if (!put.ok()) return put.error();
        demo = std::move(put).value();
        return {};
      },
      [&](Server& server) { std::printf("\n%s\n", demo_calls(demo, server.address()).c_str()); });
}

}  // namespace app
