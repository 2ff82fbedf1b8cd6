// The frame of every command that serves, and the thread it runs on. In order: block the signals (threads
// started later inherit that), read the configuration, bind the address, open the store, make the first
// credential, listen, tell systemd. The address is bound before anything is written, so that a second server
// on one machine fails and leaves no trace.
//
// Then this thread waits in sigtimedwait(2), a second at a time or half of systemd's watchdog interval, and
// does nothing that could wait for a disk, the writer or a reader:
//
//   SIGHUP           ask the housekeeper's thread to reload; before the server answers it is ignored
//   SIGTERM, SIGINT  drain: stop the front, let the store finish, end with 0; or, where the store doesn't
//                    finish in time, with 1. What was answered is on disk either way
//   each round       ping the watchdog; if the store has stopped taking changes, end with 1, to be started
//                    anew by systemd
#include "app/run.h"

#include <signal.h>
#include <time.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>

#include "app/bootstrap_file.h"
#include "app/damage.h"
#include "app/definitions.h"
#include "app/exposure.h"
#include "app/housekeeper.h"
#include "app/passed_sockets.h"
#include "app/permissions_check.h"
#include "app/service_manager.h"
#include "base/log.h"
#include "base/thread.h"
#include "base/version.h"
#include "config/bootstrap.h"
#include "http/front/listener.h"
#include "store/map_guard.h"

namespace app {
namespace {

using std::chrono::milliseconds;

constexpr int kDamaged = 3;  // exit code: the store isn't what it should be, and starting again doesn't help
constexpr milliseconds kLogLimit{1000};   // for the last lines, at the end
constexpr milliseconds kStopLimit{5000};  // for the store, behind what requests have

std::optional<std::string> bootstrap_secret() {
  const char* value = std::getenv(kBootstrapSecret);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// The signals that this process waits for instead of being interrupted by; threads started later inherit it.
// A reload that is asked for before there is anything to reload is none, and must not end the process.
sigset_t take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, s);
  signal(SIGHUP, SIG_IGN);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

// Whether a signal that says so waits.
bool is_to_stop() {
  sigset_t waiting;
  sigpending(&waiting);
  return sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1;
}

void take_reloads() {
  signal(SIGHUP, SIG_DFL);  // and blocked
}

// The signal that came within `wait`, or 0.
int next_signal(const sigset_t& set, milliseconds wait) {
  const timespec limit{static_cast<time_t>(wait.count() / 1000),
                       static_cast<long>(wait.count() % 1000) * 1'000'000};
  const int s = sigtimedwait(&set, nullptr, &limit);
  return s > 0 ? s : 0;
}

// Of the signals that wait the kernel gives the one of the lowest number, so that while SIGHUPs keep coming
// nobody would see a SIGTERM: it is asked for by itself.
int next_stop_or_reload(const sigset_t& set, milliseconds wait) {
  sigset_t stops = set;
  sigdelset(&stops, SIGHUP);
  const int s = next_signal(set, wait);
  const int stop = s == SIGHUP ? next_signal(stops, milliseconds(0)) : 0;
  return stop != 0 ? stop : s;
}

// Until a signal says stop, or the store fails. Answers the exit code.
int wait_for_signals(Housekeeper& keeper, ServiceManager& manager, const sigset_t& set) {
  using Clock = std::chrono::steady_clock;
  const milliseconds step =
      std::min(milliseconds(1000), manager.watchdog_interval().value_or(milliseconds(1000)));
  Clock::time_point next_ping = Clock::now();
  for (;;) {
    const int s = next_stop_or_reload(set, step);
    if (s == SIGTERM || s == SIGINT) {
      base::logging::info("stopping", {{"signal", s == SIGTERM ? "SIGTERM" : "SIGINT"}});
      return 0;
    }
    if (s == SIGHUP) keeper.ask_to_reload();
    if (const auto failure = keeper.failure()) {
      base::logging::error("store", {{"error", failure->message}});
      return failure->code == base::ErrorCode::kCorrupt ? kDamaged : 1;
    }
    if (!manager.watchdog_interval() || Clock::now() < next_ping) continue;
    manager.alive();
    next_ping = Clock::now() + step;
  }
}

// Whether `work` ends within the limit. If not, its thread is left to itself, and the process has to end.
bool ends_within(milliseconds limit, std::function<void()> work) {
  auto done = std::make_shared<std::promise<void>>();
  const auto ended = done->get_future();
  auto thread = base::start_thread("stop", [work, done] {
    work();
    done->set_value();
  });
  if (!thread.ok()) {
    work();
    return true;
  }
  const bool in_time = ended.wait_for(limit) == std::future_status::ready;
  in_time ? thread->join() : thread->detach();
  return in_time;
}

// A disk that hangs keeps the writer from ending, and must not keep the process.
void stop_or_end(Server& server, std::unique_ptr<Housekeeper>& keeper, milliseconds limit) {
  const bool stopped = ends_within(limit, [&] {
    keeper->stop();
    server.stop();
    keeper.reset();
  });
  if (stopped) return;
  base::logging::error("stopped", {{"error",
                                    "the store didn't finish in time, so changes that nobody was answered "
                                    "about may be lost; every one that was answered is on disk"}});
  base::logging::flush(kLogLimit);
  std::_Exit(1);
}

// Whoever may write there could make itself anybody.
base::Result<void> refuse_insecure(const Settings& settings, bool is_allowed) {
  std::string refused;
  for (const std::string& path : open_to_everybody(settings)) {
    if (is_allowed)
      base::logging::warn("permissions",
                          {{"path", path}, {"warning", "everybody on this machine may write to it"}});
    else
      refused += path + ": everybody on this machine may write to it, and so change who may do what\n  ";
  }
  if (refused.empty()) return {};
  return base::Error{
      base::ErrorCode::kInvalid,
      refused + "take that right away (chmod o-w), or insist with --allow-insecure-permissions"};
}

// What to do about an address that is taken; a unix socket, whose message begins with its path, is no flag's.
std::string another_port(const base::Error& error) {
  if (error.code != base::ErrorCode::kConflict || error.message.starts_with('/')) return "";
  return "; give another with --listen HOST:PORT; port 0 picks a free one";
}

// Where to listen: what the service manager passed, else what the settings say.
struct Place {
  http::front::Listeners listeners;
  bool passed = false;
  std::string unix_socket;    // of those that were passed
  config::Endpoint endpoint;  // the first of them; without a host where there is none

