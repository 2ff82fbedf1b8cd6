// The parts of Env that look after the files: how full they are, how long, and copies of them.

#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/descriptor.h"
#include "base/thread.h"
#include "store/env.h"

namespace store {
namespace {

constexpr std::size_t kCopied = std::size_t{1} << 16;  // bytes at a time, which is what a pipe holds

struct CloseCursor {
  void operator()(MDB_cursor* c) const { mdb_cursor_close(c); }
};

// Pages that LMDB would use again: its database 0 holds how many each transaction freed, and which.
base::Result<std::uint64_t> free_pages(const Env& env, MDB_txn* txn) {
  MDB_cursor* raw = nullptr;
  if (const int rc = mdb_cursor_open(txn, 0, &raw)) return env.failure("free pages", rc);
  const std::unique_ptr<MDB_cursor, CloseCursor> cursor(raw);
  std::uint64_t pages = 0;
  MDB_val key, value;
  int rc = 0;
  while ((rc = mdb_cursor_get(raw, &key, &value, MDB_NEXT)) == 0) {
    std::size_t count = 0;
    if (value.mv_size >= sizeof count) std::memcpy(&count, value.mv_data, sizeof count);
    pages += count;
  }
  if (rc != MDB_NOTFOUND) return env.failure("free pages", rc);
  return pages;
}

std::uint64_t page_bytes(MDB_env* env) {
  MDB_stat stat;
  mdb_env_stat(env, &stat);
  return stat.ms_psize;
}

}  // namespace

std::uint64_t Env::reached_bytes() const {
  MDB_envinfo info;
  mdb_env_info(env_.get(), &info);
  return (std::uint64_t{info.me_last_pgno} + 1) * page_bytes(env_.get());
}

base::Result<Env::Usage> Env::usage() const {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &raw)) return failure("read", rc);
  const ReadTxn::Handle txn(raw);
  const auto unused = free_pages(*this, raw);
  if (!unused.ok()) return unused.error();
  const auto file_bytes = size_of(folder_.data_file());
  if (!file_bytes.ok()) return file_bytes.error();

  Usage usage;
  usage.map_bytes = map_bytes_;
  usage.used_bytes = reached_bytes() - unused.value() * page_bytes(env_.get());
  usage.file_bytes = file_bytes.value();
  // LMDB tells how many slots were ever taken, but lists those in use as text: a heading, then for each its
  // process, its thread, and the number of the commit that it sees, or a dash.
  struct Seen {
    unsigned readers = 0;
    std::uint64_t oldest;
  } seen{0, mdb_txn_id(raw)};
  const auto look = [](const char* line, void* into) {
    Seen& all = *static_cast<Seen*>(into);
    if (std::strstr(line, "pid") != nullptr) return 0;
    ++all.readers;
    const char* const last = std::strrchr(line, ' ');
    const std::uint64_t number = last ? std::strtoull(last + 1, nullptr, 10) : 0;
    if (number != 0) all.oldest = std::min(all.oldest, number);
    return 0;
  };
  mdb_reader_list(env_.get(), look, &seen);
  usage.readers = seen.readers;
  usage.oldest_commit = seen.oldest;
  usage.oldest_behind = mdb_txn_id(raw) - seen.oldest;
  if (usage.readers > 0) --usage.readers;  // that of this call
  return usage;
}

void Env::extend_file() const {
  constexpr std::uint64_t kAhead = std::uint64_t{4} << 20;  // a hole: it takes no disk
  mdb_filehandle_t fd = -1;
  if (mdb_env_get_fd(env_.get(), &fd) != 0) return;
  struct stat s;
  const std::uint64_t reached = reached_bytes();
  if (::fstat(fd, &s) != 0 || static_cast<std::uint64_t>(s.st_size) >= reached + kAhead / 2) return;
  // Ignoring a failure on purpose: the commit, which needs the space, will tell.
  if (::ftruncate(fd, static_cast<off_t>(reached + kAhead)) != 0) return;
}

