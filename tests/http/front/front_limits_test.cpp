// Counts and deadlines: who has too many connections, and who takes too long.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "config/network.h"
#include "tests/http/front/front_fixture.h"
#include "tests/support/temp_dir.h"

using std::chrono::milliseconds;

namespace {

using Time = std::chrono::steady_clock::time_point;

Time now() {
  return std::chrono::steady_clock::now();
}

milliseconds since(Time start) {
  return std::chrono::duration_cast<milliseconds>(now() - start);
}

// As many descriptors as this; what there was before afterwards.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t wanted) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit changed{std::min(wanted, before_.rlim_max), before_.rlim_max};
    enough_ = changed.rlim_cur == wanted && setrlimit(RLIMIT_NOFILE, &changed) == 0;
  }
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

  bool enough() const { return enough_; }

 private:
  rlimit before_{};
  bool enough_ = false;
};

}  // namespace

TEST_CASE("front: 500 idle and 100 slow connections delay nobody", "[http]") {
  const DescriptorLimit limit(4096);
  REQUIRE(limit.enough());
  const TestFront server;
  std::vector<RawClient> idle, slow;
  for (int i = 0; i < 500; ++i) idle.push_back(server.client());
  for (int i = 0; i < 100; ++i) slow.push_back(server.client());
  RawClient polite = server.client();
  const std::string head = get_bytes("/");
  for (std::size_t second = 0; second < 2; ++second) {
    for (RawClient& client : slow) client.send(std::string_view(head).substr(second, 1));
    for (int i = 0; i < 50; ++i) {
      const Time start = now();
      CHECK(server.client().ask(head)->status == 200);
      CHECK(since(start) < milliseconds(100));
      CHECK(polite.ask(head)->status == 200);
      std::this_thread::sleep_for(milliseconds(20));
    }
  }
  for (RawClient& client : slow) CHECK(client.send(std::string_view(head).substr(2)));
  for (RawClient& client : slow) CHECK(client.read()->status == 200);
  for (RawClient& client : idle) CHECK(client.ask(head)->status == 200);
}

TEST_CASE("front: deadlines are for the whole of a step, not for one read", "[http]") {
  http::front::FrontOptions options;
  options.timeouts.head = milliseconds(300);
  options.timeouts.body = milliseconds(300);
  options.timeouts.idle = milliseconds(300);
  options.timeouts.linger = milliseconds(100);
  const TestFront server(options);
  struct {
    const char* name;
    std::string before, drop;
    int status;
  } const rows[] = {
      {"the head, a byte at a time", "GET /", "a", 408},
      {"the body, a byte at a time", post_bytes("Content-Length: 1000\r\n"), "b", 408},
      {"chunks, a byte at a time", post_bytes("Transfer-Encoding: chunked\r\n"), "1\r\nx\r\n", 408},
      {"headers, one at a time", "GET / HTTP/1.1\r\n", "A: b\r\n", 408},
      {"nothing at all", "", "", 0},
      {"a second request's head", get_bytes("/") + "GET /", "a", 408},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    const Time start = now();
    RawClient client = server.client();
    client.send(row.before);
    if (row.before.starts_with(get_bytes("/"))) CHECK(client.read()->status == 200);
    while (client.silent(milliseconds(20)) && since(start) < milliseconds(2000)) client.send(row.drop);
    CHECK(since(start) >= milliseconds(250));
    CHECK(since(start) < milliseconds(1000));
    if (row.status != 0) CHECK(client.read()->status == row.status);
    CHECK(client.ends());
  }
  CHECK(server.front->counters().rejected_timeout == 5);
}

// More than the reactor drops at once, and than the system's buffers hold: it pauses, and goes on.
TEST_CASE("front: a refused peer may send its body, at the pace at which it is dropped", "[http]") {
  http::front::FrontOptions options;
  options.reactors = 1;
  const TestFront server(options);
  const std::string body(15 << 20, 'b');
  RawClient refused = server.client();
  CHECK(refused.send(post_bytes("Content-Length: " + std::to_string(body.size() + 1) + "\r\n")));
  CHECK(refused.send(body));
  CHECK(server.client().ask(get_bytes("/"))->status == 200);
  CHECK(refused.read()->status == 413);
  CHECK(refused.ends());
}

