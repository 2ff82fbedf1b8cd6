// A server is five things, each of which uses those before it: store, service, dialects, front, and the file
// SERVER that tells other commands about it. They are made in this order and taken down in the reverse one;
// stop() says in which order the threads end.
//
// A reload reads all files first and changes nothing until all are right. Then adopt() replaces catalogue and
// guard together, the log's level follows, and keys that need a restart are named in the log. Its number goes
// to SERVER before and after, so that `reeve reload`, which reads that file, knows which reload it has waited
// for:
//
//   reloads 7, is_reloading true   ->   reloads 7, is_reloading false, mistake "config/roles.yaml:3:5: …"
#include "app/server.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "api/backups.h"
#include "app/backup_keeper.h"
#include "app/backups.h"
#include "app/bootstrap_file.h"
#include "app/definitions.h"
#include "app/descriptors.h"
#include "app/head_publisher.h"
#include "app/key_uses.h"
#include "app/removals.h"
#include "app/retention.h"
#include "app/scrubber.h"
#include "app/self_report.h"
#include "app/served_copy.h"
#include "app/server_file.h"
#include "app/server_options.h"
#include "app/signing_key.h"
#include "base/log.h"
#include "base/monotonic_clock.h"
#include "base/work_pool.h"
#include "config/keys.h"
#include "crypto/random.h"
#include "decision_log/log.h"
#include "dialects/dispatcher.h"
#include "http/front/front.h"
#include "http/front/listener.h"
#include "store/store.h"

namespace app {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::size_t kFlood = std::size_t{4} << 20;  // bytes of bodies and unsent answers
constexpr std::chrono::seconds kRetentionBudget{1};
constexpr int kSlowWorkNice = 5;  // of its threads: a third of a reactor's share where processors are scarce

constexpr std::size_t kDescriptorsOfReactor = 2;  // its epoll and its eventfd

}  // namespace

// In the order in which they depend: the members below are destroyed first.
struct Server::Parts {
  Parts(const config::Config& c, const base::Clock& k) : config(c), clock(k), report(c, k.now()) {}

  const config::Config config;
  const base::Clock& clock;
  base::SteadyClock ticks;
  crypto::SystemRandom random;
  SelfReport report;
  std::unique_ptr<ServedCopy> copy;  // null: the store decides alone
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Retention> retention;
  std::unique_ptr<HeadPublisher> heads;
  std::unique_ptr<decision_log::Log> decision_log;
  std::unique_ptr<api::KeyUses> key_uses;  // null: the folder can't be written
  std::unique_ptr<api::Service> service;
  std::unique_ptr<api::Backups> backups;
  std::unique_ptr<dialects::Dispatcher> dispatcher;
  std::unique_ptr<http::front::Front> front;
  std::unique_ptr<Scrubber> scrubber;
  CertificateKeeper certificates;
  std::unique_ptr<BackupKeeper> backup_keeper;  // null: none are made by themselves
  std::unique_ptr<Removals> removals;
  std::int64_t house_kept_ms = 0;
  std::size_t memory_peak = 0;  // of the front, since memory was given back
  std::uint64_t reloads_refused = 0;
  bool is_told = false;  // that is, SERVER is there
  ServerFile told;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  stop();
}

// The file is written before the store keeps the credential: a crash between the two leaves a file without
// meaning and a next start that replaces it, instead of a credential that nobody knows.
base::Result<std::string> Server::keep_bootstrap(const std::optional<config::BootstrapCredential>& wanted) {
  api::Service& service = *parts_->service;
  if (wanted) {
    if (auto r = service.keep({domain::CredentialId(wanted->client_id), wanted->secret}); !r.ok())
      return r.error();
    return std::string();
  }
  const auto first = service.first_platform_credential();
  if (!first.ok()) return first.error();
  if (!first.value()) return std::string();
  const api::PlatformCredential& credential = *first.value();
  const std::string& store = parts_->config.store.dir;
  if (auto r = write_bootstrap_file(store, credential); !r.ok()) return r.error();
  if (auto r = service.keep(credential); !r.ok()) return r.error();
  return bootstrap_path(store);
}

bool Server::bootstrap_is_left() const {
  const auto file = read_bootstrap_file(parts_->config.store.dir);
  if (!file.ok()) return false;
  const api::Presented presented{api::Scheme::kBasic, file->client_id, file->client_secret};
  return parts_->service->read(presented, {"", "start"}, [](const api::Read&) {}).ok();
}

