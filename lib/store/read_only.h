#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "store/txn.h"

namespace store {

class Env;

// A store that is only looked at, also while a server has it: nothing in it is changed, nor brought up to
// this version. While a snapshot is open the server can't use the pages again that it frees, so the store
// grows by what is written meanwhile. Safe for use by several threads.
class ReadOnlyStore {
 public:
  // Every failure is a sentence that begins with a path and says what to do, as of Store::open(): kNotFound
  // where there is no store, kInvalid where an earlier version wrote it, kNewer where a later one did,
  // kCorrupt, kIo.
  static base::Result<std::unique_ptr<ReadOnlyStore>> open(const std::string& dir, std::size_t map_bytes);

  // The same for a copy that no other process has open and that doesn't change: its folder, which may be on a
  // medium that can't be written, stays as it is. Once `stop` asks for it, scans end and fail with kConflict.
  static base::Result<std::unique_ptr<ReadOnlyStore>> open_alone(const std::string& dir,
                                                                 const std::stop_token& stop = {});

  ~ReadOnlyStore();
  ReadOnlyStore(const ReadOnlyStore&) = delete;
  ReadOnlyStore& operator=(const ReadOnlyStore&) = delete;

  base::Result<ReadTxn> read() const;

  // As Store::copy_to().
  base::Result<void> copy_to(const std::string& dir, const std::stop_token& stop = {}) const;

  // Bytes of the pages that hold something, which is about what a copy takes.
  base::Result<std::uint64_t> used_bytes() const;

 private:
  explicit ReadOnlyStore(std::unique_ptr<Env>);
  std::unique_ptr<Env> env_;
};

}  // namespace store
