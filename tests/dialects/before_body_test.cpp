// What is decided between the head of a request and its body.
#include <chrono>

#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

std::string head(const std::string& line, const std::string& headers, std::size_t length) {
  return line + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("server: who may not call is told so before the body", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::string other = server.make_tenant("other");
  const std::string key = TestServer::bearer(server.make_key(tenant, "[]")) + "\r\n";
  const std::string ours = TestServer::tenant(tenant) + "\r\n";
  const std::string theirs = TestServer::tenant(other) + "\r\n";
  struct {
    const char* name;
    std::string line, headers;
    int status;
  } const rows[] = {
      {"no credential", "POST /v1/roles", "", 401},
      {"one that nobody has", "POST /v1/roles", "Authorization: Bearer rvk_nobody\r\n", 401},
      {"another dialect", "POST /v1beta1/roles", "", 401},
      {"a tenant of others", "POST /v1/roles", key + theirs, 403},
      {"no such path", "POST /v1/rolez", key, 404},
      {"no such method", "PUT /v1/roles", key, 405},
      {"a page of another site", "POST /v1beta1/roles", key + "Origin: https://evil.example\r\n", 403},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    RawClient client = RawClient::to_port(server.port());
    const auto response = client.ask(head(row.line, row.headers, 1'000'000));
    REQUIRE(response);
    CHECK(response->status == row.status);
    CHECK(response->header("connection") == "close");
    CHECK_FALSE(response->header("x-request-id").empty());
    CHECK(response->header("content-type") == "application/json");
  }
  CHECK(server.front().counters().memory == 0);

  RawClient client = RawClient::to_port(server.port());
  client.send(head("POST /v1/roles", key + ours, 1'000'000));
  CHECK(client.silent(std::chrono::milliseconds(100)));
  CHECK(server.front().counters().memory == 1'000'000);
}

TEST_CASE("server: a credential that is revoked while the body comes is 401", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const auto made = server.made({"POST /v1/api-keys",
                                 R"({"name":"k","scopes":["organization:rolemanage"]})",
                                 {TestServer::tenant(tenant)}});
  const std::string key =
      TestServer::bearer(text_at(made, "raw_key")) + "\r\n" + TestServer::tenant(tenant) + "\r\n";
  const std::string body = R"({"name":"On call","scopes":["organization:rolemanage"]})";
  RawClient before = RawClient::to_port(server.port());
  RawClient after = RawClient::to_port(server.port());
  CHECK(before.ask(head("POST /v1/roles", key, body.size()) + body)->status == 201);
  after.send(head("POST /v1/roles", key, body.size()) + body.substr(0, 5));
  CHECK(after.silent(std::chrono::milliseconds(100)));
  CHECK(server.ask({"DELETE /v1/api-keys/" + text_at(made, "id"), "", {TestServer::tenant(tenant)}}).status ==
        204);
  const auto response = after.ask(body.substr(5));
  REQUIRE(response);
  CHECK(response->status == 401);
}
