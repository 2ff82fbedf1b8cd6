// Starts the reactors' threads over one set of listening sockets, and stops them: first the listeners are
// shut down, so that nobody new comes, then each reactor is woken, closes what is idle, and ends once its
// connections have finished what is under way or the grace is over. What all of them share is in a FrontState
// that exchanges hold too, so one that outlives the front answers into nothing and harms nobody.
#include "http/front/front.h"

#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <thread>
#include <utility>

#include "base/thread.h"
#include "http/front/front_state.h"
#include "http/front/listener.h"
#include "http/front/reactor.h"

namespace http::front {

namespace {

constexpr unsigned kMaxReactors = 256;

class EpollFront final : public Front {
 public:
  EpollFront(const FrontOptions& options, Handler& handler, Listeners listeners)
      : state_(std::make_shared<FrontState>(options, handler)), listeners_(std::move(listeners)) {
    state_->has_successor = listeners_.passed;
  }
  ~EpollFront() override { stop(std::chrono::milliseconds(0)); }

  base::Result<void> start_reactors() {
    for (unsigned i = 0; i < state_->options.reactors; ++i) {
      reactors_.push_back(std::make_unique<Reactor>(state_, listeners_, i));
      if (!reactors_.back()->open())
        return base::Error{base::ErrorCode::kIo, "front: the system gives no epoll or eventfd"};
      state_->inboxes.push_back(reactors_.back()->inbox());
    }
    for (const auto& reactor : reactors_) {
      auto thread = base::start_thread("reactor", [&r = *reactor] { r.run(); });
      if (!thread.ok()) return thread.error();
      threads_.push_back(std::move(thread).value());
    }
    return {};
  }

  std::uint16_t port() const override { return listeners_.port; }

  void stop(std::chrono::milliseconds grace) override {
    const std::lock_guard lock(stop_mutex_);
    state_->stop_at = std::chrono::steady_clock::now() + grace;
    state_->stopping = true;
    // A listening socket that is shut down refuses new connections, while the reactors still have its number.
    // One that was passed stays open in the service manager, for the process that comes next.
    if (!listeners_.passed) {
      for (const base::Descriptor& listener : listeners_.tcp) ::shutdown(listener.get(), SHUT_RDWR);
      if (listeners_.local.is_open()) ::shutdown(listeners_.local.get(), SHUT_RDWR);
    }
    for (const auto& reactor : reactors_) reactor->wake();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    if (!listeners_.local_path.empty()) ::unlink(listeners_.local_path.c_str());
    listeners_ = Listeners{{}, listeners_.port, {}, {}, false};
  }

  Counters counters() const override {
    const FrontState& s = *state_;
    return {s.accepted,         s.gate.open(),     s.requests,         s.in_flight,
            s.rejected_framing, s.rejected_body,   s.rejected_timeout, s.rejected_connections,
            s.accept_errors,    s.rejected_memory, s.out_of_memory,    s.budget->used(),
            s.rejected_tls};
  }

  void use(std::shared_ptr<const Certificates> certificates) override {
    state_->use(std::move(certificates));
  }

  std::size_t take_memory_peak() override { return state_->budget->take_peak(); }

 private:
  const std::shared_ptr<FrontState> state_;
  Listeners listeners_;
  std::vector<std::unique_ptr<Reactor>> reactors_;

  std::mutex stop_mutex_;  // one stop after the other
  std::vector<std::thread> threads_;
};

}  // namespace

base::Result<std::unique_ptr<Front>> Front::start(const FrontOptions& options, Handler& handler) {
  auto listeners = bind_listeners(options.host, options.port);
  if (!listeners.ok()) return listeners.error();
  return start(options, handler, std::move(listeners).value());
}

base::Result<std::unique_ptr<Front>> Front::start(const FrontOptions& options, Handler& handler,
                                                  Listeners listeners) {
  if (options.reactors == 0 || options.reactors > kMaxReactors)
    return base::Error{base::ErrorCode::kInvalid, "reactors: " + std::to_string(options.reactors) +
                                                      " is not 1 to " + std::to_string(kMaxReactors)};
  if (auto listening = listen_on(listeners, options.unix_socket); !listening.ok()) return listening.error();
  auto front = std::make_unique<EpollFront>(options, handler, std::move(listeners));
  if (auto started = front->start_reactors(); !started.ok()) return started.error();
  return std::unique_ptr<Front>(std::move(front));
}

}  // namespace http::front
