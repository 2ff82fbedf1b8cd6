#include "http/front/framing.h"

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.h"

using http::front::RequestParser;
using Phase = RequestParser::Phase;

namespace {

const http::front::Limits kLimits;

// One line that says all that was understood:
//   GET /a?b=c [a] {b=c} host=x "body" + 3 more
std::string describe(RequestParser& parser, std::size_t rest) {
  if (parser.phase() == Phase::kRefused)
    return std::to_string(parser.refusal().status) + " " + std::string(parser.refusal().why);
  if (parser.phase() != Phase::kDone) return "incomplete";
  const http::Request& r = parser.request();
  std::string out = r.method + " " + r.target + " [";
  for (std::size_t i = 0; i < r.path.size(); ++i) out += (i > 0 ? "|" : "") + r.path[i];
  out += "]";
  if (!r.query.empty()) {
    out += " {";
    for (std::size_t i = 0; i < r.query.size(); ++i)
      out += (i > 0 ? "|" : "") + r.query[i].name + "=" + r.query[i].value;
    out += "}";
  }
  for (const auto& h : r.headers) out += " " + h.name + "=" + h.value;
  if (!r.body.empty()) out += " \"" + r.body + "\"";
  if (r.http_1_0) out += " 1.0";
  if (!r.keep_alive) out += " close";
  if (!r.request_id.empty()) out += " id:" + r.request_id;
  if (rest > 0) out += " + " + std::to_string(rest) + " more";
  return out;
}

void feed(RequestParser& parser, std::string_view& bytes) {
  parser.feed(bytes);
  if (parser.phase() != RequestParser::Phase::kBodyNext) return;
  parser.begin_body();
  parser.feed(bytes);
}

// The outcome of the bytes fed in these pieces.
std::string parse(const std::vector<std::string_view>& pieces, const http::front::Limits& limits = kLimits) {
  RequestParser parser(limits);
  std::size_t rest = 0;
  for (std::string_view piece : pieces) {
    feed(parser, piece);
    rest += piece.size();
  }
  return describe(parser, rest);
}

std::string parse_one_by_one(std::string_view bytes, const http::front::Limits& limits = kLimits) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
  return parse(pieces, limits);
}

struct Row {
  std::string bytes;
  std::string outcome;
};

// Whole, one byte at a time, and in two pieces cut at every byte: always the same.
void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.bytes);
    CHECK(parse({row.bytes}) == row.outcome);
    CHECK(parse_one_by_one(row.bytes) == row.outcome);
    const std::string_view bytes = row.bytes;
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
      if (const auto got = parse({bytes.substr(0, cut), bytes.substr(cut)}); got != row.outcome)
        FAIL_CHECK("cut at " << cut << ": " << got);
  }
}

const std::string kHost = "Host: x\r\n";
std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n";
}
std::string with(const std::string& headers) {
  return "POST / HTTP/1.1\r\n" + kHost + headers + "\r\n";
}
std::string chunked(const std::string& body) {
  return with("Transfer-Encoding: chunked\r\n") + body;
}

}  // namespace

