#include "http/front/memory_budget.h"

#include "tests/support/catch.h"

using http::front::Account;
using http::front::MemoryBudget;
using http::front::MemoryHold;

TEST_CASE("memory budget: a payer has an eighth, a group a quarter, all of them the whole", "[http]") {
  MemoryBudget budget(800, 10);
  const Account ada{1, 10}, bob{2, 10}, eve{3, 10}, other{4, 20}, platform{5, 0};
  CHECK(budget.take(ada, 100));
  CHECK_FALSE(budget.take(ada, 1));
  CHECK(budget.is_over(ada));
  CHECK_FALSE(budget.is_over(bob));
  CHECK(budget.take(bob, 99));
  CHECK_FALSE(budget.take(eve, 2));
  CHECK(budget.take(eve, 1));
  CHECK(budget.is_over(eve));  // its group is
  CHECK_FALSE(budget.is_over(other));
  CHECK(budget.take(other, 100));
  CHECK(budget.take(platform, 100));
  CHECK(budget.used() == 400);
  for (std::uint64_t i = 6; i < 10; ++i) CHECK(budget.take({i, 0}, 100));
  CHECK_FALSE(budget.take({11, 0}, 1));
  budget.give_back(ada, 100);
  CHECK_FALSE(budget.is_over(bob));
  CHECK(budget.take({11, 0}, 100));
  CHECK(budget.take_peak() == 800);
}

TEST_CASE("memory budget: one largest request always has room in a share", "[http]") {
  MemoryBudget budget(800, 300);
  CHECK(budget.take({1, 10}, 300));
  CHECK_FALSE(budget.take({1, 10}, 1));
  CHECK_FALSE(budget.take({2, 10}, 1));
  CHECK(budget.take({3, 20}, 300));
  MemoryBudget small(100, 300);
  CHECK(small.take({1, 10}, 300));
  CHECK_FALSE(small.take({2, 20}, 1));
}

TEST_CASE("memory budget: what is there already counts, room or not", "[http]") {
  MemoryBudget budget(800, 10);
  budget.charge({1, 10}, 5000);
  CHECK(budget.is_over({1, 10}));
  CHECK(budget.is_over({2, 10}));
  CHECK_FALSE(budget.is_over({2, 20}));
  budget.give_back({1, 10}, 5000);
  CHECK(budget.used() == 0);
  CHECK_FALSE(budget.is_over({1, 10}));
  CHECK(budget.take_peak() == 5000);
  CHECK(budget.take_peak() == 0);
}

TEST_CASE("memory hold: grows, changes hands, and gives back what it holds at its end", "[http]") {
  const auto budget = std::make_shared<MemoryBudget>(800, 10);
  const Account ada{1, 10}, bob{2, 20};
  {
    MemoryHold hold(budget);
    CHECK(hold.grow(ada, 60));
    CHECK(hold.grow(ada, 50));
    CHECK(budget->used() == 60);
    CHECK_FALSE(hold.grow(ada, 101));
    CHECK(budget->used() == 60);
    hold.set(bob, 500);
    CHECK(budget->used() == 500);
    CHECK(budget->is_over(bob));
    CHECK(hold.grow(ada, 70));  // bob's is given back, and nothing is counted on the wrong account
    CHECK(budget->used() == 70);
    CHECK(budget->take(bob, 100));
    budget->give_back(bob, 100);
    hold.set(bob, 500);
    MemoryHold moved(std::move(hold));
    hold = MemoryHold(budget);
    CHECK(hold.grow(ada, 100));
    CHECK(budget->used() == 600);
  }
  CHECK(budget->used() == 0);
}
