// Opening the environment: the folder is held, data.mdb made aside and renamed if there is none, opened,
// measured, and its tables opened and brought to this program's format in one transaction.
//
//   open    hold the folder > new store? make new/data.mdb, flush, rename > mdb_env_open > long enough? >
//           program and format known? > tables > migration > readers that died are cleared
//
// A crash at any moment leaves no store, or one of the old format, or one of the new. What LMDB says is
// turned into a sentence that names the file and what to do; what it doesn't say, that a file is too short,
// is found out here. Nothing here writes records; that is WriteTxn's, in the order that the Writer gives.
#include "store/env.h"

#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "store/key.h"

namespace store {
namespace {

constexpr std::string_view kProgram = "reeve";

MDB_val val(std::string_view s) {
  return {s.size(), const_cast<char*>(s.data())};
}
std::string_view view(const MDB_val& v) {
  return {static_cast<const char*>(v.mv_data), v.mv_size};
}

int put(MDB_txn* txn, MDB_dbi dbi, std::string_view key, std::string_view value) {
  MDB_val k = val(key), v = val(value);
  return mdb_put(txn, dbi, &k, &v, 0);
}

int copy_value(MDB_txn* txn, MDB_dbi dbi, std::string_view from, std::string_view to) {
  MDB_val k = val(from), v;
  if (const int rc = mdb_get(txn, dbi, &k, &v)) return rc;
  return put(txn, dbi, to, std::string(view(v)));  // which a write may move
}

}  // namespace

void Env::Close::operator()(MDB_env* env) const {
  mdb_env_close(env);
}

base::Error Env::failure(std::string_view what, int rc) const {
  const std::string prefix = folder_.path() + ": " + std::string(what) + ": ";
  switch (rc) {
    case MDB_MAP_FULL:
      return {base::ErrorCode::kFull, folder_.path() + ": full at " + std::to_string(map_bytes_) +
                                          " bytes; raise store.map_size and start again"};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {base::ErrorCode::kFull, prefix + std::strerror(rc) + "; free some space on its disk"};
    case MDB_TXN_FULL:
      return {base::ErrorCode::kFull, prefix + "too much in one change"};
    case MDB_READERS_FULL:
      return {base::ErrorCode::kFull, prefix + "too many snapshots at one time"};
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_CURSOR_FULL:
      return {base::ErrorCode::kCorrupt,
              prefix + "damaged (" + mdb_strerror(rc) + "); stop the server and restore a copy"};
    case ENOMEM:  // also what a damaged length comes to
      return {base::ErrorCode::kIo, prefix + "out of memory, or damaged: `reeve store check` says if it is"};
    case MDB_PANIC:
      return {base::ErrorCode::kIo,
              prefix + "unusable after an earlier failure; start again once the disk is sound"};
    default:
      return {base::ErrorCode::kIo, prefix + mdb_strerror(rc)};
  }
}

base::Result<Env::Handle> Env::open_handle(const std::string& dir, const Options& options,
                                           unsigned flags) const {
  const std::string data_file = dir + "/data.mdb";
  MDB_env* raw = nullptr;
  if (const int rc = mdb_env_create(&raw)) return failure("open", rc);
  Handle env(raw);
  // MDB_NOTLS: a read transaction belongs to its object, not to the thread that began it.
  flags |= MDB_NOTLS | (options.sync ? 0U : unsigned{MDB_NOSYNC});
  int rc = mdb_env_set_mapsize(raw, options.map_bytes);
  if (!rc) rc = mdb_env_set_maxreaders(raw, options.readers);
  if (!rc) rc = mdb_env_set_maxdbs(raw, kTableCount);
  if (!rc) rc = mdb_env_open(raw, dir.c_str(), flags, 0600);
  switch (rc) {
    case 0:
      return env;
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
      return base::Error{base::ErrorCode::kConflict,
                         data_file + ": not a store, or its beginning is damaged (" + mdb_strerror(rc) +
                             "); give the server a folder of its own, or restore a copy"};
    case ENOMEM:
      return base::Error{base::ErrorCode::kFull, dir + ": no address space for a map of " +
                                                     std::to_string(options.map_bytes) +
                                                     " bytes; lower store.map_size"};
    default:
      return rc > 0 ? system_failure(data_file, rc) : failure("open", rc);
  }
}

// LMDB opens a file that has lost its end, and the process dies of SIGBUS at the first read beyond it.
base::Result<void> Env::check_length(MDB_env* env, const std::string& data_file) const {
  MDB_envinfo info;
  MDB_stat stat;
  mdb_env_info(env, &info);
  mdb_env_stat(env, &stat);
  const auto size = size_of(data_file);
  if (!size.ok()) return size.error();
  const std::uint64_t expected = (std::uint64_t{info.me_last_pgno} + 1) * stat.ms_psize;
  if (size.value() >= expected) return {};
  return base::Error{base::ErrorCode::kCorrupt, data_file + ": truncated: " + std::to_string(size.value()) +
                                                    " bytes of " + std::to_string(expected) +
                                                    "; restore a copy"};
}

// Made aside and renamed, so that a crash at any moment leaves a whole store or none, and a data.mdb without
// our tables is never a half-made one of ours.
base::Result<void> Env::create(const Options& options) {
  if (auto r = remove_folder(folder_.new_folder()); !r.ok()) return r;
  if (auto r = make_folder(folder_.new_folder()); !r.ok()) return r;
  auto opened = open_handle(folder_.new_folder(), options, 0);
  if (!opened.ok()) return opened.error();
  env_ = std::move(opened).value();
  if (auto r = open_tables(options, true); !r.ok()) return r;
  env_.reset();
  return folder_.adopt_new();
}

base::Result<std::unique_ptr<Env>> Env::open(const Options& options) {
  auto held = Folder::hold(options.dir);
  if (!held.ok()) return held.error();
  auto env = std::unique_ptr<Env>(new Env(std::move(held).value(), options));
  const auto there = env->folder_.has_store();
  if (!there.ok()) return there.error();
  if (!there.value())
    if (auto r = env->create(options); !r.ok()) return r.error();

  auto opened = env->open_handle(options.dir, options, 0);
  if (!opened.ok()) return opened.error();
  env->env_ = std::move(opened).value();
  env->guard_ = std::make_unique<MapGuard>(env->env_.get(), options.dir);
  if (auto r = env->check_length(env->env_.get(), env->folder_.data_file()); !r.ok()) return r.error();
  if (auto r = env->open_tables(options, false); !r.ok()) return r.error();
  if (auto r = env->clear_stale_readers(); !r.ok()) return r.error();
  env->extend_file();
  return env;
}

base::Result<std::unique_ptr<Env>> Env::open_read_only(const Options& options) {
  auto env = std::unique_ptr<Env>(new Env(Folder::at(options.dir), options));
  if (::access(env->folder_.data_file().c_str(), F_OK) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return system_failure(env->folder_.data_file(), errno);
    return base::Error{base::ErrorCode::kNotFound, options.dir + ": there is no store"};
  }
  auto opened =
      env->open_handle(options.dir, options, MDB_RDONLY | (options.alone ? unsigned{MDB_NOLOCK} : 0U));
  if (!opened.ok()) return opened.error();
  env->env_ = std::move(opened).value();
  env->guard_ = std::make_unique<MapGuard>(env->env_.get(), options.dir);
  if (auto r = env->check_length(env->env_.get(), env->folder_.data_file()); !r.ok()) return r.error();
  if (auto r = env->find_tables(options); !r.ok()) return r.error();
  return env;
}

// The format of the store, if it is one of ours that this program knows.
base::Result<std::uint32_t> Env::read_format(MDB_txn* txn, std::uint32_t known) const {
  const std::string file = folder_.data_file();
  const base::Error foreign{base::ErrorCode::kConflict,
                            file + ": made by another program; give the server a folder of its own"};
  MDB_dbi meta = 0;
  const int rc = mdb_dbi_open(txn, name_of(Table::kMeta).data(), 0, &meta);
  if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE) return foreign;
  if (rc) return failure("meta", rc);
  MDB_val key = val("program"), value;
  if (mdb_get(txn, meta, &key, &value) != 0 || view(value) != kProgram) return foreign;
  key = val("format");
  KeyReader reader(mdb_get(txn, meta, &key, &value) == 0 ? view(value) : std::string_view());
  const std::uint32_t format = reader.u32();
  if (!reader.complete())
    return base::Error{base::ErrorCode::kCorrupt, file + ": has no format version; restore a copy"};
  if (format <= known) return format;
  return base::Error{base::ErrorCode::kNewer,
                     file + ": written by a later version of reeve (format " + std::to_string(format) +
                         ", this one knows " + std::to_string(known) +
                         "); install that version, or restore a copy made before it"};
}

