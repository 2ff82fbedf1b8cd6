#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "tests/support/catch.h"

// While it lives, stderr is a full pipe: a thread that logs is held there until it is let go. What is written
// is lost. Only for what has no log thread (base/log_output.h), as a TestServer has none.
class HeldStderr {
 public:
  HeldStderr() : before_(::dup(STDERR_FILENO)) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    read_ = ends[0];
    const char full = ' ';
    while (::write(ends[1], &full, 1) == 1) {
    }
    ::fcntl(ends[1], F_SETFL, 0);  // from here on a writer waits
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
  }
  ~HeldStderr() {
    let_go();
    ::close(read_);
  }
  HeldStderr(const HeldStderr&) = delete;  // stderr is one
  HeldStderr& operator=(const HeldStderr&) = delete;

  // Stderr is what it was, and whoever waits goes on.
  void let_go() {
    if (before_ < 0) return;
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    before_ = -1;
    std::array<char, 4096> bytes;
    while (::read(read_, bytes.data(), bytes.size()) > 0) {
    }
  }

 private:
  int before_ = -1;
  int read_ = -1;
};
