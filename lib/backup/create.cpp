// In order: hold the folder > room? > copy the store to .making, flushed > open it > check it > SHA-256 >
// manifest.json, flushed > rename > flush the folder. What a crash leaves is .making, which the next removes.
//
// The copy is read for its SHA-256 after it was written and checked, so that the manifest speaks of what was
// checked. A stream is made in the same way, so that nothing unchecked is ever sent; then its folder is
// removed, and the open file is what is left.
#include "backup/create.h"

#include <utility>

#include "backup/files.h"
#include "backup/verify.h"
#include "base/file.h"
#include "base/version.h"
#include "crypto/hasher.h"
#include "store/schema.h"

namespace backup {
namespace {

base::Result<void> look_for_room(const Original& original, const std::string& folder) {
  const auto room = room_in(folder);
  if (!room.ok()) return room.error();
  if (*room >= original.bytes && *room - original.bytes >= original.spare) return {};
  const std::string left =
      original.spare > 0 ? ", and " + std::to_string(original.spare) + " have to stay free" : "";
  return base::Error{base::ErrorCode::kFull, folder + ": a backup takes about " +
                                                 std::to_string(original.bytes) + " bytes, the disk has " +
                                                 std::to_string(*room) + " left" + left};
}

base::Result<Manifest> describe(const std::string& dir, base::Timestamp now, const std::stop_token& stop) {
  auto contents = checked_contents(dir, stop);
  if (!contents.ok()) return contents.error();
  Manifest manifest;
  manifest.version = base::kVersion;
  manifest.format = store::kFormatVersion;
  manifest.created_at = now;
  manifest.contents = std::move(contents).value();
  crypto::Sha256Hasher hasher;
  const auto read = read_whole(dir + kDataFile, stop, [&](std::string_view piece) -> base::Result<void> {
    hasher.add(piece);
    manifest.bytes += piece.size();
    return {};
  });
  if (!read.ok()) return read.error();
  manifest.sha256 = hasher.finish();
  return manifest;
}

base::Result<Manifest> make_copy(const Original& original, const Held& held, base::Timestamp now,
                                 const std::stop_token& stop) {
  if (auto r = look_for_room(original, held.path()); !r.ok()) return r.error();
  if (auto r = original.copy_to(held.making(), stop); !r.ok()) return r.error();
  return describe(held.making(), now, stop);
}

base::Result<std::string> finish(const Held& held, const Manifest& manifest) {
  const std::string making = held.making();
  if (auto r = base::write_file(making + kManifestFile, to_text(manifest), 0600); !r.ok()) return r.error();
  std::string name = name_of(manifest.created_at, manifest.contents.revision);
  if (auto r = rename_new(making, held.path() + "/" + name); !r.ok()) return r.error();
  return name;
}

// The error, with nothing left behind. What can't be removed now is by the next.
base::Error undone(const Held& held, const base::Error& error) {
  (void)store::remove_folder(held.making());
  return error;
}

}  // namespace

base::Result<Made> create(const Original& original, const std::string& folder, base::Timestamp now,
                          const std::stop_token& stop) {
  const auto held = Held::hold(folder);
  if (!held.ok()) return held.error();
  auto manifest = make_copy(original, *held, now, stop);
  if (!manifest.ok()) return undone(*held, manifest.error());
  auto name = finish(*held, *manifest);
  if (!name.ok()) return undone(*held, name.error());
  return Made{std::move(name).value(), std::move(manifest).value()};
}

base::Result<Stream> create_stream(const Original& original, const std::string& folder, base::Timestamp now,
                                   const std::stop_token& stop) {
  const auto held = Held::hold(folder);
  if (!held.ok()) return held.error();
  auto manifest = make_copy(original, *held, now, stop);
  if (!manifest.ok()) return undone(*held, manifest.error());
  auto data = open_to_read(held->making() + kDataFile);
  if (!data.ok()) return undone(*held, data.error());
  if (auto r = store::remove_folder(held->making()); !r.ok()) return r.error();
  std::string name = name_of(now, manifest->contents.revision);
  return Stream{std::move(name), std::move(manifest).value(), std::move(data).value()};
}

}  // namespace backup
