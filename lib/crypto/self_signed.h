#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace crypto {

struct SelfSigned {
  std::string certificate;  // PEM
  std::string key;          // PEM, PKCS #8
};

// A certificate that vouches for itself, with a new key on P-256, for these names and addresses
// ("localhost", "::1"): valid from an hour before `now`, for so many days. kIo where OpenSSL fails, which it
// does only for want of memory. REQUIRES: names is not empty, and none has a comma
base::Result<SelfSigned> make_self_signed(const std::vector<std::string>& names, base::Timestamp now,
                                          int days);

}  // namespace crypto
