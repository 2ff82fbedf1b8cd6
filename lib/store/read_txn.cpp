// Reading through LMDB: point reads, and scans of the keys that begin with a prefix, forwards or backwards,
// from a key on. A scan stands on the first key that is not less than its beginning and goes on while keys
// have the prefix. Backwards there is no such search in LMDB: it stands on the first key that is not less
// than the end of the prefix, which is the least that sorts behind all keys with it, and steps back.
//
//   prefix 01 ff   keys 01 ff … 01 ff ff …   end 02        prefix ff: no end, it begins at the last key
//
// A cursor never leaves the function that made it, so that none outlives its transaction. A table without a
// key, as many are in most stores, takes none: how many it has is known.
//
// Where there is an overlay a scan goes through both, the store's keys and its own, and takes the one that
// comes first; of a key that both have the overlay's value counts, and where it says that the key is gone,
// nothing. What has none doesn't pay for that: it looks at a pointer.
#include <lmdb.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/env.h"
#include "store/overlay.h"
#include "store/txn.h"

namespace store {
namespace {

MDB_val val(std::string_view s) {
  return {s.size(), const_cast<char*>(s.data())};
}
std::string_view view(const MDB_val& v) {
  return {static_cast<const char*>(v.mv_data), v.mv_size};
}

// A cursor on one table; it can't outlive the scan that made it.
class Cursor {
 public:
  Cursor(MDB_txn* txn, MDB_dbi dbi) : rc_(mdb_cursor_open(txn, dbi, &cursor_)) {}
  ~Cursor() {
    if (cursor_) mdb_cursor_close(cursor_);
  }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // Each moves, and answers whether it came to stand on a key.
  bool first() { return move(MDB_FIRST); }
  bool last() { return move(MDB_LAST); }
  bool next() { return move(MDB_NEXT); }
  bool previous() { return move(MDB_PREV); }
  bool at_or_after(std::string_view key) {
    key_ = val(key);
    return key.empty() ? first() : move(MDB_SET_RANGE);
  }
  bool before(std::string_view key) { return at_or_after(key) ? previous() : failed() ? false : last(); }

  std::string_view key() const { return view(key_); }
  std::string_view value() const { return view(value_); }
  bool failed() const { return rc_ != 0 && rc_ != MDB_NOTFOUND; }
  int rc() const { return rc_; }

 private:
  bool move(MDB_cursor_op op) {
    if (cursor_) rc_ = mdb_cursor_get(cursor_, &key_, &value_, op);
    return cursor_ && rc_ == 0;
  }

