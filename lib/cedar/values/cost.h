#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#include "cedar/value.h"

// What operations on values cost beside the instruction, in steps of a StepBudget: as much as they may take,
// whatever the values are, and about as much as they do for those that are meant to be slow.
namespace cedar {

// Of comparing two texts, as far as the shorter goes.
inline std::uint64_t cost_of_text(std::size_t bytes) {
  return bytes / 32;
}

// Of looking for something of this weight in a sorted list.
inline std::uint64_t cost_of_search(std::size_t among, std::uint64_t weight = 1) {
  return static_cast<std::uint64_t>(std::bit_width(among)) * weight;
}

// Whether for each of a few a set is searched, instead of going through both.
inline bool is_searched_for_each(std::size_t few, std::size_t many) {
  return cost_of_search(many) * few < many;
}

// Of looking for pieces of a text, or for a text among keys.
inline std::uint64_t cost_of_reading(std::size_t bytes) {
  return bytes / 8;
}

// Of copying a text: as much as keeps what one policy makes within two bytes of texts a step.
inline std::uint64_t cost_of_copying(std::size_t bytes) {
  return bytes / 2;
}

std::uint64_t cost_of_equal(const Value&, const Value&);
std::uint64_t cost_of_equal(const Set&, const Set&);
std::uint64_t cost_of_equal(const Record&, const Record&);
std::uint64_t cost_of_contains_all(const Set& all, const Set& wanted);
std::uint64_t cost_of_contains_any(const Set&, const Set&);

// Of making a set of so many values, of this weight in all: they are compared with each other.
inline std::uint64_t cost_of_set(std::size_t values, std::uint64_t weight) {
  return cost_of_search(values, weight);
}

}  // namespace cedar
