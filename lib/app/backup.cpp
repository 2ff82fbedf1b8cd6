// `reeve backup list|verify|prune`: what is in the folder of backups, whether or not a server runs; whoever
// makes or removes one holds the folder's LOCK.
#include <algorithm>
#include <cinttypes>
#include <cstdio>

#include "app/backups.h"
#include "app/commands.h"
#include "app/run.h"
#include "backup/folder.h"
#include "backup/verify.h"

namespace app {
namespace {

void print(const backup::Listed& listed) {
  if (!listed.manifest) {
    std::printf("%s  damaged: %s\n", listed.name.c_str(), listed.damage.c_str());
    return;
  }
  const backup::Manifest& m = *listed.manifest;
  std::printf("%s  revision %" PRIu64 "  %" PRIu64 " bytes  reeve %s\n", listed.name.c_str(),
              m.contents.revision, m.bytes, m.version.c_str());
}

// A name is one in the folder; what has a slash is a path.
std::string path_of(const std::string& given, const std::string& folder) {
  return given.find('/') == std::string::npos && backup::time_in(given) ? folder + "/" + given : given;
}

base::Result<std::vector<std::string>> paths_of(const BackupOptions& options) {
  std::vector<std::string> paths;
  const bool named = std::any_of(options.backups.begin(), options.backups.end(),
                                 [](const std::string& b) { return b.find('/') == std::string::npos; });
  std::string folder;
  if (named || options.backups.empty() || options.dir) {
    auto found = backup_folder(options);
    if (found.ok())
      folder = std::move(found).value();
    else if (options.backups.empty())
      return found.error();
  }
  for (const std::string& given : options.backups) paths.push_back(path_of(given, folder));
  if (!paths.empty()) return paths;
  const auto all = backup::list(folder);
  if (!all.ok()) return all.error();
  if (all->empty()) return base::Error{base::ErrorCode::kNotFound, folder + ": there is no backup"};
  return std::vector<std::string>{folder + "/" + all->front().name};
}

}  // namespace

base::Result<std::string> backup_folder(const BackupOptions& options) {
  if (options.dir) return *options.dir;
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return settings.error();
  if (!settings->config.backup.dir.empty()) return settings->config.backup.dir;
  return base::Error{base::ErrorCode::kInvalid, "backup.dir: not set in " + settings->source.to_string() +
                                                    "; set it, or give a folder with --dir"};
}

int list_backups(const BackupOptions& options) {
  if (is_of_server(options)) return list_backups_at(options);
  const auto folder = backup_folder(options);
  if (!folder.ok()) return failed(folder.error().message);
  const auto all = backup::list(*folder);
  if (!all.ok()) return failed(all.error().message);
  for (const backup::Listed& listed : *all) print(listed);
  return 0;
}

int verify_backups(const BackupOptions& options) {
  if (is_of_server(options)) return verify_backups_at(options);
  const auto paths = paths_of(options);
  if (!paths.ok()) return failed(paths.error().message);
  int code = 0;
  for (const std::string& path : *paths) {
    const auto verified = backup::verify(path);
    if (!verified.ok()) {
      code = std::max(code, failed_with(verified.error()));
      continue;
    }
    const backup::Manifest& m = verified->manifest;
    std::printf("%s: revision %" PRIu64 ", %" PRIu64 " bytes: %s\n", path.c_str(), m.contents.revision,
                m.bytes,
                verified->contents_checked ? "nothing is wrong"
                                           : "its bytes are right; `reeve restore` checks its contents");
  }
  return code;
}

int prune_backups(const BackupOptions& options) {
  if (is_of_server(options)) return prune_backups_at(options);
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  const auto folder = backup_folder(options);
  if (!folder.ok()) return failed(folder.error().message);
  const auto pruned = backup::prune(*folder, keep_of(settings->config.backup), "", options.dry);
  if (!pruned.ok()) return failed_with(pruned.error());
  print_pruned(*pruned, options.dry);
  return 0;
}

void print_pruned(const backup::Pruned& pruned, bool dry) {
  for (const std::string& name : pruned.removed)
    std::printf("%s  %s\n", name.c_str(), dry ? "would be removed" : "removed");
  for (const std::string& name : pruned.kept)
    std::printf("%s  kept%s\n", name.c_str(), name == pruned.verified ? ", the newest that verifies" : "");
  for (const std::string& name : pruned.damaged) std::printf("%s  damaged, and left alone\n", name.c_str());
}

backup::Keep keep_of(const config::BackupConfig& c) {
  return {c.keep.daily, c.keep.weekly, c.keep.monthly};
}

}  // namespace app
