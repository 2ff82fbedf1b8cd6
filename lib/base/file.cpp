// write_file() replaces a file so that a power cut leaves the old text or the new one, never half of either:
//
//   write PATH.new  ->  fsync it  ->  rename it to PATH  ->  fsync the folder, which is what holds the name
//
// A crash leaves at most PATH.new behind, which the next write overwrites. It doesn't follow symbolic links,
// and two processes that write one path at once are not kept apart: callers have a lock of their own, such as
// the store's.
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/descriptor.h"

namespace base {
namespace {

Error failure(const std::string& path) {
  return {ErrorCode::kIo, path + ": " + std::strerror(errno)};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0)
    return Error{errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, failure(path).message};
  std::string out;
  char buffer[16384];
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(path);
    if (n == 0) return out;
    out.append(buffer, static_cast<std::size_t>(n));
    if (out.size() > limit)
      return Error{ErrorCode::kInvalid, path + ": larger than " + std::to_string(limit) + " bytes"};
  }
}

Result<void> write_file(const std::string& path, std::string_view text, unsigned mode) {
  const std::string beside = path + ".new";
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (file.get() < 0 || ::fchmod(file.get(), mode) != 0) return failure(path);
    while (!text.empty()) {
      const ssize_t n = ::write(file.get(), text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failure(beside);
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(file.get()) != 0) return failure(beside);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return failure(path);
  const auto parent = std::filesystem::path(path).parent_path();
  const Descriptor folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return failure(path);
  return {};
}

}  // namespace base
