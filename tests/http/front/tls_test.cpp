// TLS in the front: what is spoken, who is refused, and that nobody's handshake is another's trouble.
#include <openssl/ssl.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "http/front/certificates.h"
#include "http/front/hello_limit.h"
#include "tests/http/front/front_fixture.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_client.h"

using http::front::Certificate;
using http::front::Certificates;
using http::front::TlsVersion;
using std::chrono::milliseconds;

namespace {

std::shared_ptr<const Certificates> serve(const std::vector<std::string>& names,
                                          TlsVersion least = TlsVersion::k12) {
  std::vector<std::shared_ptr<const Certificate>> all;
  for (const std::string& name : names) {
    const TestPair pair = make_test_pair(name);
    auto parsed = Certificate::parse({pair.certificate, pair.key, name + ".pem", name + ".key"}, least);
    REQUIRE(parsed.ok());
    all.push_back(std::move(parsed).value());
  }
  return std::make_shared<const Certificates>(std::move(all));
}

http::front::FrontOptions with_tls(TlsVersion least = TlsVersion::k12) {
  http::front::FrontOptions options;
  options.certificates = serve({"first.example", "second.example", "*.wild.example"}, least);
  return options;
}

bool waits_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 1000 && !holds(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return holds();
}

// KB that half a hello, and a handshake that waits for the client, may take; a sanitizer adds its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMostOfHello = 100, kMostOfHandshake = 300;
#else
constexpr std::size_t kMostOfHello = 10, kMostOfHandshake = 80;
#endif

std::size_t resident_kb() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("RssAnon:")) return std::strtoul(line.c_str() + 8, nullptr, 10);
  return 0;
}

}  // namespace

