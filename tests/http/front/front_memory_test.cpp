// What a body and an unread answer may cost, and whom.
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/http/front/front_fixture.h"
#include "tests/support/temp_dir.h"

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMiB = std::size_t{1} << 20;

template <typename F>
bool becomes_true(F what) {
  for (int i = 0; i < 500 && !what(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return what();
}

std::string length(std::size_t bytes) {
  return "Content-Length: " + std::to_string(bytes) + "\r\n";
}

}  // namespace

TEST_CASE("front: who is unknown is answered after the head, and the body isn't kept", "[http]") {
  const TestFront server;
  struct {
    const char* name;
    std::string headers;
    std::string body;  // sent after the answer
    bool goes_on;
  } const rows[] = {
      {"a short body is dropped as it comes", length(64 * 1024), std::string(64 * 1024, 'x'), true},
      {"a longer one isn't waited for", length(64 * 1024 + 1), "", false},
      {"nor one of unknown length", "Transfer-Encoding: chunked\r\n", "", false},
      {"nor one that may not come", length(10) + "Expect: 100-continue\r\n", "", false},
      {"nor that of a sender who closes", length(10) + "Connection: close\r\n", "", false},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    RawClient client = server.client();
    const auto response = client.ask(post_bytes("X-Unknown: 1\r\n" + row.headers));
    REQUIRE(response);
    CHECK(response->status == 401);
    CHECK(response->body == "who are you?");
    CHECK(response->header("connection") == (row.goes_on ? "" : "close"));
    if (row.goes_on) {
      client.send(row.body);
      CHECK(client.ask(get_bytes("/next"))->body == "GET /next from 127.0.0.1");
    } else {
      CHECK(client.ends());
    }
  }
  CHECK(server.front->counters().requests == 1);

  // The answers of a pipeline keep their order.
  RawClient client = server.client();
  client.send(get_bytes("/a") + post_bytes("X-Unknown: 1\r\n" + length(3), "abc") + get_bytes("/b"));
  CHECK(client.read()->body == "GET /a from 127.0.0.1");
  CHECK(client.read()->status == 401);
  CHECK(client.read()->body == "GET /b from 127.0.0.1");
}

TEST_CASE("front: a body that is dropped and doesn't come is not answered twice", "[http]") {
  http::front::FrontOptions options;
  options.timeouts.body = milliseconds(100);
  const TestFront server(options);
  for (const bool half_closes : {false, true}) {
    RawClient client = server.client();
    CHECK(client.ask(post_bytes("X-Unknown: 1\r\n" + length(10), "abc"))->status == 401);
    if (half_closes) client.half_close();
    CHECK(client.ends());
  }
}

TEST_CASE("front: the handler is asked once for each body, and never without one", "[http]") {
  const TestFront server;
  RawClient client = server.client();
  CHECK(client.ask(get_bytes("/"))->status == 200);
  CHECK(client.ask(post_bytes(length(0)))->status == 200);
  CHECK(server.handler.bodies_asked == 0);
  client.send(post_bytes(length(4), "ab"));
  CHECK(becomes_true([&] { return server.handler.bodies_asked == 1; }));
  client.send("cd");
  CHECK(client.read()->body == "POST / \"abcd\" from 127.0.0.1");
  CHECK(client.ask(post_bytes("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n0\r\n\r\n"))->status == 200);
  CHECK(server.handler.bodies_asked == 2);
  // One that came with its head is there already.
  CHECK(client.ask(post_bytes(length(4), "abcd"))->status == 200);
  CHECK(server.handler.bodies_asked == 2);
  // One that fails is answered 500, like one that fails later.
  CHECK(client.ask(post_bytes("X-Throw: 1\r\n" + length(4)))->status == 500);
  client.send("abcd");
  CHECK(client.ask(get_bytes("/"))->status == 200);
}

TEST_CASE("front: bodies have a budget, by credential, by tenant and in all", "[http]") {
  http::front::FrontOptions options;
  options.memory = 16 * kMiB;
  const TestFront server(options);
  std::vector<RawClient> clients;
  // Announces a body of a mebibyte and sends half of it.
  const auto begin = [&](const std::string& who) {
    clients.push_back(server.client());
    clients.back().send(post_bytes(who + length(kMiB), std::string(kMiB / 2, 'x')));
    return clients.back().silent(milliseconds(30));
  };
  const std::string ada = "X-Key: a\r\nX-Tenant: t\r\n", bob = "X-Key: b\r\nX-Tenant: t\r\n";
  CHECK(begin(ada));
  CHECK(begin(ada));
  CHECK_FALSE(begin(ada));
  const auto refused = clients.back().read();
  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(refused->header("retry-after") == "1");
  CHECK(refused->header("connection") == "close");
  CHECK(begin(bob));
  CHECK(begin(bob));
  CHECK_FALSE(begin("X-Key: c\r\nX-Tenant: t\r\n"));  // the tenant's quarter
  CHECK(begin("X-Key: d\r\nX-Tenant: u\r\n"));
  CHECK(server.front->counters().memory == 5 * kMiB);
  CHECK(server.front->counters().rejected_memory == 2);

  // A read by whoever is over its share is 503, and others are answered.
  RawClient reader = server.client();
  CHECK(reader.ask(get_bytes("/", ada))->body == "over");
  CHECK(reader.ask(get_bytes("/", "X-Key: d\r\nX-Tenant: u\r\n"))->status == 200);

  // A body that is whole gives back what it took once it is answered.
  clients[0].send(std::string(kMiB / 2, 'x'));
  CHECK(clients[0].read()->status == 200);
  CHECK(becomes_true([&] { return server.front->counters().memory == 4 * kMiB; }));
  CHECK(begin(ada));
  clients.clear();
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
  CHECK(server.front->take_memory_peak() >= 5 * kMiB);
}

TEST_CASE("front: a read that nobody waits for leaves nothing on its account, nor on the next one's",
          "[http]") {
  const TempDir dir;
  http::front::FrontOptions options;
  options.memory = 16 * kMiB;
  options.unix_socket = dir / "s";
  const TestFront server(options);
  const std::string ada = "X-Key: a\r\nX-Tenant: t\r\n", bob = "X-Key: b\r\nX-Tenant: u\r\n";
  const std::string big(300'000, 'x');  // comes in pieces
  for (int i = 0; i < 30; ++i) {
    RawClient client = RawClient::to_path(options.unix_socket);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n" + ada + length(70'000) + "\r\n" + std::string(70'000, 'x'));
    client.send(post_bytes(bob + length(100'000), std::string(100'000, 'x')));
  }
  // All have come, and gone: a busy server may not have accepted the last ones yet.
  CHECK(becomes_true([&] {
    const auto counters = server.front->counters();
    return counters.accepted == 30 && counters.open == 0;
  }));
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
  for (const std::string& who : {ada, bob}) {
    RawClient client = server.client();
    CHECK(client.ask(post_bytes(who + length(big.size()), big))->status == 200);
  }
}

TEST_CASE("front: a body in chunks counts as it comes", "[http]") {
  http::front::FrontOptions options;
  options.memory = 8 * kMiB;
  options.limits.body = kMiB;
  const TestFront server(options);
  const std::string ada = "X-Key: a\r\nTransfer-Encoding: chunked\r\n";
  const std::string chunk = "90000\r\n" + std::string(0x90000, 'x') + "\r\n";
  RawClient first = server.client();
  RawClient second = server.client();
  first.send(post_bytes(ada, chunk));
  CHECK(becomes_true([&] { return server.front->counters().memory > kMiB / 2; }));
  second.send(post_bytes(ada, chunk));
  const auto refused = second.read();
  REQUIRE(refused);
  CHECK(refused->status == 503);
  first.send("0\r\n\r\n");
  CHECK(first.read()->status == 200);
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
}

TEST_CASE("front: a body that came with its head counts for as long as it is kept, on its caller's account",
          "[http]") {
  constexpr std::size_t kShort = 4096;
  http::front::FrontOptions options;
  options.memory = 32 * kShort;
  options.limits.body = kShort;
  const TestFront server(options);
  std::vector<RawClient> clients;
  const auto post = [&](const std::string& who) {
    clients.push_back(server.client());
    clients.back().send("POST /late?ms=500 HTTP/1.1\r\nHost: x\r\n" + who + length(kShort) + "\r\n" +
                        std::string(kShort, 'x'));
  };
  for (int i = 0; i < 4; ++i) post("X-Key: a\r\n");
  CHECK(becomes_true([&] { return server.front->counters().memory == 4 * kShort; }));
  post("X-Key: a\r\n");  // beyond the eighth
  CHECK(clients.back().read()->status == 503);
  post("X-Key: b\r\n");  // from the same address
  CHECK(clients.back().read()->status == 200);
  CHECK(server.front->counters().rejected_memory == 1);
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
}

TEST_CASE("front: a body in flight counts also when its sender has gone", "[http]") {
  http::front::FrontOptions options;
  options.memory = 8 * kMiB;
  const TestFront server(options);
  {
    RawClient client = server.client();
    client.send("POST /late?ms=300 HTTP/1.1\r\nHost: x\r\nX-Key: a\r\n" + length(kMiB) + "\r\n" +
                std::string(kMiB, 'x'));
    CHECK(becomes_true([&] { return server.front->counters().in_flight == 1; }));
    client.reset();
  }
  std::this_thread::sleep_for(milliseconds(100));
  CHECK(server.front->counters().memory == kMiB);
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
}

TEST_CASE("front: whoever doesn't read its answers pays for them, and is paused", "[http]") {
  http::front::FrontOptions options;
  options.memory = 8 * kMiB;
  const TestFront server(options);
  const std::string ask = get_bytes("/big?bytes=8000000", "X-Key: a\r\n");
  RawClient slow = server.client();
  slow.send(ask + ask + ask);
  CHECK(becomes_true([&] { return server.front->counters().memory > kMiB; }));
  CHECK(server.front->counters().requests == 1);  // the others wait until the first is read
  CHECK(server.client().ask(get_bytes("/", "X-Key: a\r\n"))->body == "over");
  CHECK(server.client().ask(get_bytes("/", "X-Key: b\r\n"))->status == 200);
  for (int i = 0; i < 3; ++i) CHECK(slow.read()->body.size() == 8'000'000);
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
  CHECK(server.client().ask(get_bytes("/", "X-Key: a\r\n"))->status == 200);
}

TEST_CASE("front: a pipeline whose answers aren't read is paused", "[http]") {
  const TestFront server;
  RawClient client = server.client();
  std::string asks;
  for (int i = 0; i < 3000; ++i) asks += get_bytes("/big?bytes=20000");
  std::thread sender([&] { client.send(asks); });
  std::uint64_t requests = 0;
  // Until none is taken any more: what the system buffers, and 64 KiB.
  CHECK(becomes_true([&] {
    const std::uint64_t before = std::exchange(requests, server.front->counters().requests);
    std::this_thread::sleep_for(milliseconds(50));
    return before > 0 && before == requests;
  }));
  CHECK(requests < 3000);
  CHECK(server.front->counters().memory < 256 * 1024);
  for (int i = 0; i < 3000; ++i) REQUIRE(client.read()->body.size() == 20'000);
  sender.join();
}
