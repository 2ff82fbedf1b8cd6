// The documented system's own client, from npm, against a whole server: `make clients`.
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

TEST_CASE("v1beta1: the documented system's client of version 0.22.0", "[.clients]") {
  const char* folder = std::getenv("NPM_PACKAGES");
  const std::string installed = std::string(folder ? folder : "build/npm") + "/frontier";
  if (!std::filesystem::exists(installed + "/.installed")) {
    std::cout << "clients: skipped, there are no packages in " << installed << "\n";
    const char* ci = std::getenv("CI");
    if (ci && std::string(ci) == "true") FAIL("the packages are required where CI=true");
    return;
  }
  for (const char* names : {"camel", "proto"}) {
    INFO(names);
    TestServerOptions options;
    options.http.v1beta1_names =
        std::string(names) == "camel" ? dialects::FieldNames::kCamel : dialects::FieldNames::kProto;
    TestServer server(options);
    const Finished client =
        run({"node", "tests/npm/frontier/calls.cjs", installed,
             "http://127.0.0.1:" + std::to_string(server.port()), std::string(TestServer::kClientId),
             std::string(TestServer::kSecret), names});
    CHECK(client.err == "");
    CHECK(client.out == "76 calls\n");
    CHECK(client.code == 0);
  }
}
