// Answers that come late, from other threads, to clients that wait, hurry, or are gone.
#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "http/front/shares.h"
#include "tests/http/front/front_fixture.h"

using std::chrono::milliseconds;

namespace {

milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

template <typename Condition>
bool becomes_true(Condition condition) {
  for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return condition();
}

}  // namespace

TEST_CASE("front: pipelined requests are answered in order, whoever answers them", "[http]") {
  for (const unsigned reactors : {1U, 2U, 5U}) {
    http::front::FrontOptions options;
    options.reactors = reactors;
    const TestFront server(options);
    RawClient client = server.client();
    std::string bytes;
    for (int i = 0; i < 30; ++i) {
      bytes += get_bytes("/a/" + std::to_string(i));
      bytes += get_bytes("/late/" + std::to_string(i) + "?ms=" + std::to_string(i % 3));
      bytes += "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n";
    }
    // In packets of seven bytes, so that requests begin and end anywhere.
    for (std::size_t at = 0; at < bytes.size(); at += 7) client.send(std::string_view(bytes).substr(at, 7));
    for (int i = 0; i < 30; ++i) {
      const std::string n = std::to_string(i);
      CHECK(client.read()->body == "GET /a /" + n + " from 127.0.0.1");
      CHECK(client.read()->body == "GET /late /" + n + " ms=" + std::to_string(i % 3) + " from 127.0.0.1");
      CHECK(client.read()->body == "POST /b \"z\" from 127.0.0.1");
    }
  }
}

TEST_CASE("front: thousands of requests in one packet starve nobody", "[http]") {
  const TestFront server;
  RawClient greedy = server.client();
  std::string bytes;
  for (int i = 0; i < 3000; ++i) bytes += get_bytes("/");
  greedy.send(bytes);
  CHECK(server.client().ask(get_bytes("/"))->status == 200);
  for (int i = 0; i < 3000; ++i) REQUIRE(greedy.read()->status == 200);
  CHECK(greedy.silent(milliseconds(20)));
}

// While the reactor is held, forty connections of one tenant send a hundred requests each, and then another
// tenant sends one. Let go, the reactor finds all of them at once.
TEST_CASE("front: one tenant's busy connections make another wait for a step of one of them", "[http]") {
  constexpr std::size_t kConnections = 40;
  constexpr int kRequests = 100;
  http::front::FrontOptions options;
  options.reactors = 1;
  TestFront server(options);
  const auto tenant = [](const char* name) {
    return "X-Key: " + std::string(name) + "\r\nX-Tenant: " + name + "\r\n";
  };
  std::vector<RawClient> busy;
  std::string bytes;
  for (int i = 0; i < kRequests; ++i) bytes += get_bytes("/busy", tenant("a"));
  for (std::size_t i = 0; i < kConnections; ++i) {
    busy.push_back(server.client());
    REQUIRE(busy.back().ask(get_bytes("/first", tenant("a")))->status == 200);
  }
  RawClient other = server.client();
  REQUIRE(other.ask(get_bytes("/first", tenant("b")))->status == 200);

  RawClient holder = server.client();
  holder.send(get_bytes("/hold"));
  REQUIRE(becomes_true([&] { return server.handler.handled().back() == "/hold"; }));
  for (RawClient& client : busy) client.send(bytes);
  other.send(get_bytes("/other", tenant("b")));
  server.handler.let_go();
  CHECK(other.read()->status == 200);

  const std::vector<std::string> handled = server.handler.handled();
  const auto held_at = std::find(handled.begin(), handled.end(), "/hold");
  const auto other_at = std::find(held_at, handled.end(), "/other");
  REQUIRE(other_at != handled.end());
  CHECK(other_at - held_at <= 2 * 32);  // a step handles up to 32 requests
  for (RawClient& client : busy)
    for (int i = 0; i < kRequests; ++i) REQUIRE(client.read()->status == 200);
}

// The system may wake the same reactor for all of them.
TEST_CASE("front: each reactor has its share of the connections, whoever accepted them", "[http]") {
  constexpr std::size_t kConnections = 60;
  http::front::FrontOptions options;
  options.reactors = 3;
  const TestFront server(options);
  std::vector<RawClient> clients;
  std::map<std::string, std::size_t> by_thread;
  for (std::size_t i = 0; i < kConnections; ++i) {
    clients.push_back(server.client());
    const auto answer = clients.back().ask(get_bytes("/thread"));
    REQUIRE(answer);
    ++by_thread[answer->body];
  }
  CHECK(by_thread.size() == options.reactors);
  for (const auto& [thread, count] : by_thread)
    CHECK(count + http::front::Shares::kSlack >= kConnections / options.reactors);
}

