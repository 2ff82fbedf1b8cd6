#include "http/front/socket.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

namespace http::front {

namespace {

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

void Socket::on_events(std::uint32_t events) {
  const bool hung_up = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (hung_up || (events & (EPOLLIN | EPOLLRDHUP)) != 0) readable_ = true;
  if (hung_up || (events & EPOLLRDHUP) != 0) half_closed_ = true;
  if ((events & EPOLLOUT) != 0) writable_ = true;
}

Transfer Socket::receive(std::span<char> into) {
  return take(into, 0);
}

Transfer Socket::discard(std::span<char> into) {
  return take(into, MSG_TRUNC);
}

Transfer Socket::take(std::span<char> into, int flags) {
  for (;;) {
    const ssize_t n = ::recv(fd_.get(), into.data(), into.size(), flags);
    if (n > 0) {
      // A short read emptied the socket (epoll(7), question 9), which spares the read that would say so.
      const auto size = static_cast<std::size_t>(n);
      if (size < into.size() && !half_closed_) readable_ = false;
      return {Io::kDone, size};
    }
    if (n < 0 && errno == EINTR) continue;
    if (n != 0 && !would_block()) return {Io::kBroken};
    readable_ = false;
    return {n == 0 ? Io::kEnded : Io::kWouldBlock};
  }
}

Transfer Socket::send(std::string_view bytes) {
  for (;;) {
    const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      sent_ += n;
      return {Io::kDone, static_cast<std::size_t>(n)};
    }
    if (errno == EINTR) continue;
    if (!would_block()) return {Io::kBroken};
    writable_ = false;
    return {Io::kWouldBlock};
  }
}

void Socket::acknowledge() const {
  const int on = 1;
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

Socket::Peeked Socket::peek(std::span<char> into) const {
  const ssize_t n = ::recv(fd_.get(), into.data(), into.size(), MSG_PEEK);
  if (n < 0) return {would_block() || errno == EINTR ? Io::kWouldBlock : Io::kBroken};
  if (n == 0) return {Io::kEnded};
  int there = 0;
  if (::ioctl(fd_.get(), FIONREAD, &there) != 0) return {Io::kBroken};
  return {Io::kDone, static_cast<std::size_t>(n), static_cast<std::size_t>(there)};
}

Io Socket::wait_for_more() {
  if (half_closed_) return Io::kEnded;
  readable_ = false;
  return Io::kWouldBlock;
}

bool Socket::half_close() {
  return ::shutdown(fd_.get(), SHUT_WR) == 0;
}

void Socket::reset_at_close() {
  const linger at_once{1, 0};
  // Ignoring errors on purpose: a connection that can't be reset is closed.
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

std::int64_t Socket::arrived() const {
  int waiting = 0;
  if (::ioctl(fd_.get(), SIOCOUTQ, &waiting) != 0) waiting = 0;
  return sent_ - waiting;
}

}  // namespace http::front
