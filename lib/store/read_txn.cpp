// Reading through LMDB: point reads, and scans of the keys that begin with a prefix, forwards or backwards,
// from a key on. A scan stands on the first key that is not less than its beginning and goes on while keys
// have the prefix. Backwards there is no such search in LMDB: it stands on the first key that is not less
// than the end of the prefix, which is the least that sorts behind all keys with it, and steps back.
//
//   prefix 01 ff   keys 01 ff … 01 ff ff …   end 02        prefix ff: no end, it begins at the last key
//
// A cursor never leaves the function that made it, so that none outlives its transaction. A table without a
// key, as many are in most stores, takes none: how many it has is known.
#include <lmdb.h>

#include "store/env.h"
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

base::Result<void> outcome(const Env& env, Table table, const Cursor& cursor, bool stopped) {
  if (cursor.failed()) return env.failure(name_of(table), cursor.rc());
  if (stopped)
    return base::Error{base::ErrorCode::kConflict,
                       std::string(name_of(table)) + ": stopped before the end of it was read"};
  return {};
}

}  // namespace

void ReadTxn::Abort::operator()(MDB_txn* txn) const {
  mdb_txn_abort(txn);
}

bool ReadTxn::is_empty(Table table) const {
  MDB_stat stat;
  return mdb_stat(txn_.get(), env_->dbi(table), &stat) == 0 && stat.ms_entries == 0;
}

bool ReadTxn::is_to_stop() const {
  return env_->is_to_stop() || stop_.stop_requested();
}

base::Result<std::optional<std::string_view>> ReadTxn::get(Table table, std::string_view key) const {
  if (key.empty() || key.size() > kMaxKey) return std::optional<std::string_view>{};
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
  if (is_empty(table)) return {};
  const Running running(scans_);
  Cursor cursor(txn_.get(), env_->dbi(table));
  std::string end = end_of(prefix);
  if (!before.empty() && (end.empty() || before < end)) end = before;
  bool there = end.empty() ? cursor.last() : cursor.before(end);
  while (there && cursor.key().starts_with(prefix) && !is_to_stop() && visit(cursor.key(), cursor.value()))
    there = cursor.previous();
  return outcome(*env_, table, cursor, is_to_stop());
}

}  // namespace store
