#pragma once
#include <memory>
#include <string>

#include "http/message.h"

namespace http::front {

// Writes responses as HTTP/1.1, with cpp-httplib: one server of that library, which never sees a socket nor a
// byte of the client's, whose one handler returns the response that is to be written. Each reactor has its
// own. One thread.
class ResponseRenderer {
 public:
  ResponseRenderer();
  ~ResponseRenderer();
  ResponseRenderer(const ResponseRenderer&) = delete;  // the library's server can't be copied
  ResponseRenderer& operator=(const ResponseRenderer&) = delete;

  // Appends to `out` the answer to the request: head, and body but for HEAD. Where the response has a `rest`,
  // the body is its beginning, and StreamedBody goes on. `keep_alive` decides the Connection line. Headers
  // whose value holds CR, LF or NUL are left out. False, with `out` as it was, where the library gave
  // nothing.
  bool append(const Request& request, Response&& response, bool keep_alive, std::string& out);

 private:
  class Library;
  const std::unique_ptr<Library> library_;
};

}  // namespace http::front
