#pragma once
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "config/config.h"

namespace app {

// How callers reach a server that listens on these addresses, and whether what they send can be read on the
// way.
struct Exposure {
  std::string sentence;      // for people: "plain HTTP, for this machine alone"
  bool is_readable = false;  // somebody on the network could read credentials
};

// kInvalid where other machines could reach it, nothing protects what they send, and server.insecure doesn't
// insist; the message says what to do.
base::Result<Exposure> exposure_of(const config::Config&, const std::vector<base::Address>& listened_on,
                                   bool tls);

}  // namespace app
