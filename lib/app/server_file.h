#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace app {

// What a server tells other commands about itself, in the file SERVER beside the store's LOCK. It is there
// while the server runs, and stays if the server is killed.
struct ServerFile {
  pid_t pid = 0;
  std::string address;           // "http://127.0.0.1:7400"
  std::string unix_socket;       // a path; empty: none
  std::string certificate;       // file of the one that it presents to whoever asks for none; empty: no TLS
  std::string certificate_name;  // a name that this one is for
  std::uint64_t reloads = 0;     // the number of the last reload, or of the one under way; 0: there was none
  bool is_reloading = false;
  std::optional<std::string> mistake;  // why the last was refused
};

// Replaces the file whole, mode 0600. A long mistake is cut.
base::Result<void> write_server_file(const std::string& store, const ServerFile&);

// What the process `pid` wrote; nothing where there is no file, or another process wrote it. Fails where the
// file can't be read.
base::Result<std::optional<ServerFile>> read_server_file(const std::string& store, pid_t pid);

// To be called as the server stops. A file that can't be removed stays, and readers ignore it.
void remove_server_file(const std::string& store);

}  // namespace app
