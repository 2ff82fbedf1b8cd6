#include "config/bootstrap.h"

#include <sys/stat.h>

#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace {

const base::Uuid kId = *base::Uuid::parse("2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
const std::string kSecret = "0123456789abcdef0123456789abcdef";

// The secret, "nothing", or the message.
std::string outcome(const config::BootstrapConfig& bootstrap, const std::optional<std::string>& environment) {
  const auto credential = config::bootstrap_credential(bootstrap, environment);
  if (!credential.ok()) return credential.error().message;
  if (!credential.value()) return "nothing";
  CHECK(credential.value()->client_id == kId);
  return credential.value()->secret;
}

std::string write(const std::string& path, const std::string& text, mode_t mode) {
  std::ofstream(path) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

}  // namespace

TEST_CASE("bootstrap: the environment's secret goes before the file's", "[config]") {
  const TempDir dir;
  const std::string file = write(dir / "secret", "file" + kSecret + "\n", 0640);
  CHECK(outcome({}, std::nullopt) == "nothing");
  CHECK(outcome({kId, ""}, kSecret) == kSecret);
  CHECK(outcome({kId, file}, std::nullopt) == "file" + kSecret);
  CHECK(outcome({kId, file}, kSecret) == kSecret);
  CHECK(outcome({kId, write(dir / "crlf", kSecret + "\r\n", 0600)}, std::nullopt) == kSecret);
}

TEST_CASE("bootstrap: an id or a secret alone is a mistake", "[config]") {
  CHECK(outcome({kId, ""}, std::nullopt) ==
        "bootstrap.client_id: has no secret; set REEVE_BOOTSTRAP_SECRET or bootstrap.secret_file");
  CHECK(outcome({std::nullopt, ""}, kSecret) ==
        "REEVE_BOOTSTRAP_SECRET: there is no bootstrap.client_id for this secret; set it to a uuid");
  CHECK(outcome({std::nullopt, "/x"}, std::nullopt) ==
        "bootstrap.secret_file: /x: there is no bootstrap.client_id for this secret; set it to a uuid");
}

TEST_CASE("bootstrap: a secret has 32 to 512 visible characters, and no message shows it", "[config]") {
  const std::string shape =
      "REEVE_BOOTSTRAP_SECRET: the secret must be visible ASCII characters without blanks";
  CHECK(outcome({kId, ""}, std::string(32, 'x')) == std::string(32, 'x'));
  CHECK(outcome({kId, ""}, std::string(31, 'x')) ==
        "REEVE_BOOTSTRAP_SECRET: the secret must have 32 to 512 characters, not 31");
  CHECK(outcome({kId, ""}, std::string(512, 'x')) == std::string(512, 'x'));
  CHECK(outcome({kId, ""}, std::string(513, 'x')) ==
        "REEVE_BOOTSTRAP_SECRET: the secret must have 32 to 512 characters, not 513");
  CHECK(outcome({kId, ""}, "") == "REEVE_BOOTSTRAP_SECRET: the secret must have 32 to 512 characters, not 0");
  CHECK(outcome({kId, ""}, kSecret + " ") == shape);
  CHECK(outcome({kId, ""}, kSecret + "\n") == shape);
  CHECK(outcome({kId, ""}, kSecret + "é") == shape);
}

TEST_CASE("bootstrap: a file that everybody may use, or that isn't there, is refused", "[config]") {
  const TempDir dir;
  for (const mode_t mode : {0644, 0602, 0601}) {
    const std::string file = write(dir / "secret", kSecret, mode);
    CHECK(outcome({kId, file}, std::nullopt) ==
          "bootstrap.secret_file: " + file +
              ": other users have access to this file; close it with `chmod o-rwx` and change the secret");
  }
  CHECK(outcome({kId, dir / "none"}, std::nullopt) ==
        "bootstrap.secret_file: " + dir / "none: No such file or directory");
  CHECK(outcome({kId, write(dir / "long", std::string(600, 'x'), 0600)}, std::nullopt) ==
        "bootstrap.secret_file: " + dir / "long: larger than 514 bytes");
}
