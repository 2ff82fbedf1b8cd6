// `reeve tenant create`: in the store, and by a server.
#include <signal.h>
#include <sys/stat.h>

#include "base/json.h"
#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

// The command's words behind `reeve`, with a credential or without one.
Finished tenant_create(const std::vector<std::string>& words, const std::string& credential = "") {
  std::vector<std::string> all = {"env", "-u", "REEVE_CREDENTIAL"};
  if (!credential.empty()) all.push_back("REEVE_CREDENTIAL=" + credential);
  all.insert(all.end(), {reeve(), "tenant", "create"});
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

std::string me(std::uint16_t port, const std::string& tenant, const std::string& key) {
  const auto answer =
      RawClient::to_port(port).ask("GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Tenant-ID: " + tenant +
                                   "\r\nAuthorization: Bearer " + key + "\r\n\r\n");
  return answer ? std::to_string(answer->status) + " " + answer->body : "no answer";
}

// In "tenant Acme: id UUID, slug …".
std::string id_in(const std::string& err) {
  const std::size_t begin = err.find(": id ") + 5;
  return err.substr(begin, err.find(',', begin) - begin);
}

}  // namespace

TEST_CASE("reeve tenant create: without a server, in a store that it makes", "[e2e]") {
  const Deployment deployment(false);
  const auto made = tenant_create({"Acme", "--admin-key", "--config", deployment.config()});
  REQUIRE(made.code == 0);
  const std::string key = made.out.substr(0, made.out.size() - 1);
  CHECK(made.out == key + "\n");
  CHECK(key.starts_with("rvk_"));
  CHECK_THAT(made.err, ContainsSubstring(", slug acme\nits key ") && !ContainsSubstring(key));
  const std::string tenant = id_in(made.err);

  const auto again = tenant_create({"Acme", "--slug", "acme", "--config", deployment.config()});
  CHECK(again.code == 1);
  CHECK(again.out.empty());
  CHECK(again.err == "reeve: slug: `acme` is taken\n");
  const auto second = tenant_create({"Acme", "--config", deployment.config()});
  CHECK(second.out == id_in(second.err) + "\n");
  CHECK_THAT(second.err, ContainsSubstring(", slug acme-2\n"));
  CHECK(tenant_create({"Acme", "--slug", "no slug", "--config", deployment.config()}).code == 1);

  // The platform's credential is still made by the first start of a server.
  const auto server = deployment.serve({});
  const auto port = port_of(*server);
  CHECK_THAT(server->out(), ContainsSubstring("the platform's credential is in "));
  CHECK_THAT(me(port, tenant, key),
             ContainsSubstring("200 ") && ContainsSubstring("organization:administer"));
}

TEST_CASE("reeve tenant create: by the server that has the store", "[e2e]") {
  const Deployment deployment;
  deployment.write("reeve.yaml", deployment.read("reeve.yaml") + "server: {unix_socket: ../http.sock}\n");
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  const auto create = [&](const std::string& name, const std::string& credential) {
    return tenant_create({name, "--admin-key", "--config", deployment.config()}, credential);
  };
  const std::string socket = deployment.data().substr(0, deployment.data().rfind('/')) + "/http.sock";
  const std::string pair = std::string(Deployment::kClientId) + ":" + Deployment::kSecret;
  for (const std::string& credential : {pair, std::string(Deployment::kSecret)}) {
    const auto made = create("Acme", credential);
    INFO(made.err);
    REQUIRE(made.code == 0);
    CHECK_THAT(me(port, id_in(made.err), made.out.substr(0, made.out.size() - 1)), ContainsSubstring("200 "));
    CHECK_THAT(made.err, !ContainsSubstring(made.out) && !ContainsSubstring(credential));
  }
  struct Row {
    std::string credential, err;
  };
  const Row rows[] = {
      {"",
       "reeve: " + deployment.data() +
           "/bootstrap-credential: No such file or directory; set REEVE_CREDENTIAL to a credential of the "
           "platform, CLIENT_ID:CLIENT_SECRET\n"},
      {"wrong",
       "reeve: " + socket + " answered 401 to the credential of REEVE_CREDENTIAL: credential: not valid\n"},
      {"a\r\nX-Evil: b", "reeve: REEVE_CREDENTIAL: must be visible ASCII characters without blanks\n"},
  };
  for (const Row& row : rows) {
    const auto refused = create("Acme", row.credential);
    CHECK(refused.code == 1);
    CHECK(refused.out.empty());
    CHECK(refused.err == row.err);
  }
  // A key of a tenant may not: the guard's own words are told.
  const std::string key = create("Other", pair).out;
  const auto refused = create("Acme", key.substr(0, key.size() - 1));
  CHECK_THAT(refused.err, ContainsSubstring(" answered 403: ") &&
                              ContainsSubstring("\n  Only a credential of the platform may do this.\n"));
  const auto taken = tenant_create({"Acme", "--slug", "acme", "--config", deployment.config()}, pair);
  CHECK(taken.err == "reeve: " + socket + " answered 409: slug: `acme` is taken\n");
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_THAT(server->err(), !ContainsSubstring(Deployment::kSecret) && !ContainsSubstring("rvk_"));
}