TEST_CASE("framing: request lines", "[http]") {
  check({
      {get("/"), "GET / [] host=x"},
      {get("/v1/roles"), "GET /v1/roles [v1|roles] host=x"},
      {"\r\n" + get("/"), "GET / [] host=x"},
      {"\r\n\r\n" + get("/"), "GET / [] host=x"},
      {"\r\n\r\n\r\n" + get("/"), "400 empty lines in place of a request"},
      {"GET / HTTP/1.0\r\n\r\n", "GET / [] 1.0 close"},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET / [] connection=Keep-Alive 1.0"},
      {"GET / HTTP/1.2\r\nHost:\r\n\r\n", "GET / [] host="},
      {"GET / HTTP/2.0\r\n", "505 only HTTP/1.1 and HTTP/1.0 are supported"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 only HTTP/1.1 and HTTP/1.0 are supported"},
      {"GET / HTTP/0.9\r\n", "505 only HTTP/1.1 and HTTP/1.0 are supported"},
      {"GET / HTTP/1\r\n", "400 the request line does not end in an HTTP version"},
      {"GET / http/1.1\r\n", "400 the request line does not end in an HTTP version"},
      {"GET / HTTP/1.1 \r\n", "400 the request line does not end in an HTTP version"},
      {"GET /\r\n", "400 the request line is not a method, a target and a version"},
      {"GET\r\n", "400 the request line is not a method, a target and a version"},
      {"GET  / HTTP/1.1\r\n", "400 the request target holds a character that has to be percent-encoded"},
      {"GET /a b HTTP/1.1\r\n", "400 the request target holds a character that has to be percent-encoded"},
      {" GET / HTTP/1.1\r\n", "400 the request line does not begin with a method"},
      {"GE(T / HTTP/1.1\r\n", "400 the request line does not begin with a method"},
      {"\x16\x03\x01\x02\x01", "400 the request line does not begin with a method"},
      {"\x16GET / HTTP/2.0\r\n", "400 the request line does not begin with a method"},
      {"\rGET / HTTP/2.0\r\n", "400 the request line does not begin with a method"},
      {"\x16" + std::string(10'000, 'a'), "400 the request line does not begin with a method"},
      {"BREW / HTTP/1.1\r\n", "501 the method is not supported"},
      {"get / HTTP/1.1\r\n", "501 the method is not supported"},
      {"CONNECT x:443 HTTP/1.1\r\n", "501 the method is not supported"},
      {"TRACE / HTTP/1.1\r\n", "405 TRACE would send credentials back and is not served"},
      {"GET / HTTP/1.1\n", "400 a line of the head ends in LF without CR"},
      {"\nGET / HTTP/1.1\r\n", "400 a line of the head ends in LF without CR"},
      {"GET /\rHTTP/1.1 HTTP/1.1\r\n",
       "400 the request target holds a character that has to be percent-encoded"},
      {get("/") + get("/b"), "GET / [] host=x + 28 more"},
      {"GET / HTTP/1.1\r\n" + kHost, "incomplete"},
      {"", "incomplete"},
  });
}

TEST_CASE("framing: targets are split and then decoded once", "[http]") {
  const std::string encoding = "400 the request target has a '%' without two hexadecimal digits behind it";
  const std::string text = "400 the request target is not UTF-8, or holds a NUL, once it is decoded";
  const std::string character = "400 the request target holds a character that has to be percent-encoded";
  check({
      {get("/p/a%2Fb"), "GET /p/a%2Fb [p|a/b] host=x"},
      {get("/p/a%252Fb"), "GET /p/a%252Fb [p|a%2Fb] host=x"},
      {get("/p/%c3%A9"), "GET /p/%c3%A9 [p|\xC3\xA9] host=x"},
      {get("/a+b"), "GET /a+b [a+b] host=x"},
      {get("//a/"), "GET //a/ [|a|] host=x"},
      {get("/a/../b/."), "GET /a/../b/. [a|..|b|.] host=x"},
      {get("/a%00"), text},
      {get("/%ff"), text},
      {get("/%c0%af"), text},
      {get("/%ed%a0%80"), text},
      {get("/%"), encoding},
      {get("/%4"), encoding},
      {get("/%4g"), encoding},
      {get("/a#b"), character},
      {get("/\xC3\xA9"), character},
      {get("/a\tb"), character},
      {get("/?e=a=b"), "GET /?e=a=b [] {e=a=b} host=x"},
      {get("/?cursor=YWJj=="), "GET /?cursor=YWJj== [] {cursor=YWJj==} host=x"},
      {get("/?k=v&k=v&k=w"), "GET /?k=v&k=v&k=w [] {k=v|k=v|k=w} host=x"},
      {get("/?a+b=c+d%2B%26"), "GET /?a+b=c+d%2B%26 [] {a b=c d+&} host=x"},
      {get("/?a&&b=&=c&"), "GET /?a&&b=&=c& [] {a=|b=|=c} host=x"},
      {get("/?a=?/"), "GET /?a=?/ [] {a=?/} host=x"},
      {get("/?a=%00"), text},
      {get("/?a=%fe"), text},
      {get("/?a=%zz"), encoding},
      {get("http://h.example:80/a?b=c"), "GET /a?b=c [a] {b=c} host=h.example:80"},
      {get("HTTP://h"), "GET / [] host=h"},
      {get("https://h?b"), "GET /?b [] {b=} host=h"},
      {get("http://u@h/"), "400 the URL's host is not a valid host"},
      {get("http:///a"), "400 the request target is neither a path nor an http URL"},
      {get("ftp://h/a"), "400 the request target is neither a path nor an http URL"},
      {get("v1/roles"), "400 the request target is neither a path nor an http URL"},
      {get("*"), "400 the request target '*' is for OPTIONS alone"},
      {"OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n", "OPTIONS * [] host=x"},
  });
}

TEST_CASE("framing: header lines", "[http]") {
  const std::string name = "400 a header name holds a character that is not allowed in names";
  const std::string control = "400 a header value holds a control character";
  check({
      {with("X-A: b\r\nx-a:\t c \t\r\nEmpty:\r\n"), "POST / [] host=x x-a=b x-a=c empty="},
      {with("A: a%0d%0aX\r\n"), "POST / [] host=x a=a%0d%0aX"},
      {with("A: \xC3\xA9\r\n"), "POST / [] host=x a=\xC3\xA9"},
      {with("REMOTE_ADDR: 6.6.6.6\r\n"), "POST / [] host=x remote_addr=6.6.6.6"},
      {with("A : b\r\n"), name},
      {with("A(: b\r\n"), name},
      {with("\xC3\xA9: b\r\n"), name},
      {with("Content-Length : 3\r\n"), name},
      {with(": b\r\n"), "400 a header line has no name"},
      {with("A\r\n"), "400 a header line has no colon"},
      {with("A: b\r\n c\r\n"), "400 a header line begins with a blank (folding is obsolete)"},
      {with("A: b\r\n\tc\r\n"), "400 a header line begins with a blank (folding is obsolete)"},
      {with("A: b\nB: c\r\n"), "400 a line of the head ends in LF without CR"},
      {with("A: b\rB: c\r\n"), control},
      {with(std::string("A: b\0c\r\n", 8)), control},
      {with("A: b\x7F\r\n"), control},
      {with("A: b\x01\r\n"), control},
      {with("\n"), "400 a line of the head ends in LF without CR"},
      {with("X-Request-ID: a-1\r\n"), "POST / [] host=x x-request-id=a-1 id:a-1"},
      {with("X-Request-ID: a b\r\n"), "POST / [] host=x x-request-id=a b"},
      {with("X-Request-ID: a\r\nX-Request-ID: b\r\n"), "POST / [] host=x x-request-id=a x-request-id=b"},
      {with("Connection: x , Close\r\n"), "POST / [] host=x connection=x , Close close"},
      {with("Connection: keep-alive\r\nConnection: close\r\n"),
       "POST / [] host=x connection=keep-alive connection=close close"},
      {with("Expect: nonsense\r\n"), "417 the only expectation supported is 100-continue"},
      {with("Expect: 100-Continue\r\n"), "POST / [] host=x expect=100-Continue"},
      {with("Content-Encoding: gzip\r\n"), "415 an encoded body (Content-Encoding) is not supported"},
      {with("Content-Encoding: Identity\r\n"), "POST / [] host=x content-encoding=Identity"},
      {"GET / HTTP/1.1\r\n\r\n", "400 Host is missing"},
      {"GET http://h/ HTTP/1.1\r\n\r\n", "400 Host is missing"},
      {with(kHost), "400 Host is sent more than once"},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "400 Host is sent more than once"},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 Host is not a valid host"},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400 Host is not a valid host"},
      {"GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "GET / [] host=[2001:db8::1]:80"},
  });
}

TEST_CASE("framing: bodies have exactly one length", "[http]") {
  const std::string several =
      "400 more than one Content-Length or Transfer-Encoding: the body's end is unclear";
  const std::string number = "400 Content-Length is not a number";
  const std::string coding = "501 the only Transfer-Encoding supported is chunked";
  check({
      {with(""), "POST / [] host=x"},
      {with("Content-Length: 0\r\n"), "POST / [] host=x content-length=0"},
      {with("Content-Length: 3\r\n") + "abcd", "POST / [] host=x content-length=3 \"abc\" + 1 more"},
      {with("Content-Length: 003\r\n") + "abc", "POST / [] host=x content-length=003 \"abc\""},
      {with("Content-Length: 4\r\n") + "abc", "incomplete"},
      {"GET / HTTP/1.1\r\n" + kHost + "Content-Length: 3\r\n\r\nGET",
       "GET / [] host=x content-length=3 \"GET\""},
      {with("Content-Length: -1\r\n"), number},
      {with("Content-Length: +3\r\n"), number},
      {with("Content-Length: abc\r\n"), number},
      {with("Content-Length: 3abc\r\n"), number},
      {with("Content-Length: 0x3\r\n"), number},
      {with("Content-Length: 3, 3\r\n"), number},
      {with("Content-Length: 3 3\r\n"), number},
      {with("Content-Length:\r\n"), number},
      {with("Content-Length: 9999999999999999999x\r\n"), number},
      {with("Content-Length: 18446744073709551617\r\n"), "413 the body is larger than this server accepts"},
      {with("Content-Length: 1048577\r\n"), "413 the body is larger than this server accepts"},
      {with("Content-Length: 3\r\nContent-Length: 3\r\n"), several},
      {with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), several},
      {with("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n"), several},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), several},
      {with("Transfer-Encoding: xchunked\r\n"), coding},
      {with("Transfer-Encoding: gzip, chunked\r\n"), coding},
      {with("Transfer-Encoding: chunked, chunked\r\n"), coding},
      {with("Transfer-Encoding: identity\r\n"), coding},
      {with("Transfer-Encoding:\r\n"), coding},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400 Transfer-Encoding is not part of HTTP/1.0"},
  });
}

