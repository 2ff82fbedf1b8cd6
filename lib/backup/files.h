#pragma once
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "crypto/hash.h"

// Files as a backup needs them; for this folder.
namespace backup {

inline constexpr const char* kDataFile = "/data.mdb";
inline constexpr const char* kManifestFile = "/manifest.json";

base::Result<base::Descriptor> open_to_read(const std::string& path);

// Mode 0600. Fails with kConflict where there is such a file.
base::Result<base::Descriptor> open_new(const std::string& path);

// Each names `path` in what it says.
base::Result<void> write_all(const base::Descriptor&, const std::string& path, std::string_view bytes);
base::Result<std::size_t> read_some(const base::Descriptor&, const std::string& path, char* into,
                                    std::size_t size);
base::Result<void> flush(const base::Descriptor&, const std::string& path);

// Gives the file's bytes piece by piece, until its end or until `piece` fails. kConflict where it is to stop.
base::Result<void> read_whole(const std::string& path, const std::stop_token&,
                              base::FunctionRef<base::Result<void>(std::string_view)> piece);

// Bytes that the file system of that folder has for this user.
base::Result<std::uint64_t> room_in(const std::string& folder);

// Renames, never over something, and makes that last. kConflict where `to` is there.
base::Result<void> rename_new(const std::string& from, const std::string& to);

}  // namespace backup
