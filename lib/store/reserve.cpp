#include "store/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "store/folder.h"

namespace store {
namespace {

constexpr std::uint64_t kBlock = 512;  // what stat(2) counts in

bool is_there(const std::string& path, std::uint64_t bytes) {
  struct stat s;
  return ::stat(path.c_str(), &s) == 0 && static_cast<std::uint64_t>(s.st_size) == bytes &&
         static_cast<std::uint64_t>(s.st_blocks) * kBlock >= bytes;
}

base::Result<void> check_room(const std::string& dir, const std::string& path, std::uint64_t bytes) {
  struct statvfs s;
  if (::statvfs(dir.c_str(), &s) != 0) return system_failure(dir, errno);
  const std::uint64_t free = std::uint64_t{s.f_bavail} * s.f_frsize;
  if (free >= bytes + bytes / 4) return {};
  return base::Error{base::ErrorCode::kFull,
                     path + ": no room for " + std::to_string(bytes) + " bytes, since " +
                         std::to_string(free) +
                         " are free; free some space on its disk, or lower store.reserve"};
}

}  // namespace

Reserve::Reserve(std::string dir, std::uint64_t bytes)
    : dir_(std::move(dir)), path_(dir_ + "/RESERVE"), bytes_(bytes), whole_(bytes == 0) {}

base::Result<void> Reserve::make() {
  const std::lock_guard lock(mutex_);
  if (bytes_ == 0) {
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) return system_failure(path_, errno);
    return {};
  }
  if (is_whole()) return {};
  if (!is_there(path_, bytes_)) {
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) return system_failure(path_, errno);
    if (auto room = check_room(dir_, path_, bytes_); !room.ok()) return room;
    const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return system_failure(path_, errno);
    const int rc = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_));
    ::close(fd);
    if (rc != 0) {
      ::unlink(path_.c_str());
      return system_failure(path_, rc);
    }
  }
  whole_.store(true, std::memory_order_release);
  return {};
}

bool Reserve::give_up() {
  const std::lock_guard lock(mutex_);
  if (bytes_ == 0 || !is_whole()) return false;
  whole_.store(false, std::memory_order_release);
  if (::unlink(path_.c_str()) != 0) return false;
  // Ignoring a failure on purpose: some file systems free the space only then, the others at once.
  (void)flush(dir_);
  return true;
}

}  // namespace store
