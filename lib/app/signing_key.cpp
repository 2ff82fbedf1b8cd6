#include "app/signing_key.h"

#include <sys/stat.h>

#include <utility>

#include "base/file.h"

namespace app {
namespace {

constexpr std::size_t kMostOfKey = 65'536;  // bytes

}  // namespace

base::Result<std::shared_ptr<const crypto::SigningKey>> load_signing_key(const std::string& path) {
  std::shared_ptr<const crypto::SigningKey> none;
  if (path.empty()) return none;
  const auto pem = base::read_file(path, kMostOfKey);
  if (!pem.ok()) return pem.error();
  const auto wrong = [&](const std::string& what) {
    return base::Error{base::ErrorCode::kInvalid, path + ": " + what};
  };
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 || (about.st_mode & S_IRWXO) != 0)
    return wrong(
        "other users have access to this private key; close it with `chmod o-rwx`, and use another key");
  auto key = crypto::SigningKey::parse(*pem);
  if (!key.ok()) return wrong(key.error().message);
  return std::shared_ptr<const crypto::SigningKey>(
      std::make_shared<crypto::SigningKey>(std::move(key).value()));
}

}  // namespace app