TEST_CASE("front: whoever takes no answer is not waited for", "[http]") {
  http::front::FrontOptions options;
  options.timeouts.write = milliseconds(200);
  const TestFront server(options);
  RawClient client = server.client();
  client.send(get_bytes("/big?bytes=30000000"));
  const auto waits = [&] {
    return server.front->counters().requests == 0 || server.front->counters().open > 0;
  };
  for (int i = 0; i < 300 && waits(); ++i) std::this_thread::sleep_for(milliseconds(10));
  CHECK_FALSE(waits());
  CHECK(server.front->counters().rejected_timeout == 1);
  CHECK_FALSE(client.read());
}

// It was reset after the deadline however much it took.
TEST_CASE("front: whoever takes answers is not cut, however long that lasts", "[http]") {
  http::front::FrontOptions options;
  options.timeouts.write = milliseconds(500);  // in which a peer has to take 512 bytes
  const TestFront server(options);
  RawClient client = server.client();
  client.send(get_bytes("/big?bytes=60000000"));
  std::size_t taken = 0;
  for (const Time start = now(); since(start) < milliseconds(2000);) {
    taken += client.take_some(200'000);
    std::this_thread::sleep_for(milliseconds(10));
  }
  CHECK(taken < 50'000'000);  // so that the server was waiting all the time
  CHECK(server.front->counters().open == 1);
  CHECK(server.front->counters().rejected_timeout == 0);
  for (int i = 0; i < 500 && server.front->counters().open > 0; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  CHECK(server.front->counters().rejected_timeout == 1);
}

// On a unix socket the hang-up is known before the bytes that came before it are read.
TEST_CASE("front: a request whose sender closes at once is carried out", "[http]") {
  constexpr std::uint64_t kSenders = 50;
  constexpr std::uint64_t kEach = 3;
  const TempDir dir;
  http::front::FrontOptions options;
  options.unix_socket = dir / "s";
  const TestFront server(options);
  const bool local = GENERATE(false, true);
  for (std::uint64_t i = 0; i < kSenders; ++i) {
    RawClient client = local ? RawClient::to_path(options.unix_socket) : server.client();
    client.send("POST /late?ms=5 HTTP/1.1\r\nHost: x\r\n\r\n" + post_bytes("") + get_bytes("/") +
                post_bytes(""));
  }
  const auto counters = [&] { return server.front->counters(); };
  for (int i = 0; i < 500 && (counters().open > 0 || counters().accepted < kSenders); ++i)
    std::this_thread::sleep_for(milliseconds(10));
  CHECK(counters().accepted == kSenders);
  CHECK(counters().open == 0);
  // Over TCP an answer that comes too late resets the connection, and what follows is lost.
  CHECK(counters().requests >= (local ? kSenders * kEach : kSenders));
}

TEST_CASE("front: connections are counted, in all and by address", "[http]") {
  http::front::FrontOptions options;
  options.connections = 5;
  options.connections_per_address = 3;
  TempDir dir;
  options.unix_socket = dir / "reeve.sock";
  const TestFront server(options);
  const std::string head = get_bytes("/");
  std::vector<RawClient> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(server.client());
    CHECK(open.back().ask(head)->status == 200);
  }
  const auto told = server.client().read();
  REQUIRE(told);
  CHECK(told->status == 429);
  CHECK(told->body == "too many connections from this address are open @");
  CHECK(told->header("retry-after") == "1");

  open.push_back(RawClient::to_port(server.front->port(), "127.0.0.2"));
  CHECK(open.back().ask(head)->body == "GET / from 127.0.0.2");
  open.push_back(RawClient::to_path(options.unix_socket));
  CHECK(open.back().ask(head)->body == "GET / from unix");
  RawClient sixth = RawClient::to_path(options.unix_socket);
  CHECK(sixth.read()->status == 503);
  CHECK(sixth.ends());

  open.front().reset();
  for (int i = 0; i < 300 && server.front->counters().open > 4; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  CHECK(server.client().ask(head)->status == 200);
  CHECK(server.front->counters().rejected_connections == 2);
}

TEST_CASE("front: running out of descriptors ends nothing", "[http]") {
  const TestFront server;
  RawClient before = server.client();
  CHECK(before.ask(get_bytes("/"))->status == 200);
  // UBSan needs a descriptor when it meets a type for the first time, and the reactor logs when it has none.
  base::logging::warn("test: descriptors run out now");
  const DescriptorLimit limit(200);
  std::vector<int> taken;
  for (int fd = 0; (fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) taken.push_back(fd);
  ::close(taken.back());
  taken.pop_back();

  RawClient waiting = server.client();  // connected by the kernel, and not accepted
  REQUIRE(waiting.connected());
  waiting.send(get_bytes("/"));
  CHECK(waiting.silent(milliseconds(250)));
  CHECK(before.ask(get_bytes("/"))->status == 200);
  CHECK(server.front->counters().accept_errors >= 1);
  for (const int fd : taken) ::close(fd);
  CHECK(waiting.read()->status == 200);
}

TEST_CASE("front: addresses", "[http]") {
  const auto start = [](const std::string& host, std::uint16_t port, EchoHandler& handler) {
    http::front::FrontOptions options;
    options.host = host;
    options.port = port;
    return http::front::Front::start(options, handler);
  };
  EchoHandler handler;

  SECTION("a port that is taken is not shared") {
    auto first = start("127.0.0.1", 0, handler);
    REQUIRE(first.ok());
    const std::string port = std::to_string(first.value()->port());
    auto second = start("127.0.0.1", first.value()->port(), handler);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == base::ErrorCode::kConflict);
    CHECK(second.error().message == "127.0.0.1:" + port + ": can't bind: Address already in use");
  }
  SECTION("names are not looked up") {
    auto named = start("example.org", 0, handler);
    REQUIRE_FALSE(named.ok());
    CHECK(named.error().message == "listen address \"example.org\": neither an IP address nor \"localhost\"");
    auto none = start("", 0, handler);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().message == "listen address: neither an address nor a unix socket is given");
  }
  SECTION("localhost is both families, and IPv4 looks like IPv4 everywhere") {
    auto local = start("localhost", 0, handler);
    REQUIRE(local.ok());
    const std::uint16_t port = local.value()->port();
    CHECK(RawClient::to_port(port).ask(get_bytes("/"))->body == "GET / from 127.0.0.1");
    RawClient v6 = RawClient::to_ipv6_port(port);
    if (v6.connected()) {  // a machine without IPv6 has no ::1
      CHECK(v6.ask(get_bytes("/"))->body == "GET / from ::1");
      auto all = start("::", 0, handler);
      REQUIRE(all.ok());
      CHECK(RawClient::to_port(all.value()->port()).ask(get_bytes("/"))->body == "GET / from 127.0.0.1");
    }
  }
}

TEST_CASE("front: unix sockets", "[http]") {
  TempDir dir;
  http::front::FrontOptions options;
  options.host = "";
  options.unix_socket = dir / "s";
  EchoHandler handler;
  {
    auto first = http::front::Front::start(options, handler);
    REQUIRE(first.ok());
    CHECK(first.value()->port() == 0);
    struct stat info {};
    REQUIRE(::stat(options.unix_socket.c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0660);
    const std::string forwarded = get_bytes("/", "X-Forwarded-For: 192.0.2.7\r\n");
    CHECK(RawClient::to_path(options.unix_socket).ask(forwarded)->body == "GET / from unix");
    auto second = http::front::Front::start(options, handler);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().message == options.unix_socket + ": another process listens on it");
  }
  struct stat info {};
  CHECK(::stat(options.unix_socket.c_str(), &info) != 0);

  SECTION("one that nobody listens on is replaced") {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    options.unix_socket.copy(name.sun_path, sizeof name.sun_path - 1);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    ::close(fd);
    CHECK(http::front::Front::start(options, handler).ok());
  }
  SECTION("a file is left alone") {
    ::close(::open(options.unix_socket.c_str(), O_CREAT | O_WRONLY, 0600));
    auto refused = http::front::Front::start(options, handler);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message == options.unix_socket + ": is there and is not a socket");
  }
}

TEST_CASE("front: trusted proxies speak for others", "[http]") {
  http::front::FrontOptions options;
  const TempDir dir;
  options.trusted_proxies = {{config::parse_network("127.0.0.0/8").value()}, true};
  options.connections_per_address = 1;
  options.unix_socket = dir / "s";
  const TestFront server(options);
  RawClient first = server.client();
  CHECK(first.ask(get_bytes("/", "X-Forwarded-For: 6.6.6.6, 192.0.2.1\r\n"))->body == "GET / from 192.0.2.1");
  // The limit per address is not for them, who carry everybody's connections.
  CHECK(server.client().ask(get_bytes("/"))->body == "GET / from 127.0.0.1");
  const std::string forwarded = get_bytes("/", "X-Forwarded-For: 192.0.2.7\r\n");
  CHECK(RawClient::to_path(options.unix_socket).ask(forwarded)->body == "GET / from 192.0.2.7");
}
