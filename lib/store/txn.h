#pragma once
#include <bitset>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "store/schema.h"

struct MDB_txn;

namespace store {

class Env;
class Overlay;
class ReadTxn;
class WriteTxn;
struct ChangeRecord;
struct ChangesKept;
struct PagesChecked;
base::Result<void> apply(WriteTxn&, const ChangeRecord&);
base::Result<std::size_t> trim_changes(WriteTxn&, const ChangesKept&, std::size_t most);
base::Result<PagesChecked> check_pages(const ReadTxn&, base::FunctionRef<bool(std::string&& fault)>);
base::Result<ReadTxn> as_of(const ReadTxn&, Revision);

// A consistent view of every table, as it was when the transaction began.
//
// The string_views that get() answers and that scans hand to their visitor point into the store: they are
// valid until the transaction ends or, in a WriteTxn, until its next put, del or attempt. One thread at a
// time may use a transaction; a ReadTxn may be handed to another. It must end before its Store, and soon:
// pages freed since it began can't be used again, so never keep one while waiting for anything.
//
// It may show something else than the store: what a change would write (WriteTxn::over), or what was there at
// an earlier revision (history.h). Such a one has an overlay, reads a table that it knows nothing of with
// kInvalid, and must end before the snapshot that it was made of.
//
// Any call may fail with kIo or kCorrupt, should LMDB find the store damaged.
class ReadTxn {
 public:
  ReadTxn(ReadTxn&&) noexcept = default;
  ReadTxn& operator=(ReadTxn&&) noexcept = default;
  ~ReadTxn() = default;

  // The value of the key; nothing when there is none, also for keys that can't be (empty, over kMaxKey).
  base::Result<std::optional<std::string_view>> get(Table, std::string_view key) const;

  // Calls visit(key, value) in key order for each key that begins with `prefix` (all if it is empty), until
  // visit returns false. The visitor may read with this transaction, also scan, but not write.
  using Visit = base::FunctionRef<bool(std::string_view key, std::string_view value)>;
  base::Result<void> scan(Table, std::string_view prefix, Visit) const;

  // The same from the first key greater than `after`, the last of a page, say. It need not exist.
  base::Result<void> scan_from(Table, std::string_view prefix, std::string_view after, Visit) const;

  // The same backwards, from the last key less than `before`; an empty `before` is the end.
  base::Result<void> scan_reverse(Table, std::string_view prefix, std::string_view before, Visit) const;

  // Once `stop` asks for it, scans end and fail with kConflict.
  void end_scans_with(std::stop_token stop) { stop_ = std::move(stop); }

  // False where it has an overlay: what is remembered of the store says nothing of it then, nor it of the
  // store.
  bool shows_the_store() const { return overlay_ == nullptr; }

  // Of the snapshot; in a WriteTxn, the one that this change will have if it writes something.
  Revision revision() const { return revision_; }

 protected:
  friend class Env;
  friend class WriteTxn;
  friend base::Result<PagesChecked> check_pages(const ReadTxn&, base::FunctionRef<bool(std::string&& fault)>);
  friend base::Result<ReadTxn> as_of(const ReadTxn&, Revision);
  struct Abort {
    Abort() : is_borrowed(false) {}
    explicit Abort(bool borrowed) : is_borrowed(borrowed) {}
    void operator()(MDB_txn*) const;

    bool is_borrowed;  // the transaction is another object's, which ends it
  };
  using Handle = std::unique_ptr<MDB_txn, Abort>;
  ReadTxn(const Env& env, Handle txn, Revision revision)
      : env_(&env), txn_(std::move(txn)), revision_(revision) {}
  ReadTxn(const ReadTxn& below, Revision revision, std::shared_ptr<Overlay> overlay);

  bool is_empty(Table) const;  // the store's; false where it can't be read
  bool is_to_stop() const;
  base::Result<std::optional<std::string_view>> get_merged(Table, std::string_view key) const;
  template <class Order>
  base::Result<void> scan_merged(Table, std::string_view prefix, std::string_view bound, Visit) const;

