#pragma once
#include <atomic>
#include <future>

#include "store/store.h"
#include "tests/support/catch.h"

// Holds the writer thread in a change until it is let go, so that what is submitted meanwhile is one group.
class WriterGate {
 public:
  explicit WriterGate(store::Store& store) {
    std::promise<void> reached;
    auto waiting = reached.get_future();
    REQUIRE(store
                .submit(
                    [this, &reached,
                     opened = opened_.get_future().share()](store::WriteTxn&) -> base::Result<void> {
                      if (!entered_.exchange(true)) reached.set_value();
                      opened.wait();
                      return {};
                    },
                    [](auto) {})
                .ok());
    waiting.wait();
  }
  WriterGate(const WriterGate&) = delete;
  WriterGate& operator=(const WriterGate&) = delete;
  void open() { opened_.set_value(); }

 private:
  std::promise<void> opened_;
  std::atomic<bool> entered_ = false;
};
