#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "store/map_guard.h"

struct MDB_env;
struct MDB_txn;

namespace store {

// An LMDB environment beside the store, in a folder of its own below the store's, for what the store can do
// without: it has no revision and no change records, and the store's writer never touches it. The store's
// folder must be held (store/folder.h), since nothing else keeps a second process from this one.
//
// Safe for use by several threads; one write transaction at a time.
class SideEnv {
 public:
  struct Options {
    std::string dir;                      // made, mode 0700
    std::size_t map_bytes = 0;            // the most it may grow to
    std::vector<std::string_view> names;  // of its tables, which are numbered as they stand here; literals
    std::uint32_t format = 1;             // what this program writes
    std::uint32_t oldest = format;        // what it reads as well, and then calls by `format`
    bool sync = true;                     // false, in tests only
  };

  // Opens it, or makes an empty one. Its pages are looked at first, with pread(2), about half a second for a
  // gigabyte. kCorrupt where it is damaged, kNewer where a later program wrote it; kIo, kFull.
  static base::Result<std::unique_ptr<SideEnv>> open(const Options&);

  // The same; but what can't be opened since it is damaged or of another format is first moved to
  // `dir`.damaged, in place of what was there before, and an empty one made. `moved` then says why.
  static base::Result<std::unique_ptr<SideEnv>> open_or_begin_anew(const Options&, std::string& moved);

  // Moves what is there to `dir`.damaged, for whoever found damage in it that its pages don't show. kIo.
  // REQUIRES: it isn't open
  static base::Result<void> set_aside(const std::string& dir);

  ~SideEnv() = default;
  SideEnv(const SideEnv&) = delete;  // transactions refer to it
  SideEnv& operator=(const SideEnv&) = delete;

  // A snapshot; or, from begin(), a write transaction, which is undone unless committed. Views that it
  // answers live as long as it does, and until its next put or del. It must end before its environment.
  // Any call may fail with kIo, kCorrupt or, where it writes, kFull.
  class Txn {
   public:
    base::Result<std::optional<std::string_view>> get(std::size_t table, std::string_view key) const;

    // Each key that begins with `prefix`, in order, from the first that isn't less than `from` on, until
    // visit returns false.
    using Visit = base::FunctionRef<bool(std::string_view key, std::string_view value)>;
    base::Result<void> scan(std::size_t table, std::string_view prefix, std::string_view from, Visit) const;

    // The same backwards, from the last key less than `before`; an empty `before` is the end.
    base::Result<void> scan_reverse(std::size_t table, std::string_view prefix, std::string_view before,
                                    Visit) const;

    // REQUIRES, of these: from begin(); no scan is running
    base::Result<void> put(std::size_t table, std::string_view key, std::string_view value);
    base::Result<void> del(std::size_t table, std::string_view key);  // there or not
    base::Result<void> commit();

   private:
    friend class SideEnv;
    struct Abort {
      void operator()(MDB_txn*) const;
    };
    Txn(const SideEnv& env, MDB_txn* txn) : env_(&env), txn_(txn) {}

    const SideEnv* env_;
    std::unique_ptr<MDB_txn, Abort> txn_;
  };
  base::Result<Txn> read() const;
  base::Result<Txn> begin() const;

  const std::string& dir() const { return options_.dir; }

 private:
  struct Close {
    void operator()(MDB_env*) const;
  };
  explicit SideEnv(Options options) : options_(std::move(options)) {}
  base::Result<void> open_env();
  base::Result<void> open_tables();
  base::Error failure(std::string_view what, int rc) const;

  const Options options_;
  std::unique_ptr<MDB_env, Close> env_;
  std::unique_ptr<MapGuard> guard_;
  std::vector<unsigned> dbi_;
};

}  // namespace store
