// Answers whose body is made in pieces while it is sent.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/work_pool.h"
#include "http/body_source.h"
#include "http/front/certificates.h"
#include "tests/http/front/front_fixture.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_client.h"

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kKiB = 1024;

template <typename F>
bool becomes_true(F what) {
  for (int i = 0; i < 500 && !what(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return what();
}

// Bytes of which each says where it stands.
std::string pattern(std::size_t begin, std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + ((begin + i) * 7 + (begin + i) / 1000) % 26);
  return text;
}

struct Plan {
  std::size_t first = 10;               // bytes that come with the head
  std::vector<std::size_t> pieces{};    // sizes of those that follow
  std::optional<std::uint64_t> told{};  // the size that the source says
  int fails_at = -1;                    // the piece in whose place there is an error
  bool throws = false;                  // or an exception

  std::size_t size() const {
    std::size_t all = first;
    for (const std::size_t piece : pieces) all += piece;
    return all;
  }
};

Plan many(std::size_t count, std::size_t size) {
  Plan plan;
  plan.pieces.assign(count, size);
  return plan;
}

// What the sources of a test have in common.
struct Watch {
  std::atomic<int> alive{0}, made{0};
  std::atomic<bool> on_reactor{false};

  // Pieces from the `stop_at`th on wait until they are let go.
  std::atomic<int> stop_at{1 << 30};
  std::mutex mutex;
  std::condition_variable changed;
  bool is_open = false;  // guarded by mutex
  std::atomic<int> waiting{0};

  void let_go() {
    const std::lock_guard lock(mutex);
    is_open = true;
    changed.notify_all();
  }
  void pass(int number) {
    if (number < stop_at) return;
    std::unique_lock lock(mutex);
    ++waiting;
    changed.wait(lock, [this] { return is_open; });
    --waiting;
  }
};

thread_local bool is_reactor = false;

class PlannedBody final : public http::BodySource {
 public:
  PlannedBody(const Plan& plan, Watch& watch) : plan_(plan), watch_(watch), at_(plan.first) {
    ++watch_.alive;
  }
  ~PlannedBody() override { --watch_.alive; }

  base::Result<Piece> next() override {
    if (is_reactor) watch_.on_reactor = true;
    watch_.pass(static_cast<int>(number_));
    if (plan_.fails_at == static_cast<int>(number_)) {
      if (plan_.throws) throw std::runtime_error("the source threw");
      return base::Error{base::ErrorCode::kIo, "the source failed"};
    }
    Piece piece{pattern(at_, plan_.pieces[number_]), number_ + 1 == plan_.pieces.size()};
    at_ += plan_.pieces[number_++];
    ++watch_.made;
    return piece;
  }
  std::optional<std::uint64_t> size() const override { return plan_.told; }

 private:
  const Plan plan_;
  Watch& watch_;
  std::size_t at_;
  std::size_t number_ = 0;
};

// Answers /pieces as planned, and everything else with its path.
class PiecesHandler final : public http::Handler {
 public:
  void handle(std::unique_ptr<http::Exchange> exchange) override {
    is_reactor = true;
    http::Response response;
    response.payer = {base::Uuid({1}), base::Uuid({2})};
    if (exchange->request().path[0] == "pieces") {
      response.body = pattern(0, plan.first);
      response.rest = std::make_shared<PlannedBody>(plan, watch);
    } else {
      response.body = exchange->request().path[0];
      ++others;
    }
    exchange->answer(std::move(response));
  }
  http::BodyAdmission before_body(const http::Request&) override { return {}; }
  http::Response error(int status, std::string_view why, const http::Request&) const override {
    return {status, "application/json", {}, std::string(why)};
  }

  Plan plan;
  Watch watch;
  std::atomic<int> others{0};
};

struct PiecesFront {
  explicit PiecesFront(const Plan& plan, http::front::FrontOptions options = {}) {
    handler.plan = plan;
    pool = base::WorkPool::start({"pieces", 2}).value();
    options.pool = pool.get();
    front = http::front::Front::start(options, handler).value();
  }
  RawClient client() const { return RawClient::to_port(front->port()); }
  // One whose answer has begun, and of which it takes nothing by itself.
  RawClient stopped_client() {
    RawClient stopped = client();
    stopped.send(get_bytes("/pieces"));
    CHECK(becomes_true([&] { return handler.watch.alive == 1; }));
    return stopped;
  }
  bool is_free() {
    return becomes_true([&] { return handler.watch.alive == 0; });
  }

  PiecesHandler handler;
  std::unique_ptr<base::WorkPool> pool;
  std::unique_ptr<http::front::Front> front;
};

std::string old_bytes(const std::string& headers = "") {
  return "GET /pieces HTTP/1.0\r\n" + headers + "\r\n";
}

// What is written to standard error meanwhile.
template <typename F>
std::string logged_by(F act) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  const int standard_error = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  act();
  ::dup2(standard_error, STDERR_FILENO);
  ::close(standard_error);
  std::rewind(file);
  std::string text(4096, ' ');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

}  // namespace

