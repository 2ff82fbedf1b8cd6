#pragma once
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

// A thread of a child process that is held where it is, as if a system call of its own hung; the others run
// on. Needs the right to trace one's own children.
class StoppedThread {
 public:
  // Nothing where there is no thread of that name, or tracing isn't allowed here.
  static std::optional<StoppedThread> named(pid_t process, const std::string& name) {
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
      std::string comm;
      std::getline(std::ifstream(task.path() / "comm"), comm);
      const auto thread = static_cast<pid_t>(std::atoi(task.path().filename().c_str()));
      if (comm != name || ::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0) continue;
      if (::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) != 0) continue;
      ::waitpid(thread, nullptr, __WALL);
      return StoppedThread(thread);
    }
    return std::nullopt;
  }

  void go_on() { ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr); }

  // Waits for the end of its process, which is not over before its tracer has seen that.
  void wait_for_end() const { ::waitpid(thread_, nullptr, __WALL); }

 private:
  explicit StoppedThread(pid_t thread) : thread_(thread) {}
  pid_t thread_;
};
