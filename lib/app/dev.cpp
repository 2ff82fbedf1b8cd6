#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/demo.h"
#include "app/exposure.h"
#include "app/run.h"
#include "base/file.h"
#include "base/log.h"
#include "crypto/self_signed.h"

namespace app {
namespace {

constexpr const char* kListen = "127.0.0.1:7400";
constexpr const char* kCheckoutStore = "data/db";

constexpr const char* kCertificateFile = "/dev-certificate.pem";
constexpr int kCertificateDays = 365;

// The demo key is printed, so nobody else may come near it.
bool is_near(const std::string& host) {
  const auto address = base::parse_address(host);
  return address && address->is_loopback();
}

// Its key is in memory alone, so each start makes another.
base::Result<http::front::PemPair> make_pair(const Settings& settings) {
  auto made = crypto::make_self_signed({"localhost", "127.0.0.1", "::1"}, base::SystemClock().now(),
                                       kCertificateDays);
  if (!made.ok()) return made.error();
  const auto file = std::filesystem::absolute(settings.config.store.dir + kCertificateFile);
  return http::front::PemPair{std::move(made->certificate), std::move(made->key),
                              file.lexically_normal().string(), "its key"};
}

// Never the store that a configuration names: that one may be a real server's, where the demo has no place.
base::Result<Settings> dev_settings(const Source& source, Given given) {
  const bool chooses_store = !given.data, chooses_listen = !given.listen;
  if (!given.listen) given.listen = kListen;
  if (chooses_store) given.data = kCheckoutStore;
  auto settings = load_settings(source, given);
  if (!settings.ok()) return settings;
  if (!is_near(settings->config.server.listen.host))
    return base::Error{
        base::ErrorCode::kInvalid,
        "--listen " + *given.listen + ": dev serves on a loopback address only, such as " + kListen};
  const bool is_in_checkout = source.path == kCheckoutConfig && source.found_by.empty();
  if (chooses_store && !is_in_checkout) {
    auto home = data_home();
    if (!home.ok()) return home.error();
    settings->config.store.dir = std::move(home).value();
  }
  config::Config& c = settings->config;
  c.server.unix_socket.clear();
  c.tls = {};
  const config::KeyOrigin chosen{config::KeyOrigin::Kind::kCommandLine, "dev"};
  if (chooses_listen) c.origins["server.listen"] = chosen;
  if (chooses_store) c.origins["store.dir"] = chosen;
  for (const char* const key :
       {"server.unix_socket", "tls.certificate", "tls.key", "tls.more", "tls.min_version"})
    c.origins[key] = chosen;
  return settings;
}

}  // namespace

int dev(const DevOptions& options) {
  Demo demo;
  std::string certificate;  // the text
  std::string file;         // where callers find it; empty without TLS
  std::string store;        // its folder
  Serving serving;
  const Source source = find_source(options.given, kCheckoutConfig);
  serving.load = [&] {
    auto settings = dev_settings(source, options.given);
    if (settings.ok()) store = settings->config.store.dir;
    return settings;
  };
  serving.allow_insecure_permissions = options.given.allow_insecure_permissions;
  if (options.tls)
    serving.pair = [&](const Settings& settings) {
      auto pair = make_pair(settings);
      if (pair.ok()) certificate = pair->certificate;
      if (pair.ok()) file = pair->certificate_name;
      return pair;
    };
  serving.before = [&](Server& server) -> base::Result<void> {
    auto put = put_demo(server.service(), store);
    if (!put.ok()) return put.error();
    demo = std::move(put).value();
    return file.empty() ? base::Result<void>() : base::write_file(file, certificate, 0600);
  };
  serving.on_ready = [&](Server& server, const Settings& settings) {
    const auto console = demo_console(server.service(), demo, server.address());
    if (!console.ok()) base::logging::warn("console", {{"error", console.error().message}});
    if (console.ok() && !console->empty())
      std::printf("\nThe console, logged in; the link is good once, for ten minutes:\n  %s\n",
                  console->c_str());
    std::printf("\n%s\n%s", demo_calls(demo, server.address(), file).c_str(),
                demo_hints({server.address(), settings.config.store.dir, options.program,
                            settings.source.is_built_in()})
                    .c_str());
  };
  return run(serving);
}

}  // namespace app
