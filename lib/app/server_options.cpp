#include "app/server_options.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/log.h"
#include "dialects/copy_of.h"
#include "dialects/routes.h"
#include "domain/tenant.h"

namespace app {
namespace {

constexpr std::size_t kLeastLog = std::size_t{4} << 20U;  // bytes of its environment

// More than there are processors would wait for each other; the bound keeps a large machine from starting a
// hundred.
unsigned threads_for_processors() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
}

}  // namespace

http::front::FrontOptions front_options(const config::ServerConfig& c) {
  http::front::FrontOptions o;
  o.host = c.listen.host;
  o.port = c.listen.port;
  o.unix_socket = c.unix_socket;
  o.reactors = c.threads != 0 ? static_cast<unsigned>(c.threads) : threads_for_processors();
  o.connections = c.limits.connections;
  o.connections_per_address = c.limits.connections_per_address;
  o.limits.request_line = c.limits.request_line;
  o.limits.headers = c.limits.headers;
  o.limits.header_bytes = c.limits.header_bytes;
  o.limits.body = c.limits.body;
  o.limits.takes_large_body = dialects::takes_large_body;
  o.memory = c.limits.memory;
  o.timeouts.head = c.timeouts.head;
  o.timeouts.body = c.timeouts.body;
  o.timeouts.idle = c.timeouts.idle;
  for (const config::Proxy& proxy : c.trusted_proxies) {
    if (proxy.network)
      o.trusted_proxies.networks.push_back(*proxy.network);
    else
      o.trusted_proxies.unix_socket = true;
  }
  return o;
}

dialects::DispatcherOptions dispatcher_options(const config::Config& c, api::Backups& backups,
                                               const SelfReport& report, const dialects::CopyOf* copy) {
  dialects::DispatcherOptions o;
  o.backups = &backups;
  o.copy = copy;
  o.facts = [&report] { return report.facts(); };
  o.config = [&report] { return report.config(); };
  o.v1beta1_names = c.http.v1beta1_field_names == config::FieldNames::kCamel ? dialects::FieldNames::kCamel
                                                                             : dialects::FieldNames::kProto;
  if (!c.console.enabled) o.routes = dialects::routes_without_console();
  o.public_url = c.server.public_url;
  o.user_ids = c.decisions.user_id == config::UserIdForm::kEmail ? api::UserIds::kEmail : api::UserIds::kUuid;
  o.cors_origins = c.server.cors_origins;
  o.admission.failed_attempts.allowed = c.server.limits.failed_authentications_per_minute;
  o.admission.requests_per_second = c.server.limits.requests_per_second;
  return o;
}

std::string log_stream(const config::DecisionsConfig& c) {
  return c.log_socket.empty() ? c.log_file : "unix:" + c.log_socket;
}

decision_log::Log::Options log_options(const config::Config& c, const store::Store& store,
                                       const base::Clock& clock, crypto::Random& random) {
  decision_log::Log::Options o;
  o.archive.dir = c.store.dir + "/decisions";
  o.archive.bytes = c.decisions.log_size == 0 ? 0 : std::max(c.decisions.log_size, kLeastLog);
  o.stream = log_stream(c.decisions);
  o.clock = &clock;
  o.random = &random;
  o.exists = [&store](const domain::TenantId& tenant) -> base::Result<bool> {
    const auto snapshot = store.read();
    if (!snapshot.ok()) return snapshot.error();
    const auto found = domain::get_tenant(*snapshot, tenant);
    if (!found.ok()) return found.error();
    return found->has_value();
  };
  return o;
}

store::StoreOptions store_options(const config::Config& c, const base::Clock& clock) {
  store::StoreOptions o;
  o.dir = c.store.dir;
  o.map_bytes = c.store.map_size;
  o.reserve = c.store.reserve;
  o.queue = c.server.queue;
  o.clock = &clock;
  o.warn = [](std::string_view sentence) { base::logging::warn("store", {{"warning", sentence}}); };
  return o;
}

}  // namespace app
