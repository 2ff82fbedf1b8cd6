#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/copy.h"
#include "app/definitions.h"
#include "app/server.h"
#include "client/connection.h"
#include "config/config.h"
#include "http/front/listener.h"
#include "store/store.h"
#include "tests/support/catch.h"
#include "tests/support/raw_client.h"
#include "tests/support/server.h"

// A whole server of lib/app on a free port of 127.0.0.1, with the definitions of config/; a primary, or a
// copy of one. Nobody keeps its house but the test.
class RunningServer {
 public:
  struct Options {
    std::string dir;
    std::optional<app::Primary> primary{};
    std::string backup_dir{};
    const base::Clock* clock = &app::kSystemClock;
    std::uint16_t port = 0;
    bool differs = false;  // in what it is configured to answer
  };

  // What opening it comes to, without what a test requires of it.
  static config::Config config_of(const Options& options) {
    config::Config c = config::defaults("config");
    c.store.dir = options.dir;
    c.store.map_size = std::size_t{1} << 30U;
    c.store.reserve = 0;
    c.store.scrub = {};
    c.server.unix_socket.clear();
    c.decisions.log_size = std::size_t{4} << 20U;
    c.backup.dir = options.backup_dir;
    c.backup.every = std::chrono::hours(24);
    if (options.differs) c.decisions.user_id = config::UserIdForm::kEmail;
    return c;
  }

  explicit RunningServer(const Options& options) {
    const config::Config c = config_of(options);
    if (options.primary) must(app::begin_copy(c, *options.primary, [] { return true; }));
    server_ =
        must(app::Server::open(c, must(app::load_definitions(c)), {}, {*options.clock}, options.primary));
    if (!options.primary)
      must(server_->keep_bootstrap(config::BootstrapCredential{*base::Uuid::parse(TestServer::kClientId),
                                                               std::string(TestServer::kSecret)}));
    must(server_->listen(must(http::front::bind_listeners("127.0.0.1", options.port))));
    const std::string address = server_->address();
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  app::Server& server() { return *server_; }
  store::Store& store() { return server_->service().store(); }
  std::uint16_t port() const { return port_; }
  std::string address() const { return server_->address(); }

  RawResponse ask(const Ask& ask, std::string_view credential) const {
    RawClient client = RawClient::to_port(port_);
    const auto response = client.ask(bytes_of(ask, credential));
    REQUIRE(response);
    return *response;
  }
  RawResponse ask(const Ask& a) const { return ask(a, TestServer::platform()); }
  base::Json made(const Ask& a) const {
    const RawResponse response = ask(a);
    INFO(a.line << ": " << response.status << " " << response.body);
    REQUIRE(response.status / 100 == 2);
    return response.body.empty() ? base::Json() : must(base::parse_json(response.body));
  }

  template <typename T>
  static T must(base::Result<T> result) {
    INFO((result.ok() ? "" : result.error().message));
    REQUIRE(result.ok());
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
  }

 private:
  std::unique_ptr<app::Server> server_;
  std::uint16_t port_ = 0;
};
