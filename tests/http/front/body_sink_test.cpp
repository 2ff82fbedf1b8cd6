// Bodies that a sink takes as they come.
#include "http/body_sink.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/http/front/front_fixture.h"

namespace {

using Follows = http::BodyPiece::Follows;

// Goes on by itself, unless it is to wait; answers with the length of what came.
class CountingSink final : public http::BodySink {
 public:
  struct Watch {
    std::atomic<int> alive{0}, pieces{0}, whole{0}, cut{0};
    std::atomic<std::size_t> largest{0};
    std::atomic<bool> waits{false}, lets_go{false}, answers_at_once{false};
    std::mutex mutex;
    std::unique_ptr<http::BodyPiece> waiting;
  };

  explicit CountingSink(Watch& watch) : watch_(watch) { ++watch_.alive; }
  ~CountingSink() override { --watch_.alive; }

  void take(std::unique_ptr<http::BodyPiece> piece) override {
    ++watch_.pieces;
    bytes_ += piece->bytes().size();
    if (piece->bytes().size() > watch_.largest) watch_.largest = piece->bytes().size();
    if (watch_.lets_go) return;
    if (watch_.answers_at_once) return piece->answer(said("enough"));
    if (piece->follows() == Follows::kMore && watch_.waits) {
      const std::lock_guard lock(watch_.mutex);
      watch_.waiting = std::move(piece);
      return;
    }
    if (piece->follows() == Follows::kMore) return piece->go_on();
    piece->follows() == Follows::kCut ? ++watch_.cut : ++watch_.whole;
    piece->answer(said(std::to_string(bytes_)));
  }

 private:
  static http::Response said(std::string body) { return {200, "text/plain", {}, std::move(body)}; }

  Watch& watch_;
  std::size_t bytes_ = 0;
};

class SinkHandler final : public http::Handler {
 public:
  void handle(std::unique_ptr<http::Exchange> exchange) override {
    exchange->answer({200, "text/plain", {}, exchange->request().path[0]});
  }
  bool streams_body(const http::Request& head) const override { return head.path[0] == "sink"; }
  http::BodyAdmission before_body(const http::Request& head) override {
    if (!streams_body(head)) return {};
    if (head.header("x-unknown").count > 0) return {{}, http::Response{403, "text/plain", {}, "no"}};
    return {{}, {}, std::make_shared<CountingSink>(watch), memory};
  }
  http::Response error(int status, std::string_view why, const http::Request&) const override {
    return {status, "text/plain", {}, std::string(why)};
  }

  CountingSink::Watch watch;
  std::size_t memory = 0;
};

struct SinkFront {
  explicit SinkFront(http::front::FrontOptions options = {}) {
    options.limits.body = 1000;
    front = http::front::Front::start(options, handler).value();
  }
  RawClient client() const { return RawClient::to_port(front->port()); }

  SinkHandler handler;
  std::unique_ptr<http::front::Front> front;
};

std::string head(std::size_t length, const std::string& more = "") {
  return "POST /sink HTTP/1.1\r\nHost: x\r\n" + more + "Content-Length: " + std::to_string(length) +
         "\r\n\r\n";
}

std::string text_of(const std::optional<RawResponse>& response) {
  return response ? std::to_string(response->status) + " " + response->body : "nothing";
}

}  // namespace

