#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "backup/manifest.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "store/folder.h"

// The folder that backups are in. Each is a folder of its own, whose name says when it was made and of which
// revision:
//
//   reeve-20260415T120000.000Z-r1842/data.mdb        mode 0600; the folder 0700
//                                    manifest.json
//   .making/…                                        one that is being made, or what a crash left of it
//   .removing/…                                      one that is being removed, likewise
//   LOCK                                             held by whoever makes or removes one
namespace backup {

std::string name_of(base::Timestamp made, store::Revision);

// When the backup of that name was made; nothing for other names.
std::optional<base::Timestamp> time_in(std::string_view name);

struct Listed {
  std::string name;
  base::Timestamp made;              // as the name says
  std::optional<Manifest> manifest;  // of one that is whole, as far as its manifest and its size tell
  std::string damage;                // why it isn't, else
};

// What is there, newest first; nothing where there is no such folder. Waits for nobody.
base::Result<std::vector<Listed>> list(const std::string& folder);

// The folder, for whoever changes what is in it.
class Held {
 public:
  // Makes the folder if it is missing, mode 0700, and removes what a crash left. kConflict where another
  // process or thread has it.
  static base::Result<Held> hold(const std::string& folder);

  const std::string& path() const { return lock_.path(); }
  std::string making() const { return path() + "/.making"; }

  // Takes a backup away: it is listed no more, then its files are removed.
  base::Result<void> remove(const std::string& name) const;

 private:
  explicit Held(store::Folder lock) : lock_(std::move(lock)) {}
  base::Result<void> remove_leftovers() const;

  store::Folder lock_;
};

// How many backups stay: the newest of each of so many days, weeks (from Monday) and months that have one, in
// UTC.
struct Keep {
  std::size_t daily = 0, weekly = 0, monthly = 0;
};

// Of each moment, newest first, whether Keep wants it.
std::vector<bool> kept(std::span<const base::Timestamp> newest_first, const Keep&);

struct Pruned {
  std::vector<std::string> removed, kept;  // newest first
  std::vector<std::string> damaged;        // which are left alone
  std::string verified;                    // the newest that verifies; it stays whatever Keep says
};

// Removes the backups that Keep doesn't want. Not the newest that verifies, which is looked for first: where
// none does, kCorrupt, and nothing is removed. What was verified a moment ago need not be again: `verified`
// names it, or is empty. `dry`: only says what it would do.
base::Result<Pruned> prune(const std::string& folder, const Keep&, const std::string& verified, bool dry,
                           const std::stop_token& = {});

}  // namespace backup
