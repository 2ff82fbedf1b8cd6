// What LMDB can't be trusted with is looked at before it sees the file: pages.h walks them with pread(2), so
// that a file which a power cut left half-written is an error here and no signal. What goes bad while the
// environment is open ends the process as it does for the store (map_guard.h), and leaves a marker; then this
// walk finds it at the next start.
#include "store/side_env.h"

#include <lmdb.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/folder.h"
#include "store/key.h"
#include "store/pages.h"

namespace store {
namespace {

constexpr unsigned kReaders = 256;
constexpr const char* kOwnTable = "format";  // of every such environment, beside those of Options
constexpr std::string_view kFormatKey = "format";

MDB_val val(std::string_view s) {
  return {s.size(), const_cast<char*>(s.data())};
}
std::string_view view(const MDB_val& v) {
  return {static_cast<const char*>(v.mv_data), v.mv_size};
}

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};
using Cursor = std::unique_ptr<MDB_cursor, CloseCursor>;

// What can't be read at all is damaged, too.
base::Result<void> look_at_pages(const SideEnv::Options& options) {
  std::vector<std::string_view> names = options.names;
  names.emplace_back(kOwnTable);
  std::string first;
  const auto tell = [&](std::string&& fault) {
    first = std::move(fault);
    return false;
  };
  const auto checked = check_pages(options.dir, tell, names);
  if (!checked.ok()) first = checked.error().message;
  if (first.empty()) return {};
  return base::Error{base::ErrorCode::kCorrupt, options.dir + "/data.mdb: damaged: " + first};
}

}  // namespace

void SideEnv::Close::operator()(MDB_env* env) const {
  mdb_env_close(env);
}

void SideEnv::Txn::Abort::operator()(MDB_txn* txn) const {
  mdb_txn_abort(txn);
}

base::Error SideEnv::failure(std::string_view what, int rc) const {
  const std::string message = options_.dir + ": " + std::string(what) + ": " + mdb_strerror(rc);
  switch (rc) {
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case MDB_READERS_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case ENOMEM:
      return {base::ErrorCode::kFull, message};
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_CURSOR_FULL:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_VALSIZE:
      return {base::ErrorCode::kCorrupt, message};
    default:
      return {base::ErrorCode::kIo, message};
  }
}

base::Result<std::unique_ptr<SideEnv>> SideEnv::open(const Options& options) {
  std::error_code failed;
  const bool is_there = std::filesystem::exists(options.dir + "/data.mdb", failed);
  if (is_there) {
    if (auto sound = look_at_pages(options); !sound.ok()) return sound.error();
  } else if (::access(options.dir.c_str(), F_OK) != 0) {
    if (auto made = make_folder(options.dir); !made.ok()) return made.error();
  }
  std::unique_ptr<SideEnv> env(new SideEnv(options));
  if (auto opened = env->open_env(); !opened.ok()) return opened.error();
  if (auto removed = remove_damage_marker(options.dir); !removed.ok()) return removed.error();
  env->guard_ = std::make_unique<MapGuard>(env->env_.get(), options.dir);
  if (auto opened = env->open_tables(); !opened.ok()) return opened.error();
  return env;
}

base::Result<std::unique_ptr<SideEnv>> SideEnv::open_or_begin_anew(const Options& options,
                                                                   std::string& moved) {
  auto opened = open(options);
  if (opened.ok()) return opened;
  const base::ErrorCode code = opened.error().code;
  if (code != base::ErrorCode::kCorrupt && code != base::ErrorCode::kNewer &&
      code != base::ErrorCode::kInvalid)
    return opened;
  moved = opened.error().message;
  if (auto aside = set_aside(options.dir); !aside.ok())
    return base::Error{base::ErrorCode::kIo, moved + "; and " + aside.error().message};
  return open(options);
}

base::Result<void> SideEnv::set_aside(const std::string& dir) {
  const std::string aside = dir + ".damaged";
  std::error_code failed;
  std::filesystem::remove_all(aside, failed);
  if (!failed) std::filesystem::rename(dir, aside, failed);
  if (!failed) return {};
  return base::Error{base::ErrorCode::kIo, "it can't be moved to " + aside + ": " + failed.message()};
}

base::Result<void> SideEnv::open_env() {
  MDB_env* raw = nullptr;
  if (const int rc = mdb_env_create(&raw)) return failure("open", rc);
  env_.reset(raw);
  const unsigned flags = MDB_NOTLS | (options_.sync ? 0U : unsigned{MDB_NOSYNC});
  int rc = mdb_env_set_mapsize(raw, options_.map_bytes);
  if (!rc) rc = mdb_env_set_maxreaders(raw, kReaders);
  if (!rc) rc = mdb_env_set_maxdbs(raw, static_cast<MDB_dbi>(options_.names.size() + 1));
  if (!rc) rc = mdb_env_open(raw, options_.dir.c_str(), flags, 0600);
  if (rc) return failure("open", rc);
  return {};
}

