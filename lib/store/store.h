#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/schema.h"
#include "store/txn.h"

namespace store {

class ChangeSource;
class Queue;

struct StoreOptions {
  std::string dir;  // made, mode 0700, with what is missing above it

  // The most the store may grow to. It takes address space, not disk, and is fixed while the store is open.
  std::size_t map_bytes = std::size_t{64} << 30;
  unsigned readers = 1024;   // snapshots at one time
  std::size_t queue = 4096;  // changes that wait

  // What only deletions and audit entries should use (WriteTxn::is_scarce): so many bytes of the map, or a
  // quarter of it if that is less, and a file of that size, RESERVE, which is given up when the disk is full.
  // 0: none, and such a file is removed.
  std::size_t reserve = 0;

  const base::Clock* clock = nullptr;  // null: the system's. Must outlive the store

  // Called on the writer thread with a sentence, once each time the map is found 80 % full. Must not throw.
  std::function<void(std::string_view message)> warn;

  // Makes the source that the writer takes its groups from (change_source.h), out of the queue of this
  // process's changes, which outlives it. Null: that queue is the source, and this store alone decides.
  std::function<std::unique_ptr<ChangeSource>(Queue&)> source;

  bool sync = true;  // false, in tests only: a change may be lost with the power
};

// Whether there is room for changes, as the last of them found.
enum class Room : std::uint8_t {
  kAmple,
  kReserve,  // less than the reserve is free, or its file is given up
  kNone,     // the map or the disk was full
};

struct Statistics {
  std::uint64_t map_bytes = 0;
  std::uint64_t used_bytes = 0;  // pages that hold something
  std::uint64_t file_bytes = 0;  // on disk: never shrinks
  Revision revision = 0;
  std::size_t queued = 0;
  unsigned readers = 0;             // snapshots open now
  std::uint64_t oldest_commit = 0;  // that the oldest of these sees: what was freed since isn't used again
  std::uint64_t oldest_behind = 0;  // how many commits came after that
  bool writing = true;              // false after a failure that stopped the writer
};

// A function that makes one change. It runs on the writer thread, and again if it is retried or if a log has
// others come first, so what it puts elsewhere than into the transaction must be assigned anew each time. It
// must not wait for anything.
using Change = std::function<base::Result<void>(WriteTxn&)>;

// Called with the outcome of a change: the store's revision after it (its own, if it wrote something), on
// disk, and in the log where there is one; or why there was none. The error is the change's own, as of its
// last run, or the writer's:
//   kFull      the map or the disk is; nothing of the change is kept
//   kConflict  the log that several machines agree on didn't take it; nothing is kept, and it may be tried
//   again kIo        the disk or the log failed; the message says whether it is known that nothing is kept
// Called once, on the writer thread: it must be short, must not throw, and must not call write().
using Done = std::function<void(base::Result<Revision>)>;

// The open store. Safe for use by several threads; a folder is opened once, by one process.
class Store {
 public:
  // Opens the folder, or makes an empty store where there is none. Every failure is a sentence that begins
  // with the folder's or file's path and says what to do:
  //   kConflict  another process has it open, or what is there is no store of ours
  //   kNewer     a later version of this program wrote it
  //   kCorrupt   data.mdb is truncated or damaged
  //   kIo        permissions, a read-only disk, anything else the system refuses
  //   kFull      no room on the disk, or for the map in the address space; or no thread for the writer
  static base::Result<std::unique_ptr<Store>> open(StoreOptions);

  // stop(), then closes. Every ReadTxn must have ended.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // A snapshot of what is on disk now. Never waits for the writer. Fails with kFull when there are
  // StoreOptions.readers of them.
  base::Result<ReadTxn> read() const;

  // Queues a change and returns at once. `tenant` is whose change it is, that is of the credential that asks
  // for it; nil is the platform, and the server itself. Fails, and never calls `done`, with kFull when the
  // queue is full or half of it is that tenant's, with kIo when the store has stopped.
  //
  // The writer runs all waiting changes in one LMDB transaction, each as an attempt, so that one that fails
  // leaves no trace and doesn't touch the others, and flushes once; but a change that something follows
  // (WriteTxn::then) is the last of its transaction. A tenant's changes run in the order of their submit();
  // tenants take turns, each within one transaction of Queue::kMostOfOne while others wait. Where the map or
  // disk is full for them together, each is tried again alone.
  base::Result<void> submit(Change, Done, const base::Uuid& tenant = {});

  // Has `follower` run at the end of each change that wrote to one of the tables, wherever the change came
  // from, in its transaction and so before any snapshot shows it: it reads the new state, and by
  // WriteTxn::then() has what is kept in memory replaced; an error undoes the change or, where the log has it
  // already, stops the writer. It must not write. To be called before the first change is queued, and before
  // a source gives the first that was made elsewhere.
  void follow(const std::vector<Table>&, Change follower);

  // Queues a change of the platform's and waits. On the writer thread, that is inside a change, it would wait
  // for ever.
  base::Result<Revision> write(Change);

  // The same, but waits no longer than that, and while the change itself runs. When this has returned the
  // change is not run again, so that it may refer to what lives as long as this call; what it gives to
  // WriteTxn::then may be called later. Beyond the limit fails with kFull if the change never ran, and then
  // nothing of it will be kept; with kIo where that is unknown. The message says what was waited for, in the
  // words of `what`: "store: WHAT: the writer …".
  base::Result<Revision> write_within(std::chrono::milliseconds limit, std::string_view what, Change);

  // Why nothing is written any more, if so: kCorrupt where a change of the log doesn't fit this store, which
  // is then no copy of what the others have; kIo for anything else. Of the moment, and free.
  std::optional<base::Error> stopped() const;

  // The newest on disk, wherever it came from; of the moment, and free. At least what any Done was told.
  Revision revision() const;

  // Of the moment, and free.
  Room room() const;

  // Where there was no room, or only the reserve: makes the reserve anew if the disk has room for it, and
  // queues a change that finds out, by being written, whether there is room now. Doesn't wait. For the
  // housekeeper, about once a second.
  void look_for_room();

  // That the store is damaged, by whoever has found that out; it stays so until it is opened anew.
  void note_damage();
  bool is_damaged() const;

  // Takes no more changes, finishes those that wait. May be called twice. Reading goes on.
  void stop();

  base::Result<Statistics> statistics() const;

  // Frees the snapshots of processes that died; answers how many. Done at open; for the housekeeper.
  base::Result<int> clear_stale_readers();

  // Makes a copy of the store, as of now, in a folder that must not exist yet; on disk, and complete or
  // absent, when this returns. Reading and writing go on, but slower. The copy is compact. Fails with
  // kConflict, and leaves nothing, where it is to stop before it is done.
  base::Result<void> copy_to(const std::string& dir, const std::stop_token& stop = {}) const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace store