  const Env* env_;
  Handle txn_;
  Revision revision_;
  std::shared_ptr<Overlay> overlay_;  // null for what shows the store itself
  std::stop_token stop_;
  mutable int scans_ = 0;  // now running; no write may happen meanwhile
};

// What a change (store.h) reads and writes through. It sees its own writes and those of changes before it.
//
// Every put and del of an accepted change is kept, with the value before it, in the change record of its
// revision. The tables kChange and kMeta are the store's own: writing them is a bug.
class WriteTxn : public ReadTxn {
 public:
  // One that changes nothing: its writes are kept in memory and end with it, which takes no writer. It is
  // read as if the change had been made, of the revision that this would have, and written like any other;
  // what is to follow the change (then) never does. put() and del() fail with kFull where it would take more
  // than so many bytes. Fails where `below`, which it shows the rest of, is itself one that has more.
  static base::Result<WriteTxn> over(const ReadTxn& below, base::Timestamp now, std::size_t most_bytes);

  // Adds or replaces. Putting what is there already writes nothing. Fails with kInvalid for a key that is
  // empty or over kMaxKey, or a value over kMaxValue, and with kFull when the map or the disk is. After kFull
  // the change can only fail; the writer sees to that.
  base::Result<void> put(Table, std::string_view key, std::string_view value);

  // put() for a key that is likely the greatest of its table, such as the next of a sequence: faster, and
  // leaves pages full. Right, if slower, for every other key.
  base::Result<void> put_append(Table, std::string_view key, std::string_view value);

  // Answers whether there was such a key; absence is no error.
  base::Result<bool> del(Table, std::string_view key);

  // Runs fn: if it fails, all it wrote is undone, and the change may go on. Answers what fn answered, and kIo
  // where it threw: the change can't be accepted then.
  base::Result<void> attempt(base::FunctionRef<base::Result<void>(WriteTxn&)> fn);

  // Makes this change the last of its transaction, and has `fn` called on the writer thread once the change
  // is on disk: before anybody is told of it, and before a later change begins. For what is kept in memory
  // and decides how later changes are judged. Not called where the change, or the attempt around the call, is
  // undone. `fn` must be short and must not throw.
  void then(std::function<void()> fn);

  // Whether less than the reserve is free (StoreOptions.reserve), so that only deletions and what is kept of
  // refusals should be written. That is for the change to heed: put() and del() go on as long as there is any
  // room.
  bool is_scarce() const { return scarce_; }

  // Has the transaction be committed even if it writes nothing: to find out whether there is room.
  void probe() { probes_ = true; }

  // Each key that the change has written so far, in order, perhaps more than once. For what follows it
  // (Store::follow); `visit` must not write.
  void each_written(base::FunctionRef<void(Table, std::string_view key)> visit) const;

  // Forgets those: an upgrade, which is no change and has no record of one, calls it now and then, so that
  // its memory doesn't grow with the store.
  void forget_written() { writes_.clear(); }

  // When the change began to run. Take times from here, so that a change repeated elsewhere says the same.
  base::Timestamp now() const { return now_; }

 private:
  friend class Env;
  friend class Writer;
  friend base::Result<void> apply(WriteTxn&, const ChangeRecord&);  // which sets the time
  friend base::Result<std::size_t> trim_changes(WriteTxn&, const ChangesKept&, std::size_t);
  WriteTxn(const Env& env, Handle txn, Revision revision, base::Timestamp now);
  WriteTxn(ReadTxn&& over, base::Timestamp now) : ReadTxn(std::move(over)), now_(now) {}

  base::Result<void> put_with(Table, std::string_view key, std::string_view value, unsigned flags);
  base::Result<void> put_over(Table, std::string_view key, std::string_view value);
  base::Result<void> write_over(Table, std::string_view key, std::optional<std::string_view> after,
                                std::optional<std::string_view> before);
  base::Result<bool> del_listed(Table, std::string_view key);
  base::Result<void> put_own(Table, std::string_view key, std::string_view value,
                             bool append);                  // kMeta, kChange
  base::Result<void> del_own(Table, std::string_view key);  // likewise
  base::Result<void> commit();
  base::Error failed(std::string_view what, int rc);
  void undo(std::size_t mark);  // the writes behind the first `mark` bytes of writes_
  void spoil(base::Error why);

  base::Timestamp now_;
  bool scarce_ = false;
  bool probes_ = false;
  bool disk_is_full_ = false;  // `full_` is for the disk's sake, not the map's
  // Of the change that runs:
  std::string writes_;                       // laid out as in change_writes.h
  std::bitset<kTableCount> wrote_;           // their tables, and perhaps some of an attempt undone
  std::vector<std::function<void()>> then_;  // what follows it
  std::string full_;         // why a write failed with kFull, if one did: the change can't be accepted then
  bool is_writing_ = false;  // or was when something was thrown: the list may lack that write
  std::optional<base::Error> spoilt_;  // why the transaction can only be dropped
};

}  // namespace store
