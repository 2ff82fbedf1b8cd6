#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/folder.h"
#include "store/map_guard.h"
#include "store/migrate.h"
#include "store/schema.h"
#include "store/txn.h"

struct MDB_env;

namespace store {

// The LMDB environment with its tables open: what store.h's Store is made of, besides its writer. Each table
// is a database of LMDB, by its name; that is 1.4x faster to write than one database with prefixed keys,
// since events can then be appended.
class Env {
 public:
  struct Options {
    std::string dir;
    std::size_t map_bytes = 0;
    unsigned readers = 0;
    bool sync = true;
    std::uint32_t format = kFormatVersion;  // what this program reads; another in tests of migration
    std::span<const Step> steps = store::steps();
    bool alone = false;    // read-only, of a folder that nobody else has open: no table of readers is made
    std::stop_token stop;  // scans end, and fail, once this asks for it
  };

  // As Store::open.
  static base::Result<std::unique_ptr<Env>> open(const Options&);

  // As ReadOnlyStore::open; read() alone may be called.
  static base::Result<std::unique_ptr<Env>> open_read_only(const Options&);
  ~Env() = default;
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  base::Result<ReadTxn> read() const;

  // There is one write transaction at a time, and it stays on the thread that began it.
  base::Result<WriteTxn> begin(base::Timestamp now) const;

  // The number LMDB gave the table in this process.
  unsigned dbi(Table table) const { return dbi_[static_cast<std::size_t>(table)]; }

  std::size_t map_bytes() const { return map_bytes_; }

  // What to say of an LMDB or system error code. kFull for a full map or disk.
  base::Error failure(std::string_view what, int rc) const;

  struct Usage {
    std::uint64_t map_bytes = 0;
    std::uint64_t used_bytes = 0;
    std::uint64_t file_bytes = 0;
    unsigned readers = 0;
    std::uint64_t oldest_commit = 0;  // that the oldest of these sees
    std::uint64_t oldest_behind = 0;  // how many came after that
  };
  base::Result<Usage> usage() const;    // walks LMDB's list of free pages
  std::uint64_t reached_bytes() const;  // the highest that used_bytes has been; costs nothing

  // Keeps data.mdb longer than its last page. LMDB may count pages at the end that it never wrote, and the
  // check for truncation at open couldn't tell them from lost ones. To be called around each commit.
  void extend_file() const;

  // Whether data.mdb can't grow by a megabyte: no space, quota or permitted size. If it can, it has.
  bool disk_is_full() const;

  base::Result<int> clear_stale_readers() const;
  base::Result<void> copy_to(const std::string& dir, const std::stop_token& stop) const;

  bool is_to_stop() const { return stop_.stop_requested(); }

 private:
  struct Close {
    void operator()(MDB_env*) const;
  };
  using Handle = std::unique_ptr<MDB_env, Close>;

  Env(Folder folder, const Options& options)
      : folder_(std::move(folder)), map_bytes_(options.map_bytes), stop_(options.stop) {}

  base::Result<void> create(const Options&);
  base::Result<Handle> open_handle(const std::string& dir, const Options&, unsigned flags) const;
  base::Result<void> check_length(MDB_env*, const std::string& data_file) const;
  base::Result<void> open_tables(const Options&, bool fresh);
  base::Result<void> find_tables(const Options&);
  base::Result<std::uint32_t> read_format(MDB_txn*, std::uint32_t known) const;

  // Constant after open. In this order, so that the folder is let go last.
  Folder folder_;
  std::size_t map_bytes_;
  std::stop_token stop_;
  Handle env_;
  std::unique_ptr<MapGuard> guard_;
  std::array<unsigned, kTableCount> dbi_{};
};

}  // namespace store
