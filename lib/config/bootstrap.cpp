#include "config/bootstrap.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"

namespace config {
namespace {

constexpr std::string_view kVariable = "REEVE_BOOTSTRAP_SECRET";

base::Error wrong(const std::string& where, const std::string& what) {
  return {base::ErrorCode::kInvalid, where + ": " + what};
}

base::Result<std::string> read_secret_file(const std::string& path) {
  auto text = base::read_file(path, kMaxBootstrapSecret + 2);
  if (!text.ok()) return base::Error{text.error().code, "bootstrap.secret_file: " + text.error().message};
  struct stat about = {};
  if (::stat(path.c_str(), &about) != 0 || (about.st_mode & S_IRWXO) != 0)
    return wrong(
        "bootstrap.secret_file",
        path + ": other users have access to this file; close it with `chmod o-rwx` and change the secret");
  std::string secret = std::move(text).value();
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  return secret;
}

// `where` says in a message where the secret comes from.
base::Result<void> check(const std::string& where, const std::string& secret) {
  const bool visible = std::all_of(secret.begin(), secret.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!visible) return wrong(where, "the secret must be visible ASCII characters without blanks");
  if (secret.size() >= kMinBootstrapSecret && secret.size() <= kMaxBootstrapSecret) return {};
  return wrong(where, "the secret must have " + std::to_string(kMinBootstrapSecret) + " to " +
                          std::to_string(kMaxBootstrapSecret) + " characters, not " +
                          std::to_string(secret.size()));
}

}  // namespace

base::Result<std::optional<BootstrapCredential>> bootstrap_credential(
    const BootstrapConfig& bootstrap, const std::optional<std::string>& environment) {
  using Maybe = std::optional<BootstrapCredential>;
  if (!environment && bootstrap.secret_file.empty()) {
    if (!bootstrap.client_id) return Maybe();
    return wrong("bootstrap.client_id",
                 "has no secret; set " + std::string(kVariable) + " or bootstrap.secret_file");
  }
  const std::string where =
      environment ? std::string(kVariable) : "bootstrap.secret_file: " + bootstrap.secret_file;
  if (!bootstrap.client_id)
    return wrong(where, "there is no bootstrap.client_id for this secret; set it to a uuid");

  auto secret =
      environment ? base::Result<std::string>(*environment) : read_secret_file(bootstrap.secret_file);
  if (!secret.ok()) return secret.error();
  if (auto good = check(where, secret.value()); !good.ok()) return good.error();
  return Maybe(BootstrapCredential{*bootstrap.client_id, std::move(secret).value()});
}

}  // namespace config
