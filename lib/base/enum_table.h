#pragma once
#include <cstddef>

namespace base {

// Whether a table that is indexed by an enum has a row for each of its values up to `last`, in their order.
// `key` is the member of a row that says whose it is:
//
//   static_assert(has_row_for_each(kRows, &Row::color, Color::kBlue));
template <typename Rows, typename Row, typename Enum>
constexpr bool has_row_for_each(const Rows& rows, Enum Row::*key, Enum last) {
  std::size_t at = 0;
  for (const Row& row : rows)
    if (row.*key != static_cast<Enum>(at++)) return false;
  return at == static_cast<std::size_t>(last) + 1;
}

}  // namespace base
