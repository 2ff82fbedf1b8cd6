// A disk that fails, for a program that is started with this library in LD_PRELOAD: from the n-th call on, or
// for some calls, what writes to one file or flushes it answers an error instead of being done.
//
//   FAULT_FILE=data.mdb   the end of the file's name
//   FAULT_CALLS=write     write (write, pwrite, pwritev, writev) or sync (fsync, fdatasync)
//   FAULT_AT=120          the first call that fails, counted from 1
//   FAULT_TIMES=1         how many fail; 0: all from there on
//   FAULT_ERROR=ENOSPC    or EIO
//   FAULT_TOLD=FILE       a line is appended there for each call that fails
//
// posix_fallocate says that there is no room while writes fail for that reason. Writes into mapped memory
// aren't seen, so msync has no fault: the store writes through descriptors.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum class Kind { kWrite, kSync };

struct Plan {
  const char* file = std::getenv("FAULT_FILE");
  const char* told = std::getenv("FAULT_TOLD");
  Kind kind = is("FAULT_CALLS", "sync") ? Kind::kSync : Kind::kWrite;
  int error = is("FAULT_ERROR", "ENOSPC") ? ENOSPC : EIO;
  long at = number("FAULT_AT");
  long times = number("FAULT_TIMES");

  static bool is(const char* name, const char* value) {
    const char* given = std::getenv(name);
    return given && std::strcmp(given, value) == 0;
  }
  static long number(const char* name) {
    const char* given = std::getenv(name);
    return given ? std::atol(given) : 0;
  }
};

// Never destroyed: threads write until the very end.
const Plan& plan() {
  static const Plan* const made = new Plan;
  return *made;
}

std::atomic<long> calls{0};

// The function of that name which this library hides.
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_the_file(int fd) {
  if (!plan().file) return false;
  char link[64], path[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = ::readlink(link, path, sizeof path);
  const std::size_t end = std::strlen(plan().file);
  return length >= static_cast<ssize_t>(end) &&
         std::memcmp(path + length - static_cast<ssize_t>(end), plan().file, end) == 0;
}

bool fails_at(long call) {
  return plan().at > 0 && call >= plan().at && (plan().times == 0 || call < plan().at + plan().times);
}

void tell(const char* name, long call) {
  if (!plan().told) return;
  const int fd = ::open(plan().told, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  char line[64];
  const int length = std::snprintf(line, sizeof line, "%s %ld\n", name, call);
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  // Ignoring a failure on purpose: the line is for people.
  if (fd >= 0 && real(fd, line, static_cast<std::size_t>(length)) < 0) {
  }
  if (fd >= 0) ::close(fd);
}

// Whether this call is to fail; errno is set then.
bool fails(const char* name, Kind kind, int fd) {
  if (kind != plan().kind || !is_the_file(fd)) return false;
  const long call = ++calls;
  if (!fails_at(call)) return false;
  tell(name, call);
  errno = plan().error;
  return true;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return fails("write", Kind::kWrite, fd) ? -1 : real(fd, data, size);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return fails("pwrite", Kind::kWrite, fd) ? -1 : real(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return fails("pwrite", Kind::kWrite, fd) ? -1 : real(fd, data, size, at);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* const real = next<ssize_t(int, const iovec*, int)>("writev");
  return fails("writev", Kind::kWrite, fd) ? -1 : real(fd, parts, count);
}

ssize_t pwritev(int fd, const iovec* parts, int count, off_t at) {
  static auto* const real = next<ssize_t(int, const iovec*, int, off_t)>("pwritev");
  return fails("pwritev", Kind::kWrite, fd) ? -1 : real(fd, parts, count, at);
}

ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t at) {
  static auto* const real = next<ssize_t(int, const iovec*, int, off64_t)>("pwritev64");
  return fails("pwritev", Kind::kWrite, fd) ? -1 : real(fd, parts, count, at);
}

int fsync(int fd) {
  static auto* const real = next<int(int)>("fsync");
  return fails("fsync", Kind::kSync, fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  static auto* const real = next<int(int)>("fdatasync");
  return fails("fdatasync", Kind::kSync, fd) ? -1 : real(fd);
}

int posix_fallocate(int fd, off_t at, off_t size) {
  static auto* const real = next<int(int, off_t, off_t)>("posix_fallocate");
  const bool is_full = plan().error == ENOSPC && plan().kind == Kind::kWrite && fails_at(calls.load() + 1);
  return is_full && is_the_file(fd) ? ENOSPC : real(fd, at, size);
}

}  // extern "C"
