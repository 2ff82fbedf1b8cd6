// Writing through LMDB. Each put and del first adds itself to the list of the change's writes
// (change_writes.h), key and value included, and LMDB is given those copies: what the caller gave may lie in
// a page that the write itself moves. A put asks LMDB for a new key first (MDB_NOOVERWRITE, or MDB_APPEND for
// one that is likely the last), which costs a new key one descent of the tree, and tells of an old one what
// is there: that is the `before` of the list, and where it is the same value nothing is written at all.
//
// An attempt is a transaction of LMDB inside the change's; where it is undone, so is the end of the list.
#include <lmdb.h>

#include <cassert>
#include <cerrno>
#include <utility>

#include "store/change.h"
#include "store/change_writes.h"
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

base::Result<void> check(Table table, std::string_view key, std::string_view value) {
  assert(table != Table::kMeta && table != Table::kChange);
  const auto refuse = [&](const std::string& what) {
    return base::Error{base::ErrorCode::kInvalid, std::string(name_of(table)) + ": " + what};
  };
  if (key.empty()) return refuse("an empty key");
  if (key.size() > kMaxKey) return refuse("a key of more than " + std::to_string(kMaxKey) + " bytes");
  if (value.size() > kMaxValue) return refuse("a value of more than " + std::to_string(kMaxValue) + " bytes");
  return {};
}

}  // namespace

WriteTxn::WriteTxn(const Env& env, Handle txn, Revision revision, base::Timestamp now)
    : ReadTxn(env, std::move(txn), revision), now_(now) {}

base::Error WriteTxn::failed(std::string_view what, int rc) {
  base::Error error = env_->failure(what, rc);
  if (error.code == base::ErrorCode::kFull) {
    full_ = error.message;
    disk_is_full_ = rc == ENOSPC || rc == EDQUOT || rc == EFBIG;
  }
  return error;
}

base::Result<void> WriteTxn::put(Table table, std::string_view key, std::string_view value) {
  return put_with(table, key, value, MDB_NOOVERWRITE);
}

base::Result<void> WriteTxn::put_append(Table table, std::string_view key, std::string_view value) {
  return put_with(table, key, value, MDB_APPEND);
}

// Key and value may be views into the store, which the write would move: LMDB is given the copies that the
// change record has anyway. `flags` make LMDB refuse a key that exists, so that a new one costs one descent.
base::Result<void> WriteTxn::put_with(Table table, std::string_view key, std::string_view value,
                                      unsigned flags) {
  assert(scans_ == 0);
  if (auto r = check(table, key, value); !r.ok()) return r;
  const std::size_t mark = writes_.size();
  const WritePlaces places = begin_write(writes_, table, key, value);
  const auto kept = [&](std::optional<std::string_view> before) {
    end_write(writes_, before);
    wrote_.set(static_cast<std::size_t>(table));
  };
  const auto copied = [&](const Span& s) { return val(std::string_view(writes_).substr(s.at, s.size)); };

  MDB_val k = copied(places.key), v = copied(places.after);
  int rc = mdb_put(txn_.get(), env_->dbi(table), &k, &v, flags);
  if (rc == MDB_KEYEXIST && flags == MDB_APPEND) {  // only: not the greatest
    k = copied(places.key), v = copied(places.after);
    rc = mdb_put(txn_.get(), env_->dbi(table), &k, &v, MDB_NOOVERWRITE);
  }
  if (rc == 0) {
    kept(std::nullopt);
    return {};
  }
  if (rc == MDB_KEYEXIST) {  // and v is what is there
    if (view(v) == std::string_view(writes_).substr(places.after.at, places.after.size)) {
      writes_.resize(mark);
      return {};
    }
    kept(view(v));
    k = copied(places.key), v = copied(places.after);
    rc = mdb_put(txn_.get(), env_->dbi(table), &k, &v, 0);
  }
  if (rc == 0) return {};
  writes_.resize(mark);
  return failed(name_of(table), rc);
}

base::Result<bool> WriteTxn::del(Table table, std::string_view key) {
  assert(scans_ == 0);
  assert(table != Table::kMeta && table != Table::kChange);
  const auto before = get(table, key);
  if (!before.ok()) return before.error();
  if (!before.value()) return false;
  const std::size_t mark = writes_.size();
  const WritePlaces places = begin_write(writes_, table, key, std::nullopt);
  end_write(writes_, before.value());
  wrote_.set(static_cast<std::size_t>(table));
  MDB_val k = val(std::string_view(writes_).substr(places.key.at, places.key.size));
  if (const int rc = mdb_del(txn_.get(), env_->dbi(table), &k, nullptr)) {
    writes_.resize(mark);
    return failed(name_of(table), rc);
  }
  return true;
}

base::Result<void> WriteTxn::attempt(base::FunctionRef<base::Result<void>(WriteTxn&)> fn) {
  assert(scans_ == 0);
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(mdb_txn_env(txn_.get()), txn_.get(), 0, &raw)) return failed("change", rc);

  // While the inner transaction is open the outer one must rest. Whatever way fn ends, also by an exception,
  // the outer one is back in its place, and the inner one has ended first.
  struct Restore {
    WriteTxn& txn;
    Handle outer;
    std::size_t writes, then;
    bool keep = false;
    ~Restore() {
      txn.txn_ = std::move(outer);
      if (keep) return;
      txn.writes_.resize(writes);
      txn.then_.resize(then);
    }
  } restore{*this, std::exchange(txn_, Handle(raw)), writes_.size(), then_.size()};

  if (auto r = fn(*this); !r.ok()) return r;
  if (const int rc = mdb_txn_commit(txn_.release())) return failed("change", rc);
  restore.keep = true;
  return {};
}

void WriteTxn::then(std::function<void()> fn) {
  then_.push_back(std::move(fn));
}

void WriteTxn::each_written(base::FunctionRef<void(Table, std::string_view key)> visit) const {
  each_key(writes_, visit);
}

base::Result<void> WriteTxn::put_own(Table table, std::string_view key, std::string_view value, bool append) {
  MDB_val k = val(key), v = val(value);
  if (const int rc = mdb_put(txn_.get(), env_->dbi(table), &k, &v, append ? unsigned{MDB_APPEND} : 0U))
    return failed(name_of(table), rc);
  return {};
}

base::Result<void> WriteTxn::del_own(Table table, std::string_view key) {
  MDB_val k = val(key);
  const int rc = mdb_del(txn_.get(), env_->dbi(table), &k, nullptr);
  if (rc && rc != MDB_NOTFOUND) return failed(name_of(table), rc);
  return {};
}

base::Result<void> WriteTxn::commit() {
  const int rc = mdb_txn_commit(txn_.release());
  if (rc) return failed("commit", rc);
  return {};
}

}  // namespace store
