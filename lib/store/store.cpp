#include "store/store.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "store/env.h"
#include "store/queue.h"
#include "store/writer.h"

namespace store {

struct Store::Impl {
  Impl(std::unique_ptr<Env> e, Options o)
      : options(std::move(o)),
        env(std::move(e)),
        queue(options.queue),
        writer(*env, options.clock ? *options.clock : system_clock, options.warn) {}

  void write_until_closed() {
    for (auto group = queue.take(Writer::kMaxGroup); !group.empty(); group = queue.take(Writer::kMaxGroup))
      writer.run(group);
  }

  const SystemClock system_clock;
  const Options options;
  const std::unique_ptr<Env> env;
  Queue queue;
  Writer writer;
  std::once_flag stop;
  std::thread thread;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Store::~Store() {
  stop();
}

Result<std::unique_ptr<Store>> Store::open(Options options) {
  Env::Options o;
  o.dir = options.dir;
  o.map_bytes = options.map_bytes;
  o.readers = options.readers;
  o.sync = options.sync;
  auto env = Env::open(o);
  if (!env.ok()) return env.error();
  auto impl = std::make_unique<Impl>(std::move(env).value(), std::move(options));
  impl->thread = std::thread([raw = impl.get()] { raw->write_until_closed(); });
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<ReadTxn> Store::read() const {
  return impl_->env->read();
}

Result<void> Store::submit(Change change, Done done) {
  if (auto stopped = impl_->writer.stopped()) return *stopped;
  switch (impl_->queue.push({std::move(change), std::move(done)})) {
    case Queue::Pushed::kYes:
      return {};
    case Queue::Pushed::kFull:
      return Error{ErrorCode::kFull, "store: " + std::to_string(impl_->options.queue) +
                                         " changes are waiting to be written, which is the limit; try again"};
    case Queue::Pushed::kClosed:
      return Error{ErrorCode::kIo, "store: closing, and takes no more changes"};
  }
  return {};
}

void Store::follow(Table table, Change follower) {
  impl_->writer.follow(table, std::move(follower));
}

Result<Revision> Store::write(Change change) {
  std::mutex mutex;
  std::condition_variable told;
  std::optional<Result<Revision>> outcome;
  auto submitted = submit(std::move(change), [&](Result<Revision> result) {
    const std::lock_guard lock(mutex);
    outcome = std::move(result);
    told.notify_one();  // under the lock: what it waits with is gone once the waiter can go on
  });
  if (!submitted.ok()) return submitted.error();
  std::unique_lock lock(mutex);
  told.wait(lock, [&] { return outcome.has_value(); });
  return std::move(*outcome);
}

void Store::stop() {
  std::call_once(impl_->stop, [this] {
    impl_->queue.close();
    impl_->thread.join();
  });
}

Result<Statistics> Store::statistics() const {
  const auto usage = impl_->env->usage();
  if (!usage.ok()) return usage.error();
  Statistics s;
  s.map_bytes = usage->map_bytes;
  s.used_bytes = usage->used_bytes;
  s.file_bytes = usage->file_bytes;
  s.readers = usage->readers;
  s.queued = impl_->queue.size();
  s.writing = !impl_->writer.stopped();
  const auto snapshot = read();
  if (!snapshot.ok()) return snapshot.error();
  s.revision = snapshot->revision();
  return s;
}

Result<int> Store::clear_stale_readers() {
  return impl_->env->clear_stale_readers();
}

Result<void> Store::copy_to(const std::string& dir) const {
  return impl_->env->copy_to(dir);
}

}  // namespace store
