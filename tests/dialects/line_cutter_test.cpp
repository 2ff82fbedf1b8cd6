#include "dialects/line_cutter.h"

#include <vector>

#include "tests/support/catch.h"

namespace {

using Lines = std::vector<std::string>;

// The lines of a text that comes in pieces of this size, and what is left of it.
Lines cut(std::string_view text, std::size_t piece, std::size_t wanted = 100) {
  dialects::LineCutter cutter(4);
  Lines lines;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    cutter.take(text.substr(0, piece), [&](std::string_view line) {
      lines.emplace_back(line);
      return lines.size() < wanted;
    });
  lines.push_back(cutter.take_rest());
  CHECK(cutter.take_rest().empty());
  return lines;
}

}  // namespace

TEST_CASE("lines: whatever the pieces, the same lines", "[http]") {
  struct Row {
    const char* text;
    Lines lines;
  };
  const Row rows[] = {
      {"", {""}},
      {"\n", {"\n", ""}},
      {"a", {"a"}},
      {"a\nbc\n", {"a\n", "bc\n", ""}},
      {"a\n\n\nb\r\nrest", {"a\n", "\n", "\n", "b\r\n", "rest"}},
  };
  for (const Row& row : rows)
    for (std::size_t piece = 1; piece < 16; ++piece) CHECK(cut(row.text, piece) == row.lines);
}

TEST_CASE("lines: what comes behind one that ends it all isn't kept", "[http]") {
  CHECK(cut("a\nb\nc", 16, 1) == Lines{"a\n", ""});
  dialects::LineCutter cutter(4);
  const auto any = [](std::string_view) { return true; };
  cutter.take("a\n1234", any);
  CHECK_FALSE(cutter.is_too_long());
  cutter.take("5", any);
  CHECK(cutter.is_too_long());
  cutter.take("6\n", any);
  CHECK_FALSE(cutter.is_too_long());
}
