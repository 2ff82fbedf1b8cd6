// The ways in are two of the library's extension points: process_request() is protected, so that a derived
// class may call it with a stream of its own, and the pre-routing handler comes before all that the library
// does with a request. Both are the same from 0.11 on but for their parameters.
#include "http/library.h"

#include <httplib.h>

#include <ctime>
#include <string_view>
#include <utility>

#include "http/syntax.h"

namespace http {

namespace {

// The library reads its request from here, and writes its response to the end of the caller's string.
// 0.11, 0.18 and later versions ask for different ones of these functions, so that none is marked override.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string_view in, std::string& out) : in_(in), out_(out) {}

  bool is_readable() const { return true; }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  time_t duration() const { return 0; }
  socket_t socket() const { return INVALID_SOCKET; }
  void get_remote_ip_and_port(std::string&, int&) const {}
  void get_local_ip_and_port(std::string&, int&) const {}

  ssize_t read(char* to, size_t size) {
    const std::size_t n = in_.copy(to, size);
    in_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* from, size_t size) {
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }

 private:
  std::string_view in_;
  std::string& out_;
};
#pragma GCC diagnostic pop

// What one call of run() brings, for the handlers, which the library gives nothing of ours.
struct Call {
  const Request& request;
  const Exchange::Function& fn;
  bool keep_alive;
  bool failed = false;
};
thread_local Call* current_call = nullptr;

struct CallScope {
  explicit CallScope(Call& call) : outer(std::exchange(current_call, &call)) {}
  ~CallScope() { current_call = outer; }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;
  Call* outer;
};

// RFC 9110 section 5.6.7; made once a second on each thread.
const std::string& date() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    char buffer[32];
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &utc));
    made_at = now;
  }
  return text;
}

void copy(Response&& from, httplib::Response& to) {
  to.status = from.status >= 200 && from.status <= 599 ? from.status : 500;
  to.headers.emplace("Date", date());
  if (!from.body.empty()) to.headers.emplace("Content-Type", std::move(from.content_type));
  for (NameValue& header : from.headers)
    if (is_token(header.name) && is_value(header.value))
      to.headers.emplace(std::move(header.name), std::move(header.value));
  to.body = std::move(from.body);
}

// What the library says of connections and ranges is true of its own sockets and not of ours.
void correct_headers(httplib::Response& response, const Call& call) {
  response.headers.erase("Keep-Alive");
  response.headers.erase("Connection");
  response.headers.erase("Accept-Ranges");
  if (!call.keep_alive)
    response.headers.emplace("Connection", "close");
  else if (call.request.http_1_0)
    response.headers.emplace("Connection", "keep-alive");
  // RFC 9110 section 8.6: no Content-Length where there never is a body.
  if (response.status == 204 || response.status == 304) response.headers.erase("Content-Length");
}

}  // namespace

class Library::Server final : public httplib::Server {
 public:
  Server() {
    set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
      try {
        copy(current_call->fn(current_call->request), response);
      } catch (...) {
        current_call->failed = true;
        response.status = 500;
      }
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
      correct_headers(response, *current_call);
    });
  }

  void process(MemoryStream& stream) { call(stream, 0); }

 private:
  // Said to close, the library spares itself the Keep-Alive line, which correct_headers() would take out.
  static constexpr bool kClose = true;

  // 0.11 has no addresses among the parameters; later versions do.
  template <typename S>
  auto call(S& stream, int)
      -> decltype(this->process_request(stream, kClose, std::declval<bool&>(), nullptr)) {
    bool closed = false;
    return this->process_request(stream, kClose, closed, nullptr);
  }
  template <typename S>
  auto call(S& stream, long)
      -> decltype(this->process_request(stream, "", 0, "", 0, kClose, std::declval<bool&>(), nullptr)) {
    bool closed = false;
    return this->process_request(stream, "", 0, "", 0, kClose, closed, nullptr);
  }
};

Library::Library() : server_(std::make_unique<Server>()) {}
Library::~Library() = default;

bool Library::run(const Request& request, const Exchange::Function& fn, bool keep_alive,
                  std::string& out) const {
  const std::size_t before = out.size();
  Call call{request, fn, keep_alive};
  try {
    const CallScope scope(call);
    // The method decides whether a body is sent; all else is for `fn`, which has the request itself.
    MemoryStream stream(request.method == "HEAD" ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n", out);
    server_->process(stream);
  } catch (...) {
    call.failed = true;
  }
  if (!call.failed && out.size() > before) return true;
  out.resize(before);
  return false;
}

}  // namespace http
