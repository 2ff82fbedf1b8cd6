// A backup is made between the two runs of its change: the rehearsal asks the guard, then the pool copies the
// store, then the writer asks the guard once more and appends the entry. So the audit log has a backup:create
// of each that a caller was told of, with its name, and of none that failed. If the process dies between the
// last two, or the second answer is no, there is a backup without an entry, like those that the server makes
// by itself. Removing old ones goes the same way.
#include "api/backups.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"

namespace api {
namespace {

constexpr const char* kEvent = "backup";
constexpr const char* kNotRead = "not read";
constexpr std::size_t kMostNamed = 1'000;  // in an audit entry

Error being_made() {
  return error(Code::kInUse, "a backup is being made or removed; ask again when it is done");
}

// Whether a folder is set.
Outcome<void> check_folder(const Backups& backups) {
  if (!backups.folder().empty()) return {};
  return error(Code::kInUse, "backup.dir: not set in the server's configuration, so there are no backups");
}

// `outcome`: "failed" is that of making one, which somebody may be told of.
Error failure(const char* outcome, const base::Error& why) {
  base::logging::error(kEvent, {{"outcome", outcome}, {"error", why.message}});
  switch (why.code) {
    case base::ErrorCode::kConflict:
      return being_made();
    case base::ErrorCode::kFull:
      return error(Code::kStorageFull, "storage: full; " + why.message);
    case base::ErrorCode::kCorrupt:
    case base::ErrorCode::kNewer:
      return error(Code::kInternal, "damaged: " + why.message);
    default:
      return error(Code::kInternal, "internal error; the server's log says more");
  }
}

std::string to_audit(const backup::Made& made) {
  base::JsonWriter w;
  w.begin_object().member("name", made.name).member("revision", made.manifest.contents.revision);
  w.member("bytes", made.manifest.bytes);
  const crypto::Sha256& hash = made.manifest.sha256;
  w.member("sha256", base::to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()}));
  return w.end_object().take();
}

std::string to_audit(const backup::Pruned& pruned) {
  base::JsonWriter w;
  w.begin_object().member("removed", pruned.removed.size()).name("names").begin_array();
  for (std::size_t i = 0; i < std::min(pruned.removed.size(), kMostNamed); ++i) w.string(pruned.removed[i]);
  return w.end_array().end_object().take();
}

// The guard's answer to what is done in a backup's turn, and whether it may be written down; `done`: what
// comes before was done. Of the store such a change takes an audit entry alone, for which the reserve is
// there: before something is removed from a full store, one wants a backup of it.
Outcome<Authorization> begin_in_turn(Change& change, const Backups& backups, const AccessRequest& request,
                                     bool done) {
  auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized;
  if (auto set = check_folder(backups); !set.ok()) return set.error();
  if (!done && backups.is_turn_taken()) return being_made();
  if (auto begun = change.begin_removal(); !begun.ok()) return begun.error();
  if (!done) return being_made();  // as its rehearsal found, a moment ago
  return authorized;
}

}  // namespace

Outcome<Backups::Turn> Backups::take_turn() {
  if (turn_is_taken_.exchange(true)) return being_made();
  return Turn(this, [this](const void*) { turn_is_taken_ = false; });
}

Outcome<Backups::Turn> Backups::begin_reading() {
  if (read_.fetch_add(1) < kMostRead) return Turn(this, [this](const void*) { --read_; });
  --read_;
  return error(Code::kOverloaded, "as many backups are being read as may be at once; ask again later");
}

Outcome<backup::Made> Backups::make() const {
  if (auto set = check_folder(*this); !set.ok()) return set.error();
  const auto statistics = store_.statistics();
  if (!statistics.ok()) return from_store(statistics.error());
  backup::Original original;
  original.copy_to = [this](const std::string& dir, const std::stop_token& stop) {
    return store_.copy_to(dir, stop);
  };
  original.bytes = statistics->used_bytes;
  original.spare = options_.spare;
  const auto begin = std::chrono::steady_clock::now();
  auto made = backup::create(original, options_.folder, clock_.now(), stop_.get_token());
  if (!made.ok() && stop_.stop_requested()) return error(Code::kOverloaded, "the server is stopping");
  if (!made.ok()) return failure("failed", made.error());
  const auto took = std::chrono::steady_clock::now() - begin;
  base::logging::info(kEvent, {{"outcome", "made"},
                               {"name", made->name},
                               {"revision", made->manifest.contents.revision},
                               {"bytes", made->manifest.bytes},
                               {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
  return std::move(made).value();
}

Outcome<backup::Pruned> Backups::prune(bool dry) const {
  if (auto set = check_folder(*this); !set.ok()) return set.error();
  const auto all = backup::list(options_.folder);
  if (all.ok() && all->empty()) return backup::Pruned();
  auto pruned = backup::prune(options_.folder, options_.keep, "", dry, stop_.get_token());
  if (!pruned.ok() && stop_.stop_requested()) return error(Code::kOverloaded, "the server is stopping");
  if (!pruned.ok()) return failure("not pruned", pruned.error());
  if (!dry) base::logging::info(kEvent, {{"outcome", "pruned"}, {"removed", pruned->removed.size()}});
  return std::move(pruned).value();
}

Outcome<std::vector<backup::Listed>> list_backups(const Read& read, const Backups& backups) {
  const auto authorized = authorize(read, on_tenant(op::list_backups, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  if (auto set = check_folder(backups); !set.ok()) return set.error();
  auto all = backup::list(backups.folder());
  if (!all.ok()) return failure(kNotRead, all.error());
  return std::move(all).value();
}

Outcome<Download> open_backup(const Read& read, Backups& backups, std::string_view name) {
  auto request = on_tenant(op::read_backup, domain::Platform{});
  request.resource_id = name;
  const auto authorized = authorize(read, request);
  if (!authorized.ok()) return authorized.error();
  if (auto set = check_folder(backups); !set.ok()) return set.error();
  if (!backup::time_in(name)) return not_found("backup", name);  // so it is no path to elsewhere either
  auto place = backups.begin_reading();
  if (!place.ok()) return place.error();
  auto reader = backup::ArchiveReader::open(backups.folder() + "/" + std::string(name));
  if (reader.ok()) return Download{std::move(place).value(), std::move(reader).value()};
  if (reader.error().code == base::ErrorCode::kNotFound) return not_found("backup", name);
  return failure(kNotRead, reader.error());
}

Outcome<void> note_backup(Change& change, const Backups& backups, const backup::Made* made) {
  auto request = on_tenant(op::create_backup, domain::Platform{});
  if (made) request.resource_id = made->name;
  const auto begun = begin_in_turn(change, backups, request, made != nullptr);
  if (!begun.ok()) return begun.error();
  return append_audit(change, request, begun.value(), kNothing, to_audit(*made));
}

Outcome<void> note_pruned(Change& change, const Backups& backups, const backup::Pruned* pruned, bool dry) {
  const auto request = on_tenant(op::prune_backups, domain::Platform{});
  const auto begun = begin_in_turn(change, backups, request, pruned != nullptr);
  if (!begun.ok()) return begun.error();
  if (dry) return {};
  return append_audit(change, request, begun.value(), to_audit(*pruned), kNothing);
}

}  // namespace api
