#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"
#include "http/method.h"

namespace http {

// What browsers may do from pages of other origins (Fetch, 3.2): nothing, unless the origin is listed in the
// configuration. Credentials travel in headers that the page sets, never in cookies, so
// Access-Control-Allow-Credentials is not sent.
class Cors {
 public:
  // `request_headers` may be sent, and `response_headers` read, by pages of these origins: literals, names
  // with commas between.
  Cors(std::vector<std::string> origins, std::string_view request_headers, std::string_view response_headers)
      : origins_(std::move(origins)),
        request_headers_(request_headers),
        response_headers_(response_headers) {}

  // Whether the request comes from a page of a listed origin: it has one Origin header, which is listed.
  bool listed(const Request&) const;

  // Adds to an answer what lets the page of a listed origin read it.
  void allow_reading(const Request&, Response&) const;

  // Adds to the answer to OPTIONS what a preflight asks for, if it is one from a listed origin.
  void allow_calling(const Request&, std::span<const Method> methods, Response&) const;

 private:
  const std::vector<std::string> origins_;
  const std::string_view request_headers_, response_headers_;
};

}  // namespace http
