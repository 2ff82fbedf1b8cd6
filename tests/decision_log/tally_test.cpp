#include "decision_log/tally.h"

#include <limits>

#include "store/varint.h"
#include "tests/support/catch.h"

TEST_CASE("decision log: a tally with numbers that can't be is damaged", "[decision_log]") {
  constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max(), kLast = 253'402'300'799'999;
  struct Row {
    const char* name;
    std::vector<std::uint64_t> numbers;  // as the members stand
    bool is_read;
  };
  const Row rows[] = {
      {"all are small", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, true},
      {"counts are any number", {1, kHuge, kHuge, kHuge, 5, kHuge, kHuge, kHuge, 9, kHuge, 11}, true},
      {"the last moment", {kLast, 2, 3, 4, kLast, 6, 7, 8, kLast, 10, 1'000'000}, true},
      {"since is later", {kLast + 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, false},
      {"since is before 1970", {kHuge, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, false},
      {"lost_at is later", {1, 2, 3, 4, kLast + 1, 6, 7, 8, 9, 10, 11}, false},
      {"uncounted_at is later", {1, 2, 3, 4, 5, 6, 7, 8, kLast + 1, 10, 11}, false},
      {"too many days", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1'000'001}, false},
      {"days beyond all", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, kHuge}, false},
      {"too few numbers", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, false},
      {"too many numbers", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    std::string bytes;
    for (const std::uint64_t n : row.numbers) store::append_varint(bytes, n);
    CHECK(decision_log::read_tally(bytes).has_value() == row.is_read);
  }
}
