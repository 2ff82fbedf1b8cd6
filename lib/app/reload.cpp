// `reeve reload`: sends SIGHUP to the process that holds the store, and waits for what it says in SERVER. The
// process is known for certain: by the lock and its open file (store::holder_of), and by a pidfd, which never
// means a later process of the same number. The holder is asked twice, before and after the pidfd is opened,
// since it could have ended in between.
//
//   read reloads N from SERVER  ->  SIGHUP  ->  wait until SERVER says more than N and is_reloading is false
//
// A reload of a higher number began after SERVER was read, so it has read the files as they are now, whoever
// asked for it. After 60 s, or if the process ends, the command gives up.
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include "app/commands.h"
#include "app/run.h"
#include "app/server_file.h"
#include "store/folder.h"

namespace app {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kLimit{60};
constexpr std::chrono::milliseconds kPause{20};

class Process {
 public:
  explicit Process(pid_t pid) : pid_(pid), fd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  ~Process() {
    if (fd_ >= 0) ::close(fd_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }

  // The errno, or 0.
  int reload() const {
    const bool sent =
        fd_ >= 0 ? ::syscall(SYS_pidfd_send_signal, fd_, SIGHUP, nullptr, 0) == 0 : ::kill(pid_, SIGHUP) == 0;
    return sent ? 0 : errno;
  }
  // Waits a while for its end.
  bool ended_within(std::chrono::milliseconds wait) const {
    if (fd_ < 0) {  // a system without such descriptors
      std::this_thread::sleep_for(wait);
      return ::kill(pid_, 0) != 0 && errno == ESRCH;
    }
    pollfd wanted{fd_, POLLIN, 0};
    return ::poll(&wanted, 1, static_cast<int>(wait.count())) > 0;
  }

 private:
  pid_t pid_;
  int fd_;
};

// Without --data the configuration says where the store is; with it, that need not even be readable.
base::Result<std::string> store_of(const Given& given) {
  if (given.data) return *given.data;
  auto settings = load_settings(given);
  if (!settings.ok()) return settings.error();
  return std::move(settings->config.store.dir);
}

base::Error no_server(const std::string& store) {
  return {base::ErrorCode::kNotFound,
          store +
              ": no server has this store; if a server runs on another store, name that one with "
              "--config or --data"};
}

// A reload that begins after `before` was read has read the files as they are now.
base::Result<ServerFile> outcome_of(const std::string& store, const Process& server, std::uint64_t before) {
  const std::string who = "process " + std::to_string(server.pid());
  for (const auto end = steady_clock::now() + kLimit; steady_clock::now() < end;) {
    const bool ended = server.ended_within(kPause);
    const auto file = read_server_file(store, server.pid());
    if (!file.ok()) return file.error();
    if (*file && (*file)->reloads > before && !(*file)->is_reloading) return **file;
    if (ended)
      return base::Error{base::ErrorCode::kIo,
                         store + ": " + who + " ended before it had reloaded; its log says why"};
  }
  return base::Error{base::ErrorCode::kIo, store + ": " + who + " did not say within " +
                                               std::to_string(kLimit.count()) +
                                               " s what the outcome is; its log may"};
}

base::Result<ServerFile> reload(const std::string& store) {
  const auto first = store::holder_of(store);
  if (!first.ok()) return first.error();
  if (!*first) return no_server(store);
  const Process server(**first);
  const auto still = store::holder_of(store);
  if (!still.ok()) return still.error();
  if (*still != *first) return no_server(store);
  const auto before = read_server_file(store, server.pid());
  if (!before.ok()) return before.error();
  if (!*before)
    return base::Error{base::ErrorCode::kConflict, store + ": in use by process " +
                                                       std::to_string(server.pid()) +
                                                       ", which is not a server, or is not serving yet"};
  if (const int why = server.reload(); why != 0)
    return base::Error{base::ErrorCode::kIo,
                       "process " + std::to_string(server.pid()) + ": " + std::strerror(why)};
  return outcome_of(store, server, (*before)->reloads);
}

}  // namespace

int reload(const Given& given) {
  const auto store = store_of(given);
  if (!store.ok()) return failed(store.error().message);
  const auto done = reload(*store);
  if (!done.ok()) return failed(done.error().message);
  if (done->mistake) return failed("refused; nothing has changed:\n" + *done->mistake);
  std::printf("reload %llu of process %d: done\n", static_cast<unsigned long long>(done->reloads),
              int{done->pid});
  return 0;
}

}  // namespace app