base::Result<void> Env::open_tables(const Options& options, bool fresh) {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, 0, &raw)) return failure("open", rc);
  ReadTxn::Handle txn(raw);
  std::uint32_t format = options.format;
  if (!fresh) {
    const auto found = read_format(raw, options.format);
    if (!found.ok()) return found.error();
    format = found.value();
  }
  for (std::size_t i = 0; i < kTableCount; ++i) {
    const char* name = name_of(static_cast<Table>(i)).data();
    if (const int rc = mdb_dbi_open(raw, name, MDB_CREATE, &dbi_[i])) return failure(name, rc);
  }
  const MDB_dbi meta = dbi(Table::kMeta);
  int rc = 0;
  if (fresh) {
    rc = put(raw, meta, "program", kProgram);
    if (!rc) rc = put(raw, meta, "revision", Key().u64(0));
  }
  if (!rc && (fresh || format < options.format)) rc = put(raw, meta, "format", Key().u32(options.format));
  if (!rc && !fresh && format < options.format) rc = copy_value(raw, meta, "revision", "upgraded");
  if (rc) return failure("open", rc);
  WriteTxn upgrade(*this, std::move(txn), 0, base::SystemClock().now());
  if (auto r = migrate(upgrade, format, options.format, options.steps); !r.ok())
    return base::Error{r.error().code, folder_.data_file() + ": " + r.error().message};
  return upgrade.commit();  // writes nothing if nothing was new
}

