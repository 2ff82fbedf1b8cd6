// What a client may send over a socket, and the one right answer. Each row is something that cpp-httplib by
// itself gets wrong in one of Debian's versions.
#include "http/front/front.h"

#include <string>
#include <vector>

#include "tests/http/front/front_fixture.h"

namespace {

std::string repeat(std::size_t n, const std::string& text) {
  std::string all;
  all.reserve(n * text.size());
  for (std::size_t i = 0; i < n; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("front: what is no request is refused, and the connection closed", "[http]") {
  const TestFront server;
  struct Row {
    const char* name;
    std::string bytes;
    int status;
    const char* why;
  };
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string lengths =
      "more than one Content-Length or Transfer-Encoding: the body's end is unclear @/";
  const Row rows[] = {
      {"200 MB in one chunk", post_bytes(chunked, "c800000\r\n" + std::string(1000, 'x')), 413,
       "the body is larger than this server accepts @/"},
      {"chunks without end", post_bytes(chunked, repeat(70, "4000\r\n" + std::string(0x4000, 'x') + "\r\n")),
       413, "the body is larger than this server accepts @/"},
      {"a gzip bomb", post_bytes("Content-Encoding: gzip\r\nContent-Length: 199000\r\n", "\x1f\x8b"), 415,
       "an encoded body (Content-Encoding) is not supported @/"},
      {"a request line without end", "GET /" + std::string(1000000, 'a'), 414,
       "the request line is too long @"},
      {"a path of 8.2 KB", get_bytes("/p/" + std::string(8200, 'a')), 414, "the request line is too long @"},
      {"400,000 headers", "GET / HTTP/1.1\r\nHost: x\r\n" + repeat(400000, "a:b\r\n") + "\r\n", 431,
       "there are too many headers @/"},
      {"one header of 20 KB", get_bytes("/", "A: " + std::string(20000, 'b') + "\r\n"), 431,
       "the headers are too large @/"},
      {"a negative length", post_bytes("Content-Length: -1\r\n"), 400, "Content-Length is not a number @/"},
      {"a length of letters", post_bytes("Content-Length: abc\r\n"), 400,
       "Content-Length is not a number @/"},
      {"a length and letters", post_bytes("Content-Length: 3abc\r\n", "abc"), 400,
       "Content-Length is not a number @/"},
      {"a signed length", post_bytes("Content-Length: +3\r\n", "abc"), 400,
       "Content-Length is not a number @/"},
      {"a length and chunks", post_bytes("Content-Length: 3\r\n" + chunked, "0\r\n\r\n"), 400,
       lengths.c_str()},
      {"a length and another coding",
       post_bytes("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n", "abc"), 400, lengths.c_str()},
      {"two lengths", post_bytes("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400, lengths.c_str()},
      {"another coding", post_bytes("Transfer-Encoding: xchunked\r\n"), 501,
       "the only Transfer-Encoding supported is chunked @/"},
      {"a blank before the colon", post_bytes("Content-Length : 3\r\n", "abc"), 400,
       "a header name holds a character that is not allowed in names @/"},
      {"a negative chunk", post_bytes(chunked, "-1\r\n"), 400,
       "a chunk's size is not a hexadecimal number @/"},
      {"a chunk's size with 0x", post_bytes(chunked, "0x3\r\nabc\r\n"), 400,
       "a chunk's size is followed by something that is no extension @/"},
      {"a folded header", get_bytes("/", "A: b\r\n c\r\n"), 400,
       "a header line begins with a blank (folding is obsolete) @/"},
      {"a header without colon", get_bytes("/", "A\r\n"), 400, "a header line has no colon @/"},
      {"a header line that ends in LF", get_bytes("/", "A: b\nC: d\r\n"), 400,
       "a line of the head ends in LF without CR @/"},
      {"no Host", "GET /a HTTP/1.1\r\n\r\n", 400, "Host is missing @/a"},
      {"two Hosts", get_bytes("/", "Host: y\r\n"), 400, "Host is sent more than once @/"},
      {"a NUL in the path", get_bytes("/p/a%00"), 400,
       "the request target is not UTF-8, or holds a NUL, once it is decoded @/p/a%00"},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405,
       "TRACE would send credentials back and is not served @/"},
      {"CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", 501, "the method is not supported @"},
      {"HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505,
       "only HTTP/1.1 and HTTP/1.0 are supported @"},
      {"TLS", "\x16\x03\x01\x02\x01\x01\x01\xfc", 400, "the request line does not begin with a method @"},
      {"an unknown expectation", post_bytes("Expect: x\r\n"), 417,
       "the only expectation supported is 100-continue @/"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    RawClient client = server.client();
    client.send(row.bytes + get_bytes("/second"));
    const auto answer = client.read();
    REQUIRE(answer);
    CHECK(answer->status == row.status);
    CHECK(answer->body == row.why);
    CHECK(answer->header("connection") == "close");
    const bool told = row.status == 405;
    CHECK(answer->header("allow") == (told ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" : ""));
    CHECK(client.ends());
  }
  CHECK(server.front->counters().requests == 0);
  CHECK(server.front->counters().rejected_body == 3);
  CHECK(server.front->counters().rejected_framing == std::size(rows) - 3);
}

TEST_CASE("front: requests are understood as they were meant, and the connection stays", "[http]") {
  const TestFront server;
  struct Row {
    const char* name;
    std::string bytes;
    const char* body;
  };
  const Row rows[] = {
      {"POST without a length", post_bytes(""), "POST / from 127.0.0.1"},
      {"trailers", post_bytes("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nHost: evil\r\n\r\n"),
       "POST / \"abc\" from 127.0.0.1"},
      {"a body that looks like a request", post_bytes("Content-Length: 18\r\n", "GET / HTTP/1.1\r\n\r\n"),
       "POST / \"GET / HTTP/1.1\r\n\r\n\" from 127.0.0.1"},
      {"%0d%0a in a header", get_bytes("/", "X-Show: a%0d%0aX\r\n"), "GET / [a%0d%0aX] from 127.0.0.1"},
      {"an empty header", get_bytes("/", "X-Show:\r\n"), "GET / [] from 127.0.0.1"},
      {"a header that names an address",
       get_bytes("/", "REMOTE_ADDR: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\n"), "GET / from 127.0.0.1"},
      {"absolute-form", get_bytes("http://y/a?b=c"), "GET /a b=c from 127.0.0.1"},
      {"OPTIONS", "OPTIONS /a HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS /a from 127.0.0.1"},
      {"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS from 127.0.0.1"},
      {"= in a value", get_bytes("/?e=a=b&cursor=YWJj=="), "GET / e=a=b cursor=YWJj== from 127.0.0.1"},
      {"equal parameters", get_bytes("/?k=v&k=v"), "GET / k=v k=v from 127.0.0.1"},
      {"%2F", get_bytes("/p/a%2Fb"), "GET /p /a/b from 127.0.0.1"},
      {"plus", get_bytes("/a+b?c+d=e+f"), "GET /a+b c d=e f from 127.0.0.1"},
      {"dots", get_bytes("/a/../%2e%2e/etc"), "GET /a /.. /.. /etc from 127.0.0.1"},
      {"a range", get_bytes("/", "Range: bytes=0-1,1-2,2-3\r\n"), "GET / from 127.0.0.1"},
      {"encodings", get_bytes("/", "Accept-Encoding: br, gzip, deflate\r\n"), "GET / from 127.0.0.1"},
      {"an upgrade",
       get_bytes("/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n"),
       "GET / from 127.0.0.1"},
  };
  RawClient client = server.client();
  for (const Row& row : rows) {
    INFO(row.name);
    const auto answer = client.ask(row.bytes);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == row.body);
    for (const char* absent :
         {"connection", "content-encoding", "content-range", "accept-ranges", "keep-alive"})
      CHECK(answer->header(absent) == "");
    CHECK(answer->header("content-type") == "application/json");
    CHECK(answer->header("date").size() == std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
  }
}

TEST_CASE("front: a path of 8 KB is a path", "[http]") {
  const TestFront server;
  const auto answer = server.client().ask(get_bytes("/" + std::string(8100, 'a')));
  REQUIRE(answer);
  CHECK(answer->body == "GET /" + std::string(8100, 'a') + " from 127.0.0.1");
}

TEST_CASE("front: a body may come later than its head, and is never the next request", "[http]") {
  const TestFront server;
  RawClient client = server.client();
  client.send(get_bytes("/", "Content-Length: 22\r\n"));
  CHECK(client.silent(std::chrono::milliseconds(50)));
  client.send("GET /smuggled HTTP/1.1");
  CHECK(client.read()->body == "GET / \"GET /smuggled HTTP/1.1\" from 127.0.0.1");
  CHECK(client.ask(get_bytes("/next"))->body == "GET /next from 127.0.0.1");
}

TEST_CASE("front: whoever asks first is told to continue", "[http]") {
  const TestFront server;
  RawClient client = server.client();
  const auto interim = client.ask(post_bytes("Expect: 100-continue\r\nContent-Length: 3\r\n"));
  REQUIRE(interim);
  CHECK(interim->status == 100);
  CHECK(client.ask("abc")->body == "POST / \"abc\" from 127.0.0.1");

  // What would be refused is refused before it is sent.
  const std::string large = post_bytes("Expect: 100-continue\r\nContent-Length: 9999999\r\n");
  CHECK(server.client().ask(large)->status == 413);
}

TEST_CASE("front: HEAD, empty answers, and headers that would split an answer", "[http]") {
  const TestFront server;
  RawClient client = server.client();
  client.send("HEAD /big?bytes=5000 HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.read(true);
  REQUIRE(head);
  CHECK(head->status == 200);
  CHECK(head->header("content-length") == "5000");
  CHECK(head->header("accept-ranges") == "");

  const auto empty = client.ask(get_bytes("/empty"));
  REQUIRE(empty);
  CHECK(empty->status == 204);
  CHECK(empty->header("content-length") == "");
  CHECK(empty->header("content-type") == "");

  const auto injected = client.ask(get_bytes("/inject"));
  REQUIRE(injected);
  CHECK(injected->header("a") == "");
  CHECK(injected->header("b") == "c");
  CHECK(injected->header("evil") == "");
  CHECK(injected->body == "ok");
}

TEST_CASE("front: when a connection closes", "[http]") {
  const TestFront server;
  struct {
    std::string bytes;
    const char* connection;
    bool ends;
  } const rows[] = {
      {get_bytes("/"), "", false},
      {get_bytes("/", "Connection: close\r\n"), "close", true},
      {get_bytes("/", "Connection: Close\r\n"), "close", true},
      {get_bytes("/", "Connection: TE, close\r\n"), "close", true},
      {get_bytes("/late?ms=1", "Connection: close\r\n"), "close", true},
      {"GET / HTTP/1.0\r\n\r\n", "close", true},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", false},
  };
  for (const auto& row : rows) {
    INFO(row.bytes);
    RawClient client = server.client();
    const auto answer = client.ask(row.bytes);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->header("connection") == row.connection);
    CHECK(row.ends == client.ends(std::chrono::milliseconds(row.ends ? 5000 : 50)));
  }
}

TEST_CASE("front: nothing that a handler throws ends the process or is shown", "[http]") {
  TestFront server;
  for (const char* target : {"/throw", "/throw-late", "/drop"}) {
    INFO(target);
    RawClient client = server.client();
    const auto answer = client.ask(get_bytes(target));
    REQUIRE(answer);
    CHECK(answer->status == 500);
    CHECK(answer->body ==
          std::string("something went wrong in the server; the request is not at fault @") + target);
    for (const auto& [name, value] : answer->headers) CHECK(value.find("hunter2") == std::string::npos);
    CHECK(client.ask(get_bytes("/"))->status == 200);
  }
  server.handler.error_throws = true;
  const auto bare = server.client().ask(get_bytes("/throw"));
  REQUIRE(bare);
  CHECK(bare->status == 500);
  CHECK(bare->body.empty());
  CHECK(server.client().ask("nonsense\r\n")->status == 400);
}
