#pragma once
#include <cstddef>
#include <stop_token>
#include <string>

#include "backup/manifest.h"
#include "base/result.h"

namespace backup {

struct Verified {
  Manifest manifest;
  // Whether what is in it was read and held against itself, too. Not of a backup of an earlier version, nor
  // of one in a single file: their bytes are the ones that were checked when they were made.
  bool contents_checked = false;
};

// Reads a backup, the folder or the single file at `path`, and holds it against its manifest: that it is
// whole, bytes and SHA-256; and then, as `reeve store check` does, its contents. kCorrupt where something is
// wrong, and the message says in which file and what; kNotFound, kNewer, kIo; kConflict where it is to stop.
base::Result<Verified> verify(const std::string& path, const std::stop_token& = {});

// What is in a folder's data.mdb, which nobody else has open: opened, checked, counted. kCorrupt where the
// check finds something; the message names the first.
base::Result<Contents> checked_contents(const std::string& dir, const std::stop_token&);

// The manifest in a backup's folder. REQUIRES nothing of data.mdb
base::Result<Manifest> read_manifest(const std::string& dir);

// The error where data.mdb hasn't as many bytes as the manifest says; the cheapest look at whether a backup
// is whole.
base::Result<void> check_size(const std::string& dir, const Manifest&);

}  // namespace backup
