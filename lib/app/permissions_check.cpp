#include "app/permissions_check.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

namespace app {
namespace {

namespace fs = std::filesystem;

bool is_open(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 && (s.st_mode & S_IWOTH) != 0;
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code none;
  for (fs::directory_iterator at(folder, none); !none && at != fs::directory_iterator(); at.increment(none))
    files.push_back(at->path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<std::string> open_to_everybody(const Settings& settings) {
  const config::Config& c = settings.config;
  std::vector<std::string> looked_at = {c.store.dir, c.store.dir + "/data.mdb"};
  if (!c.backup.dir.empty()) looked_at.push_back(c.backup.dir);  // what is restored comes from there
  if (!settings.source.is_built_in()) {
    for (const std::string& file : {settings.source.path, c.permissions, c.roles, c.schema}) {
      looked_at.push_back(folder_of(file));
      looked_at.push_back(file);
    }
    looked_at.push_back(c.policies);
    for (std::string& file : files_in(c.policies)) looked_at.push_back(std::move(file));
  }
  std::vector<std::string> open;
  for (const std::string& path : looked_at)
    if (is_open(path) && std::find(open.begin(), open.end(), path) == open.end()) open.push_back(path);
  return open;
}

}  // namespace app
