// Heads of audit chains that a server publishes, and what is done with them without the server's code.
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The first indented lines of docs/operations.md from one that begins so, up to one that begins otherwise.
std::string documented(const std::string& first, const std::string& last) {
  std::istringstream in(text_of("docs/operations.md"));
  std::string out, line;
  bool inside = false;
  while (std::getline(in, line)) {
    inside = inside || line.starts_with("    " + first);
    if (!inside) continue;
    out += (line.size() > 4 ? line.substr(4) : "") + "\n";
    if (line.starts_with("    " + last)) return out;
  }
  FAIL("not documented: " << first);
  return out;
}

std::string lines_with(const std::string& text, const std::string& part) {
  std::istringstream in(text);
  std::string out, line;
  while (std::getline(in, line))
    if (line.find(part) != std::string::npos) out += line + "\n";
  return out;
}

// A deployment with a key, as the documents say how to make one.
class Publishing : public Deployment {
 public:
  explicit Publishing(const std::string& settings = "") {
    made_ = in_folder(documented("openssl genpkey", "openssl pkey -in"));
    write("reeve.yaml",
          read("reeve.yaml") + "audit: {heads: heads.jsonl, signing_key: heads.key}\n" + settings);
  }

  Finished in_folder(const std::string& script) const {
    return run({"sh", "-euc", "cd '" + path("") + "'\n" + script});
  }
  std::string heads() const { return path("heads.jsonl"); }

  // Serves until so many lines are in the file, and ends; what it logged.
  std::string serve_until(std::size_t lines) const {
    const auto server = serve();
    REQUIRE(port_of(*server) != 0);
    const auto count = [&] {
      const std::string text = text_of(heads());
      return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    };
    for (int i = 0; i < 3000 && count() < lines; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
    CHECK(count() == lines);
    return server->err();
  }

  Finished verify(std::vector<std::string> more, const std::string& input = "") const {
    more.insert(more.begin(), {reeve(), "audit", "verify", "--config", config()});
    return run(more, input);
  }

  Finished made_;
};

}  // namespace

TEST_CASE("reeve serve: publishes signed heads at its start, in a file and in the log", "[e2e][audit]") {
  for (const char* format : {"text", "json"}) {
    INFO(format);
    const Publishing deployment("log: {format: " + std::string(format) + "}\n");
    REQUIRE(deployment.made_.code == 0);
    std::string log = deployment.serve_until(1);
    log += deployment.serve_until(2);  // a start publishes all anew
    CHECK((fs::status(deployment.heads()).permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));

    const std::string key = deployment.path("heads.pub");
    const auto verified = deployment.verify({"--against", deployment.heads(), "--public-key", key});
    CHECK(verified.err.empty());
    CHECK_THAT(verified.out, ContainsSubstring("\n2 published heads are right, of 1 chains\n"));
    CHECK(verified.code == 0);

    const std::string of_log = lines_with(log, "audit head");
    CHECK(std::count(of_log.begin(), of_log.end(), '\n') == 2);
    const auto logged = deployment.verify({"--against", "-", "--public-key", key}, of_log);
    CHECK(logged.err.empty());
    CHECK(logged.out == verified.out);
    // The documented grep finds just these among all lines.
    std::ofstream(deployment.path("log")) << log << "x info  audit head in \"quotes\"\n";
    const std::string grep = documented("$ journalctl -u reeve -o cat | grep", "$ journalctl");
    const auto from = grep.find("grep"), to = grep.rfind('|');
    CHECK(deployment.in_folder(grep.substr(from, to - from) + " log | grep -v quotes").out == of_log);

    const auto by_openssl = deployment.in_folder(documented("python3 - heads.jsonl", "END"));
    INFO(by_openssl.err);
    CHECK(by_openssl.out == "signatures that are right: 2\n");
    CHECK(by_openssl.code == 0);
    std::string forged = text_of(deployment.heads());
    forged.replace(forged.find("\"seq\":") + 6, 1, "9");
    std::ofstream(deployment.heads()) << forged;
    CHECK(deployment.in_folder(documented("python3 - heads.jsonl", "END")).code != 0);
    CHECK_THAT(deployment.verify({"--against", deployment.heads(), "--public-key", key}).err,
               ContainsSubstring("heads.jsonl:1: its signature is wrong\n"));
  }
}

TEST_CASE("reeve serve: goes on behind a line that a kill left half", "[e2e][audit]") {
  const Publishing deployment;
  (void)deployment.serve_until(1);
  const std::string whole = text_of(deployment.heads());
  std::ofstream(deployment.heads(), std::ios::app) << whole.substr(0, whole.size() / 2);
  CHECK(deployment.verify({"--against", deployment.heads()}).code == 3);
  (void)deployment.serve_until(2);
  CHECK(deployment.verify({"--against", deployment.heads()}).code == 0);
}

TEST_CASE("reeve serve: heads that can't be written are in the log, and the server serves", "[e2e][audit]") {
  const Publishing deployment;
  std::ofstream(deployment.heads()) << "root:x:0:0";
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  // The housekeeper has been there once it is there again, for a reload.
  CHECK(run({reeve(), "reload", "--config", deployment.config()}).code == 0);
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_THAT(server->err(),
             ContainsSubstring("warn  audit error=\"" + deployment.heads() +
                               ": is no file of published heads; name another in audit.heads\""));
  CHECK_THAT(server->err(), ContainsSubstring("info  audit head chain=platform seq="));
  CHECK(text_of(deployment.heads()) == "root:x:0:0");
}

TEST_CASE("audit.signing_key: has to be an Ed25519 key that is closed to others", "[e2e][audit]") {
  const std::string no_key = "holds no private key in PEM that can be read without a passphrase\n";
  const std::string open =
      "other users have access to this private key; close it with `chmod o-rwx`, and use another key\n";
  struct Row {
    const char* name;
    std::string make, wrong;
  };
  for (const Row& row : {
           Row{"missing", "rm heads.key", "No such file or directory\n"},
           {"a folder", "rm heads.key; mkdir heads.key", "Is a directory\n"},
           {"empty", ": > heads.key", no_key},
           {"a public key", "cp heads.pub new; mv new heads.key; chmod 600 heads.key", no_key},
           {"with a passphrase",
            "rm heads.key; openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out heads.key", no_key},
           {"of another kind", "rm heads.key; openssl ecparam -name prime256v1 -genkey -noout -out heads.key",
            "is a key of EC; it has to be Ed25519 (openssl genpkey -algorithm ed25519)\n"},
           {"readable", "chmod 604 heads.key", open},
           {"writable", "chmod 602 heads.key", open},
           {"too large", "head -c 100000 /dev/zero > heads.key", "larger than 65536 bytes\n"},
       }) {
    INFO(row.name);
    const Publishing deployment;
    const auto server = deployment.serve();
    REQUIRE(port_of(*server) != 0);
    REQUIRE(deployment.in_folder(row.make).code == 0);
    const std::string wrong = deployment.path("heads.key") + ": " + row.wrong;
    const auto reloaded = run({reeve(), "reload", "--config", deployment.config()});
    CHECK(reloaded.code == 1);
    CHECK(reloaded.err == "reeve: refused; nothing has changed:\n" + wrong);
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
    const auto checked = run({reeve(), "check-config", "--config", deployment.config()});
    CHECK(checked.code == 1);
    CHECK(checked.err == "reeve: " + wrong);
    const auto again = deployment.serve();
    CHECK(again->wait() == 1);
    CHECK(again->err() == "reeve: " + wrong);
  }
}
