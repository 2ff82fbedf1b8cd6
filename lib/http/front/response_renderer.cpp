// The library is given a request that the front wrote anew from what it framed, such as
//
//   PATCH /v1/roles/on-call HTTP/1.1
//
// and calls its handler for it, which returns the response at hand: GET and HEAD then differ as the library
// has it, and the status line and the body are its own. The ways in are two of its extension points:
// process_request() is protected, so that a derived class may call it with a stream of its own, and the
// pre-routing handler comes before all that the library does with a request. Both are the same from 0.11 on
// but for their parameters.
//
// All that the library would do by itself never happens: ranges, compression, keep-alive, routing by regex,
// exception texts in headers. Header lines are made here, since what it says of connections and ranges is
// true of its own sockets and not of ours, and since its table of headers, which compares names with
// tolower() and prints each line with printf(), takes longer than the reading of a whole request.
#include "http/front/response_renderer.h"

#include <httplib.h>

#include <ctime>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "http/front/chunked.h"
#include "http/front/streamed_body.h"
#include "http/front/syntax.h"
#include "http/method.h"

namespace http::front {
namespace {

// The library takes no longer one, its end included.
constexpr std::size_t kMaxRequestLine = 8'000;

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
    if (size == 1 && !in_.empty()) {  // as the library does, byte by byte
      *to = in_.front();
      in_.remove_prefix(1);
      return 1;
    }
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

void add_line(std::string_view name, std::string_view value, std::string& lines) {
  lines.append(name).append(": ").append(value).append("\r\n");
}

void append_encoded(std::string_view segment, std::string& line) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved = "-._~";
  for (const char c : segment) {
    if (base::is_letter_or_digit(c) || kUnreserved.find(c) != std::string_view::npos) {
      line += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      line.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
}

// The request as the library is shown it: method and path as they were framed, never the client's bytes. Of
// what was refused before they were known, GET and "/" stand for them.
void write_request(const Request& request, std::string& text) {
  text = parse_method(request.method) ? request.method : name_of(Method::kGet);
  const std::size_t target = text.size() + 1;
  text += ' ';
  for (const std::string& segment : request.path) {
    text += '/';
    append_encoded(segment, text);
  }
  if (request.path.empty() || text.size() > kMaxRequestLine) text.replace(target, std::string::npos, "/");
  text += " HTTP/1.1\r\n\r\n";
}

}  // namespace

class ResponseRenderer::Library final : public httplib::Server {
 public:
  Library() {
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& to) {
      to.status = response_.status;
      to.body = std::move(response_.body);
      is_given_ = true;
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& to) { to.headers.clear(); });
    // The library makes its own tables with the first request. That is this one, before there are other
    // threads to share them: ThreadSanitizer doesn't see how the library guards them.
    std::string unread;
    serve(Request{}, Response{}, true, unread);
  }

  // False where the library did not ask for the response.
  bool serve(const Request& request, Response&& response, bool keep_alive, std::string& out) {
    response_ = std::move(response);
    is_given_ = false;
    if (response_.status < 200 || response_.status > 599) response_.status = 500;
    write_header_lines(request, keep_alive);
    if (response_.rest && end_of_body(request, *response_.rest) == BodyEnd::kChunks) {
      std::string chunk;
      append_chunk(response_.body, chunk);
      response_.body = std::move(chunk);
    }
    write_request(request, request_text_);
    MemoryStream stream(request_text_, out, lines_);
    process(stream, 0);
    if (request.method != name_of(Method::kHead)) out += response_.constant_body;
    response_.rest = nullptr;
    return is_given_;
  }

 private:
  // Told to close, the library does not format a Keep-Alive line, which would be dropped.
  static constexpr bool kClose = true;

  // 0.11 has no addresses among the parameters; later versions do.
  template <typename S>
  auto process(S& stream, int)
      -> decltype(this->process_request(stream, kClose, std::declval<bool&>(), nullptr)) {
    bool closed = false;
    return this->process_request(stream, kClose, closed, nullptr);
  }
  template <typename S>
  auto process(S& stream, long)
      -> decltype(this->process_request(stream, "", 0, "", 0, kClose, std::declval<bool&>(), nullptr)) {
    bool closed = false;
    return this->process_request(stream, "", 0, "", 0, kClose, closed, nullptr);
  }

  void write_header_lines(const Request& request, bool keep_alive) {
    lines_.clear();
    add_line("Date", date(), lines_);
    write_length(request);
    if ((response_.rest || !response_.text().empty()) && is_value(response_.content_type))
      add_line("Content-Type", response_.content_type, lines_);
    for (const NameValue& header : response_.headers)
      if (is_token(header.name) && is_value(header.value)) add_line(header.name, header.value, lines_);
    if (!keep_alive)
      add_line("Connection", "close", lines_);
    else if (request.http_1_0)
      add_line("Connection", "keep-alive", lines_);
  }

  void write_length(const Request& request) {
    std::uint64_t length = response_.text().size();
    if (response_.rest) {
      const BodyEnd end = end_of_body(request, *response_.rest);
      if (end == BodyEnd::kChunks) add_line("Transfer-Encoding", "chunked", lines_);
      if (end != BodyEnd::kLength) return;
      length += *response_.rest->size();
    }
    // RFC 9110 section 8.6: none where there never is a body.
    if (response_.status != 204 && response_.status != 304)
      add_line("Content-Length", std::to_string(length), lines_);
  }

  // RFC 9110 section 5.6.7; made once a second.
  const std::string& date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_made_at_) {
      std::tm utc{};
      gmtime_r(&now, &utc);
      char buffer[32];
      date_.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &utc));
      date_made_at_ = now;
    }
    return date_;
  }

  Response response_;  // that is being written
  bool is_given_ = false;
  std::string lines_;  // of its head
  std::string request_text_;
  std::time_t date_made_at_ = 0;
  std::string date_;
};

ResponseRenderer::ResponseRenderer() : library_(std::make_unique<Library>()) {}
ResponseRenderer::~ResponseRenderer() = default;

bool ResponseRenderer::append(const Request& request, Response&& response, bool keep_alive,
                              std::string& out) {
  const std::size_t before = out.size();
  try {
    if (library_->serve(request, std::move(response), keep_alive, out)) return true;
  } catch (...) {
    // The library threw, or memory ran out: there is no answer.
  }
  out.resize(before);
  return false;
}

}  // namespace http::front
