#pragma once
#include <span>
#include <string>
#include <vector>

#include "http/message.h"
#include "http/method.h"

namespace http {

// What browsers may do from pages of other origins (Fetch, 3.2): nothing, unless the origin is listed in the
// configuration. Credentials travel in headers that the page sets, never in cookies, so
// Access-Control-Allow-Credentials is not sent.
class Cors {
 public:
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // Whether the request comes from a page of a listed origin, and says so once.
  bool listed(const Request&) const;

  // Adds to an answer what lets the page of a listed origin read it.
  void allow_reading(const Request&, Response&) const;

  // Adds to the answer to OPTIONS what a preflight asks for, if it is one from a listed origin.
  void allow_calling(const Request&, std::span<const Method> methods, Response&) const;

 private:
  const std::vector<std::string> origins_;
};

}  // namespace http
