// The lock is flock(2) on a file that only we open, since it goes with the process however that ends, kill -9
// included; the number in the file is for people and for `reeve reload`, and is believed only while the
// process of that number has that very file open. A lock on data.mdb itself would be lost as soon as anything
// in this process closed another descriptor of it, which is fcntl(2)'s rule and LMDB's warning.
//
// What must last is flushed where it is made: a file, then the folder that names it, up to the one that was
// there before. The lock tells nothing to processes on other machines: the folder must be on a local disk.
#include "store/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "base/file.h"

namespace store {
namespace {

constexpr std::size_t kMaxPid = 32;  // bytes

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
base::Result<void> write_pid(int fd, const std::string& path) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return system_failure(path, errno);
  return {};
}

// Makes the folder and what is missing above it, each on disk when this returns.
base::Result<void> make_folders(const std::string& path) {
  struct stat s;
  if (::stat(path.c_str(), &s) == 0) return {};
  const std::string parent = parent_of(path);
  if (parent != path)
    if (auto made = make_folders(parent); !made.ok()) return made;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_failure(path, errno);
  return flush_parent(path);
}

// Whoever asks in holder_of() has the lock for a moment, so that a refusal is believed only when it lasts.
bool lock(int fd) {
  constexpr int kTries = 5;
  constexpr std::chrono::milliseconds kPause{10};
  for (int tries = 1; ::flock(fd, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK || tries == kTries) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

// The number in LOCK; nothing where there is none yet.
std::optional<pid_t> written_pid(int fd) {
  char text[kMaxPid];
  const ssize_t size = ::pread(fd, text, sizeof text, 0);
  pid_t pid = 0;
  if (size <= 0 || std::from_chars(text, text + size, pid).ec != std::errc() || pid <= 0) return std::nullopt;
  return pid;
}

bool has_open(pid_t pid, int fd) {
  struct stat wanted, s;
  if (::fstat(fd, &wanted) != 0) return false;
  std::error_code failure;
  const std::string open_files = "/proc/" + std::to_string(pid) + "/fd";
  for (std::filesystem::directory_iterator it(open_files, failure), end; !failure && it != end;
       it.increment(failure))
    if (::stat(it->path().c_str(), &s) == 0 && s.st_dev == wanted.st_dev && s.st_ino == wanted.st_ino)
      return true;
  return false;
}

base::Error held(const std::string& dir, const std::string& lock_path) {
  std::string who = "another process";
  const auto pid = base::read_file(lock_path, kMaxPid);
  if (pid.ok() && !pid->empty()) who = "process " + pid->substr(0, pid->find('\n'));
  return {base::ErrorCode::kConflict, dir + ": in use by " + who + "; stop it first, or use another folder"};
}

}  // namespace

base::Error system_failure(const std::string& path, int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return {base::ErrorCode::kIo,
              path + ": permission denied to user " + std::to_string(::geteuid()) +
                  "; the folder and its files must belong to the user that runs the server"};
    case EROFS:
      return {base::ErrorCode::kIo, path + ": on a read-only file system; the store must be able to write"};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {base::ErrorCode::kFull, path + ": " + std::strerror(error) + "; free some space on its disk"};
    default:
      return {base::ErrorCode::kIo, path + ": " + std::strerror(error)};
  }
}

base::Result<void> flush(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_failure(path, errno);
  const int error = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (error) return system_failure(path, error);
  return {};
}

base::Result<void> flush_parent(const std::string& path) {
  return flush(parent_of(path));
}

base::Result<std::uint64_t> size_of(const std::string& path) {
  struct stat s;
  if (::stat(path.c_str(), &s) != 0) return system_failure(path, errno);
  return static_cast<std::uint64_t>(s.st_size);
}

base::Result<void> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return base::Error{base::ErrorCode::kConflict, path + ": exists already"};
    return system_failure(path, errno);
  }
  return {};
}

base::Result<void> remove_folder(const std::string& path) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error))
    if (::unlink(entry.path().c_str()) != 0) return system_failure(entry.path(), errno);
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT) return system_failure(path, errno);
  return {};
}

base::Result<Folder> Folder::hold(const std::string& dir) {
  struct stat s;
  if (::stat(dir.c_str(), &s) != 0) {
    if (errno != ENOENT) return system_failure(dir, errno);
    if (auto made = make_folders(dir); !made.ok()) return made.error();
  } else if (!S_ISDIR(s.st_mode)) {
    return base::Error{base::ErrorCode::kIo, dir + ": a file, where the store needs a folder"};
  }
  const std::string lock_path = dir + "/LOCK";
  const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return system_failure(lock_path, errno);
  Folder folder(dir, fd);
  if (!lock(fd)) return errno == EWOULDBLOCK ? held(dir, lock_path) : system_failure(lock_path, errno);
  if (auto written = write_pid(fd, lock_path); !written.ok()) return written.error();
  return folder;
}

base::Result<std::optional<pid_t>> holder_of(const std::string& dir) {
  using Holder = std::optional<pid_t>;
  const std::string path = dir + "/LOCK";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? base::Result<Holder>(Holder()) : system_failure(path, errno);
  const bool is_free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
  const int why = is_free ? 0 : errno;
  const Holder pid = written_pid(fd);
  const bool is_known = pid && has_open(*pid, fd);
  ::close(fd);
  if (is_free) return Holder();
  if (why != EWOULDBLOCK) return system_failure(path, why);
  if (is_known) return pid;
  return base::Error{base::ErrorCode::kConflict,
                     dir +
                         ": in use by a process that can't be seen from here: it is just starting, "
                         "another user's, or in another container"};
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

Folder::~Folder() {
  if (lock_ >= 0) ::close(lock_);  // and with it, the lock
}

base::Result<bool> Folder::has_store() const {
  if (!exists(data_file())) {
    if (!exists(reader_file())) return false;
    return base::Error{base::ErrorCode::kCorrupt,
                       data_file() + ": missing, though " + reader_file() +
                           " shows that it was here; restore a copy, or remove that file to "
                           "begin with an empty store"};
  }
  const auto size = size_of(data_file());
  if (!size.ok()) return size.error();
  if (size.value() == 0)
    return base::Error{
        base::ErrorCode::kCorrupt,
        data_file() + ": empty; restore a copy, or remove the file to begin with an empty store"};
  return true;
}

base::Result<void> Folder::adopt_new() const {
  const std::string made = new_folder() + "/data.mdb";
  if (::rename(made.c_str(), data_file().c_str()) != 0) return system_failure(data_file(), errno);
  if (auto r = remove_folder(new_folder()); !r.ok()) return r;
  return flush(path_);
}

}  // namespace store
