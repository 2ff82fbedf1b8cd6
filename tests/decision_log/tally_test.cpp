#include "decision_log/tally.h"

#include <limits>

#include "store/varint.h"
#include "tests/support/catch.h"

TEST_CASE("decision log: a tally with numbers that can't be is damaged", "[decision_log]") {
  constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();
  struct Row {
    const char* name;
    std::vector<std::uint64_t> numbers;  // since, entries, lost, lost_at, keep's entries, keep's days
    bool is_read;
  };
  const Row rows[] = {
      {"all are small", {1, 2, 3, 4, 5, 6}, true},
      {"counts are any number", {1, kHuge, kHuge, 4, kHuge, 6}, true},
      {"the last moment", {253'402'300'799'999, 2, 3, 253'402'300'799'999, 5, 1'000'000}, true},
      {"since is later", {253'402'300'800'000, 2, 3, 4, 5, 6}, false},
      {"since is before 1970", {kHuge, 2, 3, 4, 5, 6}, false},
      {"lost_at is later", {1, 2, 3, 253'402'300'800'000, 5, 6}, false},
      {"too many days", {1, 2, 3, 4, 5, 1'000'001}, false},
      {"days beyond all", {1, 2, 3, 4, 5, kHuge}, false},
      {"too few numbers", {1, 2, 3, 4, 5}, false},
      {"too many numbers", {1, 2, 3, 4, 5, 6, 7}, false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    std::string bytes;
    for (const std::uint64_t n : row.numbers) store::append_varint(bytes, n);
    CHECK(decision_log::read_tally(bytes).has_value() == row.is_read);
  }
}
