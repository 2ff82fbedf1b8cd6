#include <cstdio>

#include "app/commands.h"
#include "app/demo.h"
#include "app/run.h"
#include "config/network.h"

namespace app {
namespace {

constexpr const char* kListen = "127.0.0.1:7400";
constexpr const char* kCheckoutStore = "data/db";

// 127.0.0.0/8 or ::1: the demo key is printed, so nobody else may come near it.
bool is_loopback(const std::string& host) {
  const auto address = base::parse_address(host);
  if (!address) return false;
  for (const char* network : {"127.0.0.0/8", "::1"})
    if (config::parse_network(network).value().contains(*address)) return true;
  return false;
}

// Never the store that a configuration names: that one may be a real server's, where the demo has no place.
base::Result<Settings> dev_settings(const Source& source, Given given) {
  const bool chooses_store = !given.data;
  if (!given.listen) given.listen = kListen;
  if (chooses_store) given.data = kCheckoutStore;
  auto settings = load_settings(source, given);
  if (!settings.ok()) return settings;
  if (!is_loopback(settings->config.server.listen.host))
    return base::Error{
        base::ErrorCode::kInvalid,
        "--listen " + *given.listen + ": dev serves on a loopback address only, such as " + kListen};
  const bool is_in_checkout = source.path == kCheckoutConfig && source.found_by.empty();
  if (chooses_store && !is_in_checkout) {
    auto home = data_home();
    if (!home.ok()) return home.error();
    settings->config.store.dir = std::move(home).value();
  }
  settings->config.server.unix_socket.clear();
  return settings;
}

}  // namespace

int dev(const DevOptions& options) {
  Demo demo;
  const Source source = find_source(options.given, kCheckoutConfig);
  return run({[&] { return dev_settings(source, options.given); },
              [&](Server& server) -> base::Result<void> {
                auto put = put_demo(server.service());
                if (!put.ok()) return put.error();
                demo = std::move(put).value();
                return {};
              },
              [&](Server& server, const Settings& settings) {
                std::printf("\n%s\n%s", demo_calls(demo, server.address()).c_str(),
                            demo_hints({server.address(), settings.config.store.dir, options.program,
                                        settings.source.is_built_in()})
                                .c_str());
              },
              options.given.allow_insecure_permissions});
}

}  // namespace app
