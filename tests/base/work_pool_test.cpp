#include "base/work_pool.h"

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace {

std::unique_ptr<base::WorkPool> pool_of(std::size_t threads, std::size_t places) {
  auto pool = base::WorkPool::start({"work", threads, places});
  REQUIRE(pool.ok());
  return std::move(pool).value();
}

base::Uuid key(std::uint8_t number) {
  return base::Uuid({number});
}

// Work that begins, and ends when it is let go.
class Held {
 public:
  base::WorkPool::Work work() {
    return [this] {
      begun_.set_value();
      let_go_.get_future().wait();
    };
  }
  void wait_until_begun() { begun_.get_future().wait(); }
  void let_go() { let_go_.set_value(); }

 private:
  std::promise<void> begun_, let_go_;
};

// Runs behind all that one thread of the pool has for the key.
void finish(base::WorkPool& pool, std::uint8_t of) {
  std::promise<void> done;
  REQUIRE(pool.submit(key(of), [&] { done.set_value(); }));
  done.get_future().wait();
}

}  // namespace

TEST_CASE("work pool: one key has half of the threads, so that another's work runs", "[base]") {
  for (const std::size_t threads : {std::size_t{2}, std::size_t{4}, std::size_t{5}}) {
    INFO(threads);
    const auto pool = pool_of(threads, 100);
    std::vector<Held> held(threads / 2);
    for (Held& one : held) REQUIRE(pool->submit(key(1), one.work()));
    for (Held& one : held) one.wait_until_begun();
    std::atomic<bool> has_run = false;
    REQUIRE(pool->submit(key(1), [&] { has_run = true; }));
    for (int i = 0; i < 10; ++i) finish(*pool, 2);
    CHECK_FALSE(has_run);
    CHECK(pool->waiting() == 1);
    for (Held& one : held) one.let_go();
    finish(*pool, 1);
    CHECK((threads > 3 || has_run));  // with more threads for the key they need not end in order
  }
}

TEST_CASE("work pool: one thread serves keys in turns", "[base]") {
  const auto pool = pool_of(1, 100);
  Held first;
  REQUIRE(pool->submit(key(1), first.work()));
  first.wait_until_begun();
  std::string order;
  const auto note = [&](const char* name) { return [&order, name] { order += name; }; };
  REQUIRE(pool->submit(key(1), note("a1 ")));
  REQUIRE(pool->submit(key(1), note("a2 ")));
  REQUIRE(pool->submit(key(2), note("b1 ")));
  first.let_go();
  finish(*pool, 1);
  CHECK(order == "b1 a1 a2 ");
}

TEST_CASE("work pool: a step of what was taken needs no place, and takes turns with what waits", "[base]") {
  const auto pool = pool_of(1, 4);
  Held first;
  REQUIRE(pool->submit(key(1), first.work()));
  first.wait_until_begun();
  std::string order;
  const auto note = [&](const char* name) { return [&order, name] { order += name; }; };
  REQUIRE(pool->submit(key(1), note("a1 ")));
  REQUIRE(pool->submit(key(1), note("a2 ")));
  REQUIRE(pool->submit(key(2), note("b1 ")));
  REQUIRE(pool->submit(key(3), note("c1 ")));
  REQUIRE_FALSE(pool->submit(key(4), note("d1 ")));
  for (int i = 0; i < 3; ++i) REQUIRE(pool->go_on(key(1), note("A ")));
  REQUIRE(pool->go_on(key(2), note("B ")));
  CHECK(pool->waiting() == 4);
  std::promise<void> done;
  REQUIRE(pool->go_on(key(1), [&] { done.set_value(); }));
  first.let_go();
  done.get_future().wait();
  CHECK(order == "B c1 A b1 A a1 A a2 ");  // who has a thread goes behind
}

TEST_CASE("work pool: steps count among the threads of their key, and end with the pool", "[base]") {
  const auto pool = pool_of(2, 100);
  Held step;
  REQUIRE(pool->go_on(key(1), step.work()));
  step.wait_until_begun();
  std::atomic<bool> has_run = false;
  const auto dropped = std::make_shared<int>(0);
  REQUIRE(pool->submit(key(1), [&] { has_run = true; }));
  REQUIRE(pool->go_on(key(1), [&, dropped] { has_run = true; }));
  for (int i = 0; i < 10; ++i) finish(*pool, 2);
  CHECK_FALSE(has_run);
  std::thread stopping([&] { pool->stop(); });
  while (pool->go_on(key(3), [] {})) {
  }
  step.let_go();
  stopping.join();
  CHECK_FALSE(has_run);
  CHECK(dropped.use_count() == 1);
}

TEST_CASE("work pool: beyond the places nothing is taken, nor after the end", "[base]") {
  auto pool = pool_of(1, 4);
  Held running;
  REQUIRE(pool->submit(key(1), running.work()));
  running.wait_until_begun();
  std::atomic<int> runs = 0;
  const auto dropped = std::make_shared<int>(0);
  const auto work = [&, dropped] { ++runs; };
  CHECK(pool->submit(key(1), work));
  CHECK(pool->submit(key(1), work));
  CHECK_FALSE(pool->submit(key(1), work));
  CHECK(pool->submit(key(2), work));
  CHECK(pool->submit(key(3), work));
  CHECK_FALSE(pool->submit(key(4), work));
  CHECK(pool->waiting() == 4);
  std::thread stopping([&] { pool->stop(); });
  while (pool->submit(key(4), work)) {
  }
  while (pool->waiting() > 0) std::this_thread::yield();
  running.let_go();
  stopping.join();
  pool->stop();
  CHECK(runs == 0);
  CHECK_FALSE(pool->submit(key(1), work));
  CHECK(dropped.use_count() == 2);  // what waited is gone
}