  // What the settings say of where to listen counts for nothing once sockets were passed.
  Settings apply(Settings settings) const {
    if (!passed) return settings;
    config::ServerConfig& server = settings.config.server;
    server.unix_socket = unix_socket;
    server.listen = endpoint;
    for (const char* const key : {"server.listen", "server.unix_socket"})
      settings.config.origins[key] = {config::KeyOrigin::Kind::kEnvironment, "LISTEN_FDS"};
    return settings;
  }
};

base::Result<Place> find_place(const Settings& settings, bool takes_sockets) {
  Place place;
  const config::ServerConfig& server = settings.config.server;
  const auto fds =
      takes_sockets ? take_passed_descriptors() : base::Result<std::vector<int>>(std::vector<int>());
  if (!fds.ok()) return fds.error();
  auto listeners = fds->empty() ? http::front::bind_listeners(server.listen.host, server.listen.port)
                                : http::front::take_listeners(*fds);
  if (!listeners.ok())
    return base::Error{listeners.error().code, listeners.error().message + another_port(listeners.error())};
  place.listeners = std::move(listeners).value();
  place.passed = place.listeners.passed;
  if (!place.passed) return place;
  const auto addresses = http::front::addresses_of(place.listeners);
  if (!addresses.empty()) place.endpoint = {addresses.front().to_string(), place.listeners.port};
  place.unix_socket = http::front::path_of(place.listeners);
  return place;
}

base::Result<CertificateKeeper> certificates_for(const Serving& serving, const Settings& settings) {
  if (!serving.pair) return CertificateKeeper::load(settings.config.tls, base::SystemClock().now());
  auto pair = serving.pair(settings);
  if (!pair.ok()) return pair.error();
  return CertificateKeeper::of(std::move(pair).value());
}

// The user's folder, where a store is that nobody named, may be one that can't be written.
std::string another_store(const Settings& settings, const base::Error& error) {
  const bool is_guessed = settings.source.is_built_in() && error.code == base::ErrorCode::kIo;
  return is_guessed ? "; give another folder with --data DIR" : "";
}

}  // namespace

int failed(const std::string& message) {
  base::logging::flush(kLogLimit);  // what was logged before comes first
  std::fprintf(stderr, "reeve: %s\n", message.c_str());
  return 1;
}

int failed_with(const base::Error& error) {
  constexpr int kNotRight = 3;
  const int code = failed(error.message);
  return error.code == base::ErrorCode::kCorrupt ? kNotRight : code;
}

// The message of an error with one field is that of the field; of several it names the first alone.
std::string text_of(const api::Error& error) {
  std::string out = error.message;
  if (error.fields.size() > 1) out.clear();
  for (const auto& field : error.fields) {
    if (error.fields.size() < 2) break;
    const std::string name = field.pointer.starts_with('/') ? field.pointer.substr(1) : field.pointer;
    out += (out.empty() ? "" : "\n  ") + name + ": " + field.message;
  }
  for (const std::string& notice : error.notices) out += "\n  " + notice;
  return out;
}

int run(const Serving& serving) {
  const sigset_t set = take_signals();
  const auto loaded = serving.load();
  if (!loaded.ok()) return failed(loaded.error().message);
  base::logging::configure(loaded->config.log.level, loaded->config.log.format);
  if (const auto r = base::logging::write_in_background(); !r.ok()) return failed(r.error().message);
  if (const auto r = refuse_insecure(*loaded, serving.allow_insecure_permissions); !r.ok())
    return failed(r.error().message);
  ServiceManager manager = ServiceManager::from_environment();
  using Bootstrap = base::Result<std::optional<config::BootstrapCredential>>;
  const Bootstrap bootstrap =
      serving.primary  // which has the credentials
          ? Bootstrap(std::nullopt)
          : config::bootstrap_credential(loaded->config.bootstrap, bootstrap_secret());
  if (!bootstrap.ok()) return failed(bootstrap.error().message);
  auto definitions = load_definitions(*loaded);
  if (!definitions.ok()) return failed(definitions.error().message);
  auto place = find_place(*loaded, serving.takes_sockets);
  if (!place.ok()) return failed(place.error().message);
  const Settings settings = place->apply(*loaded);
  const config::Config& c = settings.config;
  const auto exposure =
      exposure_of(c, http::front::addresses_of(place->listeners), c.tls.on() || serving.pair);
  if (!exposure.ok()) return failed(exposure.error().message);
  auto certificates = certificates_for(serving, settings);
  if (!certificates.ok()) return failed(certificates.error().message);
  end_on_damage(c);
  const auto was_marked = check_if_marked(c.store);
  if (!was_marked.ok()) {
    const int code = failed(was_marked.error().message);
    return was_marked.error().code == base::ErrorCode::kCorrupt ? kDamaged : code;
  }
  std::optional<Primary> primary;
  if (serving.primary) {
    auto found = serving.primary(settings);
    if (!found.ok()) return failed(found.error().message);
    primary = std::move(found).value();
    if (const auto r = begin_copy(c, *primary, [] { return !is_to_stop(); }); !r.ok())
      return failed_with(r.error());
  }
  auto opened = Server::open(c, std::move(definitions).value(), std::move(certificates).value(), {}, primary);
  if (!opened.ok()) return failed(opened.error().message + another_store(settings, opened.error()));
  Server& server = *opened.value();
  if (*was_marked) {
    if (const auto r = store::remove_damage_marker(c.store.dir); !r.ok()) return failed(r.error().message);
    base::logging::info("store", {{"outcome", "nothing is damaged"}});
  }
  const auto kept = primary ? std::string() : server.keep_bootstrap(bootstrap.value());
  if (!kept.ok()) return failed(kept.error().message);
  if (serving.before)
    if (const auto r = serving.before(server); !r.ok()) return failed(r.error().message);
  take_reloads();  // before `reeve reload` can find the server
  if (const auto r = server.listen(std::move(place->listeners)); !r.ok())
    return failed(r.error().message + another_port(r.error()));

  const auto reloaded = [&]() -> base::Result<Settings> {
    auto again = serving.load();
    if (!again.ok()) return again;
    return place->apply(std::move(again).value());
  };
  auto keeper = Housekeeper::start(server, reloaded, manager);
  if (!keeper.ok()) return failed(keeper.error().message);

  std::printf("configuration: %s\nstore: %s\n", settings.source.to_string().c_str(), c.store.dir.c_str());
  if (primary) std::printf("a copy of %s\n", primary->place.to_string().c_str());
  if (!kept->empty()) std::printf("the platform's credential is in %s\n", kept->c_str());
  std::printf("connections: %s\n", exposure->sentence.c_str());
  std::printf("listening on %s\n", server.address().c_str());
  if (serving.on_ready) serving.on_ready(server, settings);
  std::fflush(stdout);
  if (kept->empty() && server.bootstrap_is_left())
    base::logging::warn("bootstrap-credential",
                        {{"file", bootstrap_path(c.store.dir)},
                         {"warning",
                          "the platform's first credential is still valid and lies in a file; keep it "
                          "somewhere safe and remove the file, or make another and revoke this one"}});
  if (exposure->is_readable)
    base::logging::warn("connections",
                        {{"address", server.address()},
                         {"warning",
                          "credentials can be read on the network; set tls.certificate, or put "
                          "a proxy in front"}});
  base::logging::info("started", {{"version", base::kVersion},
                                  {"address", server.address()},
                                  {"connections", exposure->sentence},
                                  {"configuration", settings.source.to_string()},
                                  {"store", c.store.dir},
                                  {"copy_of", primary ? primary->place.to_string() : ""}});
  manager.ready();
  const int code = wait_for_signals(*keeper.value(), manager, set);
  manager.stopping();
  stop_or_end(server, keeper.value(), c.server.timeouts.shutdown + kStopLimit);
  base::logging::info("stopped", {});
  base::logging::flush(kLogLimit);
  return code;
}

}  // namespace app
