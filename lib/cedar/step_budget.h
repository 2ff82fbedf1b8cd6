#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

namespace cedar {

// How many steps an evaluation may still take. Whoever asks passes it along, so that no policies and no
// request, whatever is in them, hold a thread for longer than it is ready to wait.
//
// A step is about one value looked at, some ten nanoseconds: an element of a set that is compared with
// others, 32 bytes of a text, an ancestor that is listed, an instruction. So `a.containsAll(b)` of sets of
// 10,000 takes 20,000 steps, and `principal.age < 18` takes three. For one thread.
class StepBudget {
 public:
  StepBudget() = default;  // without an end
  explicit StepBudget(std::uint64_t steps) : left_(steps < kEndless ? steps + 1 : kEndless) {}

  // To be called before what takes so many is done. False once more was wanted than there was, from then on.
  bool take(std::uint64_t steps) {
    left_ -= std::min(steps, left_);
    return left_ > 0;
  }
  bool is_used_up() const { return left_ == 0; }

 private:
  static constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t left_ = kEndless;  // and one more; 0: used up
};

}  // namespace cedar
