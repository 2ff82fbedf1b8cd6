#pragma once
#include <cstddef>
#include <memory>
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

  ~ReadOnlyStore();
  ReadOnlyStore(const ReadOnlyStore&) = delete;
  ReadOnlyStore& operator=(const ReadOnlyStore&) = delete;

  base::Result<ReadTxn> read() const;

 private:
  explicit ReadOnlyStore(std::unique_ptr<Env>);
  std::unique_ptr<Env> env_;
};

}  // namespace store