// The tables of a store that nothing is made in.
base::Result<void> Env::find_tables(const Options& options) {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &raw)) return failure("open", rc);
  ReadTxn::Handle txn(raw);
  const auto format = read_format(raw, options.format);
  if (!format.ok()) return format.error();
  if (format.value() != options.format)
    return base::Error{base::ErrorCode::kInvalid,
                       folder_.data_file() + ": written by an earlier version of reeve (format " +
                           std::to_string(format.value()) + ", this one reads " +
                           std::to_string(options.format) +
                           "); a start of the server brings it up to this version"};
  for (std::size_t i = 0; i < kTableCount; ++i) {
    const char* name = name_of(static_cast<Table>(i)).data();
    if (const int rc = mdb_dbi_open(raw, name, 0, &dbi_[i])) return failure(name, rc);
  }
  if (const int rc = mdb_txn_commit(txn.release()))
    return failure("open", rc);  // else the tables are closed again
  return {};
}

namespace {

// REQUIRES: `meta` is the table meta
base::Result<Revision> read_revision(const Env& env, MDB_txn* txn, MDB_dbi meta) {
  MDB_val key = val("revision"), value;
  if (const int rc = mdb_get(txn, meta, &key, &value))
    return env.failure("revision", rc == MDB_NOTFOUND ? MDB_CORRUPTED : rc);  // every store has it
  KeyReader reader(view(value));
  const Revision revision = reader.u64();
  if (!reader.complete()) return env.failure("revision", MDB_CORRUPTED);
  return revision;
}

}  // namespace

base::Result<ReadTxn> Env::read() const {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, MDB_RDONLY, &raw)) return failure("read", rc);
  ReadTxn::Handle txn(raw);
  const auto revision = read_revision(*this, raw, dbi(Table::kMeta));
  if (!revision.ok()) return revision.error();
  return ReadTxn(*this, std::move(txn), revision.value());
}

base::Result<WriteTxn> Env::begin(base::Timestamp now) const {
  MDB_txn* raw = nullptr;
  if (const int rc = mdb_txn_begin(env_.get(), nullptr, 0, &raw)) return failure("write", rc);
  ReadTxn::Handle txn(raw);
  const auto revision = read_revision(*this, raw, dbi(Table::kMeta));
  if (!revision.ok()) return revision.error();
  return WriteTxn(*this, std::move(txn), revision.value(), now);
}

}  // namespace store
