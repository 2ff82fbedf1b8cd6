#include "backup/archive_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "backup/archive.h"
#include "backup/files.h"
#include "backup/verify.h"

namespace backup {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

base::Result<Stream> open_stream(const std::string& dir) {
  auto manifest = read_manifest(dir);
  if (!manifest.ok()) return manifest.error();
  if (auto r = check_size(dir, *manifest); !r.ok()) return r.error();
  auto data = open_to_read(dir + kDataFile);
  if (!data.ok()) return data.error();
  return Stream{dir.substr(dir.rfind('/') + 1), std::move(manifest).value(), std::move(data).value()};
}

}  // namespace

base::Result<ArchiveReader> ArchiveReader::open(const std::string& dir) {
  auto stream = open_stream(dir);
  if (stream.ok()) return ArchiveReader(std::move(stream).value());
  // It may be removed between two looks at it, which is no damage.
  if (::access(dir.c_str(), F_OK) != 0 && errno == ENOENT)
    return base::Error{base::ErrorCode::kNotFound, dir + ": there is no such backup"};
  return stream.error();
}

ArchiveReader::ArchiveReader(Stream stream)
    : name_(std::move(stream.name)),
      manifest_(std::move(stream.manifest)),
      data_(std::move(stream.data)),
      size_(archive_size(name_, manifest_)),
      left_(manifest_.bytes) {}

base::Result<std::string> ArchiveReader::next() {
  switch (part_) {
    case Part::kBegin:
      part_ = left_ > 0 ? Part::kData : Part::kEnd;
      return archive_begin(name_, manifest_);
    case Part::kData:
      return next_data();
    case Part::kEnd:
      part_ = Part::kNone;
      return archive_end(manifest_);
    case Part::kNone:
      break;
  }
  return std::string();
}

base::Result<std::string> ArchiveReader::next_data() {
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kPiece)), '\0');
  const auto n = read_some(data_, name_ + kDataFile, piece.data(), piece.size());
  if (!n.ok()) return n.error();
  if (*n == 0)
    return base::Error{base::ErrorCode::kCorrupt, name_ + kDataFile + ": shorter than manifest.json says"};
  piece.resize(*n);
  left_ -= *n;
  hasher_.add(piece);
  if (left_ > 0) return piece;
  if (hasher_.finish() != manifest_.sha256)
    return base::Error{base::ErrorCode::kCorrupt,
                       name_ + kDataFile + ": its SHA-256 is not the one in manifest.json"};
  part_ = Part::kEnd;
  return piece;
}

}  // namespace backup
