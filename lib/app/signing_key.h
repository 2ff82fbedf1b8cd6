#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "crypto/signature.h"

namespace app {

// The key of audit.signing_key; null where the path is empty. kInvalid, with the path, where the file is open
// to other users or holds no such key.
base::Result<std::shared_ptr<const crypto::SigningKey>> load_signing_key(const std::string& path);

}  // namespace app
