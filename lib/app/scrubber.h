#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.h"
#include "store/store.h"

namespace app {

// A thread that checks the store for damage while it is served, again and again: its pages, then its entries
// in pieces, then its sums (domain/check.h). It takes a tenth of a processor at the lowest priority, but for
// the pages and the sums, and no snapshot of its pieces lives for longer than some milliseconds. What it
// finds is logged, a hundred faults of a round, and noted in the store (Store::note_damage).
class Scrubber {
 public:
  struct Pace {
    std::chrono::milliseconds first{60'000};  // from the start to the first round
    std::chrono::milliseconds every{0};       // from the end of a round to the next
  };

  // The store outlives this. Fails where no thread can be started.
  static base::Result<std::unique_ptr<Scrubber>> start(store::Store&, Pace);

  // Has what is under way end soon, and waits for nothing.
  void ask_to_stop();

  ~Scrubber();  // asks, and waits until it has
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

 private:
  class Round;
  Scrubber(store::Store& store, Pace pace) : store_(store), pace_(pace) {}
  void run();
  bool pause(std::chrono::nanoseconds);  // false when it is time to stop

  store::Store& store_;
  const Pace pace_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::stop_source asked_;
  std::thread thread_;
};

}  // namespace app