TEST_CASE("tls: versions, ciphers and protocols that are spoken", "[http][tls]") {
  const std::string http11 = "\x08http/1.1";
  const TestFront usual(with_tls());
  const TestFront modern(with_tls(TlsVersion::k13));
  struct {
    const char* name;
    const TestFront& server;
    TlsOffer offer;
    const char* version;  // "": refused
    const char* protocol;
    const char* alert;
  } const rows[] = {
      {"all that OpenSSL has", usual, {}, "TLSv1.3", "", ""},
      {"1.2", usual, {.least = 0x0303, .most = 0x0303}, "TLSv1.2", "", ""},
      {"1.2 where 1.3 is the least", modern, {.least = 0x0303, .most = 0x0303}, "", "", "protocol version"},
      {"1.3 where it is the least", modern, {}, "TLSv1.3", "", ""},
      {"1.1", usual, {.least = 0x0302, .most = 0x0302, .weak = true}, "", "", "protocol version"},
      {"1.0", usual, {.least = 0x0301, .most = 0x0301, .weak = true}, "", "", "protocol version"},
      {"no forward secrecy",
       usual,
       {.most = 0x0303, .ciphers = "AES256-GCM-SHA384", .weak = true},
       "",
       "",
       "handshake failure"},
      {"CBC",
       usual,
       {.most = 0x0303, .ciphers = "ECDHE-ECDSA-AES128-SHA", .weak = true},
       "",
       "",
       "handshake failure"},
      {"without encryption",
       usual,
       {.most = 0x0303, .ciphers = "NULL", .weak = true},
       "",
       "",
       "handshake failure"},
      {"ChaCha20", usual, {.most = 0x0303, .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305"}, "TLSv1.2", "", ""},
      {"a key that the server has to ask for", usual, {.groups = "P-521:X25519"}, "TLSv1.3", "", ""},
      {"http/1.1", usual, {.alpn = http11}, "TLSv1.3", "http/1.1", ""},
      {"h2 and http/1.1", usual, {.alpn = "\x02h2" + http11}, "TLSv1.3", "http/1.1", ""},
      {"h2 alone", usual, {.alpn = "\x02h2"}, "", "", "no application protocol"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    TlsClient client(row.server.front->port(), row.offer);
    const bool shaken = client.shake_hands();
    CHECK(shaken == (*row.version != '\0'));
    if (shaken) {
      CHECK(client.version() == row.version);
      CHECK(client.protocol() == row.protocol);
      CHECK(client.ask(get_bytes("/a"))->body == "GET /a from 127.0.0.1");
    } else {
      CHECK_THAT(client.alert(), ContainsSubstring(row.alert));
    }
  }
}

TEST_CASE("tls: the certificate is the one for the name that is asked for", "[http][tls]") {
  const TestFront server(with_tls());
  const std::pair<const char*, const char*> rows[] = {
      {"first.example", "first.example"},   {"second.example", "second.example"},
      {"SECOND.example", "second.example"}, {"a.wild.example", "*.wild.example"},
      {"wild.example", "first.example"},    {"a.b.wild.example", "first.example"},
      {"unknown.example", "first.example"}, {"", "first.example"},
  };
  for (const int version : {0x0303, 0x0304})
    for (const auto& [name, certificate] : rows) {
      INFO(name);
      TlsClient client(server.front->port(), {.least = version, .most = version, .name = name});
      REQUIRE(client.shake_hands());
      CHECK(client.certificate_name() == certificate);
      CHECK(client.ask(get_bytes("/"))->status == 200);
    }
}

TEST_CASE("tls: no renegotiation, new keys, no resumption", "[http][tls]") {
  const TestFront server(with_tls());
  TlsClient old(server.front->port(), {.most = 0x0303});
  REQUIRE(old.shake_hands());
  CHECK_FALSE(old.renegotiates());
  CHECK_THAT(old.alert(), ContainsSubstring("no renegotiation"));

  TlsClient client(server.front->port());
  REQUIRE(client.shake_hands());
  for (int i = 0; i < 64; ++i) {
    REQUIRE(client.renews_keys());
    CHECK(client.ask(get_bytes("/"))->status == 200);
  }
  REQUIRE(client.renews_keys());
  client.send(get_bytes("/"));
  (void)client.read();
  CHECK_FALSE(client.ask(get_bytes("/")));
}

TEST_CASE("tls: what doesn't speak it is closed", "[http][tls]") {
  const TestFront server(with_tls());
  std::uint64_t failed = 0;
  for (const std::string& bytes :
       {get_bytes("/"), std::string("\x16\x03\x01\x40\x01", 5), std::string("\x80\x2e\x01", 3),
        std::string("\x16\x03\x01\x00\x04\x01\x00\x40\x01", 9), std::string("\0", 1),
        std::string("\x16\x03\x01\x00\x00", 5), std::string("\x15\x03\x01\x00\x02\x01\x00", 7)}) {
    INFO(bytes.size());
    RawClient client = server.client();
    client.send(bytes);
    client.half_close();
    while (!client.take_any().empty()) {
    }
    ++failed;
    CHECK(waits_until([&] { return server.front->counters().rejected_tls == failed; }));
  }
  CHECK(server.front->counters().requests == 0);
  CHECK(waits_until([&] { return server.front->counters().open == 0; }));
}

// OpenSSL would take 128 KiB for each as soon as it is announced.
TEST_CASE("tls: neither hello may be larger than 16 KiB", "[http][tls]") {
  const TestFront server(with_tls());
  const std::string large("\x16\x03\x03\x00\x04\x01\x01\x00\x00", 9);
  RawClient first = server.client();
  first.send(large);
  CHECK(first.ends());
  TlsClient second(server.front->port(), {.groups = "P-521:X25519"});
  second.raw().send(second.next_flight());
  second.take(second.wait_for_server());
  REQUIRE_FALSE(second.next_flight().empty());  // the server has asked for another key
  second.raw().send(large);
  CHECK(second.raw().ends());
  CHECK(waits_until([&] { return server.front->counters().rejected_tls == 2; }));
}

TEST_CASE("tls: a unix socket has none", "[http][tls]") {
  const TempDir dir;
  auto options = with_tls();
  options.unix_socket = dir / "s";
  const TestFront server(options);
  CHECK(RawClient::to_path(options.unix_socket).ask(get_bytes("/"))->status == 200);
}

// The hello and the last flight of a client, each cut at every byte; and all of it a byte at a time.
TEST_CASE("tls: a handshake may be cut anywhere and come in any pieces", "[http][tls]") {
  const TestFront server(with_tls());
  for (const int version : {0x0303, 0x0304}) {
    const TlsOffer offer{.least = version, .most = version, .name = "second.example"};
    const std::size_t hello = TlsClient(server.front->port(), offer).next_flight().size();
    REQUIRE(hello > 100);
    for (std::size_t n = 0; n < hello; ++n) {
      TlsClient client(server.front->port(), offer);
      client.raw().send(client.next_flight().substr(0, n));
      n % 2 == 0 ? client.raw().reset() : client.raw().half_close();
    }
    for (std::size_t n = 0;; ++n) {
      TlsClient client(server.front->port(), offer);
      client.raw().send(client.next_flight());
      std::string flight;
      while (flight.empty()) {
        client.take(client.wait_for_server());
        flight = client.next_flight();
      }
      if (n >= flight.size()) break;
      client.raw().send(flight.substr(0, n));
      n % 2 == 0 ? client.raw().reset() : client.raw().half_close();
    }
    TlsClient slow(server.front->port(), offer);
    REQUIRE(slow.shake_hands(1));
    CHECK(slow.ask(get_bytes("/"))->status == 200);
  }
  CHECK(waits_until([&] { return server.front->counters().open <= 1; }));
}

TEST_CASE("tls: 500 half handshakes starve nobody", "[http][tls]") {
  auto options = with_tls();
  options.connections_per_address = 600;
  options.timeouts.head = std::chrono::seconds(60);
  const TestFront server(options);
  for (const bool whole_hello : {false, true}) {
    INFO(whole_hello);
    const std::size_t before = resident_kb();
    std::vector<RawClient> half;
    TlsClient offering(server.front->port());
    const std::string hello = offering.next_flight();
    for (int i = 0; i < 500; ++i) {
      half.push_back(server.client());
      half.back().send(whole_hello ? hello : hello.substr(0, hello.size() - 1));
    }
    if (whole_hello)
      for (RawClient& client : half) CHECK_FALSE(client.take_any().empty());
    for (int i = 0; i < 20; ++i) {
      TlsClient client(server.front->port());
      REQUIRE(client.shake_hands());
      CHECK(client.ask(get_bytes("/"))->status == 200);
    }
    const std::size_t after = resident_kb();
    const std::size_t each = (after - std::min(before, after)) / 500;
    CHECK(each < (whole_hello ? kMostOfHandshake : kMostOfHello));
    std::vector<RawClient> more;
    for (int i = 0; i < 120; ++i) more.push_back(server.client());
    CHECK(waits_until([&] { return server.front->counters().rejected_connections > 0; }));
    half.clear();
    more.clear();
    CHECK(waits_until([&] { return server.front->counters().open <= 1; }));
  }
}

TEST_CASE("tls: whoever says no hello doesn't hold up the end", "[http][tls]") {
  auto options = with_tls();
  options.timeouts.head = std::chrono::minutes(5);
  const TestFront server(options);
  RawClient silent = server.client();
  RawClient half = server.client();
  TlsClient offering(server.front->port());
  half.send(offering.next_flight().substr(0, 40));
  CHECK(waits_until([&] { return server.front->counters().open >= 3; }));
  const auto begun = std::chrono::steady_clock::now();
  server.front->stop(std::chrono::minutes(2));
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::minutes(1));
  CHECK(silent.ends());
  CHECK(half.ends());
}

TEST_CASE("tls: a handshake has the time of a request's head", "[http][tls]") {
  auto options = with_tls();
  options.timeouts.head = milliseconds(200);
  const TestFront server(options);
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (const std::size_t part : {std::size_t{0}, std::size_t{1}, std::size_t{50}, std::size_t{10'000}}) {
    clients.push_back(std::make_unique<TlsClient>(server.front->port()));
    clients.back()->raw().send(clients.back()->next_flight().substr(0, part));
  }
  CHECK(waits_until([&] { return server.front->counters().rejected_timeout == 4; }));
  CHECK(server.front->counters().open == 0);
}

TEST_CASE("tls: pipelines, large bodies and large answers", "[http][tls]") {
  auto options = with_tls();
  options.limits.body = 8 << 20;
  const TestFront server(options);
  for (const int version : {0x0303, 0x0304}) {
    TlsClient client(server.front->port(), {.least = version, .most = version});
    REQUIRE(client.shake_hands());
    std::string pipeline;
    for (int i = 0; i < 500; ++i) pipeline += get_bytes("/" + std::to_string(i));
    client.send(pipeline);
    for (int i = 0; i < 500; ++i)
      REQUIRE(client.read()->body == "GET /" + std::to_string(i) + " from 127.0.0.1");
    const std::string body(5'000'000, 'b');
    CHECK(
        client.ask(post_bytes("Content-Length: " + std::to_string(body.size()) + "\r\n", body))->body.size() >
        body.size());
    CHECK(client.ask(get_bytes("/big?bytes=20000000"))->body.size() == 20'000'000);
    CHECK(client.ask(get_bytes("/", "Connection: close\r\n"))->status == 200);
    CHECK(client.ends());
  }
}

TEST_CASE("tls: whoever takes no answer is not waited for, and whoever takes them is", "[http][tls]") {
  auto options = with_tls();
  options.timeouts.write = milliseconds(500);
  const TestFront server(options);
  TlsClient deaf(server.front->port());
  REQUIRE(deaf.shake_hands());
  deaf.send(get_bytes("/big?bytes=30000000"));
  TlsClient slow(server.front->port());
  REQUIRE(slow.shake_hands());
  slow.send(get_bytes("/big?bytes=30000000"));
  std::size_t taken = 0;
  for (int i = 0; i < 150; ++i) {
    taken += slow.raw().take_some(100'000);
    std::this_thread::sleep_for(milliseconds(10));
  }
  CHECK(taken < 29'000'000);
  CHECK(server.front->counters().rejected_timeout == 1);
  CHECK(server.front->counters().open == 1);
}

TEST_CASE("tls: connections keep their certificate when another is put in force", "[http][tls]") {
  const TestFront server(with_tls());
  TlsClient idle(server.front->port());
  TlsClient busy(server.front->port());
  TlsClient half(server.front->port(), {.name = "second.example"});
  REQUIRE(idle.shake_hands());
  REQUIRE(busy.shake_hands());
  busy.send(get_bytes("/late?ms=300"));
  half.raw().send(half.next_flight());
  const std::string answer = half.wait_for_server();
  server.front->use(serve({"third.example"}));
  TlsClient later(server.front->port());
  REQUIRE(later.shake_hands());
  CHECK(later.certificate_name() == "third.example");
  CHECK(busy.read()->status == 200);
  CHECK(idle.ask(get_bytes("/"))->status == 200);
  half.take(answer);
  REQUIRE(half.shake_hands());
  CHECK(half.certificate_name() == "second.example");
  CHECK(half.ask(get_bytes("/"))->status == 200);
}

TEST_CASE("tls: a hello may announce 16 KiB, in whatever records it comes", "[http][tls]") {
  const auto record = [](std::uint8_t type, const std::string& content) {
    return std::string{static_cast<char>(type), 3, 1, static_cast<char>(content.size() >> 8),
                       static_cast<char>(content.size() & 0xff)} +
           content;
  };
  const auto message = [](std::uint8_t type, std::size_t size) {
    return std::string{static_cast<char>(type), static_cast<char>(size >> 16),
                       static_cast<char>(size >> 8 & 0xff), static_cast<char>(size & 0xff)};
  };
  const std::string small = message(1, 100) + std::string(100, 'h');
  struct {
    const char* name;
    std::string bytes;
    bool is_13, taken;
  } const rows[] = {
      {"the largest", record(22, message(1, 16384)), true, true},
      {"one more", record(22, message(1, 16385)), true, false},
      {"one more, its head in two records",
       record(22, message(1, 16385).substr(0, 2)) + record(22, message(1, 16385).substr(2)), true, false},
      {"a second one", record(22, small) + record(22, message(1, 70000)), true, false},
      {"a second one in the same record", record(22, small + message(1, 70000)), true, false},
      {"behind a change of ciphers in 1.3",
       record(22, small) + record(20, "\1") + record(22, message(1, 70000)), true, false},
      {"behind a change of ciphers in 1.2, where it is encrypted",
       record(22, small) + record(20, "\1") + record(22, message(1, 70000)), false, true},
      {"another message", record(22, small) + record(22, message(16, 70000)), false, true},
      {"records without content", record(22, "") + record(22, small), true, true},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    http::front::HelloLimit whole, pieces;
    CHECK(whole.take(row.bytes, row.is_13) == row.taken);
    bool taken = true;
    for (const char& c : row.bytes) taken = taken && pieces.take({&c, 1}, row.is_13);
    CHECK(taken == row.taken);
  }
}

TEST_CASE("certificates: what is wrong with a pair", "[http][tls]") {
  const TestPair a = make_test_pair("a.example");
  const TestPair b = make_test_pair("b.example");
  std::string damaged = b.certificate;
  damaged[damaged.size() / 2] = '!';
  struct {
    std::string certificate, key;
    const char* message;
  } const rows[] = {
      {"", a.key, "c.pem: holds no certificate in PEM"},
      {a.key, a.key, "c.pem: holds no certificate in PEM"},
      {a.certificate, "", "k.pem: holds no private key in PEM that can be read without a passphrase"},
      {a.certificate, a.certificate,
       "k.pem: holds no private key in PEM that can be read without a passphrase"},
      {a.certificate.substr(0, 200), a.key, "c.pem: holds no certificate in PEM"},
      {a.certificate, b.key, "k.pem: is not the key of c.pem"},
      {b.certificate + a.certificate, a.key, "k.pem: is not the key of c.pem"},
      {a.certificate + b.certificate.substr(0, 200), a.key,
       "c.pem: holds a certificate behind the first that can't be read; perhaps the file is cut off"},
      {a.certificate + damaged, a.key,
       "c.pem: holds a certificate behind the first that can't be read; perhaps the file is cut off"},
  };
  for (const auto& row : rows) {
    INFO(row.message);
    const auto parsed = Certificate::parse({row.certificate, row.key, "c.pem", "k.pem"}, TlsVersion::k12);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().message == row.message);
  }
  const auto good =
      Certificate::parse({a.certificate + b.certificate, a.key, "c.pem", "k.pem"}, TlsVersion::k12);
  REQUIRE(good.ok());
  CHECK((*good)->names() == std::vector<std::string>{"a.example"});
  const base::Timestamp end = (*good)->not_after();
  CHECK((*good)->days_left(end) == 0);
  CHECK((*good)->days_left({end.ms - 86'400'000}) == 1);
  CHECK((*good)->days_left({end.ms - 86'399'999}) == 0);
  CHECK((*good)->days_left({end.ms + 1}) == -1);
}