base::Result<void> SideEnv::open_tables() {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, 0, &raw)) return failure("open", rc);
  Txn txn(*this, raw);
  MDB_dbi own = 0;
  if (const int rc = mdb_dbi_open(raw, kOwnTable, MDB_CREATE, &own)) return failure(kOwnTable, rc);
  MDB_val key = val(kFormatKey), value;
  const int found = mdb_get(raw, own, &key, &value);
  if (found && found != MDB_NOTFOUND) return failure(kOwnTable, found);
  std::uint32_t format = 0;
  if (!found) {
    KeyReader reader(view(value));
    format = reader.u32();
    if (!reader.complete() || format < options_.oldest || format > options_.format)
      return base::Error{
          base::ErrorCode::kNewer,
          options_.dir + ": written by another version of reeve (format " + std::to_string(format) + ")"};
  }
  if (format < options_.format) {  // what is opened as it was left isn't written to
    const Key now = Key().u32(options_.format);
    value = val(now.view());
    if (const int rc = mdb_put(raw, own, &key, &value, 0)) return failure(kOwnTable, rc);
  }
  for (const std::string_view name : options_.names) {
    MDB_dbi dbi = 0;
    if (const int rc = mdb_dbi_open(raw, name.data(), MDB_CREATE, &dbi)) return failure(name, rc);
    dbi_.push_back(dbi);
  }
  return txn.commit();
}

base::Result<SideEnv::Txn> SideEnv::read() const {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &raw)) return failure("read", rc);
  return Txn(*this, raw);
}

base::Result<SideEnv::Txn> SideEnv::begin() const {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, 0, &raw)) return failure("write", rc);
  return Txn(*this, raw);
}

base::Result<std::optional<std::string_view>> SideEnv::Txn::get(std::size_t table,
                                                                std::string_view key) const {
  MDB_val k = val(key), v;
  const int rc = mdb_get(txn_.get(), env_->dbi_[table], &k, &v);
  if (rc == MDB_NOTFOUND) return std::optional<std::string_view>();
  if (rc) return env_->failure("read", rc);
  return std::optional(view(v));
}

base::Result<void> SideEnv::Txn::scan(std::size_t table, std::string_view prefix, std::string_view from,
                                      Visit visit) const {
  MDB_cursor* raw = nullptr;
  if (const int rc = mdb_cursor_open(txn_.get(), env_->dbi_[table], &raw)) return env_->failure("read", rc);
  const Cursor cursor(raw);
  const std::string_view begin = std::max(prefix, from);
  MDB_val key = val(begin), value;
  int rc = mdb_cursor_get(raw, &key, &value, begin.empty() ? MDB_FIRST : MDB_SET_RANGE);
  for (; rc == 0; rc = mdb_cursor_get(raw, &key, &value, MDB_NEXT))
    if (!view(key).starts_with(prefix) || !visit(view(key), view(value))) return {};
  if (rc != MDB_NOTFOUND) return env_->failure("read", rc);
  return {};
}

base::Result<void> SideEnv::Txn::scan_reverse(std::size_t table, std::string_view prefix,
                                              std::string_view before, Visit visit) const {
  MDB_cursor* raw = nullptr;
  if (const int rc = mdb_cursor_open(txn_.get(), env_->dbi_[table], &raw)) return env_->failure("read", rc);
  const Cursor cursor(raw);
  std::string end(before);
  if (end.empty()) {  // behind all that begin with the prefix
    end = prefix;
    while (!end.empty() && end.back() == '\xff') end.pop_back();
    if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  }
  MDB_val key = val(end), value;
  int rc = end.empty() ? MDB_NOTFOUND : mdb_cursor_get(raw, &key, &value, MDB_SET_RANGE);
  rc = mdb_cursor_get(raw, &key, &value, rc == 0 ? MDB_PREV : MDB_LAST);
  for (; rc == 0; rc = mdb_cursor_get(raw, &key, &value, MDB_PREV))
    if (!view(key).starts_with(prefix) || !visit(view(key), view(value))) return {};
  if (rc != MDB_NOTFOUND) return env_->failure("read", rc);
  return {};
}

base::Result<void> SideEnv::Txn::put(std::size_t table, std::string_view key, std::string_view value) {
  MDB_val k = val(key), v = val(value);
  const MDB_dbi dbi = env_->dbi_[table];
  int rc = mdb_put(txn_.get(), dbi, &k, &v, MDB_APPEND);  // whole pages, where keys ascend
  if (rc == MDB_KEYEXIST) {
    k = val(key);
    v = val(value);
    rc = mdb_put(txn_.get(), dbi, &k, &v, 0);
  }
  if (rc) return env_->failure("write", rc);
  return {};
}

base::Result<void> SideEnv::Txn::del(std::size_t table, std::string_view key) {
  MDB_val k = val(key);
  const int rc = mdb_del(txn_.get(), env_->dbi_[table], &k, nullptr);
  if (rc && rc != MDB_NOTFOUND) return env_->failure("write", rc);
  return {};
}

base::Result<void> SideEnv::Txn::commit() {
  if (const int rc = mdb_txn_commit(txn_.release())) return env_->failure("write", rc);
  return {};
}

}  // namespace store
