#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "dialects/routes.h"
#include "tests/support/catch.h"
#include "tests/support/raw_client.h"
#include "tests/support/server.h"

using dialects::Answer;
using dialects::Call;
using dialects::Place;
using dialects::Route;

namespace {

// Where the handler below waits: opened, it lets everybody through.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  bool is_open = false;

  void pass() {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    changed.wait(lock, [this] { return is_open; });
    --inside;
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside == count; });
  }
  void open() {
    const std::lock_guard lock(mutex);
    is_open = true;
    changed.notify_all();
  }
};
Gate* gate = nullptr;  // of the test that runs

Answer held_list(const Call&, const api::Read&) {
  gate->pass();
  return dialects::ok("{}");
}

Answer throwing_list(const Call&, const api::Read&) {
  throw std::runtime_error("as a bug would");
}

// The calls of the server, and two more that are slow work.
std::vector<Route> routes_with_held() {
  const auto all = dialects::all_routes();
  std::vector<Route> routes(all.begin(), all.end());
  for (Route route : all)
    if (route.id == "list_groups" && route.path == "/v1/groups") {
      route.path = "/v1/held";
      route.handle = held_list;
      route.parameters = {};
      routes.push_back(route);
      route.path = "/v1/throwing";
      route.handle = throwing_list;
      routes.push_back(route);
    }
  return routes;
}

// A server with a tenant of its own for each of some callers.
struct Scene {
  explicit Scene(std::size_t slow_places = 1024) : server(options(slow_places)) { gate = &held; }
  ~Scene() { held.open(); }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  TestServerOptions options(std::size_t slow_places) const {
    TestServerOptions o;
    o.http.routes = routes;
    o.slow_places = slow_places;
    return o;
  }
  struct Tenant {
    std::string header, key;
  };
  Tenant made(const std::string& slug) {
    const std::string id = server.make_tenant(slug);
    return {TestServer::tenant(id),
            TestServer::bearer(server.make_key(id, R"(["organization:administer"])"))};
  }
  static Ask get(const std::string& path, const Tenant& tenant) {
    return {"GET " + path, "", {tenant.header}};
  }
  RawClient sent(const std::string& path, const Tenant& tenant) {
    RawClient client = RawClient::to_port(server.port());
    client.send(bytes_of(get(path, tenant), tenant.key));
    return client;
  }

  Gate held;
  const std::vector<Route> routes = routes_with_held();
  TestServer server;
};

}  // namespace

// Sixty requests, of which two run and the others wait; not one of the reactors waits with them.
TEST_CASE("slow work: while it is held, the reactors answer", "[http]") {
  Scene s;
  const auto acme = s.made("acme"), globex = s.made("globex");
  std::vector<RawClient> waiting;
  for (int i = 0; i < 30; ++i)
    for (const auto& tenant : {acme, globex}) waiting.push_back(s.sent("/v1/held", tenant));
  s.held.wait_for(2);
  for (int i = 0; i < 20; ++i) {
    CHECK(RawClient::to_port(s.server.port()).ask(bytes_of({"GET /livez", "", {}}, ""))->status == 200);
    CHECK(s.server.ask(Scene::get("/v1/me", acme), acme.key).status == 200);
    CHECK(s.server.ask(Scene::get("/v1/tenants/" + acme.header.substr(13), acme), acme.key).status == 200);
  }
  CHECK(s.server.ask({"POST /v1/groups", R"({"name":"g"})", {acme.header}}, acme.key).status == 201);
  s.held.open();
  for (RawClient& client : waiting) CHECK(client.read()->status == 200);
}

TEST_CASE("slow work: a tenant has half of the threads and half of the places", "[http]") {
  Scene s(4);
  const auto acme = s.made("acme"), globex = s.made("globex");
  const auto before = s.server.front().counters().requests;
  auto running = s.sent("/v1/held", acme);
  s.held.wait_for(1);
  std::vector<RawClient> waiting;
  for (int i = 0; i < 2; ++i) waiting.push_back(s.sent("/v1/held", acme));
  // The third to wait is one too many, whichever of them that is.
  auto refused = s.sent("/v1/held", acme);
  std::vector<int> statuses;
  const auto all_have_come = [&] {
    const auto counters = s.server.front().counters();
    return counters.requests == before + 4 && counters.in_flight == 3;
  };
  while (!all_have_come()) std::this_thread::yield();
  // Another tenant is served meanwhile, and twice, since its thread is free.
  for (int i = 0; i < 2; ++i) CHECK(s.server.ask(Scene::get("/v1/groups", globex), globex.key).status == 200);
  s.held.open();
  CHECK(running.read()->status == 200);
  waiting.push_back(std::move(refused));
  int full = 0;
  for (RawClient& client : waiting) {
    const auto answer = client.read();
    REQUIRE(answer);
    if (answer->status != 503) continue;
    ++full;
    CHECK(answer->header("retry-after") == "1");
    CHECK(answer->body.find("too many requests at once; try again shortly") != std::string::npos);
  }
  CHECK(full == 1);
  CHECK(s.server.ask(Scene::get("/v1/held", acme), acme.key).status == 200);
}

