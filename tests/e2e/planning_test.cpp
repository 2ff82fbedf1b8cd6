// The application of docs/planning.md, as it stands there: which invoices somebody sees is what decisions
// say.
#include <sqlite3.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/server.h"
#include "tests/support/temp_dir.h"

namespace {

std::string documented_program() {
  std::ifstream file("docs/planning.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = "```python\n";
  const auto from = text.find(begin);
  REQUIRE(from != std::string::npos);
  return text.substr(from + begin.size(), text.find("```", from + begin.size()) - from - begin.size());
}

void run_sql(const std::string& path, const std::string& text) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> closed(database, sqlite3_close);
  REQUIRE(sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

}  // namespace

TEST_CASE("docs: the page of a list in planning.md shows what decisions allow", "[e2e][docs]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::vector<std::string> in_acme = {TestServer::tenant(tenant)};
  const auto user = [&](const std::string& name) {
    return text_at(
        server.made({"POST /v1/users", R"({"email":")" + name + R"(@acme.example","name":"n"})", in_acme}),
        "id");
  };
  const std::string ann = user("ann"), bob = user("bob"), cat = user("cat");
  server.made(
      {"PUT /v1/schema",
       R"({"schema":"entity Folder in [Folder]; entity Invoice in [Folder] { owner?: user, paid: Bool }; )"
       R"(action view appliesTo { principal: [user], resource: [Invoice] };"})",
       in_acme});
  server.made({"PUT /v1/entities/Folder/2026", R"({"attrs":{},"parents":[]})", in_acme});
  server.made(
      {"PUT /v1/entities/Folder/may", R"({"attrs":{},"parents":[{"type":"Folder","id":"2026"}]})", in_acme});
  server.made(
      {"POST /v1/policies",
       R"({"name":"invoices","rules":[)"
       R"({"policy_text":"permit (principal, action == Action::\"view\", resource) when { resource has owner && resource.owner == principal };"},)"
       R"({"policy_text":"permit (principal == user::\")" +
           bob +
           R"(\", action == Action::\"view\", resource in Folder::\"2026\") unless { resource.paid };"}]})",
       in_acme});

  const TempDir folder;
  const std::string program = folder / "invoices.py", database = folder / "invoices.db";
  std::ofstream(program) << documented_program();
  run_sql(database,
          "CREATE TABLE invoices (id TEXT, title TEXT, owner TEXT, paid INTEGER, folder TEXT);"
          "INSERT INTO invoices VALUES ('1', 'paper', '" +
              ann + "', 0, 'may'), ('2', 'ink', '" + ann + "', 1, NULL), ('3', 'glue', NULL, 1, 'may'), " +
              "('4', 'pens', NULL, 0, '2026'), ('5', 'lamp', 'x', NULL, 'may');");
  const std::string key = server.make_key(tenant, R"(["organization:decide"])");
  const auto list = [&](const std::string& who) {
    Process python({{"python3", program, database, who},
                    {{"REEVE_URL", "http://127.0.0.1:" + std::to_string(server.port())},
                     {"REEVE_API_KEY", key},
                     {"REEVE_TENANT", tenant}}});
    const int code = python.wait();
    INFO(python.err());
    CHECK(code == 0);
    return python.out();
  };
  CHECK(list(ann) == "2 invoices\n1 paper\n2 ink\n");
  CHECK(list(bob) == "2 invoices\n1 paper\n4 pens\n");  // of the lamp nobody knows whether it is paid
  CHECK(list(cat) == "0 invoices\n");
}
