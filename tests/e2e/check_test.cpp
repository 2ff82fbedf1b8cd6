// `reeve check`, against a server that answers as it is told.
#include "tests/support/catch.h"
#include "tests/support/one_server.h"
#include "tests/support/process.h"

namespace {

Finished check(std::vector<std::string> words, const std::string& server,
               const std::vector<std::string>& environment = {"REEVE_CREDENTIAL=rvk_x"}) {
  std::vector<std::string> all = {"env", "-u", "REEVE_TENANT"};
  all.insert(all.end(), environment.begin(), environment.end());
  all.push_back("REEVE_SERVER=" + server);
  all.insert(all.end(), {reeve(), "check"});
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

std::string answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("reeve check: what it asks", "[e2e]") {
  struct Row {
    std::vector<std::string> words;
    std::string body;
  };
  const Row rows[] = {
      {{"alice@example.com", "read", "Folder:7"},
       R"({"subject":{"type":"user","id":"alice@example.com"},"action":{"name":"read"},)"
       R"("resource":{"type":"Folder","id":"7"}})"},
      {{"service_user:billing", "document:read", "Shop::Order:a:b"},
       R"({"subject":{"type":"service_user","id":"billing"},"action":{"name":"document:read"},)"
       R"("resource":{"type":"Shop::Order","id":"a:b"}})"},
      {{"alice", "role:read", "--tenant", "acme"},
       R"({"subject":{"type":"user","id":"alice"},"action":{"name":"role:read"},)"
       R"("resource":{"type":"tenant","id":"acme"}})"},
  };
  for (const Row& row : rows) {
    OneServer server([](int c) { send_all(c, answer("200 OK", R"({"decision":true})")); });
    const auto done = check(row.words, server.path());
    CHECK(done.out == "allow\n");
    CHECK(done.code == 0);
    const std::string& sent = server.received();
    CHECK(sent.starts_with("POST /access/v1/evaluation HTTP/1.1\r\n"));
    CHECK_THAT(sent, ContainsSubstring("\r\nAuthorization: Bearer rvk_x\r\n"));
    CHECK(sent.substr(sent.find("\r\n\r\n") + 4) == row.body);
  }
}

TEST_CASE("reeve check: what it ends with", "[e2e]") {
  struct Row {
    std::string answer;
    int code;
    std::string out, err;
  };
  const Row rows[] = {
      {answer("200 OK", R"({"decision":false})"), 2, "deny\n", ""},
      {answer("200 OK", R"({"decision":"yes"})"), 1, "", "reeve: SERVER: answered what is no decision\n"},
      {answer("200 OK", "x"), 1, "", "reeve: SERVER: answered what is no JSON\n"},
      {answer("403 Forbidden", R"({"code":"forbidden","message":"no","notices":["ask Eve"]})"), 1, "",
       "reeve: SERVER answered 403: no\n  ask Eve\n"},
      {answer("401 Unauthorized", R"({"message":"credential: not valid"})"), 1, "",
       "reeve: SERVER answered 401 to the credential of REEVE_CREDENTIAL: credential: not valid\n"},
  };
  for (const Row& row : rows) {
    OneServer server([&](int c) { send_all(c, row.answer); });
    auto done = check({"alice", "read", "Folder:7"}, server.path());
    if (const auto at = done.err.find(server.path()); at != done.err.npos)
      done.err.replace(at, server.path().size(), "SERVER");
    CHECK(done.out == row.out);
    CHECK(done.err == row.err);
    CHECK(done.code == row.code);
    server.received();
  }
  const TempDir dir;
  const auto nobody = check({"alice", "read", "Folder:7"}, dir / "none");
  CHECK(nobody.code == 8);
  CHECK_THAT(nobody.err, ContainsSubstring("reeve: " + (dir / "none") + ": no answer"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"alice", "read"}, {"alice", "read", "Folder"}, {":x", "read", "Folder:7"}})
    CHECK(check(words, dir / "none").code == 64);
  CHECK(check({"alice", "read", "Folder:7"}, dir / "none", {"-u", "REEVE_CREDENTIAL"}).code == 1);
}
