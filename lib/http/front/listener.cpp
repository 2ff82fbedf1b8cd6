// Binding and listening are two steps: the addresses are taken before the store is opened, so that a second
// server fails early, and are listened on when the server can answer.
//
// "localhost" is 127.0.0.1 and, where the machine has it, ::1 on the same port; where the system picks the
// port, another is tried if only one of the two has it free. "::" is every address of both families.
//
// A unix socket is a file, and what a killed process left of it is removed: if connecting to it is refused,
// nobody listens. A file that isn't a socket, or one that somebody answers on, stays and is an error. Its
// mode is set before and after bind(), so that it is never open to more than its group.
#include "http/front/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/address.h"

namespace http::front {

namespace {

constexpr int kBacklog = 4096;
constexpr ::mode_t kLocalMode = 0660;
constexpr int kPortTries = 16;  // to find one that both addresses of "localhost" have free

base::Error refused(const std::string& what, const char* step, int why) {
  return {why == EADDRINUSE ? base::ErrorCode::kConflict : base::ErrorCode::kIo,
          what + ": can't " + step + ": " + std::strerror(why)};
}

std::string shown(const base::Address& address, std::uint16_t port) {
  const std::string host = address.is_v4() ? address.to_string() : "[" + address.to_string() + "]";
  return host + ":" + std::to_string(port);
}

union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_storage room;
};

socklen_t fill(const base::Address& address, std::uint16_t port, SocketAddress& out) {
  std::memset(&out, 0, sizeof out);
  if (address.is_v4()) {
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(port);
    std::memcpy(&out.v4.sin_addr, address.bytes.data() + 12, 4);
    return sizeof out.v4;
  }
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(port);
  std::memcpy(&out.v6.sin6_addr, address.bytes.data(), 16);
  return sizeof out.v6;
}

bool name_of(int fd, SocketAddress& out) {
  std::memset(&out, 0, sizeof out);
  socklen_t size = sizeof out;
  return ::getsockname(fd, &out.any, &size) == 0;
}

// REQUIRES, of both: it is of IPv4 or IPv6
std::uint16_t port_in(const SocketAddress& name) {
  return ntohs(name.any.sa_family == AF_INET ? name.v4.sin_port : name.v6.sin6_port);
}
base::Address address_in(const SocketAddress& name) {
  base::Address address = *base::parse_address("0.0.0.0");
  if (name.any.sa_family == AF_INET)
    std::memcpy(address.bytes.data() + 12, &name.v4.sin_addr, 4);
  else
    std::memcpy(address.bytes.data(), &name.v6.sin6_addr, 16);
  return address;
}

bool is_listened_on(int fd) {
  int type = 0;
  int listens = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) return false;
  size = sizeof listens;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

// Sets `port` where it was 0. The errno, or 0.
int bind_to(const base::Address& address, std::uint16_t& port, const char*& step, base::Descriptor& out) {
  SocketAddress name;
  const socklen_t size = fill(address, port, name);
  step = "open a socket";
  base::Descriptor fd(::socket(name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return errno;
  const int on = 1;
  const int only_v6 = address == base::Address() ? 0 : 1;  // "::" is every address, of both families
  step = "set up the socket";
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) return errno;
  if (!address.is_v4() && ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6) != 0)
    return errno;
  step = "bind";
  if (::bind(fd.get(), &name.any, size) != 0) return errno;
  socklen_t given = sizeof name;
  step = "learn the port";
  if (::getsockname(fd.get(), &name.any, &given) != 0) return errno;
  port = ntohs(address.is_v4() ? name.v4.sin_port : name.v6.sin6_port);
  out = std::move(fd);
  return 0;
}

base::Result<void> bind_one(const base::Address& address, std::uint16_t port, Listeners& listeners) {
  const char* step = "";
  base::Descriptor fd;
  listeners.port = port;
  if (const int why = bind_to(address, listeners.port, step, fd))
    return refused(shown(address, port), step, why);
  listeners.tcp.push_back(std::move(fd));
  return {};
}

base::Result<void> bind_localhost(std::uint16_t port, Listeners& listeners) {
  const base::Address v4 = *base::parse_address("127.0.0.1");
  const base::Address v6 = *base::parse_address("::1");
  for (int tries = 1;; ++tries) {
    listeners.tcp.clear();
    if (auto first = bind_one(v4, port, listeners); !first.ok()) return first;
    std::uint16_t same = listeners.port;
    const char* step = "";
    base::Descriptor fd;
    const int why = bind_to(v6, same, step, fd);
    if (why == EADDRNOTAVAIL || why == EAFNOSUPPORT) return {};
    if (why == EADDRINUSE && port == 0 && tries < kPortTries) continue;
    if (why != 0) return refused(shown(v6, same), step, why);
    listeners.tcp.push_back(std::move(fd));
    return {};
  }
}

// A socket file that nobody listens on is left from a process that was killed.
base::Result<void> remove_stale(const std::string& path, const sockaddr_un& name) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode))
    return base::Error{base::ErrorCode::kConflict, path + ": is there and is not a socket"};
  const base::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.is_open()) return refused(path, "open a socket", errno);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 || errno == EAGAIN)
    return base::Error{base::ErrorCode::kConflict, path + ": another process listens on it"};
  if (errno != ECONNREFUSED) return refused(path, "find out whether it is in use", errno);
  if (::unlink(path.c_str()) != 0) return refused(path, "remove the stale socket", errno);
  return {};
}

