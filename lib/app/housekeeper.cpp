#include "app/housekeeper.h"

#include <chrono>
#include <utility>

#include "base/thread.h"

namespace app {
namespace {

constexpr std::chrono::seconds kStep{1};
constexpr int kReloadTries = 30;  // a step apart; `reeve reload` waits for longer

}  // namespace

Housekeeper::Housekeeper(Server& server, std::function<base::Result<Settings>()> load,
                         ServiceManager& manager)
    : server_(server), load_(std::move(load)), manager_(manager) {}

base::Result<std::unique_ptr<Housekeeper>> Housekeeper::start(Server& server,
                                                              std::function<base::Result<Settings>()> load,
                                                              ServiceManager& manager) {
  std::unique_ptr<Housekeeper> keeper(new Housekeeper(server, std::move(load), manager));
  auto thread = base::start_thread("housekeeper", [&k = *keeper] { k.run(); });
  if (!thread.ok()) return thread.error();
  keeper->thread_ = std::move(thread).value();
  return keeper;
}

Housekeeper::~Housekeeper() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::ask_to_reload() {
  const std::lock_guard lock(mutex_);
  wants_reload_ = true;
  asked_.notify_one();
}

std::optional<base::Error> Housekeeper::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Housekeeper::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  asked_.notify_one();
}

void Housekeeper::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_ && !failure_) {
    const bool reloads = std::exchange(wants_reload_, false);
    lock.unlock();
    if (reloads) reload();
    const auto kept = server_.housekeep();
    lock.lock();
    if (!kept.ok())
      failure_ = kept.error();
    else
      asked_.wait_for(lock, kStep, [this] { return wants_reload_ || stopping_; });
  }
}

void Housekeeper::reload() {
  manager_.reloading();
  int tries = 1;
  (void)server_.reload(load_,
                       [&] { return tries++ < kReloadTries && pause(); });  // it has logged the outcome
  manager_.ready();
}

bool Housekeeper::pause() {
  std::unique_lock lock(mutex_);
  return !asked_.wait_for(lock, kStep, [this] { return stopping_; });
}

}  // namespace app
