#include "client/connection.h"

#include "tests/support/catch.h"
#include "tests/support/one_server.h"

namespace {

std::string shown(const std::string& text) {
  const auto place = client::parse_place(text);
  return place.ok() ? place->to_string() : place.error().message;
}

}  // namespace

TEST_CASE("client: where a URL leads", "[client]") {
  const std::string not_url = ": must begin with http:// or https://, or be the path of a unix socket";
  const std::string not_place = ": must be http://HOST:PORT or https://HOST:PORT, without a path";
  struct Row {
    std::string text, shown;
  };
  const Row rows[] = {
      {"/run/reeve/http.sock", "/run/reeve/http.sock"},
      {"http://localhost", "http://localhost:7400"},
      {"http://127.0.0.1:80/", "http://127.0.0.1:80"},
      {"https://reeve.example.com", "https://reeve.example.com:443"},
      {"https://[::1]:7400", "https://[::1]:7400"},
      {"http://[::1]", "http://[::1]:7400"},
      {"", not_url},
      {"localhost:7400", not_url},
      {"ftp://x", not_url},
      {"http://", not_place},
      {"http://:80", not_place},
      {"http://x:", not_place},
      {"http://x:0", not_place},
      {"http://x:65536", not_place},
      {"http://x:80a", not_place},
      {"http://[::1", not_place},
      {"http://[::1]80", not_place},
      {"http://x/reeve", not_place},
      {"http://x?a", not_place},
      {"http://a@x", not_place},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(shown(row.text) == (row.shown.starts_with(':') ? row.text + row.shown : row.shown));
  }
}

TEST_CASE("client: what a credential is sent as, and that none is shown", "[client]") {
  CHECK(client::credential_of("rvk_x:y", "V")->authorization == "Bearer rvk_x:y");
  CHECK(client::credential_of("00000000-0000-7000-8000-000000000001:s", "V")->authorization ==
        "Basic MDAwMDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAxOnM=");
  for (const char* text : {"", "a b", "a\r\nX: y", "\xc3\xa9"})
    CHECK(client::credential_of(text, "V").error().message ==
          "V: must be visible ASCII characters without blanks");
}

TEST_CASE("client: a call answers JSON, or why not in the server's words", "[client]") {
  const auto call = [](const std::string& status, const std::string& body) -> std::string {
    OneServer server([&](int c) {
      send_all(
          c, "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    });
    const client::Connection connection{server.place(), {"Bearer x", "V"}};
    const auto answer = connection.call({"GET", "/v1/me", {}, {}}, 200);
    server.received();
    return answer.ok() ? to_text(*answer) : answer.error().message.substr(server.path().size());
  };
  CHECK(call("200 OK", R"({"a":1})") == R"({"a":1})");
  CHECK(call("200 OK", "") == "null");
  CHECK(call("200 OK", "{") == ": answered what is no JSON");
  CHECK(call("201 Created", "{}") == " answered 201");
  CHECK(call("403 Forbidden", R"({"message":"no","notices":["a","b"]})") == " answered 403: no\n  a\n  b");
  CHECK(call("401 Unauthorized", "x") == " answered 401 to the credential of V");
}
