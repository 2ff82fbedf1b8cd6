// The command line's client against servers that do as they please.
#include "client/http.h"

#include <chrono>
#include <stop_token>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/one_server.h"
#include "tests/support/temp_dir.h"

namespace {

using std::chrono::milliseconds;

}  // namespace

TEST_CASE("client: what is sent, and what is answered", "[client]") {
  OneServer server([](int c) { send_all(c, "HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\n\r\n{\"a\"}"); });
  const auto answer =
      client::ask(server.place(), {"POST", "/v1/tenants", {{"Authorization", "Bearer x"}}, "{}"});
  REQUIRE(answer.ok());
  CHECK(answer->status == 409);
  CHECK(answer->body == "{\"a\"}");
  const std::string sent = server.received();
  CHECK(sent.starts_with("POST /v1/tenants HTTP/1.1\r\n"));
  for (const char* line :
       {"\r\nHost: localhost\r\n", "\r\nAuthorization: Bearer x\r\n", "\r\nContent-Length: 2\r\n",
        "\r\nContent-Type: application/json\r\n", "\r\nConnection: close\r\n"})
    CHECK_THAT(sent, ContainsSubstring(line));
}

TEST_CASE("client: nothing is waited for longer than was said, and no answer is larger", "[client]") {
  client::Limits limits;
  limits.whole = milliseconds(400);
  limits.body = 1000;
  const auto error_of = [&](OneServer::Does does) {
    OneServer server(std::move(does));
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = client::ask(server.place(), {}, limits);
    CHECK(std::chrono::steady_clock::now() - begun < milliseconds(5000));
    if (answer.ok()) return std::to_string(answer->status);
    return answer.error().message.substr(server.path().size());
  };
  const auto drip = [](std::string_view head) {
    return [head](int c) {
      send_all(c, head);
      for (int i = 0; i < 100; ++i) {
        if (::send(c, "x", 1, MSG_NOSIGNAL) != 1) return;
        std::this_thread::sleep_for(milliseconds(20));
      }
    };
  };
  CHECK(error_of([](int) { std::this_thread::sleep_for(milliseconds(800)); }) == ": no answer in time");
  CHECK(error_of(drip("HTTP/1.1 200 OK\r\nX: ")) == ": no answer in time");
  CHECK(error_of(drip("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")) == ": no answer in time");
  const std::string large(1001, 'x');
  CHECK(error_of([&](int c) { send_all(c, "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + large); }) ==
        ": the answer is larger than 1000 bytes");
  CHECK(error_of([&](int c) { send_all(c, "HTTP/1.1 200 OK\r\n\r\n" + large); }) ==
        ": the answer is larger than 1000 bytes");
  CHECK(error_of([&](int c) {
          send_all(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + large.substr(1));
        }) == "200");
  CHECK_THAT(error_of([](int) {}), ContainsSubstring(": no answer: "));
}

TEST_CASE("client: a download is given as it comes, and any other answer is kept", "[client]") {
  client::Limits limits;
  limits.body = 10;
  std::string got;
  const auto take = [&](std::string_view piece) { return got += piece, got.size() < 5000; };
  const auto download = [&](const std::string& answer) {
    got.clear();
    OneServer server([&](int c) { send_all(c, answer); });
    auto done = client::download(server.place(), {}, take, limits);
    server.received();
    return done;
  };
  const auto whole = download("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + std::string(3000, 'x'));
  REQUIRE(whole.ok());
  CHECK((whole->status == 200 && whole->body.empty()));
  CHECK(got.size() == 3000);
  CHECK_FALSE(download("HTTP/1.1 200 OK\r\nContent-Length: 3001\r\n\r\n" + std::string(3000, 'x')).ok());
  CHECK_FALSE(download("HTTP/1.1 200 OK\r\nContent-Length: 6000\r\n\r\n" + std::string(6000, 'x')).ok());
  const auto refused = download("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
  REQUIRE(refused.ok());
  CHECK((refused->status == 404 && refused->body == "{}"));
  CHECK(got.empty());
}

TEST_CASE("client: nobody is there", "[client]") {
  const TempDir dir;
  const auto to_socket = client::ask({dir / "none", "", 0}, {});
  REQUIRE_FALSE(to_socket.ok());
  CHECK_THAT(to_socket.error().message, ContainsSubstring(dir / "none: no answer: "));
  const auto to_port = client::ask({"", "::1", 1}, {});
  REQUIRE_FALSE(to_port.ok());
  CHECK_THAT(to_port.error().message, ContainsSubstring("http://[::1]:1: no answer: "));
}

TEST_CASE("client: an answer that goes on ends where nothing comes, or where it is to stop", "[client]") {
  const auto error_of = [](client::Limits limits, OneServer::Does does) {
    OneServer server(std::move(does));
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = client::download(
        server.place(), {}, [](std::string_view) { return true; }, limits);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
    return answer.ok() ? std::string("none") : answer.error().message.substr(server.path().size());
  };
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nx";
  client::Limits idle;
  idle.whole = std::chrono::hours(1);
  idle.idle = milliseconds(200);
  CHECK_THAT(error_of(idle,
                      [&](int c) {
                        send_all(c, head);
                        std::this_thread::sleep_for(milliseconds(1000));
                      }),
             Catch::Matchers::StartsWith(": no answer: "));
  std::stop_source stop;
  client::Limits stopped;
  stopped.whole = std::chrono::hours(1);
  stopped.stop = stop.get_token();
  CHECK(error_of(stopped, [&](int c) {
          send_all(c, head);
          stop.request_stop();
          char byte = 0;
          while (::recv(c, &byte, 1, 0) > 0) {
          }
        }) == ": no answer in time");
}
