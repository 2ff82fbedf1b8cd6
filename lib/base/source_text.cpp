// A message about a place is three lines: "file:line:column: what", the line, and a caret below its column.
// Columns count bytes, but the caret is put after as many columns as there are characters, so that it stands
// right below text that isn't ASCII. A line of more than 160 bytes is cut to a window around the caret, never
// inside a character:
//
//   guard.cedar:3:14: unknown variable `pricipal`; did you mean `principal`?
//     3 | permit(pricipal, action, resource);
//       |        ^
//
// Wide characters (CJK) take two columns on a terminal and one here; the caret is then too far to the left.
#include "base/source_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace base {
namespace {

constexpr std::size_t kShownBytes = 160;

std::string_view line_of(std::string_view text, std::size_t line) {
  std::size_t begin = 0;
  for (std::size_t at = 1; at < line; ++at) {
    const std::size_t newline = text.find('\n', begin);
    if (newline == std::string_view::npos) return {};
    begin = newline + 1;
  }
  std::string_view rest = text.substr(begin);
  return rest.substr(0, rest.find('\n'));
}

}  // namespace

Place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  return {lines + 1, newline == std::string_view::npos ? before.size() + 1 : before.size() - newline};
}

std::string message_at(std::string_view file, std::string_view text, Place place, std::string_view message) {
  return message_on(file, line_of(text, place.line), place, message);
}

std::string message_on(std::string_view file, std::string_view line, Place place, std::string_view message) {
  std::string out;
  out.append(file).append(":").append(std::to_string(place.line)).append(":");
  out.append(std::to_string(place.column)).append(": ");
  out.append(utf8::shortened(message, kMaxMessage));

  if (line.ends_with('\r')) line.remove_suffix(1);
  std::size_t caret = std::min(place.column - 1, line.size());
  if (line.size() > kShownBytes) {
    std::size_t from = caret > kShownBytes / 2 ? caret - kShownBytes / 2 : 0;
    from = std::min(from, line.size() - kShownBytes);
    while (from > 0 && utf8::is_continuation(line[from])) --from;
    line = line.substr(from, kShownBytes);
    caret -= from;
  }
  std::string shown = utf8::replace_invalid(line);
  std::size_t columns = 0;
  for (const char c : line.substr(0, caret)) columns += utf8::is_continuation(c) ? 0 : 1;
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = c == '\t' ? ' ' : '.';

  const std::string number = std::to_string(place.line);
  out.append("\n  ").append(number).append(" | ").append(shown);
  out.append("\n  ").append(number.size(), ' ').append(" | ").append(columns, ' ').append("^");
  return out;
}

}  // namespace base
