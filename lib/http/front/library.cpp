// The ways in are two of the library's extension points: process_request() is protected, so that a derived
// class may call it with a stream of its own, and the pre-routing handler comes before all that the library
// does with a request. Both are the same from 0.11 on but for their parameters.
#include "http/front/library.h"

#include <httplib.h>

#include <ctime>
#include <string_view>
#include <utility>

#include "http/front/syntax.h"

namespace http::front {

namespace {

// The library reads its request from here, and writes its response to the end of the caller's string. When
// the head has come, our own header lines are put at its end.
// 0.11, 0.18 and later versions ask for different ones of these functions, so that none is marked override.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverloaded-virtual"
class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string_view in, std::string& out, const std::string& lines)
      : in_(in), out_(out), head_at_(out.size()), lines_(lines) {}

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
    if (in_head_) end_head();
    return static_cast<ssize_t>(size);
  }

 private:
  void end_head() {
    const std::size_t end = out_.find("\r\n\r\n", head_at_);
    if (end == std::string::npos) return;
    out_.insert(end + 2, lines_);
    in_head_ = false;
  }

  std::string_view in_;
  std::string& out_;
  const std::size_t head_at_;
  const std::string& lines_;
  bool in_head_ = true;
};
#pragma GCC diagnostic pop

// What one call of run() brings, for the handlers, which the library gives nothing of ours.
struct Call {
  const Request& request;
  const Exchange::Function& fn;
  bool keep_alive;
  std::string lines;  // of the head
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

void add_line(std::string_view name, std::string_view value, std::string& lines) {
  lines.append(name).append(": ").append(value).append("\r\n");
}

// All header lines are made here. What the library would say of connections and ranges is true of its own
// sockets and not of ours; and its table of headers, which compares names with tolower() and prints each
// line with printf(), takes longer than the reading of a whole request.
void give(Response&& from, httplib::Response& to, Call& call) {
  to.status = from.status >= 200 && from.status <= 599 ? from.status : 500;
  std::string& lines = call.lines;
  lines.reserve(256);
  add_line("Date", date(), lines);
  // RFC 9110 section 8.6: no Content-Length where there never is a body.
  if (to.status != 204 && to.status != 304)
    add_line("Content-Length", std::to_string(from.body.size()), lines);
  if (!from.body.empty() && is_value(from.content_type)) add_line("Content-Type", from.content_type, lines);
  for (const NameValue& header : from.headers)
    if (is_token(header.name) && is_value(header.value)) add_line(header.name, header.value, lines);
  if (!call.keep_alive)
    add_line("Connection", "close", lines);
  else if (call.request.http_1_0)
    add_line("Connection", "keep-alive", lines);
  to.body = std::move(from.body);
}

}  // namespace

class Library::Server final : public httplib::Server {
 public:
  Server() {
    set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
      try {
        give(current_call->fn(current_call->request), response, *current_call);
      } catch (...) {
        current_call->failed = true;
        response.status = 500;
      }
      return HandlerResponse::Handled;
    });
    set_post_routing_handler(
        [](const httplib::Request&, httplib::Response& response) { response.headers.clear(); });
  }

  void process(MemoryStream& stream) { call(stream, 0); }

 private:
  // Told to close, the library does not format a Keep-Alive line, which would be dropped.
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
  Call call{request, fn, keep_alive, {}};
  try {
    const CallScope scope(call);
    // The method decides whether a body is sent; all else is for `fn`, which has the request itself.
    MemoryStream stream(request.method == "HEAD" ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n", out,
                        call.lines);
    server_->process(stream);
  } catch (...) {
    call.failed = true;
  }
  if (!call.failed && out.size() > before) return true;
  out.resize(before);
  return false;
}

}  // namespace http::front
