#pragma once
#include <string>
#include <vector>

#include "dialects/dialect.h"
#include "dialects/reply.h"
#include "dialects/request_log.h"
#include "http/cors.h"
#include "http/message.h"

namespace dialects {

struct CopyOf;

// Makes answers whole: an error's text in the words of the dialect, the headers that every answer has, and
// the line in the log. Safe for use by several threads.
class Responder {
 public:
  // REQUIRES: the copy, which may be null, outlives this
  Responder(FieldNames names, const CopyOf* copy, std::vector<std::string> cors_origins);

  // The response to a request; also writes the request's line in the log.
  http::Response finished(const http::Request&, Answer&&, const RequestLog&) const;
  http::Response finished(const http::Request&, http::Response, const RequestLog&) const;

  // What `finished` adds to a response, for one that is written to the log in another way.
  void add_headers(const http::Request&, const RequestLog&, http::Response&) const;

  FieldNames names() const { return names_; }
  const http::Cors& cors() const { return cors_; }

 private:
  const FieldNames names_;
  const CopyOf* const copy_;
  const http::Cors cors_;
};

}  // namespace dialects
