// Quotas come from the configuration, also at a reload, and hold for what commands make.
#include "tests/support/catch.h"
#include "tests/support/deployment.h"
#include "tests/support/raw_client.h"

namespace {

void limit(const Deployment& deployment, const std::string& limits) {
  deployment.write("reeve.yaml", "store: {dir: ../db}\nserver: {limits: {tenant: {" + limits +
                                     "}}}\nbootstrap: {client_id: " + Deployment::kClientId + "}\n");
}

}  // namespace

TEST_CASE("quotas: commands and the demo are held to them", "[e2e]") {
  const Deployment deployment;
  limit(deployment, "credentials: 0");
  const auto made =
      run({reeve(), "tenant", "create", "Acme", "--admin-key", "--config", deployment.config()});
  CHECK(made.code == 1);
  CHECK(made.err == "reeve: quota credentials: the tenant may have 0 and has 0; this adds 1\n");
  deployment.write("reeve.yaml", "server: {limits: {tenant: {groups: 0}}}\n");
  const TempDir dir;
  const auto dev =
      run({reeve(), "dev", "--listen", "127.0.0.1:0", "--config", deployment.config(), "--data", dir / "db"});
  CHECK(dev.code == 1);
  CHECK_THAT(dev.err,
             ContainsSubstring("demo data: quota groups: the tenant may have 0 and has 0; this adds 1"));
}

TEST_CASE("quotas: a reload changes them, for a server that runs", "[e2e]") {
  const Deployment deployment;
  limit(deployment, "users: 0");
  const auto server = deployment.serve();
  const std::uint16_t port = port_of(*server);
  REQUIRE(port != 0);
  RawClient client = RawClient::to_port(port);
  const auto post = [&](const std::string& path, const std::string& headers, const std::string& body) {
    const auto answer = client.ask("POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
                                   Deployment::kSecret + "\r\nContent-Type: application/json\r\n" + headers +
                                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    REQUIRE(answer);
    return *answer;
  };
  const std::string tenant = post("/v1/tenants", "", R"({"name":"Acme"})").body.substr(7, 36);
  const auto make = [&] {
    return post("/v1/users", "X-Tenant-ID: " + tenant + "\r\n", R"({"email":"a@b.example","name":"A"})")
        .status;
  };
  CHECK(make() == 409);
  limit(deployment, "users: 1");
  CHECK(run({reeve(), "reload", "--config", deployment.config()}).code == 0);
  CHECK(make() == 201);
}
