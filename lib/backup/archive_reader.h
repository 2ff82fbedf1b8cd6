#pragma once
#include <cstdint>
#include <string>

#include "backup/create.h"
#include "backup/manifest.h"
#include "base/descriptor.h"
#include "base/result.h"
#include "crypto/hasher.h"

namespace backup {

// A backup as the stream of archive.h, made while it is read, in memory that doesn't depend on its size. What
// it reads is held against the manifest: a stream that ends without a failure is one of a whole backup.
class ArchiveReader {
 public:
  // That of a backup's folder, whose name is that of the backup. It stays readable if the backup is removed
  // meanwhile. kNotFound where there is none; kCorrupt where a file is missing, or its manifest or its size
  // isn't right; kNewer where a later version made it.
  static base::Result<ArchiveReader> open(const std::string& dir);
  explicit ArchiveReader(Stream);

  const std::string& name() const { return name_; }
  std::uint64_t size() const { return size_; }  // bytes of the whole stream

  // The next 64 KiB or so; empty at the end. kCorrupt where data.mdb isn't what the manifest says, before the
  // last of its bytes are given; kIo. Nothing can be read after a failure.
  base::Result<std::string> next();
  bool at_end() const { return part_ == Part::kNone; }

 private:
  enum class Part { kBegin, kData, kEnd, kNone };

  base::Result<std::string> next_data();

  std::string name_;
  Manifest manifest_;
  base::Descriptor data_;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;  // of data.mdb
  crypto::Sha256Hasher hasher_;
  Part part_ = Part::kBegin;
};

}  // namespace backup