TEST_CASE("framing: chunks", "[http]") {
  const std::string ok = "POST / [] host=x transfer-encoding=chunked";
  const std::string size = "400 a chunk's size is not a hexadecimal number";
  const std::string extension = "400 a chunk's size is followed by something that is no extension";
  const std::string longer = "400 a chunk is longer than its size says";
  check({
      {chunked("0\r\n\r\n"), ok},
      {chunked("3\r\nabc\r\n0\r\n\r\nX"), ok + " \"abc\" + 1 more"},
      {chunked("a\r\n0123456789\r\n01\r\nx\r\n0\r\n\r\n"), ok + " \"0123456789x\""},
      {chunked("3;a=b;c=\"d\"\r\nabc\r\n0 ;x\r\n\r\n"), ok + " \"abc\""},
      {chunked("0\r\nA: b\r\nC: d\r\n\r\n"), ok},
      {chunked("0\r\nHost: evil\r\nContent-Length: 9\r\n\r\n"), ok},
      {with("Transfer-Encoding: Chunked\r\n") + "0\r\n\r\n", "POST / [] host=x transfer-encoding=Chunked"},
      {chunked("3\r\nabc\r\n0\r\n"), "incomplete"},
      {chunked("0x3\r\n"), extension},
      {chunked("-1\r\n"), size},
      {chunked("-2\r\n"), size},
      {chunked("+3\r\n"), size},
      {chunked("\r\n"), size},
      {chunked(";a\r\n"), size},
      {chunked(" 3\r\n"), size},
      {chunked("3 \r\n"), extension},
      {chunked("3 4\r\n"), extension},
      {chunked("3;\x01\r\n"), extension},
      {chunked("3\n"), "400 a line of the chunked body ends in LF without CR"},
      {chunked("0000000000000003\r\n"), "400 a chunk's size has too many digits"},
      {chunked("fffffffffffffff\r\n"), "413 the body is larger than this server accepts"},
      {chunked("100001\r\n"), "413 the body is larger than this server accepts"},
      {chunked("3\r\nabcd\r\n"), longer},
      {chunked("3\r\nabc\rx"), longer},
      {chunked("3\r\nabc\n"), "400 a line of the chunked body ends in LF without CR"},
      {chunked("0\r\nA b\r\n\r\n"), "400 a header line has no colon"},
      {chunked("0\r\n A: b\r\n\r\n"), "400 a header line begins with a blank (folding is obsolete)"},
  });
}

