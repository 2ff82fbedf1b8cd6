// `GET /v1/changes` as clients see it: pages, pages that wait, and streams.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "store/change_trim.h"
#include "tests/support/answers.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"

namespace {

// Time that passes only when it is told to.
class ManualTicks final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return std::chrono::seconds(seconds_.load()); }
  void pass(int seconds) { seconds_ += seconds; }

 private:
  std::atomic<int> seconds_ = 0;
};

TestServerOptions options_of(const base::MonotonicClock& ticks, std::size_t places) {
  TestServerOptions options;
  options.change_ticks = &ticks;
  options.change_places = places;
  options.front.timeouts.linger = std::chrono::milliseconds(50);  // of clients that don't close at the end
  return options;
}

struct Scene {
  ManualTicks ticks;
  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::vector<std::string> ours = {TestServer::tenant(tenant)};
  std::string key = server.make_key(tenant, R"(["organization:administer"])");

  explicit Scene(std::size_t places = 1024) : server(options_of(ticks, places)) {}

  std::string newest() { return std::to_string(server.store().revision()); }
  RawResponse ask(const std::string& line) { return server.ask({line, "", ours}, TestServer::bearer(key)); }
  void make_group(const std::string& name) {
    server.made({"POST /v1/groups", R"({"name":")" + name + "\"}", ours});
  }
  std::string request(const std::string& query, std::vector<std::string> headers) {
    headers.push_back(ours.front());
    return bytes_of({"GET /v1/changes" + query, "", headers}, TestServer::bearer(key));
  }
};

// What a stream has sent, read until it has a text.
struct Stream {
  RawClient client;
  std::string seen;

  Stream(Scene& s, const std::string& query, std::vector<std::string> more = {})
      : client(RawClient::to_port(s.server.port())) {
    more.push_back("Accept: text/event-stream");
    client.send(s.request(query, more));
  }
  bool comes(const std::string& text) {
    while (seen.find(text) == std::string::npos) {
      const std::string some = client.take_any();
      if (some.empty()) return false;
      seen += some;
    }
    return true;
  }
};

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

}  // namespace

TEST_CASE("changes: pages", "[http][changes]") {
  Scene s;
  const std::string before = s.newest();
  s.make_group("Team");
  const RawResponse page = s.ask("GET /v1/changes?after=" + before);
  CHECK(without_ids(page.body) ==
        R"({"data":[{"revision":)" + s.newest() +
            R"(,"created_at":"TIME","actor_id":"ID","actor_type":"platform","actor_name":"bootstrap",)"
            R"("changes":[{"resource_type":"group","resource_id":"ID","change":"created"}]}],"revision":)" +
            s.newest() + R"(,"has_more":false})");
  CHECK(s.ask("GET /v1/changes").body == R"({"data":[],"revision":)" + s.newest() + R"(,"has_more":false})");
  CHECK(json_of(s.ask("GET /v1/changes?limit=1&after=0")).find("has_more")->boolean());
  const std::string wrong = brief(s.ask("GET /v1/changes?after=x&wait=31s&limit=0"));
  CHECK(wrong == "400 invalid_input limit: must be a number from 1 to 250 (and 2 more)");
  CHECK(
      brief(s.ask("GET /v1/changes?after=99999")).starts_with("409 behind after: the store is at revision"));
  CHECK(brief(s.ask("GET /v1/changes?cursor=x")).starts_with("400 invalid_input cursor"));
}

TEST_CASE("changes: an empty page waits for a change of its own tenant, and no longer than asked",
          "[http][changes]") {
  Scene s;
  RawClient waits = RawClient::to_port(s.server.port());
  waits.send(s.request("?wait=25s&after=" + s.newest(), {}));
  REQUIRE(eventually([&] { return s.server.waiting_for_changes() == 1; }));
  s.server.make_tenant("other");  // which is the platform's business, and this tenant's not
  CHECK(waits.silent(std::chrono::milliseconds(50)));
  s.make_group("Team");
  const auto answer = waits.read();
  REQUIRE(answer);
  CHECK(json_of(*answer).find("data")->array()->size() == 1);

  waits.send(s.request("?wait=25&after=" + s.newest(), {}));
  REQUIRE(eventually([&] { return s.server.waiting_for_changes() == 1; }));
  CHECK(waits.silent(std::chrono::milliseconds(50)));
  s.ticks.pass(25);
  const auto empty = waits.read();
  REQUIRE(empty);
  CHECK(empty->body == R"({"data":[],"revision":)" + s.newest() + R"(,"has_more":false})");
}

