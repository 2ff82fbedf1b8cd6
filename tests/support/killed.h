#pragma once
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <functional>

#include "tests/support/catch.h"

// Runs the function in a child, which is killed as by kill -9 when its main thread enters its `at`-th system
// call, the first being 1; the call is not carried out. Answers whether it came so far: false where the
// function had ended before. What the child answers and checks goes nowhere.
inline bool killed_at(std::uint64_t at, const std::function<void()>& function) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    function();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSTOPPED(status));
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  std::uint64_t entered = 0;
  bool enters = false;
  int signal = 0;
  for (;;) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, signal);
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (!WIFSTOPPED(status)) return false;
    signal = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
    if (signal != 0) continue;
    enters = !enters;
    if (!enters || ++entered < at) continue;
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, &status, 0) == child);
    return true;
  }
}