TEST_CASE("front: while one waits for its answer, others have theirs", "[http]") {
  const TestFront server;
  RawClient slow = server.client();
  slow.send(get_bytes("/late?ms=300"));
  const auto start = std::chrono::steady_clock::now();
  CHECK(server.client().ask(get_bytes("/"))->status == 200);
  CHECK(since(start) < milliseconds(200));
  CHECK(slow.read()->status == 200);
}

TEST_CASE("front: a client that is gone before its answer harms nobody", "[http]") {
  const TestFront server;
  {
    std::vector<RawClient> gone;
    for (int i = 0; i < 20; ++i) {
      gone.push_back(server.client());
      gone.back().send(get_bytes("/late?ms=100"));
    }
    REQUIRE(becomes_true([&] { return server.front->counters().in_flight == 20; }));
    for (int i = 0; i < 20; i += 2) gone[static_cast<std::size_t>(i)].reset();
  }
  // Their places are taken by others, who must not read what was meant for them.
  std::vector<RawClient> next;
  for (int i = 0; i < 20; ++i) next.push_back(server.client());
  REQUIRE(becomes_true([&] { return server.handler.answered_late == 20; }));
  for (RawClient& client : next) CHECK(client.ask(get_bytes("/mine"))->body == "GET /mine from 127.0.0.1");
  next.clear();
  CHECK(becomes_true([&] { return server.front->counters().open == 0; }));
  CHECK(server.front->counters().in_flight == 0);
}

TEST_CASE("front: a client that has sent all it will is still answered", "[http]") {
  const TestFront server;
  for (const char* target : {"/", "/late?ms=50"}) {
    RawClient client = server.client();
    client.send(get_bytes(target));
    client.half_close();
    CHECK(client.read()->status == 200);
    CHECK(client.ends());
  }
  RawClient half = server.client();
  half.send("GET / HT");
  half.half_close();
  CHECK(half.read()->body == "the connection ended before the request did @");
  CHECK(half.ends());
}

TEST_CASE("front: large answers wait for slow readers, and the reactor does not", "[http]") {
  http::front::FrontOptions options;
  options.output = 100'000;
  const TestFront server(options);
  RawClient slow = server.client();
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += get_bytes("/big?bytes=3000000");
  slow.send(bytes);
  std::this_thread::sleep_for(milliseconds(100));
  // Of sixty megabytes, what the peer does not take is not even made.
  CHECK(server.front->counters().requests < 10);
  CHECK(server.client().ask(get_bytes("/"))->status == 200);
  for (int i = 0; i < 20; ++i) REQUIRE(slow.read()->body.size() == 3'000'000);
  CHECK(server.front->counters().requests == 21);
}

TEST_CASE("front: stopping lets what is under way finish, and nothing else", "[http]") {
  TestFront server;
  RawClient idle = server.client();
  CHECK(idle.ask(get_bytes("/"))->status == 200);
  RawClient late = server.client();
  late.send(get_bytes("/late?ms=200") + get_bytes("/too-late"));
  REQUIRE(becomes_true([&] { return server.front->counters().in_flight == 1; }));
  const std::uint16_t port = server.front->port();

  const auto start = std::chrono::steady_clock::now();
  std::thread stopper([&] { server.front->stop(std::chrono::seconds(10)); });
  CHECK(idle.ends());
  CHECK(since(start) < milliseconds(150));
  const auto answer = late.read();
  stopper.join();
  CHECK(since(start) < milliseconds(3000));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->header("connection") == "close");
  CHECK(late.ends());
  CHECK_FALSE(RawClient::to_port(port).connected());
  server.front->stop(std::chrono::seconds(10));  // once more is harmless
}

TEST_CASE("front: stopping does not wait longer than it was told", "[http]") {
  TestFront server;
  RawClient late = server.client();
  late.send(get_bytes("/late?ms=700"));
  RawClient half = server.client();
  half.send("GET / HT");
  REQUIRE(becomes_true([&] { return server.front->counters().in_flight == 1; }));
  const auto start = std::chrono::steady_clock::now();
  server.front->stop(milliseconds(100));
  CHECK(since(start) < milliseconds(500));
  CHECK(late.ends());
  CHECK(half.ends());
  server.front.reset();
  // The answer comes when the front is gone, and goes nowhere.
  CHECK(becomes_true([&] { return server.handler.answered_late == 1; }));
}
