// Nothing half is ever listed: a backup gets its name by a rename once it is whole and on disk, and loses it
// by a rename before the first of its files is removed.
//
//   prune    find the newest that verifies > for each that nobody wants: reeve-… > .removing > its files
#include "backup/folder.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include "backup/files.h"
#include "backup/verify.h"

namespace backup {
namespace {

constexpr std::string_view kPrefix = "reeve-";
constexpr const char* kRemoving = "/.removing";
constexpr std::int64_t kDayMs = 86'400'000;

std::string who_has(const std::string& folder) {
  const auto holder = store::holder_of(folder);
  return holder.ok() && *holder ? "process " + std::to_string(**holder) : "another process";
}

std::int64_t day_of(base::Timestamp t) {
  return (t.ms >= 0 ? t.ms : t.ms - kDayMs + 1) / kDayMs;
}
std::int64_t week_of(base::Timestamp t) {
  return (day_of(t) + 3) / 7;  // 1970-01-01 was a Thursday
}
std::string month_of(base::Timestamp t) {
  return to_string(t).substr(0, 7);
}

// Marks the first of each period, until so many periods have been seen.
template <typename PeriodOf>
void keep_first(std::span<const base::Timestamp> newest_first, std::size_t periods, PeriodOf period_of,
                std::vector<bool>& kept) {
  std::set<decltype(period_of(base::Timestamp()))> seen;
  for (std::size_t i = 0; i < newest_first.size() && seen.size() < periods; ++i)
    if (seen.insert(period_of(newest_first[i])).second) kept[i] = true;
}

Listed look_at(const std::string& folder, std::string name, base::Timestamp made) {
  Listed listed{std::move(name), made, {}, {}};
  const std::string dir = folder + "/" + listed.name;
  auto manifest = read_manifest(dir);
  if (!manifest.ok()) {
    listed.damage = manifest.error().message;
  } else if (const auto size = check_size(dir, *manifest); !size.ok()) {
    listed.damage = size.error().message;
  } else {
    listed.manifest = std::move(manifest).value();
  }
  return listed;
}

base::Result<std::string> newest_that_verifies(const std::string& folder, const std::vector<Listed>& all,
                                               const std::stop_token& stop) {
  std::string why;
  for (const Listed& listed : all) {
    const auto verified = verify(folder + "/" + listed.name, stop);
    if (verified.ok()) return listed.name;
    if (stop.stop_requested()) return verified.error();
    if (why.empty()) why = verified.error().message;
  }
  return base::Error{base::ErrorCode::kCorrupt, folder +
                                                    ": no backup verifies, so none is removed; the newest: " +
                                                    (why.empty() ? "there is none" : why)};
}

}  // namespace

// 2026-04-15T12:00:00.000Z without what file names had better not have.
std::string name_of(base::Timestamp made, store::Revision revision) {
  std::string time = to_string(made);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return std::string(kPrefix) + time + "-r" + std::to_string(revision);
}

std::optional<base::Timestamp> time_in(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::size_t end = name.find("-r");
  if (end == std::string_view::npos) return std::nullopt;
  std::string time(name.substr(kPrefix.size(), end - kPrefix.size()));
  if (time.size() != 20) return std::nullopt;
  time.insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
  const auto made = base::parse_timestamp(time);
  const std::string_view digits = name.substr(end + 2);
  if (!made || digits.empty() || digits.size() > 20 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  return made;
}

base::Result<std::vector<Listed>> list(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<Listed> all;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    std::string name = at->path().filename().string();
    const auto made = time_in(name);
    if (made) all.push_back(look_at(folder, std::move(name), *made));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return store::system_failure(folder, error.value());
  std::sort(all.begin(), all.end(), [](const Listed& a, const Listed& b) {
    return std::pair(a.made, a.name) > std::pair(b.made, b.name);
  });
  return all;
}

base::Result<Held> Held::hold(const std::string& folder) {
  auto lock = store::Folder::hold(folder);
  if (!lock.ok() && lock.error().code == base::ErrorCode::kConflict)
    return base::Error{base::ErrorCode::kConflict, folder + ": " + who_has(folder) +
                                                       " is making or removing a backup; try again when it "
                                                       "is done"};
  if (!lock.ok()) return lock.error();
  Held held(std::move(lock).value());
  if (auto r = held.remove_leftovers(); !r.ok()) return r.error();
  return held;
}

base::Result<void> Held::remove_leftovers() const {
  for (const std::string& left : {making(), making() + ".new", path() + kRemoving})
    if (auto r = store::remove_folder(left); !r.ok()) return r;
  return {};
}

base::Result<void> Held::remove(const std::string& name) const {
  if (auto r = rename_new(path() + "/" + name, path() + kRemoving); !r.ok()) return r;
  return store::remove_folder(path() + kRemoving);
}

std::vector<bool> kept(std::span<const base::Timestamp> newest_first, const Keep& keep) {
  std::vector<bool> kept(newest_first.size());
  keep_first(newest_first, keep.daily, day_of, kept);
  keep_first(newest_first, keep.weekly, week_of, kept);
  keep_first(newest_first, keep.monthly, month_of, kept);
  return kept;
}

base::Result<Pruned> prune(const std::string& folder, const Keep& keep, const std::string& verified, bool dry,
                           const std::stop_token& stop) {
  const auto held = Held::hold(folder);
  if (!held.ok()) return held.error();
  const auto all = list(folder);
  if (!all.ok()) return all.error();
  Pruned pruned;
  std::vector<Listed> whole;
  std::vector<base::Timestamp> times;
  for (const Listed& listed : *all) {
    if (!listed.manifest) {
      pruned.damaged.push_back(listed.name);
      continue;
    }
    times.push_back(listed.made);
    whole.push_back(listed);
  }
  auto newest = verified.empty() ? newest_that_verifies(folder, whole, stop) : verified;
  if (!newest.ok()) return newest.error();
  pruned.verified = std::move(newest).value();
  const std::vector<bool> wanted = kept(times, keep);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::string& name = whole[i].name;
    if (wanted[i] || name == pruned.verified) {
      pruned.kept.push_back(name);
      continue;
    }
    if (!dry)
      if (auto r = held->remove(name); !r.ok()) return r.error();
    pruned.removed.push_back(name);
  }
  return pruned;
}

}  // namespace backup
