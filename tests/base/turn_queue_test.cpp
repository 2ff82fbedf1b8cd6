#include "base/turn_queue.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/catch.h"

using Turns = base::TurnQueue<std::string, std::string>;

namespace {

// "a1 b1 …": each begins with its key.
void push_all(Turns& turns, const std::string& items) {
  for (std::size_t at = 0; at < items.size(); at += 3)
    REQUIRE(turns.push(items.substr(at, 1), items.substr(at, 2)) == Turns::Pushed::kYes);
}

std::string take_all(Turns& turns) {
  std::string taken;
  while (auto next = turns.take()) {
    CHECK(next->item.starts_with(next->key));
    taken += (taken.empty() ? "" : " ") + next->item;
  }
  return taken;
}

std::string together(Turns& turns, std::size_t most, std::size_t most_of_one) {
  std::string taken;
  for (const std::string& item : turns.take_together(most, most_of_one))
    taken += (taken.empty() ? "" : " ") + item;
  return taken;
}

}  // namespace

TEST_CASE("turn queue: keys take turns, each with its items in order", "[base]") {
  struct Row {
    const char *pushed, *taken;
  };
  for (const auto& [pushed, taken] : {Row{"a1 a2 a3", "a1 a2 a3"},
                                      {"a1 a2 a3 a4 b1 c1 b2", "a1 b1 c1 a2 b2 a3 a4"},
                                      {"a1 b1 a2 b2", "a1 b1 a2 b2"},
                                      {"c1 b1 a1", "c1 b1 a1"}}) {
    INFO(pushed);
    Turns turns(100);
    push_all(turns, pushed);
    CHECK(take_all(turns) == taken);
    CHECK(turns.empty());
  }
  Turns turns(100);  // who comes later has its turn next, and who was served goes behind it
  push_all(turns, "a1 a2 a3");
  CHECK(turns.take()->item == "a1");
  push_all(turns, "b1 b2");
  CHECK(take_all(turns) == "a2 b1 a3 b2");
}

TEST_CASE("turn queue: one key holds at most half of the places, and all of them are bounded", "[base]") {
  struct Row {
    std::size_t places, share;
  };
  for (const auto& [places, share] : {Row{1, 1}, {2, 1}, {3, 1}, {4, 2}, {7, 3}, {1024, 512}}) {
    INFO(places);
    base::TurnQueue<int, std::unique_ptr<int>> turns(places);
    CHECK(turns.share() == share);
    using Pushed = decltype(turns)::Pushed;
    for (std::size_t i = 0; i < share; ++i) CHECK(turns.push(1, std::make_unique<int>(0)) == Pushed::kYes);
    auto kept = std::make_unique<int>(0);
    CHECK(turns.push(1, std::move(kept)) == (places == share ? Pushed::kFull : Pushed::kOverShare));
    CHECK(kept);  // what isn't taken stays with the caller
    for (std::size_t i = share; i < places; ++i)
      CHECK(turns.push(static_cast<int>(2 + i), std::make_unique<int>(0)) == Pushed::kYes);
    CHECK(turns.push(1, std::make_unique<int>(0)) == Pushed::kFull);
    CHECK(turns.push(0, std::make_unique<int>(0)) == Pushed::kFull);
    CHECK(turns.size() == places);
    CHECK(turns.take()->key == 1);
    CHECK(turns.push(1, std::make_unique<int>(0)) == Pushed::kYes);
  }
}

TEST_CASE("turn queue: of one key only so many are taken together while others wait", "[base]") {
  Turns turns(100);
  push_all(turns, "a1 a2 a3 a4 a5 b1 c1 c2 c3");
  CHECK(together(turns, 100, 2) == "a1 b1 c1 a2 c2");
  CHECK(together(turns, 3, 2) == "a3 c3 a4");
  CHECK(together(turns, 100, 1) == "a5");
  CHECK(together(turns, 100, 1) == "");
  push_all(turns, "a1 a2 a3 a4 a5");
  CHECK(together(turns, 4, 2) == "a1 a2 a3 a4");
  push_all(turns, "b1");
  CHECK(together(turns, 100, 2) == "a5 b1");
}

TEST_CASE("turn queue: a key that is held back keeps its places and waits for its release", "[base]") {
  Turns turns(6);
  push_all(turns, "a1 a2 b1");
  CHECK(turns.take()->item == "a1");
  turns.hold("a");
  push_all(turns, "a3 a4");
  CHECK(turns.push("a", "a5") == Turns::Pushed::kOverShare);
  CHECK(take_all(turns) == "b1");
  CHECK_FALSE(turns.has_turn());
  CHECK(turns.size() == 3);
  push_all(turns, "b2");
  turns.release("a");
  CHECK(take_all(turns) == "b2 a2 a3 a4");
  turns.hold("a");  // nothing of it waits
  push_all(turns, "a6");
  CHECK(take_all(turns) == "");
  turns.release("a");
  CHECK(take_all(turns) == "a6");
  turns.hold("a");
  turns.release("a");
  CHECK(turns.empty());
  push_all(turns, "a7");
  CHECK(take_all(turns) == "a7");
}

// The plain way: all items in one list, and a round of keys.
TEST_CASE("turn queue: as a slower one would do it", "[base]") {
  std::mt19937 random(7);
  base::TurnQueue<int, int> turns(40);
  struct Slow {
    std::vector<std::pair<int, int>> items;  // in order of arrival
    std::vector<int> order;                  // of keys with items
  } slow;
  int next = 0, taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 2 == 0) {
      const int key = static_cast<int>(random() % 8 * (random() % 3) / 2);
      const auto of_key = std::count_if(slow.items.begin(), slow.items.end(),
                                        [&](const auto& item) { return item.first == key; });
      using Pushed = decltype(turns)::Pushed;
      const Pushed expected = slow.items.size() == 40 ? Pushed::kFull
                              : of_key == 20          ? Pushed::kOverShare
                                                      : Pushed::kYes;
      const int item = ++next;
      REQUIRE(turns.push(key, int{item}) == expected);
      if (expected != Pushed::kYes) continue;
      if (of_key == 0) slow.order.push_back(key);
      slow.items.emplace_back(key, item);
    } else if (auto got = turns.take()) {
      ++taken;
      REQUIRE_FALSE(slow.order.empty());
      const int key = slow.order.front();
      slow.order.erase(slow.order.begin());
      const auto of_key = [&](const auto& item) { return item.first == key; };
      const auto first = std::find_if(slow.items.begin(), slow.items.end(), of_key);
      REQUIRE(got->key == key);
      REQUIRE(got->item == first->second);
      slow.items.erase(first);
      if (std::any_of(slow.items.begin(), slow.items.end(), of_key)) slow.order.push_back(key);
    } else {
      REQUIRE(slow.items.empty());
    }
    REQUIRE(turns.size() == slow.items.size());
  }
  CHECK(taken > 5'000);
}