TEST_CASE("framing: limits, at them and one over", "[http]") {
  http::front::Limits limits;
  limits.request_line = 40;
  limits.headers = 3;
  limits.header_bytes = 40;
  limits.body = 8;
  const auto line = [](std::size_t size) { return "GET /" + std::string(size - 16, 'a') + " HTTP/1.1\r\n"; };
  const auto headers = [](std::size_t size) {
    return kHost + "A: " + std::string(size - kHost.size() - 5, 'b') + "\r\n";
  };
  const std::string chunk = "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
  struct {
    std::string at, over, outcome;
  } const rows[] = {
      {line(40) + kHost + "\r\n", line(41), "414 the request line is too long"},
      {line(20) + kHost + "A: b\r\nC: d\r\n\r\n", line(20) + kHost + "A: b\r\nC: d\r\nE: f\r\n",
       "431 there are too many headers"},
      {line(20) + headers(40) + "\r\n", line(20) + headers(41), "431 the headers are too large"},
      {line(20) + headers(40) + "\r\n", line(20) + headers(80), "431 the headers are too large"},
      {chunk + "8\r\n12345678\r\n0\r\n\r\n", chunk + "9\r\n",
       "413 the body is larger than this server accepts"},
      {chunk + "4\r\n1234\r\n4\r\n5678\r\n0\r\n\r\n", chunk + "4\r\n1234\r\n4\r\n5678\r\n1\r\n",
       "413 the body is larger than this server accepts"},
      {chunk + "0\r\nA: b\r\nC: d\r\nE: f\r\n\r\n", chunk + "0\r\nA: b\r\nC: d\r\nE: f\r\nG: h\r\n",
       "431 there are too many trailers"},
      {chunk + "0\r\nA: " + std::string(35, 'b') + "\r\n\r\n",
       chunk + "0\r\nA: " + std::string(36, 'b') + "\r\n", "431 the trailers are too large"},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: 8\r\n\r\n12345678",
       "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 9\r\n\r\n",
       "413 the body is larger than this server accepts"},
  };
  for (const auto& row : rows) {
    INFO(row.over);
    CHECK_THAT(parse({row.at}, limits), ContainsSubstring("host=x"));
    CHECK_THAT(parse_one_by_one(row.at, limits), ContainsSubstring("host=x"));
    CHECK(parse({row.over}, limits) == row.outcome);
    CHECK(parse_one_by_one(row.over, limits) == row.outcome);
  }
}

