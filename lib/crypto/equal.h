#pragma once
#include <string_view>

namespace crypto {

// Whether two secrets are the same, in a time that depends on their lengths alone.
bool equal(std::string_view a, std::string_view b);

}  // namespace crypto
