#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cedar {

// Numbers found by the hash of a key that lies elsewhere, at 16 to 32 bytes each. Open addressing, at most
// half full; where keys come from outside the hash must be keyed.
class NumberTable {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // The number that was put under this hash and for which `is_it(number)`, else kNone.
  template <typename IsIt>
  std::uint32_t find(std::uint64_t hash, IsIt is_it) const {
    if (slots_.empty()) return kNone;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t place = tag & mask();; place = (place + 1) & mask()) {
      const Slot& slot = slots_[place];
      if (slot.number == kNone || (slot.tag == tag && is_it(slot.number))) return slot.number;
    }
  }

  // Puts a number there, which is not kNone, without asking whether it is there already.
  void add(std::uint64_t hash, std::uint32_t number) {
    if (size_ * 2 >= slots_.size()) grow();
    put({tag_of(hash), number});
    ++size_;
  }

  // Takes out what was put there. What was pushed on by it moves up, so that no search ends too soon.
  // REQUIRES: it was added under this hash
  void take_out(std::uint64_t hash, std::uint32_t number) {
    std::size_t hole = tag_of(hash) & mask();
    while (slots_[hole].number != number) hole = (hole + 1) & mask();
    for (std::size_t next = (hole + 1) & mask(); slots_[next].number != kNone; next = (next + 1) & mask()) {
      const std::size_t wanted = slots_[next].tag & mask();
      if (((next - wanted) & mask()) < ((next - hole) & mask())) continue;  // it would lie before its place
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = {};
    --size_;
  }

  // Gives every number the one that `f` makes of it.
  template <typename F>
  void renumber(F f) {
    for (Slot& slot : slots_)
      if (slot.number != kNone) slot.number = f(slot.number);
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;  // enough of the hash to find the place of, too
    std::uint32_t number = kNone;
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }
  std::size_t mask() const { return slots_.size() - 1; }

  void put(Slot slot) {
    std::size_t place = slot.tag & mask();
    while (slots_[place].number != kNone) place = (place + 1) & mask();
    slots_[place] = slot;
  }

  void grow() {
    static constexpr std::size_t kLeast = 16;
    std::vector<Slot> old(slots_.empty() ? kLeast : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.number != kNone) put(slot);
  }

  std::vector<Slot> slots_;  // as many as a power of two
  std::size_t size_ = 0;
};

}  // namespace cedar
