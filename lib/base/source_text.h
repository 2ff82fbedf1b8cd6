#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace base {

// Where something stands in a text: line and column count from 1, columns in bytes.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

// The place of a byte offset; an offset past the end is the place just after the last byte.
Place place_of(std::string_view text, std::size_t offset);

// A message may quote a part of the text, which can be long; so it is cut to this many bytes.
inline constexpr std::size_t kMaxMessage = 1'000;

// A message for people about one place of a text they wrote:
//
//   guard.cedar:3:14: unknown variable `pricipal`; did you mean `principal`?
//     3 | permit(pricipal, action, resource);
//       |        ^
//
// The line is cut to 160 bytes around the column, and control characters in it are printed as '.'; the
// message is cut to kMaxMessage.
std::string message_at(std::string_view file, std::string_view text, Place place, std::string_view message);

// The same for a caller that has the line already, since finding it takes time linear in the text.
std::string message_on(std::string_view file, std::string_view line, Place place, std::string_view message);

}  // namespace base