TEST_CASE("changes: a stream goes on, beats, and is taken up where it was left", "[http][changes]") {
  Scene s;
  const std::string before = s.newest();
  std::string first;
  {
    Stream stream(s, "");
    REQUIRE(stream.comes("retry: 2000\n\n"));
    CHECK(stream.seen.find("Content-Type: text/event-stream\r\n") != std::string::npos);
    CHECK(stream.seen.find("X-Accel-Buffering: no\r\n") != std::string::npos);
    s.make_group("Team");
    first = s.newest();
    REQUIRE(stream.comes("id: " + first + "\nevent: change\ndata: {\"revision\":" + first + ","));
    s.server.make_tenant("other");
    REQUIRE(eventually([&] { return s.server.waiting_for_changes() == 1; }));
    s.ticks.pass(15);
    REQUIRE(stream.comes("id: " + s.newest() + "\nevent: heartbeat\ndata: {\"revision\":" + s.newest() +
                         "}\n\n"));
    CHECK(count_of(stream.seen, "event: change\n") == 1);
  }
  s.make_group("Second");
  const std::string second = s.newest();
  Stream again(s, "", {"Last-Event-ID: " + first});
  REQUIRE(again.comes("id: " + second + "\nevent: change\n"));
  CHECK(again.seen.find("id: " + first + "\n") == std::string::npos);
  Stream from_start(s, "?after=" + before);
  REQUIRE(from_start.comes("id: " + second + "\nevent: change\n"));
  CHECK(count_of(from_start.seen, "event: change\n") == 2);

  Stream bad(s, "", {"Last-Event-ID: x"});
  REQUIRE(bad.comes("400 Bad Request"));
  REQUIRE(bad.comes("Last-Event-ID"));
}

TEST_CASE("changes: a stream ends with its credential", "[http][changes]") {
  Scene s;
  const base::Json made =
      s.server.made({"POST /v1/api-keys", R"({"name":"k","scopes":["organization:get"]})", s.ours});
  s.key = text_at(made, "raw_key");
  Stream stream(s, "");
  REQUIRE(stream.comes("retry: 2000\n\n"));
  s.server.made({"DELETE /v1/api-keys/" + text_at(made, "id"), "", s.ours});
  REQUIRE(stream.comes("event: end\ndata: {\"code\":\"unauthenticated\""));
  REQUIRE(stream.comes("\r\n0\r\n\r\n"));
}

TEST_CASE("changes: streams have places, and who leaves is noticed with the next beat", "[http][changes]") {
  Scene s(4);  // two for one tenant
  auto first = std::make_unique<Stream>(s, "");
  Stream second(s, "");
  REQUIRE(first->comes("retry: 2000"));
  REQUIRE(second.comes("retry: 2000"));
  Stream third(s, "");
  REQUIRE(third.comes("503 "));
  REQUIRE(third.comes("too many wait for changes already"));
  CHECK(brief(s.ask("GET /v1/changes?wait=1s")).starts_with("503 overloaded"));
  CHECK(s.ask("GET /v1/changes").status == 200);
  first->client.reset();
  bool admitted = false;
  for (int i = 0; i < 500 && !admitted; ++i) {
    Stream next(s, "");
    admitted = next.comes("\r\n\r\n") && next.seen.find(" 200 ") != std::string::npos;
    if (!admitted) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(admitted);
}

TEST_CASE("changes: a stream whose changes were trimmed isn't begun", "[http][changes]") {
  Scene s;
  s.make_group("One");
  s.make_group("Two");
  const store::Revision newest = s.server.store().revision();
  REQUIRE(s.server.store()
              .write([&](store::WriteTxn& txn) -> base::Result<void> {
                const auto done = trim_changes(txn, {{}, s.server.clock().now(), newest - 1}, 1000);
                return done.ok() ? base::Result<void>() : base::Result<void>(done.error());
              })
              .ok());
  Stream stream(s, "?after=1");
  REQUIRE(stream.comes("410 Gone"));
  REQUIRE(stream.comes(R"("details":{"oldest":)" + std::to_string(newest)));
}

TEST_CASE("changes: the server's end ends streams and answers who waits", "[http][changes]") {
  auto s = std::make_unique<Scene>();
  Stream stream(*s, "");
  REQUIRE(stream.comes("retry: 2000\n\n"));
  RawClient waits = RawClient::to_port(s->server.port());
  waits.send(s->request("?wait=25s&after=" + s->newest(), {}));
  REQUIRE(eventually([&] { return s->server.waiting_for_changes() == 2; }));  // the stream does, too
  s.reset();
  CHECK(stream.comes("event: end\ndata: {\"code\":\"overloaded\""));
  const auto answer = waits.read();
  REQUIRE(answer);
  CHECK(answer->status == 200);
}
