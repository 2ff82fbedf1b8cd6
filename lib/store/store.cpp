#include "store/store.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/thread.h"
#include "store/env.h"
#include "store/queue.h"
#include "store/reserve.h"
#include "store/writer.h"

namespace store {
namespace {

base::Result<Revision> newest_of(const Env& env) {
  const auto snapshot = env.read();
  if (!snapshot.ok()) return snapshot.error();
  return snapshot->revision();
}

}  // namespace

struct Store::Impl {
  Impl(std::unique_ptr<Env> e, StoreOptions o, Revision newest)
      : options(std::move(o)),
        env(std::move(e)),
        queue(options.queue),
        other_source(options.source ? options.source(queue) : nullptr),
        source(other_source ? *other_source : queue),
        reserve(options.dir, options.reserve),
        writer(*env, options.clock ? *options.clock : system_clock, source.log(), newest, options.warn,
               &reserve) {}

  void write_until_closed() {
    while (auto group = source.take(Writer::kMaxGroup)) writer.run(*group);
  }

  // Where it can't be made, changes are refused until it can; that is said each time.
  void make_reserve() {
    if (const auto made = reserve.make(); !made.ok() && options.warn) options.warn(made.error().message);
  }

  const base::SystemClock system_clock;
  const StoreOptions options;
  const std::unique_ptr<Env> env;
  Queue queue;
  const std::unique_ptr<ChangeSource> other_source;
  ChangeSource& source;
  Reserve reserve;
  Writer writer;
  std::atomic<bool> looks_for_room = false;  // a change that does is queued
  std::atomic<bool> damaged = false;
  std::once_flag stop;
  std::thread thread;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Store::~Store() {
  stop();
}

base::Result<std::unique_ptr<Store>> Store::open(StoreOptions options) {
  Env::Options o;
  o.dir = options.dir;
  o.map_bytes = options.map_bytes;
  o.readers = options.readers;
  o.sync = options.sync;
  auto env = Env::open(o);
  if (!env.ok()) return env.error();
  const auto newest = newest_of(*env.value());
  if (!newest.ok()) return newest.error();
  auto impl = std::make_unique<Impl>(std::move(env).value(), std::move(options), newest.value());
  impl->make_reserve();
  auto thread = base::start_thread("writer", [raw = impl.get()] { raw->write_until_closed(); });
  if (!thread.ok()) return thread.error();
  impl->thread = std::move(thread).value();
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

base::Result<ReadTxn> Store::read() const {
  return impl_->env->read();
}

base::Result<void> Store::submit(Change change, Done done, const base::Uuid& tenant) {
  if (auto stopped = impl_->writer.stopped()) return *stopped;
  switch (impl_->queue.push(tenant, {std::move(change), std::move(done)})) {
    case Queue::Pushed::kYes:
      return {};
    case Queue::Pushed::kFull:
      return base::Error{base::ErrorCode::kFull,
                         "store: " + std::to_string(impl_->options.queue) +
                             " changes are waiting to be written, which is the limit; try again"};
    case Queue::Pushed::kOverShare:
      return base::Error{
          base::ErrorCode::kFull,
          "store: " + std::to_string(impl_->queue.share()) +
              " changes of one tenant are waiting to be written, which is its share; try again"};
    case Queue::Pushed::kClosed:
      return base::Error{base::ErrorCode::kIo, "store: closing, and takes no more changes"};
  }
  return {};
}

void Store::follow(const std::vector<Table>& tables, Change follower) {
  impl_->writer.follow(tables, std::move(follower));
}

namespace {

// A change, and whoever waits for it, who takes the change away when he goes.
struct Waiting {
  explicit Waiting(Change c) : change(std::move(c)) {}

  std::mutex mutex;
  std::condition_variable told;
  // Guarded by mutex:
  Change change;
  bool has_run = false;
  std::optional<base::Result<Revision>> outcome;

  base::Result<void> run(WriteTxn& txn) {
    const std::lock_guard lock(mutex);  // so that nobody gives up, and goes, while it runs
    if (!change) return base::Error{base::ErrorCode::kConflict, "nobody waits for it any more"};
    has_run = true;
    return change(txn);
  }
  void tell(base::Result<Revision> result) {
    const std::lock_guard lock(mutex);
    outcome = std::move(result);
    told.notify_one();
  }
};

Change change_of(const std::shared_ptr<Waiting>& waiting) {
  return [waiting](WriteTxn& txn) { return waiting->run(txn); };
}

Done done_of(const std::shared_ptr<Waiting>& waiting) {
  return [waiting](base::Result<Revision> result) { waiting->tell(std::move(result)); };
}

}  // namespace

base::Result<Revision> Store::write(Change change) {
  const auto waiting = std::make_shared<Waiting>(std::move(change));
  if (auto r = submit(change_of(waiting), done_of(waiting)); !r.ok()) return r.error();
  std::unique_lock lock(waiting->mutex);
  waiting->told.wait(lock, [&] { return waiting->outcome.has_value(); });
  return std::move(*waiting->outcome);
}

base::Result<Revision> Store::write_within(std::chrono::milliseconds limit, std::string_view what,
                                           Change change) {
  const auto waiting = std::make_shared<Waiting>(std::move(change));
  if (auto r = submit(change_of(waiting), done_of(waiting)); !r.ok()) return r.error();
  std::unique_lock lock(waiting->mutex);
  if (waiting->told.wait_for(lock, limit, [&] { return waiting->outcome.has_value(); }))
    return std::move(*waiting->outcome);
  waiting->change = nullptr;
  const std::string of = "store: " + std::string(what) + ": the writer ";
  const auto ms = limit.count();
  const std::string within =
      " within " + (ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms");
  if (!waiting->has_run)
    return base::Error{base::ErrorCode::kFull, of + "did not come to it" + within + "; it is not done"};
  return base::Error{base::ErrorCode::kIo,
                     of + "did not finish it" + within + "; it is unknown whether it is done"};
}

std::optional<base::Error> Store::stopped() const {
  return impl_->writer.stopped();
}

Revision Store::revision() const {
  return impl_->writer.revision();
}

Room Store::room() const {
  return impl_->writer.room();
}

void Store::note_damage() {
  impl_->damaged.store(true, std::memory_order_release);
}

bool Store::is_damaged() const {
  return impl_->damaged.load(std::memory_order_acquire);
}

void Store::look_for_room() {
  if (room() == Room::kAmple && impl_->reserve.is_whole()) return;
  // Ignoring a failure on purpose: it was said when the file was given up.
  (void)impl_->reserve.make();
  if (impl_->looks_for_room.exchange(true)) return;
  const auto probe = [](WriteTxn& txn) -> base::Result<void> {
    txn.probe();
    return {};
  };
  const auto told = [impl = impl_.get()](const base::Result<Revision>&) { impl->looks_for_room = false; };
  if (!submit(probe, told).ok()) impl_->looks_for_room = false;
}

void Store::stop() {
  std::call_once(impl_->stop, [this] {
    impl_->queue.close();
    impl_->thread.join();
  });
}

base::Result<Statistics> Store::statistics() const {
  const auto usage = impl_->env->usage();
  if (!usage.ok()) return usage.error();
  Statistics s;
  s.map_bytes = usage->map_bytes;
  s.used_bytes = usage->used_bytes;
  s.file_bytes = usage->file_bytes;
  s.readers = usage->readers;
  s.oldest_commit = usage->oldest_commit;
  s.oldest_behind = usage->oldest_behind;
  s.queued = impl_->queue.size();
  s.writing = !impl_->writer.stopped();
  const auto snapshot = read();
  if (!snapshot.ok()) return snapshot.error();
  s.revision = snapshot->revision();
  return s;
}

base::Result<int> Store::clear_stale_readers() {
  return impl_->env->clear_stale_readers();
}

base::Result<void> Store::copy_to(const std::string& dir, const std::stop_token& stop) const {
  return impl_->env->copy_to(dir, stop);
}

}  // namespace store
