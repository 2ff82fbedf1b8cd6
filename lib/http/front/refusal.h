#pragma once
#include <string_view>

namespace http::front {

// Why bytes are not a request that is accepted: the status to answer, and a sentence for the caller. Every
// refusal ends the connection, since nobody knows any more where the next request begins.
struct Refusal {
  int status = 0;        // 0: none
  std::string_view why;  // a literal

  explicit operator bool() const { return status != 0; }
};

}  // namespace http::front
