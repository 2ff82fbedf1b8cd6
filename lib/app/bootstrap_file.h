#pragma once
#include <string>

#include "api/service.h"
#include "base/result.h"

namespace app {

// The file in the store's folder that the platform's first credential is written to, for somebody to take it
// away.
struct BootstrapFile {
  std::string client_id, client_secret;
};

std::string bootstrap_path(const std::string& store);

// Mode 0600.
base::Result<void> write_bootstrap_file(const std::string& store, const api::PlatformCredential&);

// kNotFound where there is none, kInvalid where it holds something else.
base::Result<BootstrapFile> read_bootstrap_file(const std::string& store);

}  // namespace app
