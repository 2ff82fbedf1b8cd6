// systemd's protocol for sockets that it listens on in place of a service (sd_listen_fds(3)), without its
// library:
//
//   LISTEN_PID=4711 LISTEN_FDS=2     descriptors 3 and 4 are for process 4711, and for no other
//
// A service manager keeps them open while the service is restarted: whoever connects meanwhile waits in the
// socket's queue.
#include "app/passed_sockets.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace app {
namespace {

constexpr int kFirst = 3;
constexpr int kMost = 64;

bool read_number(const std::string& text, long& out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::string taken(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value ? value : "";
  ::unsetenv(name);
  return text;
}

}  // namespace

base::Result<std::vector<int>> passed_descriptors(const std::string& pid, const std::string& count) {
  std::vector<int> fds;
  long n = 0;
  if (!read_number(pid, n) || n != ::getpid()) return fds;
  if (!read_number(count, n) || n < 0 || n > kMost)
    return base::Error{base::ErrorCode::kInvalid,
                       "LISTEN_FDS: must be a number up to " + std::to_string(kMost) + ", not " + count};
  for (int i = 0; i < static_cast<int>(n); ++i) fds.push_back(kFirst + i);
  return fds;
}

base::Result<std::vector<int>> take_passed_descriptors() {
  const std::string pid = taken("LISTEN_PID");
  const std::string count = taken("LISTEN_FDS");
  taken("LISTEN_FDNAMES");
  return passed_descriptors(pid, count);
}

}  // namespace app
