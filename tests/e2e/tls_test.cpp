// HTTPS as somebody sees it who has the program, openssl and curl: start, reload, and what is refused.
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"
#include "tests/support/tls_client.h"

namespace {

using std::chrono::seconds;

constexpr std::int64_t kDayMs = 86'400'000;

struct TlsDeployment : Deployment {
  TlsDeployment() {
    write_pair("a", make_test_pair("a.example"));
    write_pair("b", make_test_pair("b.example", 300));
    settings("tls: {certificate: a.pem, key: a.key, more: [{certificate: b.pem, key: b.key}]}\n");
  }
  void settings(const std::string& text) const {
    write("reeve.yaml",
          "store: {dir: ../db}\nbootstrap: {client_id: " + std::string(kClientId) + "}\n" + text);
  }
  // In the way of whoever renews certificates: each file replaced whole.
  void write_pair(const std::string& name, const TestPair& pair) const {
    write(name + ".new", pair.certificate);
    std::filesystem::rename(path(name + ".new"), path(name + ".pem"));
    write(name + ".new", pair.key);
    ::chmod(path(name + ".new").c_str(), 0600);
    std::filesystem::rename(path(name + ".new"), path(name + ".key"));
  }
  Finished start() const {
    ::setenv("REEVE_BOOTSTRAP_SECRET", kSecret, 1);
    auto done = run({reeve(), "serve", "--config", config(), "--listen", "127.0.0.1:0"});
    ::unsetenv("REEVE_BOOTSTRAP_SECRET");
    return done;
  }
};

std::uint16_t tls_port_of(Process& process) {
  const auto line = process.line_that_begins("listening on https://", seconds(30));
  return line ? static_cast<std::uint16_t>(std::atoi(line->substr(line->rfind(':') + 1).c_str()))
              : std::uint16_t{0};
}

std::string named(std::uint16_t port, const std::string& name = "") {
  TlsClient client(port, {.name = name});
  return client.shake_hands() ? client.certificate_name() : "";
}

std::string s_client(std::uint16_t port, const std::string& options) {
  return run({"sh", "-c",
              "printf 'GET /livez HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | timeout 10 openssl "
              "s_client -ign_eof -connect 127.0.0.1:" +
                  std::to_string(port) + " " + options + " 2>&1"})
      .out;
}

}  // namespace

TEST_CASE("tls: what openssl s_client gets", "[e2e][tls]") {
  const TlsDeployment deployment;
  const auto server = deployment.serve();
  const std::uint16_t port = tls_port_of(*server);
  REQUIRE(port != 0);
  struct {
    const char* options;
    const char* says;
    bool answered;
  } const rows[] = {
      {"-tls1_3", "TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384", true},
      {"-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256", "Cipher is TLS_AES_128_GCM_SHA256", true},
      {"-tls1_2", "TLSv1.2, Cipher is ECDHE-ECDSA-AES256-GCM-SHA384", true},
      {"-tls1_1 -cipher ALL:@SECLEVEL=0", "alert protocol version", false},
      {"-tls1_2 -cipher AES128-SHA:@SECLEVEL=0", "handshake failure", false},
      {"-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", "handshake failure", false},
      {"-alpn h2", "no application protocol", false},
      {"-alpn h2,http/1.1", "ALPN protocol: http/1.1", true},
      {"-servername b.example", "CN = b.example", true},
      {"-servername nobody.example", "CN = a.example", true},
      {"-tls1_2", "Compression: NONE", true},
      {"-tls1_2", "Secure Renegotiation IS supported", true},
  };
  for (const auto& row : rows) {
    INFO(row.options);
    const std::string out = s_client(port, row.options);
    CHECK_THAT(out, ContainsSubstring(row.says));
    CHECK((out.find("HTTP/1.1 200") != std::string::npos) == row.answered);
  }
  const auto asked =
      run({"sh", "-c",
           "(printf 'R\\n'; sleep 1) | timeout 10 openssl s_client -tls1_2 -connect 127.0.0.1:" +
               std::to_string(port) + " 2>&1"});
  CHECK_THAT(asked.out, ContainsSubstring("RENEGOTIATING") && ContainsSubstring("no renegotiation"));

  RawClient plain = RawClient::to_port(port);
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(plain.ends());
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_THAT(server->out(),
             ContainsSubstring("\nconnections: HTTPS, TLS 1.2 or later\nlistening on https://127"));
  CHECK_THAT(server->err(),
             ContainsSubstring("TLS handshake failed ip=127.0.0.1 reason=\"it doesn't speak TLS; its "
                               "URL must begin with https://\""));
}

