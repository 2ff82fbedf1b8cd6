#pragma once
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "backup/folder.h"
#include "backup/manifest.h"
#include "base/descriptor.h"
#include "base/result.h"
#include "base/time.h"

namespace backup {

// What a backup is made of.
struct Original {
  std::function<base::Result<void>(const std::string& dir, const std::stop_token&)> copy_to;  // the store's
  std::uint64_t bytes = 0;  // about what a copy takes
  std::uint64_t spare = 0;  // bytes of the disk to leave free: the store's reserve
};

struct Made {
  std::string name;
  Manifest manifest;
};

// Makes a backup in the folder: copied, flushed, opened, checked, and only then renamed to its name; so it is
// whole or absent, whenever it is interrupted. Takes the disk that the store takes. kConflict where another
// is being made, or it is to stop; kFull where the disk has no room, or would have less than `spare` left,
// found before anything is written if it can be; kCorrupt where the store's check finds something in the
// copy.
base::Result<Made> create(const Original&, const std::string& folder, base::Timestamp now,
                          const std::stop_token& = {});

// The same as a stream (archive.h), which leaves nothing in the folder. While it is read it takes the disk
// that the store takes, for a file that has no name any more.
struct Stream {
  std::string name;
  Manifest manifest;
  base::Descriptor data;  // data.mdb, at its beginning
};
base::Result<Stream> create_stream(const Original&, const std::string& folder, base::Timestamp now,
                                   const std::stop_token& = {});

}  // namespace backup