  MDB_cursor* cursor_ = nullptr;
  MDB_val key_{}, value_{};
  int rc_;
};

// Counts a scan for as long as it runs, however it ends.
class Running {
 public:
  explicit Running(int& scans) : scans_(scans) { ++scans_; }
  ~Running() { --scans_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  int& scans_;
};

// The least key greater than all that begin with `prefix`; empty if there is none.
std::string end_of(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

// Where a scan backwards begins: before that key, or at the end where it is empty.
std::string end_of_scan(std::string_view prefix, std::string_view before) {
  std::string end = end_of(prefix);
  if (!before.empty() && (end.empty() || before < end)) end = before;
  return end;
}

// The two ways of a scan that has an overlay: where it begins, in the store and in the rows, and what comes
// first. Rows are gone through by an iterator of either direction.
struct Forwards {
  static bool begin(Cursor& cursor, std::string_view prefix, std::string_view after) {
    bool there = cursor.at_or_after(std::max(prefix, after));
    if (there && !after.empty() && cursor.key() == after) there = cursor.next();
    return there;
  }
  static bool next(Cursor& cursor) { return cursor.next(); }
  static auto begin(const Overlay::Rows& rows, std::string_view prefix, std::string_view after) {
    return !after.empty() && after >= prefix ? rows.upper_bound(after) : rows.lower_bound(prefix);
  }
  static auto end(const Overlay::Rows& rows) { return rows.end(); }
  static bool is_first(std::string_view a, std::string_view b) { return a < b; }
};

struct Backwards {
  static bool begin(Cursor& cursor, std::string_view prefix, std::string_view before) {
    const std::string end = end_of_scan(prefix, before);
    return end.empty() ? cursor.last() : cursor.before(end);
  }
  static bool next(Cursor& cursor) { return cursor.previous(); }
  static auto begin(const Overlay::Rows& rows, std::string_view prefix, std::string_view before) {
    const std::string end = end_of_scan(prefix, before);
    return std::make_reverse_iterator(end.empty() ? rows.end() : rows.lower_bound(end));
  }
  static auto end(const Overlay::Rows& rows) { return rows.rend(); }
  static bool is_first(std::string_view a, std::string_view b) { return a > b; }
};

base::Error hidden(Table table) {
  return {base::ErrorCode::kInvalid, std::string(name_of(table)) + ": not known as it was then"};
}

base::Result<void> outcome(const Env& env, Table table, const Cursor& cursor, bool stopped) {
  if (cursor.failed()) return env.failure(name_of(table), cursor.rc());
  if (stopped)
    return base::Error{base::ErrorCode::kConflict,
                       std::string(name_of(table)) + ": stopped before the end of it was read"};
  return {};
}

}  // namespace

void ReadTxn::Abort::operator()(MDB_txn* txn) const {
  if (!is_borrowed) mdb_txn_abort(txn);
}

ReadTxn::ReadTxn(const ReadTxn& below, Revision revision, std::shared_ptr<Overlay> overlay)
    : env_(below.env_),
      txn_(below.txn_.get(), Abort{true}),
      revision_(revision),
      overlay_(std::move(overlay)),
      stop_(below.stop_) {}

bool ReadTxn::is_empty(Table table) const {
  MDB_stat stat;
  return mdb_stat(txn_.get(), env_->dbi(table), &stat) == 0 && stat.ms_entries == 0;
}

bool ReadTxn::is_to_stop() const {
  return env_->is_to_stop() || stop_.stop_requested();
}

base::Result<std::optional<std::string_view>> ReadTxn::get(Table table, std::string_view key) const {
  if (key.empty() || key.size() > kMaxKey) return std::optional<std::string_view>{};
  if (overlay_) return get_merged(table, key);
  MDB_val k = val(key), v;
  const int rc = mdb_get(txn_.get(), env_->dbi(table), &k, &v);
  if (rc == MDB_NOTFOUND) return std::optional<std::string_view>{};
  if (rc) return env_->failure(name_of(table), rc);
  return std::optional(view(v));
}

base::Result<void> ReadTxn::scan(Table table, std::string_view prefix, Visit visit) const {
  return scan_from(table, prefix, {}, visit);
}

base::Result<void> ReadTxn::scan_from(Table table, std::string_view prefix, std::string_view after,
                                      Visit visit) const {
  if (overlay_) return scan_merged<Forwards>(table, prefix, after, visit);
  if (is_empty(table)) return {};
  const Running running(scans_);
  Cursor cursor(txn_.get(), env_->dbi(table));
  bool there = cursor.at_or_after(std::max(prefix, after));
  if (there && !after.empty() && cursor.key() == after) there = cursor.next();
  while (there && cursor.key().starts_with(prefix) && !is_to_stop() && visit(cursor.key(), cursor.value()))
    there = cursor.next();
  return outcome(*env_, table, cursor, is_to_stop());
}

base::Result<void> ReadTxn::scan_reverse(Table table, std::string_view prefix, std::string_view before,
                                         Visit visit) const {
  if (overlay_) return scan_merged<Backwards>(table, prefix, before, visit);
  if (is_empty(table)) return {};
  const Running running(scans_);
  Cursor cursor(txn_.get(), env_->dbi(table));
  const std::string end = end_of_scan(prefix, before);
  bool there = end.empty() ? cursor.last() : cursor.before(end);
  while (there && cursor.key().starts_with(prefix) && !is_to_stop() && visit(cursor.key(), cursor.value()))
    there = cursor.previous();
  return outcome(*env_, table, cursor, is_to_stop());
}

base::Result<std::optional<std::string_view>> ReadTxn::get_merged(Table table, std::string_view key) const {
  if (overlay_->is_hidden(table)) return hidden(table);
  if (const Overlay::Value* const value = overlay_->find(table, key)) return *value;
  MDB_val k = val(key), v;
  const int rc = mdb_get(txn_.get(), env_->dbi(table), &k, &v);
  if (rc == MDB_NOTFOUND) return std::optional<std::string_view>{};
  if (rc) return env_->failure(name_of(table), rc);
  return std::optional(view(v));
}

template <class Order>
base::Result<void> ReadTxn::scan_merged(Table table, std::string_view prefix, std::string_view bound,
                                        Visit visit) const {
  if (overlay_->is_hidden(table)) return hidden(table);
  const Running running(scans_);
  Cursor cursor(txn_.get(), env_->dbi(table));
  const Overlay::Rows& rows = overlay_->rows(table);
  bool there = Order::begin(cursor, prefix, bound);
  auto row = Order::begin(rows, prefix, bound);
  const auto end = Order::end(rows);
  for (bool goes_on = true; goes_on && !is_to_stop();) {
    const bool in_store = there && cursor.key().starts_with(prefix);
    const bool in_rows = row != end && row->first.starts_with(prefix);
    if (!in_store && !in_rows) break;
    if (in_rows && (!in_store || !Order::is_first(cursor.key(), row->first))) {
      const auto& [key, value] = *row++;
      if (in_store && cursor.key() == key) there = Order::next(cursor);
      if (value) goes_on = visit(key, *value);
    } else {
      goes_on = visit(cursor.key(), cursor.value());
      if (goes_on) there = Order::next(cursor);
    }
  }
  return outcome(*env_, table, cursor, is_to_stop());
}

}  // namespace store
