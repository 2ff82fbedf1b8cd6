#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

// While it lives, LMDB's writes to the store's file go elsewhere, and fail as they do there.
class Diverted {
 public:
  Diverted(const std::string& file, const char* elsewhere, int flags) {
    const auto real = std::filesystem::canonical(file);
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      if (std::filesystem::read_symlink(entry, gone) != real) continue;
      const int fd = std::stoi(entry.path().filename());
      saved_.emplace_back(fd, ::dup(fd));
    }
    REQUIRE(saved_.size() >= 1);
    const int other = ::open(elsewhere, flags);
    REQUIRE(other >= 0);
    for (const auto& [fd, copy] : saved_) ::dup2(other, fd);
    ::close(other);
  }
  ~Diverted() {
    for (const auto& [fd, copy] : saved_) {
      ::dup2(copy, fd);
      ::close(copy);
    }
  }
  Diverted(const Diverted&) = delete;
  Diverted& operator=(const Diverted&) = delete;

 private:
  std::vector<std::pair<int, int>> saved_;
};
