#include "decision_log/stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace decision_log {
namespace {

constexpr std::string_view kUnix = "unix:";
constexpr std::chrono::milliseconds kPatience{Stream::kPatienceMs};

base::Error failure(const std::string& path, int error) {
  return {base::ErrorCode::kIo, path + ": " + std::strerror(error)};
}

std::chrono::nanoseconds now() {
  return base::SteadyClock().now();
}

}  // namespace

void Stream::use(std::string to) {
  close();
  to_ = std::move(to);
  failed_at_.reset();
}

void Stream::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  is_broken_ = false;
}

base::Result<void> Stream::open() {
  if (fd_ >= 0) return {};
  if (!to_.starts_with(kUnix)) {
    fd_ = ::open(to_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd_ < 0) return failure(to_, errno);
    return {};
  }
  const std::string path = to_.substr(kUnix.size());
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path) return failure(path, ENAMETOOLONG);
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) return failure(path, errno);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0) return {};
  const int error = errno;
  close();
  return failure(path, error);
}

base::Result<void> Stream::write(std::string_view lines) {
  if (failed_at_ && now() - *failed_at_ < kPatience)
    return base::Error{base::ErrorCode::kIo, to_ + ": not tried again so soon after a failure"};
  const auto until = now() + kPatience;
  const auto fail = [&](int error) {
    failed_at_ = now();
    if (to_.starts_with(kUnix)) close();
    return failure(to_, error);
  };
  if (auto opened = open(); !opened.ok()) {
    failed_at_ = now();
    return opened;
  }
  const bool is_socket = to_.starts_with(kUnix);
  const std::string mended = is_broken_ ? "\n" + std::string(lines) : std::string();
  std::string_view rest = is_broken_ ? std::string_view(mended) : lines;
  while (!rest.empty()) {
    const ssize_t n = is_socket ? ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL)
                                : ::write(fd_, rest.data(), rest.size());
    if (n > 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
      is_broken_ = !is_socket && !rest.empty();
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return fail(errno);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - now()).count();
    if (left <= 0) return fail(ETIMEDOUT);
    pollfd ready{fd_, POLLOUT, 0};
    static_cast<void>(::poll(&ready, 1, static_cast<int>(left)));
  }
  failed_at_.reset();
  return {};
}

}  // namespace decision_log
