#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dialects/dialect.h"
#include "http/message.h"

namespace dialects {

// What becomes known of a request on its way, for the headers that every answer has and for its line in the
// log.
struct RequestLog {
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::string request_id{};
  const Dialect& dialect;
  std::string_view route = "-";           // its path in the table
  std::string tenant = "-", actor = "-";  // as the log shows them
  std::optional<std::uint64_t> revision{};
  std::optional<std::chrono::seconds> retry_after{};
  http::Payer payer{};   // the caller, once it is known
  bool counted = false;  // the caller's rate has counted the request

  // Writes the line of an answered request.
  void write(const http::Request&, const http::Response&) const;
};

}  // namespace dialects
