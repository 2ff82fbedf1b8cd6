#include "backup/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <vector>

#include "store/folder.h"

namespace backup {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 17;

}  // namespace

base::Result<base::Descriptor> open_to_read(const std::string& path) {
  base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.is_open()) return file;
  if (errno == ENOENT || errno == ENOTDIR) return base::Error{base::ErrorCode::kNotFound, path + ": missing"};
  return store::system_failure(path, errno);
}

base::Result<base::Descriptor> open_new(const std::string& path) {
  base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  if (errno == EEXIST) return base::Error{base::ErrorCode::kConflict, path + ": exists already"};
  return store::system_failure(path, errno);
}

base::Result<void> write_all(const base::Descriptor& file, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return store::system_failure(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

base::Result<std::size_t> read_some(const base::Descriptor& file, const std::string& path, char* into,
                                    std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(file.get(), into, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return store::system_failure(path, errno);
  }
}

base::Result<void> flush(const base::Descriptor& file, const std::string& path) {
  if (::fsync(file.get()) != 0) return store::system_failure(path, errno);
  return {};
}

base::Result<void> read_whole(const std::string& path, const std::stop_token& stop,
                              base::FunctionRef<base::Result<void>(std::string_view)> piece) {
  const auto file = open_to_read(path);
  if (!file.ok()) return file.error();
  std::vector<char> buffer(kPiece);
  while (!stop.stop_requested()) {
    const auto n = read_some(*file, path, buffer.data(), buffer.size());
    if (!n.ok()) return n.error();
    if (*n == 0) return {};
    if (auto r = piece({buffer.data(), *n}); !r.ok()) return r;
  }
  return base::Error{base::ErrorCode::kConflict, path + ": stopped before the end of it was read"};
}

base::Result<std::uint64_t> room_in(const std::string& folder) {
  struct statvfs s {};
  if (::statvfs(folder.c_str(), &s) != 0) return store::system_failure(folder, errno);
  return std::uint64_t{s.f_bavail} * s.f_frsize;
}

base::Result<void> rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
    return store::flush_parent(to);
  if (errno == EINVAL && ::access(to.c_str(), F_OK) != 0) {  // NFS and some others can't do it at once
    if (::rename(from.c_str(), to.c_str()) != 0) return store::system_failure(to, errno);
    return store::flush_parent(to);
  }
  if (errno == EEXIST || errno == EINVAL)
    return base::Error{base::ErrorCode::kConflict, to + ": exists already"};
  return store::system_failure(to, errno);
}

}  // namespace backup
