#pragma once
#include <cstddef>

#include "api/backups.h"

// File descriptors: a connection takes one, and so does everything else that a server opens.
namespace app {

// Raises the soft limit of descriptors to the hard one, and answers what it is then.
std::size_t raise_descriptor_limit();

// How many are open now.
std::size_t open_descriptors();

// What is kept for other things than connections: files of a reload, the log's reader, what the libraries
// open, the connection that is told that there are too many; and backups that are being read.
inline constexpr std::size_t kReservedDescriptors = 64 + api::Backups::kMostRead;

// How many of the connections wanted there is room for, at least one: `limit` descriptors, of which `open`
// are taken already.
std::size_t connections_that_fit(std::size_t wanted, std::size_t limit, std::size_t open);

}  // namespace app
