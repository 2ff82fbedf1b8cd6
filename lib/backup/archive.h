#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "backup/manifest.h"
#include "base/function_ref.h"
#include "base/result.h"

namespace backup {

// A backup as one stream of bytes, which any tar unpacks to the backup's folder: NAME/manifest.json, then
// NAME/data.mdb, in the ustar format of POSIX.

// What stands before data.mdb in the stream, and what behind it.
std::string archive_begin(const std::string& name, const Manifest&);
std::string archive_end(const Manifest&);

// Bytes of the whole stream.
std::uint64_t archive_size(const std::string& name, const Manifest&);

// Where the bytes of a stream come from: at most `size` of them into `into`, 0 at the end.
using Read = base::FunctionRef<base::Result<std::size_t>(char* into, std::size_t size)>;

// Reads a stream to its end. `data` is given the bytes of data.mdb as they come, and what it answers ends the
// reading unless it is right; `begin` is asked first, with what manifest.json says. kCorrupt where the stream
// isn't one that archive_begin() and archive_end() make, or data.mdb isn't what manifest.json says; the
// message says where, and doesn't name the file.
base::Result<Manifest> read_archive(Read, base::FunctionRef<base::Result<void>(const Manifest&)> begin,
                                    base::FunctionRef<base::Result<void>(std::string_view)> data);

}  // namespace backup