TEST_CASE("framing: limits of what no option sets", "[http]") {
  const auto many = [](std::size_t n, const std::string& one) {
    std::string all;
    for (std::size_t i = 0; i < n; ++i) all += one;
    return all;
  };
  CHECK_THAT(parse({get(many(64, "/a"))}), ContainsSubstring("host=x"));
  CHECK(parse({get(many(65, "/a"))}) == "414 the path has too many segments");
  CHECK_THAT(parse({get("/?" + many(128, "a&"))}), ContainsSubstring("host=x"));
  CHECK(parse({get("/?" + many(129, "a&"))}) == "414 the query has too many parameters");
  const std::string size_line = "1;" + std::string(252, 'a') + "\r\n";
  CHECK(parse({chunked(size_line)}) == "incomplete");
  CHECK(parse({chunked("1;a" + size_line.substr(2))}) == "400 a chunk's size line is too long");
  CHECK(parse({chunked(many(16, size_line + "x\r\n"))}) == "incomplete");
  CHECK(parse({chunked(many(17, size_line + "x\r\n"))}) == "400 the chunks have too many extensions");
  const std::string id(128, 'i');
  CHECK_THAT(parse({with("X-Request-ID: " + id + "\r\n")}), ContainsSubstring(" id:" + id));
  CHECK(parse({with("X-Request-ID: " + id + "i\r\n")}) == "POST / [] host=x x-request-id=" + id + "i");
}

TEST_CASE("framing: 100 (Continue) is for those who wait for it", "[http]") {
  struct {
    std::string bytes;
    bool expected;
  } const rows[] = {
      {with("Expect: 100-continue\r\nContent-Length: 3\r\n"), true},
      {with("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"), true},
      {with("Expect: 100-continue\r\nContent-Length: 3\r\n") + "a", false},
      {with("Expect: 100-continue\r\n"), false},
      {with("Content-Length: 3\r\n"), false},
      {"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", false},
  };
  for (const auto& row : rows) {
    INFO(row.bytes);
    RequestParser parser(kLimits);
    std::string_view bytes = row.bytes;
    feed(parser, bytes);
    CHECK(parser.take_continue() == row.expected);
    CHECK_FALSE(parser.take_continue());
  }
}

TEST_CASE("framing: a header is asked for by name", "[http]") {
  http::Request request;
  request.headers = {{"a", "1"}, {"b", "2"}, {"b", "3"}};
  CHECK(request.header("a").count == 1);
  CHECK(request.header("a").value == "1");
  CHECK(request.header("b").count == 2);
  CHECK(request.header("b").value.empty());
  CHECK(request.header("c").count == 0);
}
