#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/front/descriptor.h"

namespace http::front {

// Sockets that are listened on.
struct Listeners {
  std::vector<Descriptor> tcp;   // two for "localhost"
  std::uint16_t port = 0;
  Descriptor local;              // the unix socket, if any
  std::string local_path;        // to be removed when it is closed
};

// Non-blocking, with room for 4,096 connections that wait. `host` is an IP address or "localhost", which is
// 127.0.0.1 and ::1 (where the machine has it) on one port; no name is looked up. SO_REUSEADDR, so that a
// restart need not wait, but not SO_REUSEPORT, with which a second server would take half of the
// connections without a word. kIo or kConflict; the message names the address.
Result<Listeners> open_listeners(const std::string& host, std::uint16_t port, const std::string& unix_path);

}  // namespace http::front
