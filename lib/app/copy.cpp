// How a copy begins. The primary keeps change records for a time. While it has them from the first on, an
// empty store will do; else the copy begins with a backup, which the primary sends as `reeve backup` would
// fetch it:
//
//   empty folder    after=0 -> 200    nothing to do
//                           -> 410    GET /v1/backups, or POST; its archive; restore
//   a store, and no COPY    after=R-1: is change R the one that is here? else this is another server's store
//   a store, and COPY       nothing is asked: it can be served while the primary is down
#include "app/copy.h"

#include <chrono>
#include <optional>
#include <utility>

#include "backup/restore.h"
#include "base/file.h"
#include "base/log.h"
#include "following/marker.h"
#include "following/primary.h"
#include "store/folder.h"
#include "store/read_only.h"

namespace app {
namespace {

constexpr const char* kBackups = "/v1/backups";
const client::Limits kPatient{.whole = std::chrono::hours(12)};  // making and sending a backup

base::Error gone(const std::string& why) {
  return {
      base::ErrorCode::kConflict,
      why +
          "; and it has no folder of backups (backup.dir) to begin with: make one there with `reeve backup "
          "create -o FILE`, and here `reeve restore FILE`; then start again"};
}

// The name of a backup from which the primary's records go on.
base::Result<std::string> find_backup(const client::Connection& primary, const following::Asked& asked) {
  const auto all = primary.call({"GET", kBackups, {}, {}}, 200);
  if (!all.ok() && all.error().code != base::ErrorCode::kInvalid) return all.error();
  if (!all.ok()) return gone(asked.why);
  if (const base::Json* const data = all->find("data"); data && data->array())
    for (const base::Json& backup : *data->array()) {
      const base::Json* const revision = backup.find("revision");
      const std::string* const name = backup.find_string("name");
      if (name && revision && revision->integer() &&
          static_cast<store::Revision>(*revision->integer()) >= asked.oldest)
        return *name;
    }
  base::logging::info("follow",
                      {{"primary", primary.place.to_string()}, {"outcome", "a backup is being made"}});
  const auto made = primary.call({"POST", kBackups, {}, {}}, 201, kPatient);
  if (!made.ok()) return made.error();
  const std::string* const name = made->find_string("name");
  if (!name)
    return base::Error{base::ErrorCode::kInvalid,
                       primary.place.to_string() + ": made a backup without a name"};
  return *name;
}

base::Result<void> fetch_backup(const config::StoreConfig& c, const client::Connection& primary,
                                const following::Asked& asked, const std::function<bool()>& goes_on) {
  const auto name = find_backup(primary, asked);
  if (!name.ok()) return name.error();
  if (name->find('/') != std::string::npos)
    return base::Error{base::ErrorCode::kInvalid,
                       primary.place.to_string() + ": a backup's name with a slash"};
  base::logging::info(
      "follow", {{"primary", primary.place.to_string()}, {"backup", *name}, {"outcome", "is being fetched"}});
  const std::string path = c.dir + "/snapshot.part";
  auto file = base::NewFile::create(path, 0600);
  if (!file.ok()) return file.error();
  base::Result<void> written;
  bool was_stopped = false;
  const auto fetched = primary.download(
      {"GET", kBackups + ("/" + *name + "/archive"), {}, {}},
      [&](std::string_view piece) {
        was_stopped = !goes_on();
        if (!was_stopped) written = file->write(piece);
        return !was_stopped && written.ok();
      },
      kPatient);
  if (was_stopped) return base::Error{base::ErrorCode::kConflict, "stopped while a backup was fetched"};
  if (!written.ok()) return written;
  if (!fetched.ok()) return fetched;
  backup::RestoreOptions options;
  options.store = c.dir;
  options.map_bytes = c.map_size;
  options.now = base::SystemClock().now();
  const auto restored = backup::restore(path, options);
  if (!restored.ok()) return restored.error();
  base::logging::info(
      "follow", {{"backup", *name}, {"revision", restored->contents.revision}, {"outcome", "restored"}});
  return {};
}

// That the store's newest change is the primary's of that revision.
base::Result<void> check_past(const config::StoreConfig& c, const client::Connection& primary) {
  const auto store = store::ReadOnlyStore::open(c.dir, c.map_size);
  if (!store.ok()) return store.error();
  const auto snapshot = store.value()->read();
  if (!snapshot.ok()) return snapshot.error();
  const store::Revision newest = snapshot->revision();
  if (newest == 0) return {};
  const auto ours = store::read_change(*snapshot, newest);
  if (!ours.ok()) return ours.error();
  const auto asked = following::ask_for_changes(primary, newest - 1);
  if (!asked.ok()) return asked.error();
  if (asked->is_gone)
    return base::Error{base::ErrorCode::kConflict, c.dir +
                                                       ": the store is too old to go on from: " + asked->why +
                                                       "; make a newer backup there, and restore it here"};
  if (*ours && asked->first == **ours) return {};
  return base::Error{base::ErrorCode::kConflict,
                     c.dir + ": change " + std::to_string(newest) + " of this store is not that of " +
                         primary.place.to_string() + ", so it is no copy of it; give an empty folder"};
}

base::Error diverged(const std::string& dir, const std::string& why) {
  return {base::ErrorCode::kCorrupt,
          dir + ": no copy any more: " + why +
              "; put a newer one in its place with `reeve backup create --server URL -o FILE` and `reeve "
              "restore FILE` and remove " +
              following::marker_path(dir) + ", or begin with an empty folder"};
}

}  // namespace

base::Result<void> begin_copy(const config::Config& c, const Primary& primary,
                              const std::function<bool()>& goes_on) {
  const std::string& dir = c.store.dir;
  const auto marker = following::read_marker(dir);
  if (!marker.ok()) return marker.error();
  if (*marker && !(*marker)->diverged.empty()) return diverged(dir, (*marker)->diverged);
  bool has_store = false;
  {
    const auto folder = store::Folder::hold(dir);  // made, and nobody else's
    if (!folder.ok()) return folder.error();
    const auto has = folder->has_store();
    if (!has.ok()) return has.error();
    has_store = *has;
  }
  if (*marker && has_store) return {};
  auto credential = client::read_credential(primary.credential_file);
  if (!credential.ok()) return credential.error();
  const client::Connection connection{primary.place, std::move(credential).value()};
  if (has_store) {
    if (auto r = check_past(c.store, connection); !r.ok()) return r;
  } else {
    const auto asked = following::ask_for_changes(connection, 0);
    if (!asked.ok()) return asked.error();
    if (asked->is_gone)
      if (auto r = fetch_backup(c.store, connection, *asked, goes_on); !r.ok()) return r;
  }
  return following::write_marker(dir, {primary.place.to_string()});
}

base::Result<void> check_role(const std::string& dir, bool is_copy) {
  const auto marker = following::read_marker(dir);
  if (!marker.ok()) return marker.error();
  if (is_copy == marker->has_value()) return {};
  if (is_copy) return base::Error{base::ErrorCode::kConflict, dir + ": the store isn't marked as a copy"};
  return base::Error{
      base::ErrorCode::kConflict,
      dir + ": the store is a copy of " + (*marker)->primary +
          ", where changes are made; serve it with `reeve follow`, or make it a primary of its "
          "own with `reeve follow --promote`"};
}

void ConfigurationWatch::compare(const Configured& ours, const base::Json& about) {
  const base::Json* const theirs = about.find("configured");
  if (!theirs || !theirs->object()) return;
  for (const auto& [key, value] : ours) {
    const std::string* const other = theirs->find_string(key);
    if (!other || *other == value) {
      told_.erase(key);
      continue;
    }
    const auto told = told_.find(key);
    if (told != told_.end() && told->second == *other) continue;
    told_[key] = *other;
    base::logging::warn("follow", {{"key", key},
                                   {"warning",
                                    "differs from the primary's, so answers may be others than there; have "
                                    "both configured alike"}});
  }
}

}  // namespace app
