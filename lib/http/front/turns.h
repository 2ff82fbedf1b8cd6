#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace http::front {

// The connections of a reactor that have something to do, and whose turn it is. Those of one payer share a
// line, first in, first out, and the lines are served in turns, so that a payer with a thousand busy
// connections makes another wait for one step of one of them:
//
//   added a1 a2 a3 b1      next() a1 b1 a2 a3
//
// Payers are told apart by a hash, as in stochastic fairness queueing (P. McKenney, 1990): there are kLines
// lines, and two payers may have one in common, by chance. Which ones, changes with shuffle(). So nothing is
// looked up, and nothing takes memory but make_room(). Each function costs the same however many wait. One
// thread.
class Turns {
 public:
  static constexpr std::size_t kLines = 512;

  // For places below `count`. Everything else takes no memory.
  void make_room(std::size_t count);

  // The connection at a place waits for its turn, at the end of the payer's line. Nothing happens if it waits
  // already. REQUIRES: there is room for the place
  void add(std::uint32_t place, std::uint64_t payer);

  // No longer, if it does.
  void remove(std::uint32_t place);

  // Whose turn it is; it waits no longer. Nothing where nobody waits.
  std::optional<std::uint32_t> next();

  bool empty() const { return first_line_ == kNone; }

  // Other payers may share a line from now on, of those that are added. Who waits stays in line.
  void shuffle(std::uint64_t salt) { salt_ = salt; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  // Of a place that waits, what stands before and behind it in its line.
  struct Waiting {
    std::uint32_t before = kNone;
    std::uint32_t behind = kNone;
    std::uint32_t line = kNone;  // none: it doesn't wait
  };
  struct Line {
    std::uint32_t first = kNone;  // places
    std::uint32_t last = kNone;
    std::uint32_t before = kNone;  // lines, in the order of their turns
    std::uint32_t behind = kNone;
  };

  std::vector<Waiting> places_;
  std::array<Line, kLines> lines_;
  std::uint32_t first_line_ = kNone;  // of those in which somebody waits
  std::uint32_t last_line_ = kNone;
  std::uint64_t salt_ = 0;
};

}  // namespace http::front
