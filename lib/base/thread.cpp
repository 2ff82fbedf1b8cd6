#include "base/thread.h"

#include <pthread.h>
#include <signal.h>

#include <system_error>
#include <utility>

namespace base {
namespace {

// A new thread has the signal mask of the one that starts it. A fault of its own is no signal that another
// thread could take: blocked, it would end the process without its handler (store/map_guard.h, sanitizers).
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP}) sigdelset(&all, fault);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Result<std::thread> start_thread(const std::string& name, std::function<void()> run) {
  const SignalsBlocked blocked;
  try {
    std::thread thread(std::move(run));
    // Ignoring errors on purpose: a name is for people who look.
    pthread_setname_np(thread.native_handle(), name.c_str());
    return thread;
  } catch (const std::system_error& e) {
    return Error{ErrorCode::kFull, "thread " + name + ": can't be started: " + e.code().message() +
                                       "; allow more threads (TasksMax= of the unit, `ulimit -u`), or "
                                       "lower server.threads"};
  }
}

}  // namespace base
