#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/descriptor.h"
#include "base/result.h"

namespace http::front {

// Sockets that are listened on.
struct Listeners {
  std::vector<base::Descriptor> tcp;  // two for "localhost"
  std::uint16_t port = 0;
  base::Descriptor local;  // the unix socket, if any
  std::string local_path;  // to be removed when it is closed
  bool passed = false;     // the service manager listens on them as well, and goes on when this process ends
};

// The addresses that the TCP sockets are bound to.
std::vector<base::Address> addresses_of(const Listeners&);

// Where the unix socket is; "" where there is none.
std::string path_of(const Listeners&);

// Takes over descriptors that somebody listens on already: TCP sockets, and one unix socket at most. They
// become non-blocking, and aren't given to programs that this process starts. kInvalid where one is no such
// socket; the message has its number.
base::Result<Listeners> take_listeners(const std::vector<int>& fds);

// Binds the addresses, but doesn't listen yet: connections are refused. Another process that binds the same
// address in this way could still listen first. Non-blocking. `host` is an IP address, "localhost", which is
// 127.0.0.1 and ::1 (where the machine has it) on one port, or empty for none; no name is looked up.
// SO_REUSEADDR, so that a restart need not wait, but not SO_REUSEPORT, with which a second server would
// silently take half of the connections. kIo or kConflict; the message names the address.
base::Result<Listeners> bind_listeners(const std::string& host, std::uint16_t port);

// Listens on them, unless they were passed, with room for 4,096 connections that wait, and on a unix socket
// unless its path is empty.
base::Result<void> listen_on(Listeners& listeners, const std::string& unix_path);

}  // namespace http::front
