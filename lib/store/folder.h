#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace store {

// The store's folder, held (but for at()) against every other process for as long as this object lives, by a
// lock on a file of our own: LMDB lets two servers share an environment, and each would believe itself the
// one writer.
//
//   LOCK       locked with flock(2); holds the pid of who has it
//   data.mdb   the environment
//   lock.mdb   LMDB's table of readers; there from the first opening of data.mdb on
//   new/       an environment being made, or what a crash left of it
class Folder {
 public:
  // Makes the folder and what is missing above it (mode 0700). Fails with kConflict when it is held already,
  // kIo for what the system refuses; the message has the path, and what to do.
  static base::Result<Folder> hold(const std::string& dir);

  // The folder as it is, whoever holds it: to look at only.
  static Folder at(const std::string& dir) { return Folder(dir, -1); }

  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  const std::string& path() const { return path_; }
  std::string data_file() const { return path_ + "/data.mdb"; }
  std::string reader_file() const { return path_ + "/lock.mdb"; }
  std::string new_folder() const { return path_ + "/new"; }

  // Whether there is a data.mdb. Fails with kCorrupt when it is empty, or when it is gone though there was
  // one: to begin anew then would hide the loss.
  base::Result<bool> has_store() const;

  // Puts new/data.mdb, complete and flushed, in its place; that lasts when this returns.
  base::Result<void> adopt_new() const;

 private:
  Folder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

// The process that holds the folder now; nothing where none does. Asks the lock, and then checks that the
// process named in LOCK has that very file open, since a number left by an earlier process, or one of another
// container, must not get a signal. Fails with kConflict where the folder is held by a process that can't be
// identified, kIo for what the system refuses.
base::Result<std::optional<pid_t>> holder_of(const std::string& dir);

// mkdir with mode 0700. Fails with kConflict if it exists.
base::Result<void> make_folder(const std::string& path);

// Removes the folder and the files in it, if it is there; nothing below.
base::Result<void> remove_folder(const std::string& path);

// Flushes a file's or folder's contents to the disk.
base::Result<void> flush(const std::string& path);
base::Result<void> flush_parent(
    const std::string& path);  // the folder that holds it, which makes a rename last

// Bytes of a file.
base::Result<std::uint64_t> size_of(const std::string& path);

// The error of a call that set errno, as a sentence about the path.
base::Error system_failure(const std::string& path, int error);

}  // namespace store
