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
  w.begin_object().name("client_id").string(credential.client_id.to_string());
  w.name("client_secret").string(credential.secret).end_object();
  return base::write_file(bootstrap_path(store), w.take() + "\n", 0600);
}

base::Result<BootstrapFile> read_bootstrap_file(const std::string& store) {
  const std::string path = bootstrap_path(store);
  const auto text = base::read_file(path, kMaxFile);
  if (!text.ok()) return text.error();
  const auto json = base::parse_json(*text);
  const base::Json* id = json.ok() ? json->find("client_id") : nullptr;
  const base::Json* secret = json.ok() ? json->find("client_secret") : nullptr;
  if (!id || !id->string() || !secret || !secret->string())
    return base::Error{base::ErrorCode::kInvalid, path + ": holds no client_id and client_secret"};
  return BootstrapFile{*id->string(), *secret->string()};
}

}  // namespace app