base::Result<std::unique_ptr<Server>> Server::open(const config::Config& c, api::Definitions definitions,
                                                   CertificateKeeper certificates, const ServerClocks& clocks,
                                                   const std::optional<Primary>& primary) {
  if (auto r = check_role(c.store.dir, primary.has_value()); !r.ok()) return r.error();
  auto parts = std::make_unique<Parts>(c, clocks.day);
  parts->certificates = std::move(certificates);
  auto signing_key = load_signing_key(c.audit.signing_key);
  if (!signing_key.ok()) return signing_key.error();
  store::StoreOptions options = store_options(c, parts->clock);
  if (primary) {
    parts->copy = std::make_unique<ServedCopy>(*primary, parts->clock, parts->ticks);
    options.source = [&copy = *parts->copy](store::Queue& queue) { return copy.received().source(queue); };
  }
  auto store = store::Store::open(std::move(options));
  if (!store.ok()) return store.error();
  parts->store = std::move(store).value();
  parts->retention = std::make_unique<Retention>(*parts->store, parts->config, parts->clock, parts->random,
                                                 kRetentionBudget, primary.has_value());
  parts->heads = std::make_unique<HeadPublisher>(*parts->store, parts->clock, parts->ticks);
  parts->heads->use(c.audit.heads, std::move(signing_key).value());
  auto log = decision_log::Log::start(log_options(c, *parts->store, parts->clock, parts->random));
  if (!log.ok()) return log.error();
  parts->decision_log = std::move(log).value();
  parts->service = std::make_unique<api::Service>(*parts->store, parts->clock, parts->random,
                                                  api::Service::kWriterLimit, clocks.work);
  parts->service->log_decisions_to(*parts->decision_log);
  parts->key_uses = open_key_uses(c.store.dir, parts->clock.now());
  if (parts->key_uses) parts->service->note_uses_in(*parts->key_uses);
  parts->removals = std::make_unique<Removals>(*parts->store, parts->random);
  if (primary) parts->service->serve_copy();
  if (auto r = parts->service->adopt(std::move(definitions)); !r.ok()) return r.error();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

base::Result<void> Server::listen(http::front::Listeners listeners) {
  Parts& p = *parts_;
  base::WorkPool::Options slow{"slow work", p.config.server.slow_threads};
  slow.nice = kSlowWorkNice;
  auto slow_work = base::WorkPool::start(slow);
  if (!slow_work.ok()) return slow_work.error();
  base::WorkPool::Options lengthy{"long work", 1};
  lengthy.nice = kSlowWorkNice;
  auto long_work = base::WorkPool::start(lengthy);
  if (!long_work.ok()) return long_work.error();
  base::WorkPool::Options past{"past", 1};
  past.nice = kSlowWorkNice;
  auto past_work = base::WorkPool::start(past);
  if (!past_work.ok()) return past_work.error();
  tell_of_certificates();
  p.backups = std::make_unique<api::Backups>(
      *p.store, p.clock,
      api::Backups::Options{p.config.backup.dir, p.config.store.reserve, keep_of(p.config.backup)});
  auto changes = dialects::ChangeWaits::start({[&store = *p.store] { return store.revision(); }, &p.ticks});
  if (!changes.ok()) return changes.error();
  auto waits = dialects::RevisionWaits::start({[&store = *p.store] { return store.revision(); }, &p.ticks});
  if (!waits.ok()) return waits.error();
  dialects::WorkPools pools{std::move(slow_work).value(), std::move(long_work).value(),
                            std::move(changes).value(), std::move(waits).value(),
                            std::move(past_work).value()};
  if (p.copy) {
    if (auto r = p.copy->begin(*p.store, *p.service, p.config); !r.ok()) return r;
    p.report.follow(p.copy->told());
  }
  p.dispatcher = std::make_unique<dialects::Dispatcher>(
      *p.service, p.clock, p.random, std::move(pools),
      dispatcher_options(p.config, *p.backups, p.report, p.copy ? &p.copy->told() : nullptr));
  http::front::FrontOptions options = front_options(p.config.server);
  options.certificates = p.certificates.certificates();
  options.pool = &p.dispatcher->slow_work();
  const std::size_t wanted = options.connections;
  const std::size_t limit = raise_descriptor_limit();
  options.connections =
      connections_that_fit(wanted, limit, open_descriptors() + kDescriptorsOfReactor * options.reactors);
  if (options.connections < wanted)
    base::logging::warn("connections", {{"limit", options.connections},
                                        {"wanted", wanted},
                                        {"descriptors", limit},
                                        {"hint",
                                         "raise LimitNOFILE= of the unit (`ulimit -n`), or lower "
                                         "server.limits.connections"}});
  auto front = http::front::Front::start(options, *p.dispatcher, std::move(listeners));
  if (!front.ok()) return front.error();
  p.front = std::move(front).value();
  p.report.serve(p.front.get(), options.connections);
  if (p.config.store.scrub.count() > 0) {
    auto scrubber = Scrubber::start(*p.store, {.every = p.config.store.scrub});
    if (!scrubber.ok()) return scrubber.error();
    p.scrubber = std::move(scrubber).value();
  }
  auto keeper = BackupKeeper::start(*p.backups, p.config.backup, p.clock);
  if (!keeper.ok()) return keeper.error();
  p.backup_keeper = std::move(keeper).value();
  p.is_told = true;
  p.told.pid = ::getpid();
  p.told.address = address();
  p.told.unix_socket = p.config.server.unix_socket;
  tell();
  return {};
}

std::string Server::address() const {
  const Parts& p = *parts_;
  config::Endpoint endpoint = p.config.server.listen;
  if (endpoint.host.empty()) return "unix:" + p.config.server.unix_socket;
  endpoint.port = p.front->port();
  return (p.certificates.certificates() ? "https://" : "http://") + endpoint.to_string();
}

api::Service& Server::service() {
  return *parts_->service;
}

base::Result<config::Config> Server::take_up(const std::function<base::Result<Settings>()>& load) {
  const auto settings = load();
  if (!settings.ok()) return settings.error();
  auto definitions = load_definitions(*settings);
  if (!definitions.ok()) return definitions.error();
  const config::Config& loaded = settings->config;
  const base::Timestamp now = parts_->clock.now();
  auto pairs = parts_->certificates.read(loaded.tls, now);
  if (!pairs.ok()) return pairs.error();
  auto signing_key = load_signing_key(loaded.audit.signing_key);
  if (!signing_key.ok()) return signing_key.error();
  if (auto r = parts_->service->adopt(std::move(definitions).value()); !r.ok()) return r.error();
  take_certificates(std::move(pairs).value(), loaded.tls, now);
  parts_->heads->use(loaded.audit.heads, std::move(signing_key).value());
  parts_->decision_log->stream_to(log_stream(loaded.decisions));
  base::logging::configure(loaded.log.level, loaded.log.format);
  if (parts_->dispatcher)
    parts_->dispatcher->admission().limit_rates(loaded.server.limits.requests_per_second);
  for (const std::string& key : config::changes_that_need_restart(parts_->config, loaded))
    base::logging::warn("reload", {{"key", key}, {"warning", "takes effect at the next start"}});
  return loaded;
}

// A front that was started without TLS doesn't begin to speak it, nor the other way round.
void Server::take_certificates(CertificateKeeper::Pairs pairs, const config::TlsConfig& tls,
                               base::Timestamp now) {
  Parts& p = *parts_;
  if (tls.on() != p.config.tls.on())
    return base::logging::warn("reload",
                               {{"key", "tls.certificate"}, {"warning", "takes effect at the next start"}});
  if (!tls.on()) return;
  p.certificates.take(std::move(pairs), tls, now);
  p.front->use(p.certificates.certificates());
  tell_of_certificates();
}

void Server::tell_of_certificates() {
  Parts& p = *parts_;
  std::vector<api::CertificateEnd> ends;
  const auto in_force = p.certificates.certificates();
  const auto& kept = p.certificates.all();  // none where the pair is from no file
  for (std::size_t i = 0; in_force && i < in_force->all().size(); ++i) {
    const http::front::Certificate& certificate = *in_force->all()[i];
    ends.push_back({i < kept.size() ? kept[i].files.certificate : p.certificates.file(), certificate.names(),
                    certificate.not_after()});
  }
  p.report.note_certificates(std::move(ends));
}

base::Result<void> Server::reload(const std::function<base::Result<Settings>()>& load,
                                  const std::function<bool()>& wait) {
  ServerFile& told = parts_->told;
  ++told.reloads;
  told.is_reloading = true;
  tell();
  auto taken_up = take_up(load);
  // kFull says that nothing was done: too many changes wait, or the writer is held up by one.
  for (bool first = true; !taken_up.ok() && taken_up.error().code == base::ErrorCode::kFull; first = false) {
    if (first)
      base::logging::warn(
          "reload", {{"outcome", "waiting"}, {"number", told.reloads}, {"reason", taken_up.error().message}});
    if (!wait()) break;
    taken_up = take_up(load);
  }
  if (taken_up.ok()) {
    base::logging::info("reload", {{"outcome", "done"}, {"number", told.reloads}});
  } else {
    ++parts_->reloads_refused;
    base::logging::error(
        "reload",
        {{"outcome", "refused"}, {"number", told.reloads}, {"refused_so_far", parts_->reloads_refused}},
        taken_up.error().message);
  }
  told.is_reloading = false;
  told.mistake = taken_up.ok() ? std::nullopt : std::optional(taken_up.error().message);
  tell();
  const auto is_key = [](std::string_view path) { return config::is_key(path); };
  parts_->report.note_reload(
      {told.reloads, parts_->reloads_refused, parts_->clock.now(),
       told.mistake ? api::mistakes_in(*told.mistake, is_key) : std::vector<api::ConfigMistake>()},
      taken_up.ok() ? &*taken_up : nullptr);
  return taken_up.ok() ? base::Result<void>() : taken_up.error();
}

// Where it can't be written, only `reeve reload` and its like are at a loss.
void Server::tell() const {
  ServerFile file = parts_->told;
  if (const auto certificates = parts_->certificates.certificates()) {
    const auto& names = certificates->first().names();
    file.certificate = parts_->certificates.file();
    file.certificate_name = names.empty() ? "" : names.front();
  }
  const auto written = write_server_file(parts_->config.store.dir, file);
  if (!written.ok()) base::logging::warn("store", {{"warning", written.error().message}});
}

// After a flood the C library keeps what was freed, for as long as anything lies behind it.
void Server::give_memory_back(Parts& p) {
  if (!p.front) return;
  p.memory_peak = std::max(p.memory_peak, p.front->take_memory_peak());
  if (p.memory_peak < kFlood || p.front->counters().memory > p.memory_peak / 2) return;
  p.memory_peak = 0;
  ::malloc_trim(0);
}

base::Result<void> Server::housekeep() {
  Parts& p = *parts_;
  const auto statistics = p.store->statistics();
  if (!statistics.ok()) return statistics.error();
  if (p.copy)
    if (auto r = p.copy->look(p.clock.now()); !r.ok()) return r;
  if (!statistics->writing)
    return base::Error{
        base::ErrorCode::kIo,
        "the store no longer takes changes after a failed write; this process ends, to be started anew"};
  const base::Timestamp now = p.clock.now();
  p.report.note_readers(*statistics, now);
  give_memory_back(p);
  p.store->look_for_room();
  p.service->keep_refusals(false);
  if (p.dispatcher) p.dispatcher->admission().log_failures(false);
  if (!p.copy) p.removals->delete_what_is_left();
  p.retention->beat();
  p.heads->beat();
  p.report.note_heads(p.heads->published_at(), p.heads->signs());
  if (now.ms - p.house_kept_ms < kMinuteMs) return {};
  p.house_kept_ms = now.ms;
  p.decision_log->sweep();
  if (p.key_uses) keep_key_uses(*p.key_uses, *p.store);
  if (p.certificates.look(now)) {
    p.front->use(p.certificates.certificates());
    tell_of_certificates();
    tell();
  }
  if (const auto cleared = p.store->clear_stale_readers(); cleared.ok() && cleared.value() > 0)
    base::logging::info("store", {{"stale_readers_cleared", cleared.value()}});
  if (p.copy) return {};
  if (p.removals->remove_expired(now)) p.house_kept_ms = 0;
  return {};
}

// A backup that is being made, which can take minutes, is given up, and streams of changes, which would go
// on for ever, end. The front first, so that nothing new arrives, and what is under way finishes. Then slow
// work ends, whose answers go nowhere any more if the front gave up waiting; then what was counted of
// refusals is queued; then the store finishes what was queued.
void Server::stop() {
  Parts& p = *parts_;
  if (p.copy) p.copy->stop();
  if (p.backups) p.backups->stop();
  if (p.backup_keeper) p.backup_keeper->stop();
  if (p.scrubber) p.scrubber->ask_to_stop();
  if (p.dispatcher) p.dispatcher->end_feeds();
  if (p.front) p.front->stop(p.config.server.timeouts.shutdown);
  if (p.dispatcher) p.dispatcher->stop();
  if (p.decision_log) p.decision_log->stop();
  if (p.key_uses)
    if (const auto kept = p.key_uses->flush(); !kept.ok())
      base::logging::warn("key uses", {{"warning", kept.error().message}});
  if (p.service) p.service->keep_refusals(true);
  if (p.dispatcher) p.dispatcher->admission().log_failures(true);
  p.backup_keeper.reset();
  p.scrubber.reset();
  if (p.store) p.store->stop();
  if (p.is_told) remove_server_file(p.config.store.dir);
}

}  // namespace app