// Parsing a megabyte takes a reactor some 7 ms, and those whose connections it has with it.
TEST_CASE("slow work: a change with a large body is, a small one isn't", "[http]") {
  Scene s;
  const auto acme = s.made("acme");
  auto running = s.sent("/v1/held", acme);
  s.held.wait_for(1);
  const auto post = [&](const std::string& name, std::size_t padding) {
    return Ask{
        "POST /v1/groups", R"({"name":")" + name + "\"" + std::string(padding, ' ') + "}", {acme.header}};
  };
  RawClient large = RawClient::to_port(s.server.port());
  large.send(bytes_of(post("large", 64'000), acme.key));
  while (s.server.front().counters().in_flight != 2) std::this_thread::yield();
  CHECK(s.server.ask(post("small", 0), acme.key).status == 201);
  CHECK(s.server.ask(post("nobody's", 64'000), TestServer::bearer("rvk_x")).status == 401);
  CHECK(s.server.front().counters().in_flight == 2);
  s.held.open();
  CHECK(large.read()->status == 201);
  CHECK(running.read()->status == 200);
  CHECK(s.server.ask(post("large", 64'000), acme.key).status == 409);
}

TEST_CASE("slow work: the credential is looked at on the snapshot that is answered from", "[http]") {
  Scene s;
  const auto acme = s.made("acme");
  auto running = s.sent("/v1/held", acme);
  s.held.wait_for(1);
  const auto created = s.server.made(
      {"POST /v1/api-keys", R"({"name":"second","scopes":["organization:administer"]})", {acme.header}},
      acme.key);
  const Scene::Tenant second{acme.header, TestServer::bearer(text_at(created, "raw_key"))};
  auto waiting = s.sent("/v1/groups", second);
  while (s.server.front().counters().in_flight != 2) std::this_thread::yield();
  s.server.made({"DELETE /v1/api-keys/" + text_at(created, "id"), "", {acme.header}}, acme.key);
  s.held.open();
  CHECK(waiting.read()->status == 401);
  CHECK(running.read()->status == 200);
}

TEST_CASE("slow work: who isn't known takes no place, and an exception is a 500", "[http]") {
  Scene s;
  const auto acme = s.made("acme");
  auto running = s.sent("/v1/held", acme);
  s.held.wait_for(1);
  CHECK(s.server.ask(Scene::get("/v1/held", acme), TestServer::bearer("rvk_x")).status == 401);
  CHECK(s.server.ask({"GET /v1/held", "", {TestServer::tenant("x")}}, acme.key).status == 400);
  CHECK(s.server.ask({"POST /v1/held", "{}", {acme.header}}, acme.key).status == 405);
  s.held.open();
  CHECK(running.read()->status == 200);
  CHECK(s.server.ask(Scene::get("/v1/throwing", acme), acme.key).status == 500);
  CHECK(s.server.ask(Scene::get("/v1/groups?limit=x", acme), acme.key).status == 400);
  CHECK(s.server.ask({"HEAD /v1/groups", "", {acme.header}}, acme.key).status == 200);
}

TEST_CASE("slow work: every list is", "[http]") {
  std::set<std::string> quick;
  int slow = 0;
  for (const Route& route : dialects::all_routes()) {
    const bool is_read = std::holds_alternative<dialects::ReadHandler>(route.handle) ||
                         std::holds_alternative<dialects::StateReadHandler>(route.handle);
    slow += route.place == Place::kPool ? 1 : 0;
    const bool is_long = std::holds_alternative<dialects::LongChangeHandler>(route.handle);
    CHECK((is_read || is_long || route.place == Place::kReactor));
    if (is_read && route.id.starts_with("list_") && route.place == Place::kReactor)
      quick.insert(std::string(route.path));
  }
  CHECK(quick.empty());
  CHECK(slow >= 17);
}