TEST_CASE("tls: a start wants whole pairs", "[e2e][tls]") {
  const TlsDeployment deployment;
  const auto message = [&](const std::string& file, const std::string& what) {
    return "reeve: " + deployment.path(file) + ": " + what + "\n";
  };
  deployment.write("a.key", make_test_pair("other").key);
  CHECK(deployment.start().err == message("a.key", "is not the key of " + deployment.path("a.pem")));
  ::chmod(deployment.path("a.key").c_str(), 0644);
  CHECK(deployment.start().err == message("a.key",
                                          "other users have access to this private key; close it with `chmod "
                                          "o-rwx`, and use another key"));
  std::filesystem::remove(deployment.path("a.key"));
  deployment.write("b.pem", "nothing");
  CHECK(deployment.start().err == "reeve: " + deployment.path("a.key") + ": No such file or directory\n" +
                                      deployment.path("b.pem") + ": holds no certificate in PEM\n");
  CHECK_FALSE(std::filesystem::exists(deployment.data()));  // nothing was written
  const auto checked = run({reeve(), "check-config", "--config", deployment.config()});
  CHECK(checked.code == 1);

  // One that has expired says so to callers, which a refused connection doesn't.
  deployment.write_pair("a", make_test_pair("a.example", 10, -20 * kDayMs));
  deployment.write_pair("b", make_test_pair("b.example"));
  const auto server = deployment.serve();
  const std::uint16_t port = tls_port_of(*server);
  REQUIRE(port != 0);
  CHECK(named(port) == "a.example");
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_THAT(server->err(), ContainsSubstring("days_left=-11 problem=\"has expired on "));
}

TEST_CASE("tls: a reload takes up new pairs, and none that is bad", "[e2e][tls]") {
  const TlsDeployment deployment;
  const auto server = deployment.serve();
  const std::uint16_t port = tls_port_of(*server);
  REQUIRE(port != 0);
  const auto reload = [&] { return run({reeve(), "reload", "--config", deployment.config()}); };
  TlsClient kept(port);
  REQUIRE(kept.shake_hands());

  deployment.write_pair("a", make_test_pair("new.example"));
  CHECK(reload().code == 0);
  CHECK(named(port) == "new.example");
  CHECK(named(port, "b.example") == "b.example");

  struct {
    const char* name;
    TestPair pair;
    const char* says;
  } const rows[] = {
      {"expired", make_test_pair("bad.example", 1, -5 * kDayMs), "a.pem: has expired on "},
      {"not yet valid", make_test_pair("bad.example", 30, 2 * kDayMs), "a.pem: is not valid before "},
      {"another's key",
       {make_test_pair("bad.example").certificate, make_test_pair("x").key},
       "a.key: is not the key of "},
      {"nothing", {"", ""}, "a.pem: holds no certificate in PEM"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    deployment.write_pair("a", row.pair);
    const auto refused = reload();
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err,
               ContainsSubstring(row.says) && ContainsSubstring("; the one in force has 29 days left"));
    CHECK(named(port) == "new.example");
  }
  deployment.write_pair("a", make_test_pair("newest.example"));
  deployment.settings("tls: {certificate: a.pem, key: a.key, min_version: 1.3}\n");
  CHECK(reload().code == 0);
  CHECK(named(port, "b.example") == "newest.example");
  CHECK_FALSE(TlsClient(port, {.most = 0x0303}).shake_hands());
  CHECK(kept.ask("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")->status == 200);  // with what it began with

  deployment.settings("");
  CHECK(reload().code == 0);
  CHECK(named(port) == "newest.example");
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_THAT(server->err(),
             ContainsSubstring("reload key=tls.certificate warning=\"takes effect at the next start\""));
}

