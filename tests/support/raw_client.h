#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a server said: the head taken apart, header names in lower case.
struct RawResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // Values of that name joined with ", "; "" where there is none.
  std::string header(std::string_view name) const {
    std::string all;
    for (const auto& [n, v] : headers)
      if (n == name) all += (all.empty() ? "" : ", ") + v;
    return all;
  }
};

// A client that sends exactly the bytes it is told to, so that tests can say what no library would. Reading
// gives up after a minute. Not to be used by two threads at once.
class RawClient {
 public:
  static constexpr std::chrono::seconds kPatience{60};  // a sanitizer on a busy machine takes long

  static RawClient to_port(std::uint16_t port, const char* from = nullptr) {
    RawClient client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in name{};
    name.sin_family = AF_INET;
    if (from != nullptr) {
      inet_pton(AF_INET, from, &name.sin_addr);
      client.open_ = ::bind(client.fd_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
    }
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
    name.sin_port = htons(port);
    client.connect(reinterpret_cast<sockaddr*>(&name), sizeof name);
    const int on = 1;
    ::setsockopt(client.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return client;
  }
  static RawClient to_ipv6_port(std::uint16_t port) {
    RawClient client(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_addr = in6addr_loopback;
    name.sin6_port = htons(port);
    client.connect(reinterpret_cast<sockaddr*>(&name), sizeof name);
    return client;
  }
  static RawClient to_path(const std::string& path) {
    RawClient client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    client.connect(reinterpret_cast<sockaddr*>(&name), sizeof name);
    return client;
  }

  RawClient(RawClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), open_(other.open_), in_(std::move(other.in_)) {}
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool connected() const { return open_; }

  // False where the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  void half_close() { ::shutdown(fd_, SHUT_WR); }

  // A reset in place of an end: what a client that crashed, or was cut off, looks like.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(std::exchange(fd_, -1));
  }

  // The next response; nothing where the connection ends or the time is up before it is whole. `to_head`: it
  // answers a HEAD, so that no body follows.
  std::optional<RawResponse> read(bool to_head = false) {
    std::size_t end = 0;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos)
      if (!fill()) return std::nullopt;
    RawResponse response = parse_head(in_.substr(0, end));
    in_.erase(0, end + 4);
    const std::string length = response.header("content-length");
    if (!to_head && response.header("transfer-encoding") == "chunked") {
      if (!take_chunks(in_, response.body, [this] { return fill(); })) return std::nullopt;
      return response;
    }
    const std::size_t size = to_head ? 0 : std::strtoul(length.c_str(), nullptr, 10);
    while (in_.size() < size)
      if (!fill()) return std::nullopt;
    response.body = in_.substr(0, size);
    in_.erase(0, size);
    return response;
  }

  // Takes a body in chunks off `in`, which `fill` adds to. False where it isn't whole, or not as it has to
  // be.
  template <typename Fill>
  static bool take_chunks(std::string& in, std::string& body, Fill fill) {
    for (;;) {
      std::size_t end = 0;
      while ((end = in.find("\r\n")) == std::string::npos)
        if (!fill()) return false;
      const std::size_t size = std::strtoul(in.c_str(), nullptr, 16);
      const std::size_t data = end + 2;
      while (in.size() < data + size + 2)
        if (!fill()) return false;
      if (in.compare(data + size, 2, "\r\n") != 0) return false;
      body.append(in, data, size);
      in.erase(0, data + size + 2);
      if (size == 0) return true;
    }
  }

  // All that comes until the end; nothing where the connection is reset or the time is up.
  std::optional<std::string> read_to_end() {
    while (fill()) {
    }
    if (!ended_ || is_reset_) return std::nullopt;
    return std::exchange(in_, std::string());
  }
  bool is_reset() const { return is_reset_; }

  std::optional<RawResponse> ask(std::string_view bytes) {
    send(bytes);
    return read();
  }

  // Reads and drops at most so many bytes that are there now; answers how many.
  std::size_t take_some(std::size_t most) {
    std::string buffer(most, '\0');
    const ssize_t n = ::recv(fd_, buffer.data(), most, MSG_DONTWAIT);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }

  // Waits for some bytes, and takes them as they come; empty at the end, or where none come in time.
  std::string take_any(std::chrono::milliseconds within = kPatience) {
    if (in_.empty()) fill(within);
    return std::exchange(in_, std::string());
  }

  // Whether the server ends the connection, and says nothing more before.
  bool ends(std::chrono::milliseconds within = kPatience) {
    while (fill(within)) {
    }
    return ended_ && in_.empty();
  }

  // Whether nothing at all comes for that long.
  bool silent(std::chrono::milliseconds time) { return !fill(time) && !ended_ && in_.empty(); }

  // What stands before the body, without the empty line.
  static RawResponse parse_head(std::string_view head) {
    RawResponse response;
    const std::size_t space = head.find(' ');
    response.status = std::atoi(std::string(head.substr(space + 1, 3)).c_str());
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
      const std::size_t next = head.find("\r\n", at + 2);
      const std::size_t size = next == std::string_view::npos ? next : next - at - 2;
      const std::string_view line = head.substr(at + 2, size);
      const std::size_t colon = line.find(": ");
      std::string name(line.substr(0, colon));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      response.headers.emplace_back(std::move(name), line.substr(std::min(colon + 2, line.size())));
      at = next;
    }
    return response;
  }

 private:
  explicit RawClient(int fd) : fd_(fd), open_(fd >= 0) {}

  void connect(const sockaddr* name, socklen_t size) { open_ = open_ && ::connect(fd_, name, size) == 0; }

  bool fill(std::chrono::milliseconds within = kPatience) {
    pollfd wanted{fd_, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(within.count())) <= 0) return false;
    char buffer[16 * 1024];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    ended_ = n <= 0;
    is_reset_ = n < 0 && errno == ECONNRESET;
    if (n > 0) in_.append(buffer, static_cast<std::size_t>(n));
    return n > 0;
  }

  int fd_ = -1;
  bool open_ = false;
  bool ended_ = false;
  bool is_reset_ = false;
  std::string in_;
};