TEST_CASE("body sink: a body of any length comes in pieces, and the connection goes on", "[http]") {
  SinkFront f;
  auto client = f.client();
  for (const std::size_t size : {std::size_t{1}, std::size_t{1'001}, std::size_t{3'000'000}}) {
    INFO(size);
    f.handler.watch.largest = 0;
    CHECK(text_of(client.ask(head(size) + std::string(size, 'x'))) == "200 " + std::to_string(size));
    CHECK(f.handler.watch.largest <= 128 * 1024);
  }
  CHECK(f.handler.watch.pieces > 20);
  const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  std::string chunked = "POST /sink HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) chunked += chunk;
  CHECK(text_of(client.ask(chunked + "0\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n")) == "200 409600");
  CHECK(text_of(client.read()) == "200 next");
  CHECK(text_of(client.ask("POST /sink HTTP/1.1\r\nHost: x\r\n\r\n")) == "200 sink");  // it has no body
  // Others are held to the limit as before.
  CHECK(text_of(f.client().ask("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")) ==
        "413 the body is larger than this server accepts");
}

TEST_CASE("body sink: nothing more is read until it goes on", "[http]") {
  SinkFront f;
  f.handler.watch.waits = true;
  auto client = f.client();
  constexpr std::size_t kSize = 200'000;
  REQUIRE(client.send(head(kSize) + std::string(kSize, 'x')));
  const auto take_waiting = [&] {
    const std::lock_guard lock(f.handler.watch.mutex);
    return std::move(f.handler.watch.waiting);
  };
  std::unique_ptr<http::BodyPiece> piece;
  while (!piece) piece = take_waiting();
  CHECK(f.handler.watch.pieces == 1);
  f.handler.watch.waits = false;
  piece->go_on();
  CHECK(text_of(client.read()) == "200 200000");
}

TEST_CASE("body sink: its answer, its silence and a mistake in the body end the reading", "[http]") {
  SinkFront f;
  const std::string much = head(10'000'000) + std::string(300'000, 'x');
  f.handler.watch.answers_at_once = true;
  auto early = f.client().ask(much);
  CHECK(text_of(early) == "200 enough");
  CHECK(early->header("connection") == "close");
  f.handler.watch.answers_at_once = false;
  f.handler.watch.lets_go = true;
  CHECK(text_of(f.client().ask(much)).starts_with("500 "));
  f.handler.watch.lets_go = false;
  CHECK(text_of(f.client().ask(head(10, "X-Unknown: 1\r\n"))) == "403 no");
  f.handler.memory = std::size_t{1} << 40U;
  CHECK(text_of(f.client().ask(head(10))).starts_with("503 "));
  while (f.handler.watch.alive > 0) std::this_thread::yield();
}

TEST_CASE("body sink: it answers for a body that ends early, or is no body any more", "[http]") {
  SinkFront f;
  const std::string chunked = "POST /sink HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string some = "3\r\nabc\r\n", much = "11170\r\n" + std::string(70'000, 'x') + "\r\n";
  const struct {
    std::string request;
    bool ends;  // the client sends no more, ever
    std::string expected;
  } rows[] = {
      {chunked + "x\r\n", false, "200 0"},
      {chunked + some + "x\r\n", false, "200 3"},
      {chunked + much + "x\r\n", false, "200 70000"},
      {chunked + some, true, "200 3"},
      {chunked, true, "200 0"},
      {head(10) + "abcd", true, "200 4"},
      {head(100'000) + std::string(70'000, 'x'), true, "200 70000"},
  };
  int cut = 0;
  for (const auto& row : rows) {
    INFO(row.request.substr(0, 100));
    auto client = f.client();
    REQUIRE(client.send(row.request));
    if (row.ends) client.half_close();
    const auto answer = client.read();
    CHECK(text_of(answer) == row.expected);
    CHECK(answer->header("connection") == "close");
    CHECK(client.ends());
    CHECK(f.handler.watch.cut == ++cut);
  }
  while (f.handler.watch.alive > 0) std::this_thread::yield();
}

TEST_CASE("body sink: a body that stops is cut, and one that comes slowly isn't", "[http]") {
  http::front::FrontOptions options;
  options.timeouts.body = std::chrono::milliseconds(300);
  SinkFront f(options);
  CHECK(text_of(f.client().ask(head(10) + "abc")) == "200 3");
  CHECK(f.handler.watch.cut == 1);
  CHECK(f.front->counters().rejected_timeout == 1);
  auto slow = f.client();
  REQUIRE(slow.send(head(10)));
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // longer than the time for it, in all
    REQUIRE(slow.send("x"));
  }
  CHECK(text_of(slow.read()) == "200 10");
  CHECK(f.handler.watch.whole == 1);
}

TEST_CASE("body sink: of a client that goes away it is let go", "[http]") {
  SinkFront f;
  {
    auto client = f.client();
    REQUIRE(client.send(head(10'000'000) + std::string(200'000, 'x')));
    while (f.handler.watch.pieces == 0) std::this_thread::yield();
    client.reset();
  }
  while (f.handler.watch.alive > 0) std::this_thread::yield();
}
