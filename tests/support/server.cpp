#include "tests/support/server.h"

#include <stdexcept>

#include "app/definitions.h"
#include "config/config.h"
#include "tests/support/stopped_ticks.h"

namespace {

template <typename T>
T must(base::Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}

api::Definitions shipped_definitions() {
  return must(app::load_definitions(config::defaults("config")));
}

}  // namespace

TestServer::TestServer(const TestServerOptions& options) {
  store::StoreOptions store;
  store.dir = dir_ / "db";
  store.map_bytes = options.map_bytes;
  store.reserve = options.reserve;
  store.queue = options.queue;
  store.sync = false;
  store.clock = &clock_;
  store_ = must(store::Store::open(store));
  decision_log::Log::Options log;
  log.archive = {dir_ / "decisions", std::size_t{16} << 20U, false};
  log.room = options.log_room;
  log.clock = &clock_;
  log.random = &random_;
  decision_log_ = must(decision_log::Log::start(log));
  service_ =
      std::make_unique<api::Service>(*store_, clock_, random_, api::Service::kWriterLimit, kStoppedTicks);
  service_->log_decisions_to(*decision_log_);
  std::string moved;
  key_uses_ = must(api::KeyUses::open(dir_ / "key-uses", clock_.now(), moved, false));
  service_->note_uses_in(*key_uses_);
  if (auto r = service_->adopt(shipped_definitions()); !r.ok()) throw std::runtime_error(r.error().message);
  if (auto r = service_->keep({*domain::CredentialId::parse(kClientId), std::string(kSecret)}); !r.ok())
    throw std::runtime_error(r.error().message);
  backups_ = std::make_unique<api::Backups>(
      *store_, clock_,
      api::Backups::Options{options.backup_folder.value_or(backup_folder()), options.backup_spare});
  dialects::DispatcherOptions http = options.http;
  http.backups = backups_.get();
  dialects::WorkPools pools{must(base::WorkPool::start({"slow work", 2, options.slow_places})),
                            must(base::WorkPool::start({"long work", 1})),
                            must(dialects::ChangeWaits::start(
                                {[&store = *store_] { return store.revision(); }, options.change_ticks,
                                 options.change_places, options.change_places / 2})),
                            must(dialects::RevisionWaits::start(
                                {[&store = *store_] { return store.revision(); }, options.wait_ticks})),
                            must(base::WorkPool::start({"past", 1}))};
  change_waits_ = pools.changes.get();
  server_ = std::make_unique<dialects::Dispatcher>(*service_, clock_, random_, std::move(pools), http);
  http::front::FrontOptions front = options.front;
  front.pool = &server_->slow_work();
  front.limits.takes_large_body = dialects::takes_large_body;
  front_ = must(http::front::Front::start(front, *server_));
}

TestServer::~TestServer() {
  client_.reset();
  if (server_) server_->end_feeds();
  if (front_) front_->stop(std::chrono::seconds(5));
  if (server_) server_->stop();
  if (store_) store_->stop();
}

std::string bytes_of(const Ask& ask, std::string_view credential) {
  std::string bytes = ask.line + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!credential.empty()) bytes.append(credential).append("\r\n");
  bool typed = false;
  for (const std::string& header : ask.headers) {
    bytes.append(header).append("\r\n");
    typed = typed || header.starts_with("Content-Type:");
  }
  if (!ask.body.empty() && !typed) bytes.append("Content-Type: application/json\r\n");
  if (!ask.body.empty() || ask.line.starts_with("P"))
    bytes.append("Content-Length: ").append(std::to_string(ask.body.size())).append("\r\n");
  return bytes.append("\r\n").append(ask.body);
}

RawResponse TestServer::ask(const Ask& ask, std::string_view credential) {
  const bool to_head = ask.line.starts_with("HEAD ");
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!client_) client_ = std::make_unique<RawClient>(RawClient::to_port(port()));
    if (client_->send(bytes_of(ask, credential)))
      if (auto response = client_->read(to_head)) {
        if (response->header("connection") == "close") client_.reset();
        return *response;
      }
    client_.reset();  // the server has closed what was idle
  }
  throw std::runtime_error(ask.line + ": no answer");
}

RawResponse TestServer::ask(const Ask& a) {
  return ask(a, platform());
}

base::Json TestServer::made(const Ask& a, std::string_view credential) {
  const RawResponse response = ask(a, credential);
  if (response.status < 200 || response.status > 299)
    throw std::runtime_error(a.line + ": " + std::to_string(response.status) + " " + response.body);
  return response.body.empty() ? base::Json() : must(base::parse_json(response.body));
}

std::string TestServer::make_tenant(const std::string& slug) {
  return text_at(made({"POST /v1/tenants", R"({"name":")" + slug + R"(","slug":")" + slug + R"("})", {}}),
                 "id");
}

std::string TestServer::make_key(const std::string& id, const std::string& scopes_json,
                                 const std::string& expires_at) {
  std::string body = R"({"name":"key","scopes":)" + scopes_json;
  if (!expires_at.empty()) body += R"(,"expires_at":")" + expires_at + "\"";
  return text_at(made({"POST /v1/api-keys", body + "}", {tenant(id)}}), "raw_key");
}

std::string text_at(const base::Json& json, std::string_view path) {
  const base::Json* at = &json;
  while (at && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    at = at->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  const std::string* text = at ? at->string() : nullptr;
  return text ? *text : "";
}
