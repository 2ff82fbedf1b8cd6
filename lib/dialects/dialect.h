#pragma once
#include <cstdint>

namespace dialects {

// Whose field names and error bodies a call has.
enum class Dialect : std::uint8_t {
  kSystem,   // calls of no dialect: their errors look like those of /v1
  kV1,       // snake_case, {code, message, details, notices}
  kV1beta1,  // camelCase by default, {code, message, details[]} with gRPC codes
};

}  // namespace dialects
