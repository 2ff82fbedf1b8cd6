// `reeve undo`, against a server that answers as it is told.
#include "tests/support/catch.h"
#include "tests/support/one_server.h"
#include "tests/support/process.h"

namespace {

Finished ask(std::vector<std::string> words, const std::string& server) {
  std::vector<std::string> all = {
      "env", "-u", "REEVE_TENANT", "REEVE_CREDENTIAL=rvk_x", "REEVE_SERVER=" + server, reeve(), "undo"};
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

std::string answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const char* const kUndone =
    R"({"undone":42,"changes":[{"resource_type":"group","resource_id":"g","change":"created"},)"
    R"({"resource_type":"member","resource_id":"u","group_id":"g","change":"created"},)"
    R"({"resource_type":"role","resource_id":"lead","change":"updated"},)"
    R"({"resource_type":"rule","resource_id":"r","policy_id":"p","change":"deleted"}],)"
    R"("left":[{"resource_type":"secret","resource_id":"s"}]})";

const char* const kLines =
    "put back      group g\n"
    "put back      member u in group g\n"
    "changed back  role lead\n"
    "removed       rule r in policy p\n"
    "not back      secret s\n";

}  // namespace

TEST_CASE("reeve undo: what it asks and prints", "[e2e]") {
  const std::string dry =
      R"({"would":)" + std::string(kUndone) +
      R"(,"impact":{"gain":{"principals":2},"lose":{"principals":0},"flips":null},"revision":50})";
  const std::string refused =
      R"({"code":"built_upon","message":"change 42: role lead depends on it, since revision 57",)"
      R"("details":{},"notices":[]})";
  const struct {
    std::vector<std::string> words;
    std::string path, status, answered, out, err;
    int code;
  } rows[] = {
      {{"42", "--tenant", "T"}, "/v1/changes/42/undo", "200 OK", kUndone, kLines, "", 0},
      {{"42", "--tenant", "T", "-o", "json"},
       "/v1/changes/42/undo",
       "200 OK",
       kUndone,
       std::string(kUndone) + "\n",
       "",
       0},
      {{"42", "--tenant", "T", "--dry-run"},
       "/v1/changes/42/undo?dry_run=true",
       "200 OK",
       dry,
       std::string(kLines) + "would gain    2\nwould lose    0\n",
       "",
       0},
      {{"42", "--tenant", "T"},
       "/v1/changes/42/undo",
       "409 Conflict",
       refused,
       "",
       "reeve: POST /v1/changes/42/undo answered 409: change 42: role lead depends on it, since revision 57\n",
       1},
  };
  for (const auto& row : rows) {
    OneServer server([&](int c) { send_all(c, answer(row.status, row.answered)); });
    const auto done = ask(row.words, server.path());
    CHECK(done.out == row.out);
    CHECK(done.err == row.err);
    CHECK(done.code == row.code);
    const std::string& sent = server.received();
    CHECK(sent.substr(0, sent.find(" HTTP/1.1")) == "POST " + row.path);
    CHECK(sent.find("X-Tenant-ID: T\r\n") != std::string::npos);
  }
}

TEST_CASE("reeve undo: wrong command lines", "[e2e]") {
  CHECK(ask({"42", "--tenant", "T", "-o", "xml"}, "/nowhere").err ==
        "reeve: --output: must be table or json, not xml\n");
  CHECK(ask({"x", "--tenant", "T"}, "/nowhere").code == 64);
}
