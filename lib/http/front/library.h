#pragma once
#include <functional>
#include <memory>
#include <string>

#include "http/exchange.h"
#include "http/message.h"

namespace http::front {

// cpp-httplib, of which one thing is used: the making of a response. It is shown a request line of our
// making, never the client's bytes; what the program sees is the Request that the framing made. All
// that the library would do by itself (ranges, compression, keep-alive, routing by regex, exception texts
// in headers) thus never happens. Safe for use by several threads at once.
class Library {
 public:
  Library();
  ~Library();
  Library(const Library&) = delete;  // the library's server can't be copied
  Library& operator=(const Library&) = delete;

  // Appends to `out` the whole HTTP/1.1 response that fn(request) makes: head, and body but for HEAD.
  // `keep_alive` decides the Connection line. Headers whose value holds CR, LF or NUL are left out. False,
  // with `out` as it was, where fn threw or the library gave nothing.
  bool run(const Request& request, const Exchange::Function& fn, bool keep_alive, std::string& out) const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace http::front
