#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temp_dir.h"

// What is written to stderr while it lives.
class CapturedStderr {
 public:
  CapturedStderr() : before_(::dup(2)) {
    const int fd = ::open((dir_ / "err").c_str(), O_CREAT | O_WRONLY, 0600);
    ::dup2(fd, 2);
    ::close(fd);
  }
  ~CapturedStderr() {
    ::dup2(before_, 2);
    ::close(before_);
  }
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;

  std::string text() const {
    std::ifstream in(dir_ / "err");
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  TempDir dir_;
  const int before_;
};
