#pragma once
#include <string_view>

namespace http::front {

// Why bytes are no request that we take: the status to answer, and a sentence for the caller. Every refusal
// ends the connection, since where the next request would begin can't be believed any more.
struct Refusal {
  int status = 0;        // 0: none
  std::string_view why;  // a literal

  explicit operator bool() const { return status != 0; }
};

}  // namespace http::front
