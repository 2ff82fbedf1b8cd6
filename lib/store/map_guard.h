#pragma once
#include <optional>
#include <string>

#include "base/log.h"
#include "base/result.h"

struct MDB_env;

namespace store {

// LMDB reads a store through a map of its file. A page that the disk can't read, that was cut off, or that
// sends LMDB astray ends the process by SIGBUS or SIGSEGV, or by an assertion and abort(3). This turns each
// into a last sentence, which names the file and the page, a marker for the next start, and an exit.

// How a process ends that finds its store damaged in that way.
struct DamageEnding {
  int exit_code = 1;
  bool leaves_marker = false;                     // the file DAMAGED in the store's folder, flushed
  std::optional<base::logging::Format> log = {};  // the sentence is a line of the log; else "reeve: …"
  std::string advice = {};  // behind the sentence: "the next start checks the store first"
};

// From now on, and for stores that are opened from now on. A fault anywhere else leaves the marker, and is
// what it was before: another handler's, such as a sanitizer's, or the default, with its core dump. To be
// called once; a library or a test that doesn't call it keeps LMDB's ways.
void guard_maps(DamageEnding);

// The map of one environment, known to the handler for as long as this lives.
class MapGuard {
 public:
  // The map of an environment that has just been opened in the folder. Without guard_maps(), and where the
  // system doesn't say where the map is, this guards nothing.
  MapGuard(MDB_env*, const std::string& dir);
  ~MapGuard();
  MapGuard(const MapGuard&) = delete;  // LMDB and the handler refer to what it has
  MapGuard& operator=(const MapGuard&) = delete;

  struct Range;

 private:
  Range* range_ = nullptr;  // owned
};

// What the marker in the folder says: "page 17 can't be read (SIGBUS)"; nothing where there is none.
std::optional<std::string> read_damage_marker(const std::string& dir);

// Removes it; that lasts when this returns. REQUIRES: the folder is held (store/folder.h)
base::Result<void> remove_damage_marker(const std::string& dir);

}  // namespace store
