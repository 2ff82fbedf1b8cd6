#include "http/front/turns.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

using http::front::Turns;

namespace {

std::vector<std::uint32_t> next_all(Turns& turns) {
  std::vector<std::uint32_t> order;
  while (const auto place = turns.next()) order.push_back(*place);
  return order;
}

using Places = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("turns: payers take turns, each with its connections in order", "[http]") {
  struct Row {
    const char* why;
    std::vector<std::pair<std::uint32_t, std::uint64_t>> added;  // a place, and its payer
    Places order;
  };
  for (const auto& [why, added, order] :
       {Row{"nobody waits", {}, {}},
        {"one payer", {{3, 7}, {1, 7}, {2, 7}}, {3, 1, 2}},
        {"another payer waits for one step of one of them", {{0, 7}, {1, 7}, {2, 7}, {3, 8}}, {0, 3, 1, 2}},
        {"three payers", {{0, 7}, {1, 7}, {2, 8}, {3, 9}, {4, 8}}, {0, 2, 3, 1, 4}},
        {"who waits already keeps its turn", {{0, 7}, {1, 7}, {0, 7}, {0, 8}}, {0, 1}}}) {
    INFO(why);
    Turns turns;
    turns.make_room(5);
    for (const auto& [place, payer] : added) turns.add(place, payer);
    CHECK(turns.empty() == order.empty());
    CHECK(next_all(turns) == order);
    CHECK(turns.empty());
  }
}

TEST_CASE("turns: who is served goes behind those who wait", "[http]") {
  Turns turns;
  turns.make_room(4);
  turns.add(0, 7);
  turns.add(1, 7);
  CHECK(turns.next() == 0);
  turns.add(0, 7);
  turns.add(2, 8);
  CHECK(next_all(turns) == Places{1, 2, 0});
}

TEST_CASE("turns: who is gone has no turn, wherever it stood in its line", "[http]") {
  for (std::uint32_t gone = 0; gone < 4; ++gone) {
    INFO(gone);
    Turns turns;
    turns.make_room(4);
    for (std::uint32_t place = 0; place < 3; ++place) turns.add(place, 7);
    turns.add(3, 8);
    turns.remove(gone);
    turns.remove(gone);
    Places order{0, 3, 1, 2};
    order.erase(std::find(order.begin(), order.end(), gone));
    if (gone == 0) order = {1, 3, 2};
    CHECK(next_all(turns) == order);
    turns.add(gone, 8);  // its place is another's now
    CHECK(next_all(turns) == Places{gone});
  }
}

// Against a model that keeps lists: the lines that payers have are found out, since two may share one.
TEST_CASE("turns: everybody who waits has one turn, and no payer two before another's first", "[http]") {
  std::mt19937 random(20261127);
  Turns turns;
  turns.make_room(200);
  std::map<std::uint32_t, std::uint64_t> waiting;
  for (int round = 0; round < 2000; ++round) {
    const auto place = static_cast<std::uint32_t>(random() % 200);
    switch (random() % 4) {
      case 0:
        turns.remove(place);
        waiting.erase(place);
        break;
      case 1: {
        const auto next = turns.next();
        REQUIRE(next.has_value() == !waiting.empty());
        if (next) REQUIRE(waiting.erase(*next) == 1);
        break;
      }
      default: {
        const std::uint64_t payer = 1 + random() % 6;  // no two of these share a line
        turns.add(place, payer);
        waiting.try_emplace(place, payer);
      }
    }
  }
  REQUIRE(!waiting.empty());
  std::map<std::uint64_t, int> served;
  std::set<std::uint64_t> payers;
  for (const auto& [place, payer] : waiting) payers.insert(payer);
  for (std::size_t i = 0; i < payers.size(); ++i) {
    const auto next = turns.next();
    REQUIRE(next);
    ++served[waiting.at(*next)];
    waiting.erase(*next);
  }
  for (const std::uint64_t payer : payers) CHECK(served[payer] == 1);
  for (auto next = turns.next(); next; next = turns.next()) REQUIRE(waiting.erase(*next) == 1);
  CHECK(waiting.empty());
}

TEST_CASE("turns: who waits during a shuffle stays in line, and can leave it", "[http]") {
  Turns turns;
  turns.make_room(6);
  for (std::uint32_t place = 0; place < 3; ++place) turns.add(place, 7);
  turns.shuffle(1);
  turns.add(3, 7);  // in another line, by chance in the same
  turns.remove(1);
  turns.add(0, 7);  // waits already
  Places order = next_all(turns);
  std::sort(order.begin(), order.end());
  CHECK(order == Places{0, 2, 3});
  CHECK(turns.empty());
}

TEST_CASE("turns: two payers that share a line don't after a shuffle", "[http]") {
  Turns turns;
  turns.make_room(3);
  const auto share_line = [&](std::uint64_t a, std::uint64_t b) {
    turns.add(0, a);
    turns.add(1, a);
    turns.add(2, b);
    return next_all(turns) == Places{0, 1, 2};
  };
  int shared = 0;
  for (std::uint64_t payer = 1; payer <= 20 * Turns::kLines; ++payer) {
    turns.shuffle(0);
    if (!share_line(0, payer)) continue;
    ++shared;
    int again = 0;
    for (std::uint64_t salt = 1; salt <= 8; ++salt) {
      turns.shuffle(salt);
      if (share_line(0, payer)) ++again;
    }
    CHECK(again <= 2);
  }
  CHECK(shared > 5);
  CHECK(shared < 60);
}
