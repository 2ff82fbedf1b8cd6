#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    read = ends[0];
    write = ends[1];
  }
};

[[noreturn]] void become(const Process::Options& options, int in, int out, int err) {
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  for (const auto& argument : options.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

void write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
}

// Appends what is there; closes the descriptor at its end.
void take(int& fd, std::string& into) {
  char buffer[8192];
  const ssize_t n = ::read(fd, buffer, sizeof buffer);
  if (n > 0) {
    into.append(buffer, static_cast<std::size_t>(n));
  } else if (n == 0 || errno != EINTR) {
    ::close(fd);
    fd = -1;
  }
}

}  // namespace

Process::Process(const Options& options) {
  const Pipe in, out, err;
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) become(options, in.read, out.write, err.write);
  for (const int fd : {in.read, out.write, err.write}) ::close(fd);
  write_all(in.write, options.input);
  ::close(in.write);
  out_fd_ = out.read;
  err_fd_ = err.read;
}

Process::~Process() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {out_fd_, err_fd_})
    if (fd >= 0) ::close(fd);
}

bool Process::pump(milliseconds limit) {
  pollfd fds[2] = {{out_fd_, POLLIN, 0}, {err_fd_, POLLIN, 0}};
  if (out_fd_ < 0 && err_fd_ < 0) return false;
  if (::poll(fds, 2, static_cast<int>(limit.count())) > 0) {
    if (fds[0].revents != 0) take(out_fd_, out_);
    if (fds[1].revents != 0) take(err_fd_, err_);
  }
  return true;
}

std::optional<std::string> Process::line_that_begins(const std::string& prefix, std::chrono::seconds limit) {
  const auto end = Clock::now() + limit;
  for (;;) {
    for (std::size_t at = 0; at < out_.size();) {
      const std::size_t newline = out_.find('\n', at);
      if (newline == std::string::npos) break;
      if (out_.compare(at, prefix.size(), prefix) == 0) return out_.substr(at, newline - at);
      at = newline + 1;
    }
    if (Clock::now() >= end || !pump(milliseconds(50))) return std::nullopt;
  }
}

void Process::signal(int number) const {
  ::kill(pid_, number);
}

void Process::look() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_)
    ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Process::ends_unread(std::chrono::seconds limit) {
  for (const auto end = Clock::now() + limit; !ended_ && Clock::now() < end; ::usleep(5000)) look();
  return ended_.has_value();
}

int Process::wait(std::chrono::seconds limit) {
  const auto end = Clock::now() + limit;
  while (!ended_ && Clock::now() < end) {
    if (!pump(milliseconds(20))) ::usleep(1000);
    look();
  }
  if (!ended_) return -1;
  while (pump(milliseconds(0))) {
  }
  return *ended_;
}

Finished run(const std::vector<std::string>& arguments, const std::string& input) {
  Process process({arguments, {}, input});
  const int code = process.wait(std::chrono::seconds(60));
  return {code, process.out(), process.err()};
}

std::string reeve() {
  const char* path = std::getenv("REEVE");
  return path ? path : "build/release/reeve";
}
