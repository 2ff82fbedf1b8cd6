#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/result.h"

namespace store {

// A file beside the store that takes up disk, and is given up when the disk is full: what can then still be
// written is for deletions and audit entries. Safe for use by several threads.
class Reserve {
 public:
  // The file <dir>/RESERVE. 0 bytes: none is wanted, and make() removes one.
  Reserve(std::string dir, std::uint64_t bytes);
  Reserve(const Reserve&) = delete;  // one of a folder
  Reserve& operator=(const Reserve&) = delete;

  std::uint64_t bytes() const { return bytes_; }

  // Makes the file where it isn't there whole. Fails with kFull, a sentence that begins with its path, unless
  // the disk has room for it and a quarter more, so that it isn't taken from what was just given up; with kIo
  // where the system refuses.
  base::Result<void> make();

  // Removes the file. False where there was nothing to give up.
  bool give_up();

  bool is_whole() const { return whole_.load(std::memory_order_acquire); }

 private:
  const std::string dir_, path_;
  const std::uint64_t bytes_;

  std::mutex mutex_;  // for the file
  std::atomic<bool> whole_;
};

}  // namespace store
