#pragma once
#include <stdlib.h>

#include <filesystem>
#include <string>

// A folder of its own for one test, removed at the end.
class TempDir {
 public:
  TempDir() {
    char name[] = "/tmp/reeve-test.XXXXXX";
    const char* made = mkdtemp(name);
    path_ = made ? made : "";
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};