base::Result<void> open_local(const std::string& path, Listeners& listeners) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path)
    return base::Error{base::ErrorCode::kInvalid, path + ": too long for a unix socket, which takes " +
                                                      std::to_string(sizeof name.sun_path - 1) + " bytes"};
  std::memcpy(name.sun_path, path.c_str(), path.size());
  if (auto cleared = remove_stale(path, name); !cleared.ok()) return cleared;
  base::Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return refused(path, "open a socket", errno);
  // Before bind(), so that the file never is more open than this; after it, since the umask took its part.
  if (::fchmod(fd.get(), kLocalMode) != 0) return refused(path, "set its mode", errno);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
    return refused(path, "bind", errno);
  if (::chmod(path.c_str(), kLocalMode) != 0) return refused(path, "set its mode", errno);
  listeners.local = std::move(fd);
  listeners.local_path = path;
  if (::listen(listeners.local.get(), kBacklog) != 0) return refused(path, "listen", errno);
  return {};
}

}  // namespace

base::Result<Listeners> bind_listeners(const std::string& host, std::uint16_t port) {
  Listeners listeners;
  if (host == "localhost") {
    if (auto bound = bind_localhost(port, listeners); !bound.ok()) return bound.error();
  } else if (!host.empty()) {
    const auto address = base::parse_address(host);
    if (!address)
      return base::Error{base::ErrorCode::kInvalid,
                         "listen address \"" + host + "\": neither an IP address nor \"localhost\""};
    if (auto bound = bind_one(*address, port, listeners); !bound.ok()) return bound.error();
  }
  return listeners;
}

std::vector<base::Address> addresses_of(const Listeners& listeners) {
  std::vector<base::Address> all;
  for (const base::Descriptor& socket : listeners.tcp) {
    SocketAddress name;
    if (name_of(socket.get(), name)) all.push_back(address_in(name));
  }
  return all;
}

std::string path_of(const Listeners& listeners) {
  sockaddr_un name{};
  socklen_t size = sizeof name;
  if (!listeners.local.is_open() ||
      ::getsockname(listeners.local.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0)
    return "";
  return std::string(name.sun_path, ::strnlen(name.sun_path, sizeof name.sun_path));
}

base::Result<Listeners> take_listeners(const std::vector<int>& fds) {
  Listeners listeners;
  listeners.passed = true;
  for (const int fd : fds) {
    base::Descriptor socket(fd);
    SocketAddress name;
    if (!is_listened_on(fd) || !name_of(fd, name))
      return base::Error{
          base::ErrorCode::kInvalid,
          "descriptor " + std::to_string(fd) + ", which was passed, is no socket that is listened on"};
    if (::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
      return refused("descriptor " + std::to_string(fd), "set up the socket", errno);
    if (name.any.sa_family == AF_UNIX && !listeners.local.is_open()) {
      listeners.local = std::move(socket);
      continue;
    }
    if (name.any.sa_family != AF_INET && name.any.sa_family != AF_INET6)
      return base::Error{base::ErrorCode::kInvalid,
                         "descriptor " + std::to_string(fd) +
                             ", which was passed, is neither a TCP socket nor the only unix socket"};
    if (listeners.tcp.empty()) listeners.port = port_in(name);
    listeners.tcp.push_back(std::move(socket));
  }
  return listeners;
}

base::Result<void> listen_on(Listeners& listeners, const std::string& unix_path) {
  if (listeners.passed) return {};
  for (const base::Descriptor& socket : listeners.tcp)
    if (::listen(socket.get(), kBacklog) != 0)
      return refused("port " + std::to_string(listeners.port), "listen", errno);
  if (!unix_path.empty())
    if (auto opened = open_local(unix_path, listeners); !opened.ok()) return opened;
  if (listeners.tcp.empty() && !listeners.local.is_open())
    return base::Error{base::ErrorCode::kInvalid,
                       "listen address: neither an address nor a unix socket is given"};
  return {};
}

}  // namespace http::front
