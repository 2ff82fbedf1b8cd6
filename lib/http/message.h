#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"

namespace http {

class BodySource;

// A header line or a query parameter.
struct NameValue {
  std::string name;
  std::string value;
  bool operator==(const NameValue&) const = default;
};

// What a request says under one header name.
struct HeaderField {
  std::size_t count = 0;   // how many lines have that name
  std::string_view value;  // of the only one; empty unless count is 1
};

// A request as the framing let it through: complete, inside its limits, decoded once.
struct Request {
  std::string method;  // GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
  std::string target;  // as sent, in origin-form: "/v1/roles/a%2Fb?limit=1"; "*" for OPTIONS *

  // The path split on '/' and then percent-decoded, each segment once, so that `%2F` stays inside its
  // segment: "/v1/roles/a%2Fb" is {"v1", "roles", "a/b"}, "/" is {""}, "/v1/" is {"v1", ""}, "*" is {}.
  // Valid UTF-8 without NUL. "." and ".." are segments like others.
  std::vector<std::string> path;

  // In the order sent, repeats kept, decoded as HTML forms are ('+' is a blank). Valid UTF-8 without NUL.
  std::vector<NameValue> query;

  // Names in lower case, values without blanks at the ends but otherwise raw, order and repeats kept.
  std::vector<NameValue> headers;

  std::string body;  // chunks joined

  // Who asks: an IP address in its usual text, IPv4 also where it came mapped into IPv6; "unix" on a unix
  // socket. Behind trusted proxies the address they vouch for in X-Forwarded-For.
  std::string peer;

  bool encrypted = false;  // it came over TLS, or a trusted proxy says that it did (X-Forwarded-Proto)

  std::string request_id;  // X-Request-ID if one of 1 to 128 visible ASCII characters was sent, else empty
  bool http_1_0 = false;   // else HTTP/1.1
  bool keep_alive = true;  // the sender means to send another request
  bool admitted = false;   // Handler::before_body() has let its body be read

  // REQUIRES: name is in lower case. The view lives as long as the request is not changed.
  HeaderField header(std::string_view name) const;
};

// On whose account the memory of a request and of its answer counts. Nil ids: nobody is known, and the
// address pays.
struct Payer {
  base::Uuid credential;
  base::Uuid tenant;  // nil with a credential: the platform's

  bool operator==(const Payer&) const = default;
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  // a literal; not sent with an empty body
  std::vector<NameValue> headers;  // no Content-Type, Content-Length, Connection, Date: these are made
  std::string body;                // not sent to HEAD, where its length is
  std::string_view
      constant_body{};  // in place of `body` unless empty: a text that lives as long as the program
  Payer payer{};

  // What follows `body`, made while it is sent (body_source.h), in the front's pool; null: nothing.
  // REQUIRES: not with a constant_body, 204 or 304
  std::shared_ptr<BodySource> rest{};

  // What is there of the body now.
  std::string_view text() const { return constant_body.empty() ? std::string_view(body) : constant_body; }
};

}  // namespace http
