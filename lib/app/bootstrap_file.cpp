#include "app/bootstrap_file.h"

#include "base/file.h"
#include "base/json.h"

namespace app {
namespace {

constexpr std::size_t kMaxFile = 4096;

}  // namespace

std::string bootstrap_path(const std::string& store) {
  return store + "/bootstrap-credential";
}

base::Result<void> write_bootstrap_file(const std::string& store, const api::PlatformCredential& credential) {
  base::JsonWriter w;
  w.begin_object().member("client_id", credential.client_id);
  w.member("client_secret", credential.secret).end_object();
  return base::write_file(bootstrap_path(store), w.take() + "\n", 0600);
}

base::Result<BootstrapFile> read_bootstrap_file(const std::string& store) {
  const std::string path = bootstrap_path(store);
  const auto text = base::read_file(path, kMaxFile);
  if (!text.ok()) return text.error();
  const auto json = base::parse_json(*text);
  const std::string* id = json.ok() ? json->find_string("client_id") : nullptr;
  const std::string* secret = json.ok() ? json->find_string("client_secret") : nullptr;
  if (!id || !secret)
    return base::Error{base::ErrorCode::kInvalid, path + ": holds no client_id and client_secret"};
  return BootstrapFile{*id, *secret};
}

}  // namespace app
