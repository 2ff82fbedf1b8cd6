// `reeve explain`, `reeve who-can` and `reeve what-can`, against a server that answers as it is told.
#include "tests/support/catch.h"
#include "tests/support/one_server.h"
#include "tests/support/process.h"

using Catch::Matchers::StartsWith;

namespace {

Finished ask(std::vector<std::string> words, const std::string& server, const std::string& tenant = "") {
  std::vector<std::string> all = {"env", "REEVE_TENANT=" + tenant, "REEVE_CREDENTIAL=rvk_x",
                                  "REEVE_SERVER=" + server, reeve()};
  all.insert(all.end(), words.begin(), words.end());
  return run(all);
}

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Row {
  std::vector<std::string> words;
  std::string sent;  // the first line and, behind a blank line, the body
  std::string answered, out;
  int code;
};

const char* const kExplained =
    R"({"decision":false,"sentence":"ann may not write invoice/42: no","rules":[{"policy":"p","rule":"r",)"
    R"("effect":"permit","outcome":"does not apply","missing":"condition","parts":[{"kind":"when",)"
    R"("outcome":"fails","text":"resource.a","seen":[{"expression":"resource.a","type":"bool","hidden":true}]}]}],)"
    R"("changes":[{"kind":"mapping","text":"Give ann role x.","blast_radius":{"level":"low","people":1,"scopes":[]}}]})";

}  // namespace

TEST_CASE("reeve explain, who-can, what-can: what they ask and print", "[e2e]") {
  const Row rows[] = {
      {{"explain", "ann", "write", "invoice:42"},
       "POST /v1/explain|{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},\"action\":{\"name\":\"write\"},"
       "\"resource\":{\"type\":\"invoice\",\"id\":\"42\"}}",
       kExplained,
       "ann may not write invoice/42: no\n"
       "\nRules that came close:\n"
       "  permit  does not apply  lacks condition  rule r\n"
       "    when fails        resource.a\n"
       "      resource.a is a bool that you may not see\n"
       "\nAny of these would turn it:\n"
       "  mapping     Give ann role x. Risk: low.\n",
       2},
      {{"explain", "ann", "write", "invoice:42", "-o", "json"},
       "POST /v1/explain|{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},\"action\":{\"name\":\"write\"},"
       "\"resource\":{\"type\":\"invoice\",\"id\":\"42\"}}",
       R"({"decision":true,"sentence":"yes"})",
       "{\"decision\":true,\"sentence\":\"yes\"}\n",
       0},
      {{"explain", "ann", "write", "invoice:42", "--at", "2026-11-01T00:00:00+01:00"},
       "POST /v1/explain?at=2026-11-01T00%3A00%3A00%2B01%3A00|{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},"
       "\"action\":{\"name\":\"write\"},\"resource\":{\"type\":\"invoice\",\"id\":\"42\"}}",
       R"({"decision":true,"sentence":"yes","as_of":{"time":"2026-10-31T23:00:00.000Z","revision":640}})",
       "As of 2026-10-31T23:00:00.000Z, revision 640; the catalogue and the guard are those of today.\nyes\n",
       0},
      {{"what-can", "group:g", "--at", "2026-11-01T00:00:00Z"},
       "GET /v1/groups/g/effective?by=scope&limit=250&at=2026-11-01T00%3A00%3A00Z|",
       R"({"data":[],"as_of":{"time":"2026-11-01T00:00:00.000Z","revision":640}})",
       "As of 2026-11-01T00:00:00.000Z, revision 640; the catalogue and the guard are those of today.\n",
       0},
      {{"who-can", "write", "invoice:42"},
       "POST /access/v1/search/subject|{\"subject\":{\"type\":\"user\"},\"action\":{\"name\":\"write\"},"
       "\"resource\":{\"type\":\"invoice\",\"id\":\"42\"}}",
       R"({"results":[{"type":"user","id":"ann"},{"type":"user","id":"bob"}]})",
       "user:ann\nuser:bob\n",
       0},
      {{"what-can", "group:g"},
       "GET /v1/groups/g/effective?by=scope&limit=250|",
       R"({"data":[{"scope":"invoice:write","risk":"low","paths":[{"through":[{"id":"x","name":"Staff"}],)"
       R"("role":"accountant","resource":"Folder:7","expires_at":"2026-11-01T00:00:00.000Z","ends_soon":true}]}]})",
       "invoice:write                   low     Staff > accountant on Folder:7 until "
       "2026-11-01T00:00:00.000Z (soon)\n",
       0},
  };
  for (const Row& row : rows) {
    OneServer server([&](int c) { send_all(c, answer(row.answered)); });
    const auto done = ask(row.words, server.path(), "T");
    INFO(done.err);
    CHECK(done.out == row.out);
    CHECK(done.code == row.code);
    const std::string& sent = server.received();
    if (row.words.front() != "who-can") CHECK_THAT(sent, ContainsSubstring("X-Tenant-ID: T\r\n"));
    CHECK(sent.substr(0, sent.find(" HTTP/1.1")) + "|" + sent.substr(sent.find("\r\n\r\n") + 4) == row.sent);
  }
}

TEST_CASE("reeve explain, what-can: which tenant they ask about where none is named", "[e2e]") {
  struct Asked {
    std::string self, err;
  };
  const std::string unnamed =
      "reeve: the credential is the platform's; name the tenant with --tenant or REEVE_TENANT\n";
  const Asked rows[] = {
      {R"({"user":null,"serviceuser":{"id":"s","orgId":"00000000-0000-0000-0000-000000000000"}})", unnamed},
      {R"({"user":null,"serviceuser":null})", unnamed},
      {R"({})", unnamed},
  };
  for (const Asked& row : rows)
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"explain", "ann", "write", "invoice:42"}, {"what-can", "ann"}}) {
      OneServer server([&](int c) { send_all(c, answer(row.self)); });
      const auto done = ask(words, server.path());
      CHECK(done.err == row.err);
      CHECK(done.code == 1);
      CHECK_THAT(server.received(), StartsWith("GET /v1beta1/users/self HTTP/1.1\r\n"));
    }
}

TEST_CASE("reeve explain, who-can, what-can: wrong command lines", "[e2e]") {
  const struct {
    std::vector<std::string> words;
    std::string err;
  } rows[] = {
      {{"explain", ":", "write", "invoice:42"}, "reeve: :: must be TYPE:ID, or a user's ID\n"},
      {{"explain", "ann", "write"},
       "reeve: RESOURCE: missing; give it, or the tenant with --tenant or REEVE_TENANT\n"},
      {{"who-can", "write", "invoice"}, "reeve: invoice: must be TYPE:ID\n"},
      {{"what-can", "Doc:7"}, "reeve: Doc:7: must be user:ID, service_user:ID, group:ID, or a user's ID\n"},
      {{"explain", "ann", "write", "invoice:42", "--at", "yesterday"},
       "reeve: --at: yesterday: must be an RFC 3339 time, such as 2026-04-15T12:00:00Z\n"},
      {{"what-can", "ann", "--at", ""},
       "reeve: --at: : must be an RFC 3339 time, such as 2026-04-15T12:00:00Z\n"},
      {{"what-can", "ann", "-o", "xml"}, "reeve: --output: must be table or json, not xml\n"},
  };
  for (const auto& row : rows) {
    const auto done = ask(row.words, "/nowhere");
    CHECK(done.err == row.err);
    CHECK(done.code == 64);
  }
}
