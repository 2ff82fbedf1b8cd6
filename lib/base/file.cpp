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
#include <utility>

#include "base/descriptor.h"

namespace base {
namespace {

Error failure(const std::string& path) {
  return {ErrorCode::kIo, path + ": " + std::strerror(errno)};
}

}  // namespace

Result<void> read_pieces(const std::string& path, FunctionRef<Result<void>(std::string_view)> fn) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0)
    return Error{errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, failure(path).message};
  char buffer[16384];
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(path);
    if (n == 0) return {};
    if (auto done = fn({buffer, static_cast<std::size_t>(n)}); !done.ok()) return done;
  }
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  std::string out;
  const auto read = read_pieces(path, [&](std::string_view piece) -> Result<void> {
    out.append(piece);
    if (out.size() <= limit) return {};
    return Error{ErrorCode::kInvalid, path + ": larger than " + std::to_string(limit) + " bytes"};
  });
  if (!read.ok()) return read.error();
  return out;
}

Result<NewFile> NewFile::create(std::string beside, unsigned mode) {
  // One of its own, whatever a crash, or somebody else, has left there: a link would lead elsewhere.
  if (::unlink(beside.c_str()) != 0 && errno != ENOENT) return failure(beside);
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0) return failure(beside);
  NewFile file(std::move(beside), fd);
  if (::fchmod(fd, mode) != 0) return failure(file.beside_);
  return file;
}

NewFile::NewFile(NewFile&& other) noexcept
    : beside_(std::exchange(other.beside_, {})), fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

Result<void> NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(beside_);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> NewFile::commit(const std::string& path) {
  if (::fsync(fd_) != 0) return failure(beside_);
  if (::rename(beside_.c_str(), path.c_str()) != 0) return failure(path);
  beside_.clear();
  const auto parent = std::filesystem::path(path).parent_path();
  const Descriptor folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return failure(path);
  return {};
}

Result<void> write_file(const std::string& path, std::string_view text, unsigned mode) {
  const std::string beside = path + ".new";
  auto file = NewFile::create(beside, mode);
  if (!file.ok()) return Error{file.error().code, path + file.error().message.substr(beside.size())};
  if (auto done = file->write(text); !done.ok()) return done;
  return file->commit(path);
}

}  // namespace base