bool Env::disk_is_full() const {
  constexpr off_t kProbe = off_t{1} << 20;
  mdb_filehandle_t fd = -1;
  struct stat s;
  if (mdb_env_get_fd(env_.get(), &fd) != 0 || ::fstat(fd, &s) != 0) return false;
  const int rc = ::posix_fallocate(fd, s.st_size, kProbe);
  return rc == ENOSPC || rc == EDQUOT || rc == EFBIG;
}

base::Result<int> Env::clear_stale_readers() const {
  int dead = 0;
  if (const int rc = mdb_reader_check(env_.get(), &dead)) return failure("readers", rc);
  return dead;
}

namespace {

// 0, or an errno.
int write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return 0;
}

// What came out of the pipe, into the file, until its end or until it is to stop. 0, or an errno.
int drain(int pipe, int file, const std::stop_token& stop) {
  std::vector<char> buffer(kCopied);
  while (!stop.stop_requested()) {
    const ssize_t n = ::read(pipe, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : 0;
    if (const int error = write_all(file, buffer.data(), static_cast<std::size_t>(n))) return error;
  }
  return ECANCELED;
}

// LMDB copies to its end, or until it can't write: so it writes into a pipe, on a thread of its own, and what
// it writes is put into the file here. To close the pipe's other end stops it. 0, an errno, or LMDB's code.
int copy_through_pipe(MDB_env* handle, int file, unsigned flags, const std::stop_token& stop) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  base::Descriptor from(ends[0]), to(ends[1]);
  int copied = 0;
  auto thread = base::start_thread("copy", [&] {
    copied = mdb_env_copyfd2(handle, to.get(), flags);
    to.close();
  });
  if (!thread.ok()) return EAGAIN;
  const int drained = drain(from.get(), file, stop);
  from.close();
  thread->join();
  return drained ? drained : copied;
}

// REQUIRES: `path` does not exist
base::Result<void> write_copy(const Env& env, MDB_env* handle, const std::string& path,
                              const std::stop_token& stop) {
  const base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const int fd = file.get();
  if (fd < 0) return system_failure(path, errno);
  int rc = copy_through_pipe(handle, fd, MDB_CP_COMPACT, stop);
  // Compacting counts on no page having been lost track of; a plain copy doesn't.
  if (rc == MDB_INCOMPATIBLE || rc == MDB_CORRUPTED) {
    rc = ::ftruncate(fd, 0) == 0 && ::lseek(fd, 0, SEEK_SET) == 0 ? copy_through_pipe(handle, fd, 0, stop)
                                                                  : errno;
  }
  if (!rc && ::fsync(fd) != 0) rc = errno;
  if (rc == ECANCELED)
    return base::Error{base::ErrorCode::kConflict, path + ": stopped before the copy was done"};
  if (rc > 0) return system_failure(path, rc);
  if (rc) return env.failure(path, rc);
  return {};
}

}  // namespace

base::Result<void> Env::copy_to(const std::string& given, const std::stop_token& stop) const {
  const std::string dir = given.substr(0, given.find_last_not_of('/') + 1);  // "copy/" is "copy"
  if (::access(dir.c_str(), F_OK) == 0)
    return base::Error{base::ErrorCode::kConflict, dir + ": exists already; name a new folder"};
  const std::string beside = dir + ".new";
  if (auto r = remove_folder(beside); !r.ok()) return r;
  if (auto r = make_folder(beside); !r.ok()) return r;
  auto copied = write_copy(*this, env_.get(), beside + "/data.mdb", stop);
  if (copied.ok()) copied = flush(beside);
  if (!copied.ok()) {
    // Ignoring a failure on purpose: the reason above is what matters; the next copy removes what is left.
    (void)remove_folder(beside);
    return copied;
  }
  // Unlike rename(2), this never replaces a folder that appeared meanwhile.
  if (::renameat2(AT_FDCWD, beside.c_str(), AT_FDCWD, dir.c_str(), RENAME_NOREPLACE) != 0)
    return system_failure(dir, errno);
  return flush_parent(dir);
}

}  // namespace store
