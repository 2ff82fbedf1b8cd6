#include "store/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/file.h"

namespace store {
namespace {

std::string parent_of(const std::string& path) {
  auto parent = std::filesystem::path(path).lexically_normal();
  if (!parent.has_filename()) parent = parent.parent_path();  // "db/" is "db"
  parent = parent.parent_path();
  return parent.empty() ? "." : parent.string();
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

// REQUIRES: the lock on `fd` is ours
Result<void> write_pid(int fd, const std::string& path) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return system_failure(path, errno);
  return {};
}

Error held(const std::string& dir, const std::string& lock_path) {
  constexpr std::size_t kMaxPid = 32;
  std::string who = "another process";
  const auto pid = read_file(lock_path, kMaxPid);
  if (pid.ok() && !pid->empty()) who = "process " + pid->substr(0, pid->find('\n'));
  return {ErrorCode::kConflict, dir + ": in use by " + who + "; stop it first, or use another folder"};
}

}  // namespace

Error system_failure(const std::string& path, int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return {ErrorCode::kIo, path + ": permission denied to user " + std::to_string(::geteuid()) +
                                  "; the folder and its files must belong to the user that runs the server"};
    case EROFS:
      return {ErrorCode::kIo, path + ": on a read-only file system; the store must be able to write"};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ErrorCode::kFull, path + ": " + std::strerror(error) + "; free some space on its disk"};
    default:
      return {ErrorCode::kIo, path + ": " + std::strerror(error)};
  }
}

Result<void> flush(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_failure(path, errno);
  const int error = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (error) return system_failure(path, error);
  return {};
}

Result<void> flush_parent(const std::string& path) {
  return flush(parent_of(path));
}

Result<std::uint64_t> size_of(const std::string& path) {
  struct stat s;
  if (::stat(path.c_str(), &s) != 0) return system_failure(path, errno);
  return static_cast<std::uint64_t>(s.st_size);
}

Result<void> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return Error{ErrorCode::kConflict, path + ": exists already"};
    return system_failure(path, errno);
  }
  return {};
}

Result<void> remove_folder(const std::string& path) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error))
    if (::unlink(entry.path().c_str()) != 0) return system_failure(entry.path(), errno);
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT) return system_failure(path, errno);
  return {};
}

Result<Folder> Folder::hold(const std::string& dir) {
  struct stat s;
  if (::stat(dir.c_str(), &s) != 0) {
    if (errno != ENOENT) return system_failure(dir, errno);
    if (auto made = make_folder(dir); !made.ok()) return made.error();
    if (auto flushed = flush_parent(dir); !flushed.ok()) return flushed.error();
  } else if (!S_ISDIR(s.st_mode)) {
    return Error{ErrorCode::kIo, dir + ": a file, where the store needs a folder"};
  }
  const std::string lock_path = dir + "/LOCK";
  const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return system_failure(lock_path, errno);
  Folder folder(dir, fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? held(dir, lock_path) : system_failure(lock_path, errno);
  if (auto written = write_pid(fd, lock_path); !written.ok()) return written.error();
  return folder;
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

Folder::~Folder() {
  if (lock_ >= 0) ::close(lock_);  // and with it, the lock
}

Result<bool> Folder::has_store() const {
  if (!exists(data_file())) {
    if (!exists(reader_file())) return false;
    return Error{ErrorCode::kCorrupt, data_file() + ": missing, though " + reader_file() +
                                          " shows that it was here; restore a copy, or remove that file to "
                                          "begin with an empty store"};
  }
  const auto size = size_of(data_file());
  if (!size.ok()) return size.error();
  if (size.value() == 0)
    return Error{ErrorCode::kCorrupt,
                 data_file() + ": empty; restore a copy, or remove the file to begin with an empty store"};
  return true;
}

Result<void> Folder::adopt_new() const {
  const std::string made = new_folder() + "/data.mdb";
  if (::rename(made.c_str(), data_file().c_str()) != 0) return system_failure(data_file(), errno);
  if (auto r = remove_folder(new_folder()); !r.ok()) return r;
  return flush(path_);
}

}  // namespace store