TEST_CASE("tls: reeve tenant create knows the server by its certificate", "[e2e][tls]") {
  const TlsDeployment deployment;
  const auto create = [&](const std::string& name) {
    return run({"sh", "-c",
                "REEVE_CREDENTIAL=" + std::string(Deployment::kClientId) + ":" + Deployment::kSecret + " " +
                    reeve() + " tenant create " + name + " --config " + deployment.config()});
  };
  deployment.write_pair("a", make_test_pair("*.wild.example"));
  const auto server = deployment.serve();
  const std::uint16_t port = tls_port_of(*server);
  REQUIRE(port != 0);
  const auto made = create("One");
  CHECK(made.code == 0);
  CHECK(made.err.find("tenant One: id ") == 0);
  // Somebody else at that place, or one that the server doesn't name, gets no credential.
  deployment.write("a.pem", make_test_pair("*.wild.example").certificate);
  const auto refused = create("Two");
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err,
             ContainsSubstring("reeve: https://127.0.0.1:" + std::to_string(port) + ": no answer"));
}

TEST_CASE("plain HTTP beyond this machine has to be insisted on", "[e2e][tls]") {
  const Deployment deployment;
  const auto settings = [&](const std::string& text) {
    deployment.write("reeve.yaml", "store: {dir: ../db}\n" + text);
  };
  const std::vector<std::string> serve = {reeve(),    "serve",    "--config", deployment.config(),
                                          "--listen", "0.0.0.0:0"};
  for (const char* text : {"", "server: {trusted_proxies: [unix]}\n", "server: {insecure: false}\n"}) {
    INFO(text);
    settings(text);
    const auto refused = run(serve);
    CHECK(refused.code == 1);
    CHECK(
        refused.err ==
        "reeve: server.listen: 0.0.0.0 can be reached from other machines, and credentials could be read on the "
        "way; set tls.certificate and tls.key, or name the proxy that stands before it in "
        "server.trusted_proxies, or insist with server.insecure: true\n");
    CHECK_FALSE(std::filesystem::exists(deployment.data()));
  }
  struct {
    const char* settings;
    const char* says;
    bool warns;
  } const rows[] = {
      {"server: {trusted_proxies: [10.0.0.0/8]}\n", "plain HTTP, for the proxies in server.trusted_proxies",
       false},
      {"server: {insecure: true}\n", "plain HTTP, which can be read on the network (server.insecure)", true},
  };
  for (const auto& row : rows) {
    INFO(row.settings);
    settings(row.settings);
    Process server({serve});
    CHECK(server.line_that_begins("connections: " + std::string(row.says), seconds(30)));
    REQUIRE(port_of(server) != 0);
    server.signal(SIGTERM);
    CHECK(server.wait() == 0);
    CHECK((server.err().find("credentials can be read on the network") != std::string::npos) == row.warns);
  }
}

TEST_CASE("reeve dev --tls: prints calls that trust its certificate", "[e2e][tls]") {
  const TempDir dir;
  for (int start = 0; start < 2; ++start) {
    Process dev({{reeve(), "dev", "--tls", "--listen", "127.0.0.1:0", "--data", dir / "db"}});
    const std::uint16_t port = tls_port_of(dev);
    REQUIRE(port != 0);
    REQUIRE(dev.line_that_begins("the documents are", seconds(10)));
    const std::string file = std::filesystem::canonical(dir / "db").string() + "/dev-certificate.pem";
    struct stat about {};
    REQUIRE(::stat(file.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    const auto call = dev.line_that_begins("curl --cacert ", seconds(1));
    REQUIRE(call);
    const auto done = run({"sh", "-c", *call + " -sS -w ' %{http_code} %{http_version}'"});
    CHECK_THAT(done.out, ContainsSubstring(" 201 1.1"));
    CHECK(done.err.empty());
    const std::string at = ":" + std::to_string(port) + "/livez";
    CHECK(run({"curl", "-sS", "--cacert", file, "https://localhost" + at}).code == 0);
    CHECK(run({"curl", "-sS", "https://localhost" + at}).code == 60);  // nobody else trusts it
    dev.signal(SIGTERM);
    CHECK(dev.wait() == 0);
  }
}
