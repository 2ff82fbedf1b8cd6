#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "backup/archive_reader.h"
#include "backup/create.h"
#include "backup/folder.h"
#include "base/time.h"
#include "store/store.h"

namespace api {

namespace op {

inline constexpr Operation list_backups = {
    .action = "backup:list", .kind = kRead, .scope = kPlatformScope, .resource = "backup"};
inline constexpr Operation read_backup = {
    .action = "backup:read", .kind = kRead, .scope = kPlatformScope, .resource = "backup"};
inline constexpr Operation create_backup = {
    .action = "backup:create", .kind = kWrite, .scope = kPlatformScope, .resource = "backup"};

inline constexpr Operation prune_backups = {
    .action = "backup:prune", .kind = kWrite, .scope = kPlatformScope, .resource = "backup"};

inline constexpr Operation kBackups[] = {list_backups, read_backup, create_backup, prune_backups};

}  // namespace op

// The folder of backups (backup/folder.h), and the store that they are of. Safe for use by several threads.
class Backups {
 public:
  struct Options {
    std::string folder;       // backup.dir; empty: none is set
    std::uint64_t spare = 0;  // bytes of the disk to leave free
    backup::Keep keep{};      // backup.keep
  };

  // Store and clock outlive this.
  Backups(const store::Store& store, const base::Clock& clock, Options options)
      : store_(store), clock_(clock), options_(std::move(options)) {}

  const std::string& folder() const { return options_.folder; }

  // Being the one for whom a backup is made, or old ones are removed; it ends with its last copy, and this
  // outlives it. kInUse where another has it.
  using Turn = std::shared_ptr<const void>;
  Outcome<Turn> take_turn();
  bool is_turn_taken() const { return turn_is_taken_; }

  // A place among those who read one, which take a descriptor each; it ends with its last copy, and this
  // outlives it. kOverloaded where there are kMostRead.
  static constexpr std::size_t kMostRead = 16;
  Outcome<Turn> begin_reading();

  // Makes a backup, and says so in the log, or why not. It takes as long as copying the store twice does: not
  // on a reactor, nor in the writer. kInUse where another process makes one, or no folder is set;
  // kStorageFull, and the message says how much room there is; kOverloaded once it was stopped; kInternal,
  // and the message says what damage was found, if any was. REQUIRES: the caller has the turn
  Outcome<backup::Made> make() const;

  // Removes the backups that backup.keep doesn't want, and says so in the log, or why not; `dry`: only says
  // which these are. It reads the newest whole: not on a reactor, nor in the writer. Nothing, where there is
  // none; kInUse and kOverloaded as of make(); kInternal, and the message says so, where none verifies, and
  // then none is removed. REQUIRES: the caller has the turn
  Outcome<backup::Pruned> prune(bool dry) const;

  // Has make() and prune() end soon, now and ever after.
  void stop() { stop_.request_stop(); }

 private:
  const store::Store& store_;
  const base::Clock& clock_;
  const Options options_;
  std::atomic<bool> turn_is_taken_ = false;
  std::atomic<std::size_t> read_ = 0;
  std::stop_source stop_;
};

// All of them, newest first, those that are damaged too. For the platform only, like the three below; kInUse
// where no folder is set.
Outcome<std::vector<backup::Listed>> list_backups(const Read&, const Backups&);

// A backup that is being read, as one stream.
struct Download {
  Backups::Turn place;
  backup::ArchiveReader reader;
};

// kNotFound; kInternal where it is damaged, and the message says how; kOverloaded as of begin_reading().
Outcome<Download> open_backup(const Read&, Backups&, std::string_view name);

// Notes a backup that was made. `made` is null until it is, and then this succeeds as far as begin() of a
// rehearsal at most: so that the guard is asked before, and kInUse answered where one is being made already.
Outcome<void> note_backup(Change&, const Backups&, const backup::Made* made);

// Notes what was removed, unless `dry`, as of which there is nothing to note. `pruned` is null until it is,
// and then this is as of note_backup().
Outcome<void> note_pruned(Change&, const Backups&, const backup::Pruned* pruned, bool dry);

}  // namespace api