TEST_CASE("front: a body in pieces, as each version of HTTP has it", "[http][pieces]") {
  Plan empties = many(5, 100);
  empties.first = 0;
  empties.pieces = {0, 7, 0, 0, 300 * kKiB, 0};
  Plan told = many(3, 50'000);
  told.told = 150'000;
  struct {
    const char* name;
    Plan plan;
  } const rows[] = {
      {"one piece", many(1, 5)},
      {"a few", many(3, 1000)},
      {"many large ones", many(40, 64 * kKiB)},
      {"empty ones among them", empties},
      {"a size that is told", told},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    PiecesFront server(row.plan);
    const std::string whole = pattern(0, row.plan.size());
    const bool has_length = row.plan.told.has_value();
    const std::string length = has_length ? std::to_string(whole.size()) : "";

    RawClient client = server.client();
    for (int i = 0; i < 2; ++i) {  // the connection goes on
      const auto response = client.ask(get_bytes("/pieces"));
      REQUIRE(response);
      CHECK(response->status == 200);
      CHECK(response->header("transfer-encoding") == (has_length ? "" : "chunked"));
      CHECK(response->header("content-length") == length);
      CHECK(response->header("content-type") == "application/json");
      CHECK(response->header("connection") == "");
      CHECK((response->body == whole));
    }

    // HEAD has the same head and nothing else.
    client.send("HEAD /pieces HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto head = client.read(true);
    REQUIRE(head);
    CHECK(head->header("content-length") == length);
    CHECK(head->header("content-type") == "application/json");
    CHECK(client.ask(get_bytes("/next"))->body == "next");

    RawClient closes = server.client();
    CHECK((closes.ask(get_bytes("/pieces", "Connection: close\r\n"))->body == whole));
    CHECK(closes.ends());

    // HTTP/1.0 knows no chunks, so that the end is the connection's, whatever it asked for.
    RawClient old = server.client();
    old.send(old_bytes("Connection: keep-alive\r\n"));
    if (has_length) {
      CHECK((old.read()->body == whole));
      CHECK(old.ask(old_bytes("Connection: keep-alive\r\n"))->status == 200);
    } else {
      const auto all = old.read_to_end();
      REQUIRE(all);
      const std::size_t end = all->find("\r\n\r\n");
      const RawResponse response = RawClient::parse_head(all->substr(0, end));
      CHECK(response.header("transfer-encoding") == "");
      CHECK(response.header("content-length") == "");
      CHECK(response.header("connection") == "close");
      CHECK((all->substr(end + 4) == whole));
    }
    RawClient old_head = server.client();
    old_head.send("HEAD /pieces HTTP/1.0\r\n\r\n");
    CHECK(old_head.read(true)->header("content-length") == length);
    CHECK(old_head.ends());
    CHECK(server.is_free());
    CHECK_FALSE(server.handler.watch.on_reactor);
  }
}

TEST_CASE("front: requests behind a body in pieces wait for its end", "[http][pieces]") {
  PiecesFront server(many(20, 30'000));
  server.handler.watch.stop_at = 10;
  RawClient client = server.client();
  client.send(get_bytes("/pieces") + get_bytes("/a") + get_bytes("/pieces") + get_bytes("/b"));
  CHECK(becomes_true([&] { return server.handler.watch.waiting == 1; }));
  CHECK(server.client().ask(get_bytes("/another"))->body == "another");
  CHECK(server.handler.others == 1);
  server.handler.watch.let_go();
  const std::string whole = pattern(0, server.handler.plan.size());
  CHECK((client.read()->body == whole));
  CHECK(client.read()->body == "a");
  CHECK((client.read()->body == whole));
  CHECK(client.read()->body == "b");
}

TEST_CASE("front: a body that fails in the middle can't be taken for the whole", "[http][pieces]") {
  Plan fails = many(5, 3000);
  fails.fails_at = 3;
  Plan throws = fails;
  throws.throws = true;
  Plan at_once = fails;
  at_once.fails_at = 0;
  Plan told = fails;
  told.told = 15'000;
  Plan too_long = many(5, 3000);
  too_long.told = 14'999;
  Plan too_short = many(5, 3000);
  too_short.told = 15'001;
  struct {
    const char* name;
    Plan plan;
    const char* why;
  } const rows[] = {
      {"an error", fails, "the source failed"},
      {"an exception", throws, "the source threw"},
      {"an error at the first piece", at_once, "the source failed"},
      {"an error where the size was told", told, "the source failed"},
      {"more than was told", too_long, "the body is not as long as was told at its start"},
      {"less than was told", too_short, "the body is not as long as was told at its start"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    PiecesFront server(row.plan);
    for (const bool old : {false, true}) {
      INFO(old);
      RawClient client = server.client();
      std::optional<RawResponse> response;
      std::optional<std::string> all;
      const std::string log = logged_by([&] {
        client.send(old ? old_bytes() + get_bytes("/next") : get_bytes("/pieces") + get_bytes("/next"));
        if (old)
          all = client.read_to_end();
        else
          response = client.read();
        CHECK(server.is_free());
      });
      CHECK_FALSE(response);
      CHECK_FALSE(all);  // a reset, and no end
      CHECK(client.is_reset());
      CHECK(log.find("answer broken off") != std::string::npos);
      CHECK(log.find(row.why) != std::string::npos);
    }
    CHECK(server.handler.others == 0);
    CHECK(server.client().ask(get_bytes("/next"))->body == "next");
  }
}

TEST_CASE("front: whoever doesn't read a body in pieces has no more made than fits", "[http][pieces]") {
  PiecesFront server(many(4000, 64 * kKiB));  // 256 MiB
  RawClient client = server.stopped_client();
  int made = 0;
  CHECK(becomes_true([&] {
    const int before = std::exchange(made, server.handler.watch.made.load());
    std::this_thread::sleep_for(milliseconds(100));
    return before > 0 && before == server.handler.watch.made;
  }));
  CHECK(made < 1000);
  const std::uint64_t counted = server.front->counters().memory;
  CHECK(counted > 60 * kKiB);
  CHECK(counted < 300 * kKiB);
  // Once it reads, all comes.
  const auto response = client.read();
  REQUIRE(response);
  CHECK((response->body == pattern(0, server.handler.plan.size())));
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
  CHECK(server.front->take_memory_peak() < 512 * kKiB);
}

TEST_CASE("front: a client that goes away frees what its body is made of", "[http][pieces]") {
  PiecesFront server(many(4000, 64 * kKiB));
  SECTION("with a reset, while it doesn't read") {
    RawClient client = server.stopped_client();
    CHECK(becomes_true([&] { return server.handler.watch.made > 1; }));
    client.reset();
    CHECK(server.is_free());
  }
  SECTION("by closing, while it doesn't read") {
    { RawClient client = server.stopped_client(); }
    CHECK(server.is_free());
  }
  SECTION("while a piece is made") {
    server.handler.watch.stop_at = 2;
    RawClient client = server.stopped_client();
    CHECK(becomes_true([&] { return server.handler.watch.waiting == 1; }));
    client.reset();
    CHECK(becomes_true([&] { return server.front->counters().open == 0; }));
    CHECK(server.handler.watch.alive == 1);  // the pool's
    server.handler.watch.let_go();
    CHECK(server.is_free());
  }
  SECTION("on a reused place, whose new connection gets nothing of it") {
    server.handler.watch.stop_at = 2;
    RawClient client = server.stopped_client();
    CHECK(becomes_true([&] { return server.handler.watch.waiting == 1; }));
    client.reset();
    CHECK(becomes_true([&] { return server.front->counters().open == 0; }));
    RawClient next = server.client();
    CHECK(next.ask(get_bytes("/a"))->body == "a");
    server.handler.watch.let_go();
    CHECK(server.is_free());
    CHECK(next.ask(get_bytes("/b"))->body == "b");
  }
  CHECK(becomes_true([&] { return server.front->counters().memory == 0; }));
}

TEST_CASE("front: a reader that is too slow for a body in pieces is cut off", "[http][pieces]") {
  http::front::FrontOptions options;
  options.timeouts.write = milliseconds(300);
  PiecesFront server(many(4000, 64 * kKiB), options);
  SECTION("one that stops") {
    RawClient client = server.stopped_client();
    CHECK(server.is_free());
    CHECK(server.front->counters().rejected_timeout == 1);
    CHECK_FALSE(client.read());
    CHECK(client.is_reset());
  }
  SECTION("one that takes a little all the time isn't, for longer than the deadline") {
    RawClient client = server.stopped_client();
    for (int i = 0; i < 60; ++i) {
      std::this_thread::sleep_for(milliseconds(20));
      REQUIRE(client.take_some(512 * kKiB) > 0);
    }
    CHECK(server.handler.watch.alive == 1);
    CHECK(server.front->counters().rejected_timeout == 0);
  }
  SECTION("nor is one for whom a piece takes long") {
    server.handler.watch.stop_at = 0;
    RawClient client = server.stopped_client();
    CHECK(becomes_true([&] { return server.handler.watch.waiting == 1; }));
    std::this_thread::sleep_for(milliseconds(700));
    CHECK(server.front->counters().open == 1);
    server.handler.watch.let_go();
    CHECK(client.read());
  }
}

TEST_CASE("front: bodies in pieces end with the front", "[http][pieces]") {
  PiecesFront server(many(100, 64 * kKiB));
  SECTION("within the grace they finish") {
    server.handler.watch.stop_at = 50;
    RawClient client = server.client();
    client.send(get_bytes("/pieces") + get_bytes("/next"));
    CHECK(becomes_true([&] { return server.handler.watch.waiting == 1 || server.handler.watch.made > 5; }));
    std::optional<RawResponse> response;
    std::thread reader([&] { response = client.read(); });
    CHECK(becomes_true([&] { return server.handler.watch.waiting == 1; }));
    std::thread stopping([&] { server.front->stop(std::chrono::seconds(20)); });
    server.handler.watch.let_go();
    reader.join();
    stopping.join();
    REQUIRE(response);
    CHECK((response->body == pattern(0, server.handler.plan.size())));
  }
  SECTION("after it they are cut off, so that it shows") {
    for (const bool old : {false, true}) {
      RawClient client = server.client();
      client.send(old ? old_bytes() : get_bytes("/pieces"));
      CHECK(becomes_true([&] { return server.handler.watch.made > 1; }));
      if (old) {
        server.front->stop(milliseconds(50));
        CHECK_FALSE(client.read_to_end());
        CHECK(client.is_reset());
      }
    }
    CHECK(server.is_free());
  }
  SECTION("destroyed while a piece is made, which ends harmlessly") {
    server.handler.watch.stop_at = 1;
    RawClient client = server.stopped_client();
    CHECK(becomes_true([&] { return server.handler.watch.waiting == 1; }));
    server.front.reset();
    CHECK(server.handler.watch.alive == 1);
    server.handler.watch.let_go();
    CHECK(server.is_free());
  }
  SECTION("the pool may end first") {
    server.handler.watch.stop_at = 1;
    RawClient client = server.stopped_client();
    CHECK(becomes_true([&] { return server.handler.watch.waiting == 1; }));
    std::thread stopping([&] { server.pool->stop(); });
    while (server.pool->go_on(base::Uuid(), [] {})) {
    }
    server.handler.watch.let_go();
    stopping.join();
    CHECK_FALSE(client.read());
    CHECK(server.is_free());
    CHECK(server.client().ask(get_bytes("/next"))->body == "next");
  }
}

TEST_CASE("front: without a pool nothing comes in pieces", "[http][pieces]") {
  PiecesHandler handler;
  handler.plan = many(2, 10);
  const auto front = http::front::Front::start({}, handler).value();
  RawClient client = RawClient::to_port(front->port());
  CHECK(client.ask(get_bytes("/pieces"))->status == 500);
  CHECK(client.ask(get_bytes("/next"))->body == "next");
  CHECK(handler.watch.alive == 0);
}

TEST_CASE("front: a body in pieces over TLS and over a unix socket", "[http][pieces][tls]") {
  const TempDir dir;
  const TestPair pair = make_test_pair("localhost");
  const auto certificate =
      http::front::Certificate::parse({pair.certificate, pair.key, "c", "k"}, http::front::TlsVersion::k12);
  REQUIRE(certificate.ok());
  http::front::FrontOptions options;
  options.unix_socket = dir / "s";
  options.certificates = std::make_shared<http::front::Certificates>(std::vector{certificate.value()});
  Plan plan = many(30, 64 * kKiB);
  PiecesFront server(plan, options);
  const std::string whole = pattern(0, plan.size());
  {
    TlsClient client(server.front->port());
    REQUIRE(client.shake_hands());
    for (int i = 0; i < 2; ++i) CHECK((client.ask(get_bytes("/pieces"))->body == whole));
    client.send(old_bytes());
    while (!client.ends()) break;
  }
  RawClient local = RawClient::to_path(options.unix_socket);
  CHECK((local.ask(get_bytes("/pieces"))->body == whole));
  RawClient old = RawClient::to_path(options.unix_socket);
  old.send(old_bytes());
  CHECK(old.read_to_end()->size() > whole.size());

  // One that fails has no end of TLS's own either.
  plan.fails_at = 20;
  options.unix_socket.clear();
  PiecesFront fails(plan, options);
  TlsClient client(fails.front->port());
  REQUIRE(client.shake_hands());
  CHECK_FALSE(client.ask(get_bytes("/pieces")));
  CHECK_FALSE(client.ends());
  CHECK(fails.is_free());
}
