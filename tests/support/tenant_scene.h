#pragma once
#include <string>

#include "tests/support/server.h"

// A server and a tenant in it.
struct TenantScene {
  explicit TenantScene(const std::string& slug = "acme") : tenant(server.make_tenant(slug)) {}

  TestServer server;
  std::string tenant;                           // its id
  std::string caller = TestServer::platform();  // who asks where nothing is said, as a header line

  // In the tenant. `header` is one line more; an Authorization stands in the caller's place.
  RawResponse ask(const std::string& line, const std::string& body = "", const std::string& header = "") {
    Ask ask{line, body, {TestServer::tenant(tenant)}};
    if (header.starts_with("Authorization: ")) return server.ask(ask, header);
    if (!header.empty()) ask.headers.push_back(header);
    return server.ask(ask, caller);
  }
  // The same for what must go well.
  base::Json made(const std::string& line, const std::string& body = "") {
    return server.made({line, body, {TestServer::tenant(tenant)}}, caller);
  }
  std::string id_of(const std::string& line, const std::string& body) {
    return text_at(made(line, body), "id");
  }

  // A new key of the tenant, as a header line.
  std::string key(const std::string& scopes_json) {
    return TestServer::bearer(server.make_key(tenant, scopes_json));
  }
};
