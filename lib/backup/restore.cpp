// In order: hold the store > copy data.mdb to restoring/, against the manifest > open that > check it >
// revoke > swap. The swap has no moment in which there is no data.mdb, nor one in which the old one has no
// name:
//
//   before-restore-TIME/         made
//   before-restore-TIME/data.mdb a second name of the old one (link(2))
//   lock.mdb                     moved there, since LMDB would believe its numbers of another data.mdb
//   data.mdb                     the new one, by a rename that replaces the old name
//
// The folder itself isn't renamed: it may be a mount point or one that the service manager made, which the
// server's user can't rename; and LOCK, which keeps a server from beginning an empty store meanwhile, is in
// it.
#include "backup/restore.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "backup/archive.h"
#include "backup/files.h"
#include "backup/revoke.h"
#include "backup/verify.h"
#include "crypto/hasher.h"
#include "domain/check.h"
#include "store/folder.h"
#include "store/schema.h"
#include "store/store.h"

namespace backup {
namespace {

// Copies into the new file at `to`, flushed, and answers what the manifest says of it.
base::Result<Manifest> copy_folder(const std::string& from, const std::string& to) {
  auto manifest = read_manifest(from);
  if (!manifest.ok()) return manifest;
  if (auto r = check_size(from, *manifest); !r.ok()) return r.error();
  const auto out = open_new(to);
  if (!out.ok()) return out.error();
  crypto::Sha256Hasher hasher;
  std::uint64_t bytes = 0;
  const auto read = read_whole(from + kDataFile, {}, [&](std::string_view piece) {
    hasher.add(piece);
    bytes += piece.size();
    return write_all(*out, to, piece);
  });
  if (!read.ok()) return read.error();
  if (bytes != manifest->bytes || hasher.finish() != manifest->sha256)
    return base::Error{base::ErrorCode::kCorrupt,
                       from + kDataFile +
                           ": its SHA-256 is not the one in manifest.json; it is not what was "
                           "written"};
  if (auto r = flush(*out, to); !r.ok()) return r.error();
  return manifest;
}

base::Result<Manifest> copy_stream(const base::Descriptor& in, const std::string& from,
                                   const std::string& to) {
  const auto out = open_new(to);
  if (!out.ok()) return out.error();
  auto manifest = read_archive([&](char* into, std::size_t size) { return read_some(in, from, into, size); },
                               [](const Manifest&) { return base::Result<void>(); },
                               [&](std::string_view piece) { return write_all(*out, to, piece); });
  if (!manifest.ok()) return base::Error{manifest.error().code, from + ": " + manifest.error().message};
  if (auto r = flush(*out, to); !r.ok()) return r.error();
  return manifest;
}

base::Result<Manifest> copy(const std::string& from, const std::string& to) {
  if (from == "-") {
    const base::Descriptor in(::dup(STDIN_FILENO));
    return copy_stream(in, "standard input", to);
  }
  struct stat s {};
  if (::stat(from.c_str(), &s) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return base::Error{base::ErrorCode::kNotFound, from + ": there is no such backup"};
    return store::system_failure(from, errno);
  }
  if (S_ISDIR(s.st_mode)) return copy_folder(from, to);
  const auto in = open_to_read(from);
  if (!in.ok()) return in.error();
  return copy_stream(*in, from, to);
}

base::Result<void> refuse_later(const std::string& from, const Manifest& manifest) {
  if (manifest.format <= store::kFormatVersion) return {};
  return base::Error{base::ErrorCode::kNewer,
                     from + ": of a later version of reeve, " + manifest.version + "; install that version"};
}

base::Result<void> check(const std::string& from, const store::ReadTxn& txn, const Contents& wanted) {
  std::string first;
  const auto checked = domain::check_store(txn, [&](const domain::StoreFault& fault) {
    first = fault.what;
    return false;
  });
  if (!checked.ok()) return checked.error();
  if (checked->faults > 0)
    return base::Error{base::ErrorCode::kCorrupt,
                       from + ": the store's check finds " + std::to_string(checked->faults) +
                           (checked->faults == 1 ? " fault: " : " faults, the first of which: ") + first};
  const auto found = contents_of(txn);
  if (!found.ok()) return found.error();
  if (const std::string what = difference(*found, wanted); !what.empty())
    return base::Error{base::ErrorCode::kCorrupt, from + ": " + what};
  return {};
}

// Opens the copy as a server would, checks it, and revokes what is to be revoked.
base::Result<void> prepare(const std::string& from, const std::string& dir, const RestoreOptions& options,
                           Restored& restored) {
  store::StoreOptions o;
  o.dir = dir;
  o.map_bytes = options.map_bytes;
  const auto store = store::Store::open(o);
  if (!store.ok()) return store.error();
  {
    const auto txn = store.value()->read();
    if (!txn.ok()) return txn.error();
    if (auto r = check(from, *txn, restored.manifest.contents); !r.ok()) return r;
  }
  if (options.revoke_credentials) {
    auto revoked = revoke_all_credentials(*store.value(), *options.random);
    if (!revoked.ok()) return revoked.error();
    restored.revoked = revoked->revoked;
    restored.credential = {revoked->credential.to_string(), std::move(revoked->secret)};
  }
  const auto txn = store.value()->read();
  if (!txn.ok()) return txn.error();
  auto contents = contents_of(*txn);
  if (!contents.ok()) return contents.error();
  restored.contents = std::move(contents).value();
  return {};
}

// "before-restore-20260415T120000.000Z"
std::string aside_name(base::Timestamp now) {
  std::string time = to_string(now);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return "before-restore-" + time;
}

// The old data.mdb gets a second name; that of the folder it is in, "" where there is none.
base::Result<std::string> keep_old(const store::Folder& store, base::Timestamp now) {
  struct stat old {};
  if (::lstat(store.data_file().c_str(), &old) != 0) return std::string();
  if (!S_ISREG(old.st_mode))
    return base::Error{base::ErrorCode::kIo,
                       store.data_file() + ": is no regular file; put the store's file itself there first"};
  const std::string aside = store.path() + "/" + aside_name(now);
  if (auto r = store::make_folder(aside); !r.ok()) return r.error();
  const std::string kept = aside + kDataFile;
  if (::link(store.data_file().c_str(), kept.c_str()) != 0) return store::system_failure(kept, errno);
  if (::rename(store.reader_file().c_str(), (aside + "/lock.mdb").c_str()) != 0 && errno != ENOENT)
    return store::system_failure(store.reader_file(), errno);
  if (auto r = store::flush(aside); !r.ok()) return r.error();
  if (auto r = store::flush(store.path()); !r.ok()) return r.error();
  return aside;
}

base::Result<void> swap_in(const store::Folder& store, const std::string& made) {
  if (auto r = store::flush(made + kDataFile); !r.ok()) return r;
  if (::rename((made + kDataFile).c_str(), store.data_file().c_str()) != 0)
    return store::system_failure(store.data_file(), errno);
  // Who opened the old file in between has made a new one, with numbers that are not of this file.
  if (::unlink(store.reader_file().c_str()) != 0 && errno != ENOENT)
    return store::system_failure(store.reader_file(), errno);
  return store::flush(store.path());
}

// The files have to belong to whoever runs the server.
base::Result<void> refuse_other_user(const std::string& dir) {
  struct stat s {};
  if (::stat(dir.c_str(), &s) != 0 || s.st_uid == ::geteuid()) return {};
  return base::Error{base::ErrorCode::kIo, dir + ": belongs to user " + std::to_string(s.st_uid) +
                                               "; run this as that user (sudo -u), since the server has to "
                                               "own what is restored"};
}

}  // namespace

base::Result<Restored> restore(const std::string& path, const RestoreOptions& options) {
  if (auto r = refuse_other_user(options.store); !r.ok()) return r.error();
  const auto store = store::Folder::hold(options.store);
  if (!store.ok()) return store.error();
  const std::string made = store->path() + "/restoring";
  if (auto r = store::remove_folder(made); !r.ok()) return r.error();
  if (auto r = store::make_folder(made); !r.ok()) return r.error();

  const auto put_in_place = [&]() -> base::Result<Restored> {
    Restored restored;
    auto manifest = copy(path, made + kDataFile);
    if (!manifest.ok()) return manifest.error();
    restored.manifest = std::move(manifest).value();
    if (auto r = refuse_later(path, restored.manifest); !r.ok()) return r.error();
    if (auto r = prepare(path, made, options, restored); !r.ok()) return r.error();
    auto aside = keep_old(*store, options.now);
    if (!aside.ok()) return aside.error();
    restored.aside = std::move(aside).value();
    if (auto r = swap_in(*store, made); !r.ok()) return r.error();
    return restored;
  };
  auto restored = put_in_place();
  const auto removed = store::remove_folder(made);
  if (restored.ok() && !removed.ok()) return removed.error();
  return restored;
}

}  // namespace backup
