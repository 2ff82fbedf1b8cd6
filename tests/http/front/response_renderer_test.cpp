#include "http/front/response_renderer.h"

#include "tests/support/catch.h"

namespace {

http::Request request(std::string method, std::vector<std::string> path) {
  http::Request r;
  r.method = std::move(method);
  r.path = std::move(path);
  return r;
}

http::Response body(std::string text) {
  http::Response r;
  r.body = std::move(text);
  return r;
}
http::Response constant(std::string_view text) {
  http::Response r;
  r.constant_body = text;
  return r;
}
http::Response status(int code) {
  http::Response r;
  r.status = code;
  return r;
}

// What is written, with the date's text taken out of it.
std::string rendered(const http::Request& request, http::Response response, bool keep_alive = true) {
  http::front::ResponseRenderer renderer;
  std::string out = "before|";
  REQUIRE(renderer.append(request, std::move(response), keep_alive, out));
  const std::size_t date = out.find("Date: ");
  REQUIRE(date != std::string::npos);
  return out.erase(date, out.find("\r\n", date) + 2 - date);
}

}  // namespace

TEST_CASE("renderer: an answer's bytes", "[http]") {
  http::Request old = request("GET", {""});
  old.http_1_0 = true;
  const std::string ok = "before|HTTP/1.1 200 OK\r\n";
  const std::string json = "Content-Length: 2\r\nContent-Type: application/json\r\n";
  struct Row {
    const char* name;
    http::Request request;
    http::Response response;
    bool keep_alive;
    std::string expected;
  };
  const Row rows[] = {
      {"a body", request("GET", {""}), body("{}"), true, ok + json + "\r\n{}"},
      {"that is closed behind", request("GET", {""}), body("{}"), false,
       ok + json + "Connection: close\r\n\r\n{}"},
      {"to HTTP/1.0", old, body("{}"), true, ok + json + "Connection: keep-alive\r\n\r\n{}"},
      {"to HEAD", request("HEAD", {""}), body("{}"), true, ok + json + "\r\n"},
      {"a constant body", request("GET", {""}), constant("{}"), true, ok + json + "\r\n{}"},
      {"a constant body to HEAD", request("HEAD", {""}), constant("{}"), true, ok + json + "\r\n"},
      {"no body", request("GET", {""}), {}, true, ok + "Content-Length: 0\r\n\r\n"},
      {"no content", request("DELETE", {"x"}), status(204), true, "before|HTTP/1.1 204 No Content\r\n\r\n"},
      {"headers of its own",
       request("PATCH", {"v1", "roles", "a/b"}),
       {200,
        "text/plain",
        {{"ETag", "\"4\""}, {"Cache-Control", "max-age=9"}, {"Content-Encoding", "gzip"}},
        "x"},
       true,
       ok + "Content-Length: 1\r\nContent-Type: text/plain\r\nETag: \"4\"\r\nCache-Control: max-age=9\r\n"
            "Content-Encoding: gzip\r\n\r\nx"},
      {"what would end a header line",
       request("GET", {""}),
       {200, "", {{"A", "b\r\nEvil: 1"}, {"B c", "d"}, {"E", "f"}}, ""},
       true,
       ok + "Content-Length: 0\r\nE: f\r\n\r\n"},
      {"a status that is none", request("GET", {""}), status(99), true,
       "before|HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(rendered(row.request, row.response, row.keep_alive) == row.expected);
  }
}

// The library is shown the method and the path anew. Whatever those are, it asks for the response.
TEST_CASE("renderer: no method and no path is in the way of an answer", "[http]") {
  const std::string expected =
      "before|HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\nok";
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW", ""})
    for (const std::vector<std::string>& path : {std::vector<std::string>{},
                                                 {""},
                                                 {"..", ".", ""},
                                                 {"a b", "?", "#", "%", "\r\nX: y", "\xc3\xa9"},
                                                 {std::string(100'000, '{')},
                                                 std::vector<std::string>(64, "x")}) {
      INFO(method << " " << path.size());
      CHECK(rendered(request(method, path), body("ok")) == expected);
    }
}
