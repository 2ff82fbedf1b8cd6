#include "backup/verify.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "backup/archive.h"
#include "backup/files.h"
#include "base/file.h"
#include "crypto/hasher.h"
#include "domain/check.h"
#include "store/folder.h"
#include "store/read_only.h"
#include "store/schema.h"

namespace backup {
namespace {

base::Result<void> check_bytes(const std::string& dir, const Manifest& manifest,
                               const std::stop_token& stop) {
  const std::string path = dir + kDataFile;
  crypto::Sha256Hasher hasher;
  const auto read = read_whole(path, stop, [&](std::string_view piece) -> base::Result<void> {
    hasher.add(piece);
    return {};
  });
  if (!read.ok()) return read;
  if (hasher.finish() == manifest.sha256) return {};
  return base::Error{base::ErrorCode::kCorrupt,
                     path + ": its SHA-256 is not the one in manifest.json; it is not what was written"};
}

base::Result<Verified> verify_folder(const std::string& dir, const std::stop_token& stop) {
  auto manifest = read_manifest(dir);
  if (!manifest.ok()) return manifest.error();
  if (auto r = check_size(dir, *manifest); !r.ok()) return r.error();
  if (auto r = check_bytes(dir, *manifest, stop); !r.ok()) return r.error();
  if (manifest->format > store::kFormatVersion)
    return base::Error{base::ErrorCode::kNewer, dir + ": of a later version of reeve, " + manifest->version +
                                                    "; install that version"};
  if (manifest->format < store::kFormatVersion) return Verified{std::move(manifest).value(), false};
  const auto contents = checked_contents(dir, stop);
  if (!contents.ok()) return contents.error();
  if (const std::string what = difference(*contents, manifest->contents); !what.empty())
    return base::Error{base::ErrorCode::kCorrupt, dir + kDataFile + ": " + what};
  return Verified{std::move(manifest).value(), true};
}

base::Result<Verified> verify_file(const std::string& path, const std::stop_token& stop) {
  const auto file = open_to_read(path);
  if (!file.ok()) return file.error();
  const auto read = [&](char* into, std::size_t size) -> base::Result<std::size_t> {
    if (stop.stop_requested())
      return base::Error{base::ErrorCode::kConflict, "stopped before the end of it was read"};
    return read_some(*file, path, into, size);
  };
  auto manifest = read_archive(
      read, [](const Manifest&) { return base::Result<void>(); },
      [](std::string_view) { return base::Result<void>(); });
  if (manifest.ok()) return Verified{std::move(manifest).value(), false};
  return base::Error{manifest.error().code, path + ": " + manifest.error().message};
}

}  // namespace

base::Result<Manifest> read_manifest(const std::string& dir) {
  const std::string path = dir + kManifestFile;
  const auto text = base::read_file(path, kMaxManifest);
  if (!text.ok() && text.error().code == base::ErrorCode::kNotFound)
    return base::Error{base::ErrorCode::kCorrupt, path + ": missing"};
  if (!text.ok()) return text.error();
  auto manifest = parse_manifest(*text);
  if (manifest.ok()) return manifest;
  return base::Error{manifest.error().code, path + ": " + manifest.error().message};
}

base::Result<void> check_size(const std::string& dir, const Manifest& manifest) {
  const std::string path = dir + kDataFile;
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) {
    if (errno == ENOENT) return base::Error{base::ErrorCode::kCorrupt, path + ": missing"};
    return store::system_failure(path, errno);
  }
  const auto size = static_cast<std::uint64_t>(s.st_size);
  if (size == manifest.bytes) return {};
  return base::Error{base::ErrorCode::kCorrupt, path + ": " + (size < manifest.bytes ? "cut off: " : "") +
                                                    std::to_string(size) + " bytes, where there should be " +
                                                    std::to_string(manifest.bytes)};
}

base::Result<Contents> checked_contents(const std::string& dir, const std::stop_token& stop) {
  const auto store = store::ReadOnlyStore::open_alone(dir, stop);
  if (!store.ok()) return store.error();
  const auto txn = store.value()->read();
  if (!txn.ok()) return txn.error();
  std::string first;
  const auto checked = domain::check_store(*txn, [&](const domain::StoreFault& fault) {
    first = fault.what;
    return false;
  });
  if (stop.stop_requested())
    return base::Error{base::ErrorCode::kConflict, dir + ": stopped before it was checked"};
  if (!checked.ok()) return checked.error();
  if (checked->faults > 0)
    return base::Error{base::ErrorCode::kCorrupt,
                       dir + ": the store's check finds " + std::to_string(checked->faults) +
                           (checked->faults == 1 ? " fault: " : " faults, the first of which: ") + first};
  return contents_of(*txn);
}

base::Result<Verified> verify(const std::string& path, const std::stop_token& stop) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return base::Error{base::ErrorCode::kNotFound, path + ": there is no such backup"};
    return store::system_failure(path, errno);
  }
  return S_ISDIR(s.st_mode) ? verify_folder(path, stop) : verify_file(path, stop);
}

}  // namespace backup
