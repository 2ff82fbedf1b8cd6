#include "app/run.h"

#include <signal.h>
#include <time.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "app/service_manager.h"
#include "base/log.h"
#include "base/version.h"
#include "config/bootstrap.h"

namespace app {
namespace {

using std::chrono::milliseconds;

std::optional<std::string> bootstrap_secret() {
  const char* value = std::getenv("REEVE_BOOTSTRAP_SECRET");
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// The signals that this process waits for instead of being interrupted by; threads started later inherit it.
sigset_t take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, s);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

// The signal that came within `wait`, or 0.
int next_signal(const sigset_t& set, milliseconds wait) {
  const timespec limit{static_cast<time_t>(wait.count() / 1000), static_cast<long>(wait.count() % 1000) * 1'000'000};
  const int s = sigtimedwait(&set, nullptr, &limit);
  return s > 0 ? s : 0;
}

// Until a signal says stop, or the store fails. Answers the exit code.
int wait_and_keep_house(Server& server, const std::string& config_path, ServiceManager& manager, const sigset_t& set) {
  const milliseconds step = std::min(milliseconds(1000), manager.watchdog_interval().value_or(milliseconds(1000)));
  for (;;) {
    const int s = next_signal(set, step);
    if (s == SIGTERM || s == SIGINT) {
      logging::info("stopping", {{"signal", s == SIGTERM ? "SIGTERM" : "SIGINT"}});
      return 0;
    }
    if (s == SIGHUP) {
      manager.reloading();
      server.reload(config_path);
      manager.ready();
    }
    if (const auto kept = server.housekeep(); !kept.ok()) {
      logging::error("store", {{"error", kept.error().message}});
      return 1;
    }
    if (manager.watchdog_interval()) manager.alive();
  }
}

}  // namespace

int failed(const std::string& message) {
  std::fprintf(stderr, "reeve: %s\n", message.c_str());
  return 1;
}

std::optional<config::Config> configuration(const std::string& path, const std::optional<std::string>& listen,
                                            const std::optional<std::string>& data) {
  auto loaded = config::load_config(path);
  if (!loaded.ok()) {
    failed(loaded.error().message);
    return std::nullopt;
  }
  config::Config c = std::move(loaded).value();
  if (listen) {
    const auto endpoint = config::parse_endpoint(*listen);
    if (!endpoint.ok()) {
      failed("--listen " + *listen + ": " + endpoint.error().message);
      return std::nullopt;
    }
    c.server.listen = endpoint.value();
  }
  if (data) c.store.dir = *data;
  return c;
}

int run(const config::Config& c, const std::string& config_path, const std::function<Result<void>(Server&)>& before,
        const std::function<void(Server&)>& on_ready) {
  const sigset_t set = take_signals();
  logging::configure(c.log.level, c.log.format);
  ServiceManager manager = ServiceManager::from_environment();
  const auto bootstrap = config::bootstrap_credential(c.bootstrap, bootstrap_secret());
  if (!bootstrap.ok()) return failed(bootstrap.error().message);
  auto opened = Server::open(c, bootstrap.value());
  if (!opened.ok()) return failed(opened.error().message);
  Server& server = *opened.value();
  if (const auto r = before(server); !r.ok()) return failed(r.error().message);
  if (const auto r = server.listen(); !r.ok()) return failed(r.error().message);

  std::printf("listening on %s\n", server.address().c_str());
  on_ready(server);
  std::fflush(stdout);
  logging::info("started", {{"version", kVersion}, {"address", server.address()}});
  manager.ready();
  const int code = wait_and_keep_house(server, config_path, manager, set);
  manager.stopping();
  server.stop();
  logging::info("stopped", {});
  return code;
}

}  // namespace app
