// Writing through LMDB. Each put and del first adds itself to the list of the change's writes
// (change_writes.h), key and value included, and LMDB is given those copies: what the caller gave may lie in
// a page that the write itself moves. A put asks LMDB for a new key first (MDB_NOOVERWRITE, or MDB_APPEND for
// one that is likely the last), which costs a new key one descent of the tree, and tells of an old one what
// is there: that is the `before` of the list, and where it is the same value nothing is written at all.
//
// An attempt that fails is undone by that list, from its end: each key gets the value before. LMDB's own
// nested transactions would do the same, but they copy every page that the attempt touches and that the
// transaction had touched before, which is most of them: a third of what a change cost. Where an attempt
// can't be undone, or ended in the midst of a write, the transaction can only be dropped, and says so.
//
// One over a snapshot keeps the same list and gives the overlay what LMDB would be given.
#include <lmdb.h>

#include <cassert>
#include <cerrno>
#include <exception>
#include <utility>
#include <vector>

#include "store/change.h"
#include "store/change_writes.h"
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

base::Result<WriteTxn> WriteTxn::over(const ReadTxn& below, base::Timestamp now, std::size_t most_bytes) {
  auto overlay = std::make_shared<Overlay>(most_bytes);
  if (below.overlay_)
    if (auto copied = overlay->copy(*below.overlay_); !copied.ok()) return copied.error();
  return WriteTxn(ReadTxn(below, below.revision() + 1, std::move(overlay)), now);
}

base::Error WriteTxn::failed(std::string_view what, int rc) {
  base::Error error = env_->failure(what, rc);
  if (error.code == base::ErrorCode::kFull) {
    full_ = error.message;
    disk_is_full_ = rc == ENOSPC || rc == EDQUOT || rc == EFBIG;
  }
  return error;
}

base::Result<void> WriteTxn::put(Table table, std::string_view key, std::string_view value) {
  is_writing_ = true;
  auto done = put_with(table, key, value, MDB_NOOVERWRITE);
  is_writing_ = false;
  return done;
}

base::Result<void> WriteTxn::put_append(Table table, std::string_view key, std::string_view value) {
  is_writing_ = true;
  auto done = put_with(table, key, value, MDB_APPEND);
  is_writing_ = false;
  return done;
}

// Key and value may be views into the store, which the write would move: LMDB is given the copies that the
// change record has anyway. `flags` make LMDB refuse a key that exists, so that a new one costs one descent.
base::Result<void> WriteTxn::put_with(Table table, std::string_view key, std::string_view value,
                                      unsigned flags) {
  assert(scans_ == 0);
  if (auto r = check(table, key, value); !r.ok()) return r;
  if (overlay_) return put_over(table, key, value);
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

base::Result<void> WriteTxn::put_over(Table table, std::string_view key, std::string_view value) {
  const auto before = get(table, key);
  if (!before.ok()) return before.error();
  if (*before == value) return {};
  return write_over(table, key, value, *before);
}

base::Result<void> WriteTxn::write_over(Table table, std::string_view key,
                                        std::optional<std::string_view> after,
                                        std::optional<std::string_view> before) {
  if (writes_.size() > overlay_->most_bytes()) return overlay_->full(table);
  if (auto set = overlay_->set(table, key, after); !set.ok()) return set;
  begin_write(writes_, table, key, after);
  end_write(writes_, before);
  wrote_.set(static_cast<std::size_t>(table));
  return {};
}

base::Result<bool> WriteTxn::del(Table table, std::string_view key) {
  is_writing_ = true;
  auto done = del_listed(table, key);
  is_writing_ = false;
  return done;
}

base::Result<bool> WriteTxn::del_listed(Table table, std::string_view key) {
  assert(scans_ == 0);
  assert(table != Table::kMeta && table != Table::kChange);
  const auto before = get(table, key);
  if (!before.ok()) return before.error();
  if (!before.value()) return false;
  if (overlay_) {
    if (auto written = write_over(table, key, std::nullopt, *before); !written.ok()) return written.error();
    return true;
  }
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
  const std::size_t writes = writes_.size(), then = then_.size();
  auto done = [&]() -> base::Result<void> {
    try {
      return fn(*this);
    } catch (const std::exception& e) {  // a bug, or no memory; neither may take other changes along
      base::Error thrown{base::ErrorCode::kIo, std::string("change: ") + e.what()};
      if (is_writing_) spoil(thrown);
      return thrown;
    }
  }();
  if (done.ok() && spoilt_) done = *spoilt_;
  if (done.ok()) return done;
  if (!spoilt_) undo(writes);
  then_.resize(then);
  return done;
}

void WriteTxn::spoil(base::Error why) {
  if (!spoilt_) spoilt_ = std::move(why);
}

void WriteTxn::undo(std::size_t mark) {
  assert(mark <= writes_.size());
  struct Before {
    Table table;
    std::string_view key;
    std::optional<std::string_view> value;
  };
  std::vector<Before> befores;
  each_before(std::string_view(writes_).substr(mark),
              [&](Table table, std::string_view key, std::optional<std::string_view> value) {
                befores.push_back({table, key, value});
              });
  for (auto it = befores.rbegin(); it != befores.rend(); ++it) {
    if (overlay_) {
      if (auto set = overlay_->set(it->table, it->key, it->value); set.ok()) continue;
      spoil(overlay_->full(it->table));
      return;
    }
    MDB_val k = val(it->key), v = val(it->value.value_or(std::string_view()));
    const int rc = it->value ? mdb_put(txn_.get(), env_->dbi(it->table), &k, &v, 0)
                             : mdb_del(txn_.get(), env_->dbi(it->table), &k, nullptr);
    if (rc == 0) continue;
    spoil(failed(name_of(it->table), rc));
    return;
  }
  writes_.resize(mark);
}

void WriteTxn::then(std::function<void()> fn) {
  then_.push_back(std::move(fn));
}

void WriteTxn::each_written(base::FunctionRef<void(Table, std::string_view key)> visit) const {
  each_key(writes_, visit);
}

base::Result<void> WriteTxn::put_own(Table table, std::string_view key, std::string_view value, bool append) {
  assert(!overlay_);
  MDB_val k = val(key), v = val(value);
  if (const int rc = mdb_put(txn_.get(), env_->dbi(table), &k, &v, append ? unsigned{MDB_APPEND} : 0U))
    return failed(name_of(table), rc);
  return {};
}

base::Result<void> WriteTxn::del_own(Table table, std::string_view key) {
  assert(!overlay_);
  MDB_val k = val(key);
  const int rc = mdb_del(txn_.get(), env_->dbi(table), &k, nullptr);
  if (rc && rc != MDB_NOTFOUND) return failed(name_of(table), rc);
  return {};
}

base::Result<void> WriteTxn::commit() {
  assert(!overlay_);
  const int rc = mdb_txn_commit(txn_.release());
  if (rc) return failed("commit", rc);
  return {};
}

}  // namespace store
