// The file may be one that can only be appended to (chattr +a), and is best one that nothing else can be done
// with. So it is never written anew, and all that is read of it is its end, which a crash, or a disk that was
// full, may have left half:
//
//   {"chain":"platform","seq":7,…}                    goes on behind it
//   {"chain":"platform","seq":7,…}⏎{"chain":"pla      the half line goes; where it can't, it gets an end, and
//                                                     `reeve audit verify --against` will name it
//   root:x:0:0:root:/root:/bin/bash⏎                  isn't ours: nothing is written
#include "app/heads_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/descriptor.h"

namespace app {
namespace {

constexpr std::string_view kBegin = R"({"chain":")";
constexpr std::size_t kLongestLine = 4096;  // bytes; far beyond what one is

base::Error failure(const std::string& path) {
  return {base::ErrorCode::kIo, path + ": " + std::strerror(errno)};
}

base::Error not_ours(const std::string& path) {
  return {base::ErrorCode::kInvalid, path + ": is no file of published heads; name another in audit.heads"};
}

bool put(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// Leaves a file that is empty or ends with a whole line; answers its size.
base::Result<off_t> mend_end(int fd, const std::string& path, off_t size) {
  char buffer[kLongestLine];
  const auto wanted = static_cast<std::size_t>(std::min<off_t>(size, kLongestLine));
  const ssize_t n = ::pread(fd, buffer, wanted, size - static_cast<off_t>(wanted));
  if (n < 0) return failure(path);
  if (static_cast<std::size_t>(n) != wanted)
    return base::Error{base::ErrorCode::kConflict, path + ": another process changes it"};
  std::string_view line(buffer, wanted);  // the last, of which the end may be missing
  const bool is_whole = line.empty() || line.back() == '\n';
  if (is_whole) line.remove_suffix(std::min<std::size_t>(line.size(), 1));
  const auto before = line.rfind('\n');
  if (before == line.npos && size > static_cast<off_t>(kLongestLine)) return not_ours(path);
  if (before != line.npos) line.remove_prefix(before + 1);
  if (!line.starts_with(kBegin) && !kBegin.starts_with(line)) return not_ours(path);
  if (is_whole) return size;
  const off_t whole = size - static_cast<off_t>(line.size());
  if (::ftruncate(fd, whole) == 0) return whole;
  if (errno != EPERM || !put(fd, "\n")) return failure(path);
  return size + 1;
}

// So that the name is on disk, too.
base::Result<void> flush_folder(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const base::Descriptor folder(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return failure(path);
  return {};
}

}  // namespace

base::Result<void> append_heads(const std::string& path, std::string_view lines) {
  const base::Descriptor file(::open(
      path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600));
  if (!file.is_open()) return failure(path);
  const int fd = file.get();
  struct stat about {};
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
    return base::Error{base::ErrorCode::kConflict, path + ": another process is appending to it"};
  if (::fstat(fd, &about) != 0) return failure(path);
  if (!S_ISREG(about.st_mode)) return not_ours(path);
  if ((about.st_mode & S_IWOTH) != 0)
    return base::Error{
        base::ErrorCode::kInvalid,
        path + ": everybody on this machine may write to it; take that right away with `chmod o-w`"};
  const auto size = mend_end(fd, path, about.st_size);
  if (!size.ok()) return size.error();
  if (!put(fd, lines)) {
    const base::Error error = failure(path);
    // Ignoring a failure on purpose: what is left half is mended the next time.
    [[maybe_unused]] const int undone = ::ftruncate(fd, *size);
    return error;
  }
  if (::fsync(fd) != 0) return failure(path);
  return about.st_size == 0 ? flush_folder(path) : base::Result<void>();
}

}  // namespace app
