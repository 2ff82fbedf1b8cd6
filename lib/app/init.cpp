#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "app/commands.h"
#include "app/run.h"
#include "base/embedded.h"
#include "base/file.h"
#include "base/json.h"

namespace app {
namespace {

constexpr std::string_view kFolder = "config/";
constexpr std::string_view kStoreDir = "\n  dir: ";

// In a checkout the store lies beside the configuration; elsewhere reeve.yaml names a folder.
std::string with_store(std::string_view text, const std::string& dir) {
  std::string out(text);
  const std::size_t begin = out.find(kStoreDir) + kStoreDir.size();
  out.replace(begin, out.find('\n', begin) - begin, base::JsonWriter().string(dir).text());
  return out;
}

// Where the built-in configuration has its store.
base::Result<std::string> store_folder(const InitOptions& options) {
  if (options.data) return std::filesystem::absolute(*options.data).lexically_normal().string();
  return default_store();
}

base::Result<void> write_all(const std::string& dir, const std::string& store) {
  for (const base::EmbeddedFile& file : base::embedded_files()) {
    if (!file.path.starts_with(kFolder)) continue;
    const std::string name(file.path.substr(kFolder.size()));
    const std::string path = dir + "/" + name;
    std::error_code failure;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failure);
    if (failure)
      return base::Error{base::ErrorCode::kIo,
                         std::filesystem::path(path).parent_path().string() + ": " + failure.message()};
    const std::string text = name == "reeve.yaml" ? with_store(file.text, store) : std::string(file.text);
    if (auto r = base::write_file(path, text, 0644); !r.ok()) return r;
    std::printf("%s\n", path.c_str());
  }
  return {};
}

}  // namespace

// Nothing is written where any of the files is there: it is somebody's configuration.
int init(const InitOptions& options) {
  std::string dir = options.dir;
  if (dir.empty()) return failed("DIR: must be a folder, not empty");
  while (dir.size() > 1 && dir.ends_with('/')) dir.pop_back();
  for (const base::EmbeddedFile& file : base::embedded_files()) {
    if (!file.path.starts_with(kFolder)) continue;
    const std::string path = dir + "/" + std::string(file.path.substr(kFolder.size()));
    struct stat s;
    if (::lstat(path.c_str(), &s) == 0) return failed(path + ": is there already; nothing was written");
  }
  const auto store = store_folder(options);
  if (!store.ok()) return failed(store.error().message);
  if (const auto r = write_all(dir, *store); !r.ok()) return failed(r.error().message);
  std::printf("edit them, then: reeve serve --config %s/reeve.yaml\n", dir.c_str());
  return 0;
}

}  // namespace app
