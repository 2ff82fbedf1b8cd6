#pragma once
#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

// A child process whose output is collected; killed at the end if it still runs.
class Process {
 public:
  struct Options {
    std::vector<std::string> arguments;                   // the program first
    std::map<std::string, std::string> environment = {};  // added to this process's
    std::string input = {};                               // given to its standard input, which is then closed
  };
  explicit Process(const Options&);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits until a line of its stdout begins so, and returns it; nothing when it ended or the time is over.
  std::optional<std::string> line_that_begins(const std::string& prefix, std::chrono::seconds limit);

  void signal(int number) const;

  // Waits until it ends: its exit code, or 128 and the signal's number; -1 when the time is over.
  int wait(std::chrono::seconds limit = std::chrono::seconds(30));

  // The same, but what it writes is not read meanwhile: a pipe that nobody empties. wait() reads the rest.
  bool ends_unread(std::chrono::seconds limit);

  // Complete once wait() has answered.
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }
  pid_t pid() const { return pid_; }

 private:
  bool pump(std::chrono::milliseconds limit);  // false when both outputs are at their end
  void look();                                 // whether it has ended

  pid_t pid_ = -1;
  int out_fd_ = -1;
  int err_fd_ = -1;
  std::string out_, err_;
  std::optional<int> ended_;
};

// Runs to the end.
struct Finished {
  int code = -1;
  std::string out, err;
};
Finished run(const std::vector<std::string>& arguments, const std::string& input = {});

// The server's executable, as `make test` names it in REEVE.
std::string reeve();
