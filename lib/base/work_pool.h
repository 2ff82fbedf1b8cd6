#pragma once
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/turn_queue.h"
#include "base/uuid.h"

namespace base {

// Threads for work that takes too long for the one who has it. It waits in a bounded queue in which keys take
// turns (turn_queue.h): nobody has more than half of the places, nor more than half of the threads, and one
// of each at least. Safe for use by several threads.
class WorkPool {
 public:
  struct Options {
    std::string name;         // of the threads, at most 15 bytes
    std::size_t threads = 2;  // 1 at least
    std::size_t places = 1024;
  };

  // kFull where the system gives no thread.
  static Result<std::unique_ptr<WorkPool>> start(const Options&);
  ~WorkPool();                         // stop()
  WorkPool(const WorkPool&) = delete;  // its threads refer to it
  WorkPool& operator=(const WorkPool&) = delete;

  // Runs once on a thread of the pool, or is destroyed without by stop(). Must not throw.
  using Work = std::function<void()>;

  // Answers whether the work was taken. Not if no place is left for this key, or the pool has stopped.
  bool submit(const Uuid& key, Work);

  // The next step of work that was taken before, such as the next piece of a long answer. It needs no place,
  // so that what has begun can end however much waits; whoever goes on has one step at a time here. Steps and
  // other work are begun alternately, each in turns by key. False where the pool has stopped.
  bool go_on(const Uuid& key, Work step);

  // Takes no more, drops what waits, and waits for what runs. May be called twice, but not by the work.
  void stop();

  std::size_t waiting() const;  // but for steps

 private:
  using Queue = TurnQueue<Uuid, Work>;

  explicit WorkPool(const Options&);
  void run();
  bool has_turn() const { return waiting_.has_turn() || steps_.has_turn(); }
  Queue::Taken take();
  void begin(const Uuid& key);
  void end(const Uuid& key);
  void let_go(const Uuid& key);

  const std::size_t most_of_one_;  // threads

  mutable std::mutex mutex_;
  std::condition_variable wanted_;
  // Guarded by mutex_:
  Queue waiting_;
  Queue steps_;
  bool step_is_next_ = false;
  std::unordered_map<Uuid, std::size_t> running_;  // threads of each key
  bool stopping_ = false;

  std::mutex stop_mutex_;  // one stop after the other
  std::vector<std::thread> threads_;
};

}  // namespace base
