#include "app/scratch_server.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "app/definitions.h"
#include "base/log.h"
#include "base/monotonic_clock.h"
#include "crypto/random.h"
#include "crypto/token.h"
#include "http/front/listener.h"

namespace app {
namespace {

constexpr std::size_t kMapBytes = std::size_t{1} << 30U;  // of address space, not of disk

// Stands still: what a search finds is the same on a slow machine, and comes on one page.
class StoppedTicks final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return {}; }
};
const StoppedTicks kStopped;

base::Result<std::string> make_folder() {
  const char* const given = std::getenv("TMPDIR");
  std::string path = std::string(given && *given ? given : "/tmp") + "/reeve-trial.XXXXXX";
  if (!::mkdtemp(path.data()))
    return base::Error{base::ErrorCode::kIo, path + ": can't be made: " + std::strerror(errno)};
  return path;
}

// What serves a deployment and nothing else is left out: addresses, backups, heads of the audit log, rates.
config::Config scratch(config::Config c, const std::string& folder, config::UserIdForm user_ids) {
  c.store.dir = folder + "/db";
  c.store.map_size = kMapBytes;
  c.store.reserve = 0;
  c.store.scrub = {};
  c.server.listen = {};
  c.server.unix_socket = folder + "/socket";
  c.server.threads = 1;
  c.server.trusted_proxies.clear();
  c.server.limits.requests_per_second = 0;
  c.tls = {};
  c.audit.archive.clear();
  c.audit.heads.clear();
  c.audit.signing_key.clear();
  c.backup.dir.clear();
  c.decisions.user_id = user_ids;
  return c;
}

}  // namespace

base::Timestamp ScratchServer::SetClock::now() const {
  const std::int64_t ms = ms_;
  return ms == kNotSet ? kSystemClock.now() : base::Timestamp{ms};
}

base::Result<std::unique_ptr<ScratchServer>> ScratchServer::start(const Options& options) {
  base::logging::configure(base::logging::Level::kError, base::logging::Format::kText);
  signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<ScratchServer> scratch_server(new ScratchServer());
  auto folder = make_folder();
  if (!folder.ok()) return folder.error();
  scratch_server->folder_ = *folder;
  Given given;
  given.data = *folder;
  auto settings = load_settings(Source{options.config, options.config.empty() ? "" : "--config"}, given);
  if (!settings.ok()) return settings.error();
  auto definitions = load_definitions(*settings);
  if (!definitions.ok()) return definitions.error();
  const config::Config config = scratch(std::move(settings->config), *folder, options.user_ids);
  auto server = Server::open(config, std::move(definitions).value(), {}, {scratch_server->clock_, kStopped});
  if (!server.ok()) return server.error();
  scratch_server->server_ = std::move(server).value();

  crypto::SystemRandom random;
  const config::BootstrapCredential credential{random.uuid(kSystemClock.now()),
                                               crypto::make_token(crypto::TokenKind::kSecret, random)};
  if (const auto kept = scratch_server->server_->keep_bootstrap(credential); !kept.ok()) return kept.error();
  auto listeners = http::front::bind_listeners("", 0);
  if (!listeners.ok()) return listeners.error();
  if (auto listens = scratch_server->server_->listen(std::move(listeners).value()); !listens.ok())
    return listens.error();
  auto presented = client::credential_of(credential.secret, "the scratch server");
  if (!presented.ok()) return presented.error();
  scratch_server->platform_.place.unix_socket = config.server.unix_socket;
  scratch_server->platform_.credential = std::move(presented).value();
  return scratch_server;
}

ScratchServer::~ScratchServer() {
  server_.reset();
  if (folder_.empty()) return;
  std::error_code ignored;  // what is left is in the folder of temporary files
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace app
