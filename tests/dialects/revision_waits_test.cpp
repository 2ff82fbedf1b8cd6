#include "dialects/revision_waits.h"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/raw_client.h"
#include "tests/support/server.h"

using dialects::RevisionWaits;

namespace {

// Goes on by `step` with each look at it, and by what is said.
class ManualTicks final : public base::MonotonicClock {
 public:
  explicit ManualTicks(int step = 0) : step_(step) {}
  std::chrono::nanoseconds now() const override { return std::chrono::milliseconds(ms_ += step_); }
  void pass(int ms) { ms_ += ms; }

 private:
  const int step_;
  mutable std::atomic<int> ms_ = 0;
};

TestServerOptions waiting_by(const base::MonotonicClock& ticks) {
  TestServerOptions options;
  options.wait_ticks = &ticks;
  return options;
}

base::Uuid id_of(unsigned char last) {
  std::string raw(16, '\0');
  raw.back() = static_cast<char>(last);
  return base::Uuid::from_raw(raw);
}

struct Scene {
  std::atomic<std::uint64_t> newest = 10;
  ManualTicks ticks;

  std::unique_ptr<RevisionWaits> waits(std::size_t places = 1024) {
    auto made = RevisionWaits::start({[this] { return newest.load(); }, &ticks, places});
    return std::move(made).value();
  }
};

}  // namespace

TEST_CASE("revision waits: each goes on with its revision, or when its second is over", "[http]") {
  Scene s;
  const auto waits = s.waits();
  std::promise<void> first, second, third;
  CHECK(waits->add(id_of(1), 11, [&] { first.set_value(); }));
  CHECK(waits->add(id_of(1), 12, [&] { second.set_value(); }));
  s.newest = 11;
  first.get_future().wait();
  auto waits_for_12 = second.get_future();
  s.ticks.pass(999);
  CHECK(waits->add(id_of(1), 13, [&] { third.set_value(); }));
  CHECK(waits_for_12.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
  s.ticks.pass(1);
  waits_for_12.wait();
  s.newest = 20;
  third.get_future().wait();
}

TEST_CASE(
    "revision waits: nobody has more than half of the places, others find a first one, and what waits at the "
    "end is dropped",
    "[http]") {
  Scene s;
  const auto waits = s.waits(4);
  const auto alive = std::make_shared<int>(0);
  std::atomic<int> resumed = 0;
  const auto resume = [alive, &resumed] { ++resumed; };
  CHECK(waits->add(id_of(1), 11, resume));
  CHECK(waits->add(id_of(1), 11, resume));
  CHECK_FALSE(waits->add(id_of(1), 11, resume));
  CHECK(waits->add(id_of(2), 11, resume));
  CHECK(waits->add(id_of(3), 11, resume));
  CHECK_FALSE(waits->add(id_of(3), 11, resume));
  for (unsigned char who = 4; who < 8; ++who) CHECK(waits->add(id_of(who), 11, resume));
  CHECK_FALSE(waits->add(id_of(8), 11, resume));
  CHECK(alive.use_count() == 10);
  waits->stop();
  CHECK(alive.use_count() == 2);
  CHECK_FALSE(waits->add(id_of(8), 11, resume));
  CHECK(resumed == 0);
}

TEST_CASE("X-Min-Revision: what it may be, and what is answered", "[http]") {
  const ManualTicks quick(500);
  TestServer server(waiting_by(quick));
  const std::string tenant = server.make_tenant("acme");
  const std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  const auto revision = [&] {
    return std::stoull(
        server.ask({"GET /v1/me", "", {TestServer::tenant(tenant)}}, key).header("x-revision"));
  };
  const std::string now = std::to_string(revision());
  const std::string bad =
      R"({"code":"invalid_input","message":"X-Min-Revision: must be a revision, a number as X-Revision has it, )"
      R"(given once","details":{"errors":[{"pointer":"X-Min-Revision","message":"must be a revision, a number as )"
      R"(X-Revision has it, given once"}]},"notices":[]})";
  const std::string next = std::to_string(std::stoull(now) + 1);
  const std::string late = "X-Min-Revision: the store is at revision " + now + ", which is before " + next;
  struct Row {
    const char* target;
    std::vector<std::string> values;
    int status;
    std::string body;  // empty: any
  };
  const Row rows[] = {
      {"/v1/me", {"0"}, 200, ""},
      {"/v1/me", {now}, 200, ""},
      {"/v1/groups", {now}, 200, ""},
      {"/v1/me", {next}, 409, R"({"code":"behind","message":")" + late + R"(","details":{},"notices":[]})"},
      {"/v1/groups",
       {next},
       409,
       R"({"code":"behind","message":")" + late + R"(","details":{},"notices":[]})"},
      {"/v1beta1/users/self", {next}, 409, R"({"code":10,"message":")" + late + R"(","details":[]})"},
      {"/v1/me", {""}, 400, bad},
      {"/v1/me", {"-1"}, 400, bad},
      {"/v1/me", {"1.0"}, 400, bad},
      {"/v1/me", {"99999999999999999999"}, 400, bad},
      {"/v1/me", {"1", "1"}, 400, bad},
      {"/livez", {"soon"}, 200, ""},
  };
  for (const Row& row : rows) {
    std::vector<std::string> headers{TestServer::tenant(tenant)};
    for (const auto& value : row.values) headers.push_back("X-Min-Revision: " + value);
    const auto answer = server.ask({std::string("GET ") + row.target, "", headers}, key);
    INFO(row.target << " " << headers.back());
    CHECK(answer.status == row.status);
    if (!row.body.empty()) CHECK(answer.body == row.body);
  }
}

// The wait costs no reactor anything: the change that is waited for comes through the same ones.
TEST_CASE("X-Min-Revision: a read waits for a change that comes meanwhile, and shows it", "[http]") {
  const ManualTicks stopped;
  TestServer server(waiting_by(stopped));
  const std::string tenant = server.make_tenant("acme");
  const std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  const std::string header = TestServer::tenant(tenant);
  for (const char* target : {"/v1/roles/seen-1", "/v1/roles"}) {
    const auto me = server.ask({"GET /v1/me", "", {header}}, key);
    const auto next = std::to_string(std::stoull(me.header("x-revision")) + 1);
    std::vector<RawClient> waiting;
    for (int i = 0; i < 8; ++i) {
      waiting.push_back(RawClient::to_port(server.port()));
      waiting.back().send(
          bytes_of({std::string("GET ") + target, "", {header, "X-Min-Revision: " + next}}, key));
    }
    const std::string slug = target == std::string("/v1/roles") ? "seen-2" : "seen-1";
    const auto made = server.ask(
        {"POST /v1/roles", R"({"slug":")" + slug + R"(","name":"Seen","scopes":[]})", {header}}, key);
    CHECK(made.status == 201);
    for (RawClient& client : waiting) {
      const auto answer = client.read();
      REQUIRE(answer);
      CHECK(answer->status == 200);
      CHECK(answer->body.find(slug) != std::string::npos);
    }
  }
}

TEST_CASE("X-Min-Revision: whoever may not read doesn't wait", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme"), other = server.make_tenant("other");
  const std::string key = TestServer::bearer(server.make_key(other, "[]"));
  const std::string least = "X-Min-Revision: 999999";
  CHECK(server.ask({"GET /v1/me", "", {TestServer::tenant(tenant), least}}, "").status == 401);
  CHECK(server.ask({"GET /v1/me", "", {TestServer::tenant(tenant), least}}, key).status == 403);
}
