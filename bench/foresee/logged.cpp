// A whole server and a few clients in one process, over HTTP on this machine. The log is off and on in turns,
// so that a machine whose speed drifts drifts for both. Of the time of the processors the clients' is a part,
// which is the same for both.
#include <atomic>
#include <filesystem>
#include <thread>

#include "api/api_keys.h"
#include "api/decision_settings.h"
#include "api/policies.h"
#include "api/tenants.h"
#include "api/users.h"
#include "app/definitions.h"
#include "app/server.h"
#include "bench/checked.h"
#include "bench/foresee/growth.h"
#include "bench/foresee/measure.h"
#include "client/connection.h"
#include "config/config.h"
#include "decision_log/log.h"
#include "http/front/listener.h"
#include "tests/support/raw_client.h"

namespace {

constexpr int kRounds = 9;
constexpr std::chrono::milliseconds kRound{700};
constexpr std::size_t kInBatch = 1'000;

// One tenant with a policy of ten rules, and somebody whom one of them permits.
class Served {
 public:
  explicit Served(const std::string& dir) {
    config::Config settings = config::defaults("config");
    settings.store.dir = dir;
    settings.server.unix_socket.clear();
    server_ = value_of(app::Server::open(settings, value_of(app::load_definitions(settings))));
    check(server_->listen(value_of(http::front::bind_listeners("127.0.0.1", 0))));
    port_ = static_cast<std::uint16_t>(value_of(client::parse_place(server_->address())).port);
    change([&](api::Change& change) -> api::Outcome<void> {
      const auto made = api::create_tenant(change, {"Bench", "bench", base::Json{base::Json::Object{}}, {}});
      if (!made.ok()) return made.error();
      tenant_ = made->id;
      return {};
    });
    change([&](api::Change& change) -> api::Outcome<void> {
      const auto made =
          api::create_api_key(change, tenant_, {"bench", {"organization:check", "organization:decide"}, {}});
      if (!made.ok()) return made.error();
      key_ = made->raw_key;
      return {};
    });
    change([&](api::Change& change) -> api::Outcome<void> {
      api::NewUser user;
      user.email = "ann@example.com";
      user.name = "Ann";
      const auto made = api::create_user(change, tenant_, user);
      if (!made.ok()) return made.error();
      ann_ = made->user.id;
      return {};
    });
    add_policy();
  }

  void log_is(domain::LogKind kind) {
    change([&](api::Change& change) -> api::Outcome<void> {
      domain::DecisionSettings settings;
      settings.log.kind = kind;
      settings.log.keep_entries = 10'000'000;
      const auto done = api::set_decision_settings(change, tenant_, settings, {});
      if (!done.ok()) return done.error();
      return {};
    });
  }

  std::string single() const {
    return request("/access/v1/evaluation",
                   R"({"subject":)" + subject() + R"(,"action":{"name":"read"},)" + resource(7) + "}");
  }
  std::string batch() const {
    std::string body = R"({"subject":)" + subject() + R"(,"action":{"name":"read"},"evaluations":[)";
    for (std::size_t i = 0; i < kInBatch; ++i)
      body += std::string(i == 0 ? "" : ",") + "{" + resource(i) + "}";
    return request("/access/v1/evaluations", body + "]}");
  }

  std::uint16_t port() const { return port_; }

 private:
  void change(const api::ChangeFunction& fn) {
    check(server_->service().change(api::Service::itself(), {"", "bench"}, fn));
  }
  void add_policy() {
    api::NewPolicy policy;
    policy.name = "documents";
    for (int i = 0; i < 10; ++i) {
      const std::string condition = i == 0 ? "resource has team && resource.team == \"t\""
                                           : "resource has owner && resource.owner == principal.email";
      policy.rules.emplace_back().policy_text = "permit(principal, action == Action::\"" +
                                                (i == 0 ? std::string("read") : "act" + std::to_string(i)) +
                                                "\", resource is document) when { " + condition + " };";
    }
    change([&](api::Change& change) -> api::Outcome<void> {
      const auto made = api::create_policy(change, tenant_, policy);
      if (!made.ok()) return made.error();
      return {};
    });
  }

  std::string subject() const { return R"({"type":"user","id":")" + ann_.to_string() + "\"}"; }
  static std::string resource(std::size_t i) {
    return R"("resource":{"type":"document","id":"d)" + std::to_string(i) +
           R"(","properties":{"team":"t","sealed":false}})";
  }
  std::string request(const std::string& path, const std::string& body) const {
    return "POST " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + key_ +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

  std::unique_ptr<app::Server> server_;
  std::uint16_t port_ = 0;
  domain::TenantId tenant_;
  domain::UserId ann_;
  std::string key_;
};

struct Load {
  double per_second = 0;  // decisions
  double processor = 0;   // µs for each
};

Load load(const Served& served, const std::string& request, std::size_t decisions, std::size_t connections) {
  std::atomic<bool> ends = false;
  std::atomic<std::size_t> answered = 0;
  std::vector<std::thread> clients;
  const double processor = processor_ms();
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < connections; ++i)
    clients.emplace_back([&] {
      RawClient client = RawClient::to_port(served.port());
      while (!ends) {
        const auto answer = client.ask(request);
        if (!answer || answer->status != 200 || answer->body.find("\"decision\":true") == std::string::npos)
          stop("not the answer that is measured: " + (answer ? answer->body.substr(0, 300) : "none"));
        ++answered;
      }
    });
  std::this_thread::sleep_for(kRound);
  ends = true;
  for (std::thread& client : clients) client.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto all = static_cast<double>(answered * decisions);
  return {all / took.count(), (processor_ms() - processor) * 1e3 / all};
}

void print_line(Served& served, const char* what, const std::string& request, std::size_t decisions,
                std::size_t connections) {
  std::vector<double> rate_off, rate_on, rates, cost_off, cost_on, costs;
  for (int round = 0; round <= kRounds; ++round) {
    served.log_is(domain::LogKind::kOff);
    const Load off = load(served, request, decisions, connections);
    served.log_is(domain::LogKind::kAll);
    const Load on = load(served, request, decisions, connections);
    if (round == 0) continue;  // what is there for the first time
    rate_off.push_back(off.per_second);
    rate_on.push_back(on.per_second);
    rates.push_back(on.per_second / off.per_second);
    cost_off.push_back(off.processor);
    cost_on.push_back(on.processor);
    costs.push_back(on.processor / off.processor);
  }
  std::printf("| %s | %zu | %s | %s | %s | %s | %s | %s |\n", what, connections, spread_of(rate_off).c_str(),
              spread_of(rate_on).c_str(), spread_of(rates).c_str(), spread_of(cost_off).c_str(),
              spread_of(cost_on).c_str(), spread_of(costs).c_str());
  std::fflush(stdout);
}

}  // namespace

void print_logged(const std::string& dir) {
  if (std::filesystem::exists(dir)) stop(dir + ": exists already; name a new folder");
  {
    Served served(dir);
    std::printf(
        "\n| call | connections | decisions/s, off | all | ratio | µs of processors, off | all | ratio |\n");
    std::printf("|---|---|---|---|---|---|---|---|\n");
    print_line(served, "evaluation", served.single(), 1, 1);
    print_line(served, "evaluation", served.single(), 1, 16);
    print_line(served, "batch of 1,000", served.batch(), kInBatch, 1);
    print_line(served, "batch of 1,000", served.batch(), kInBatch, 4);
  }
  std::filesystem::remove_all(dir);
}
