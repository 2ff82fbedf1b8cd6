#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/shell.h"

// The examples of a page, to be run: a block with a file's name behind its language is that file, and of a
// block of `console` every line behind `$ ` is typed, and what follows is all that comes back.
struct Block {
  std::string language;
  std::string file;  // "" where none is named
  std::string text;
};

inline std::vector<Block> blocks_of(const std::string& markdown) {
  std::vector<Block> blocks;
  std::optional<Block> open;
  for (std::size_t at = 0; at < markdown.size();) {
    const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
    const std::string line = markdown.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("```")) {
      if (open) open->text += line + "\n";
    } else if (open) {
      blocks.push_back(*open);
      open.reset();
    } else {
      const std::string info = line.substr(3);
      const std::size_t space = std::min(info.find(' '), info.size());
      open = Block{info.substr(0, space), info.substr(std::min(space + 1, info.size())), ""};
    }
  }
  return blocks;
}

// The block as whoever types its commands sees it.
inline std::string typed(const Shell& shell, const std::string& block) {
  std::string script = "exec 2>&1\nlast=0\n";
  for (std::size_t at = 0; at < block.size();) {
    const std::size_t end = block.find('\n', at);
    const std::string line = block.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("$ ")) continue;
    std::string shown;
    for (const char c : line) shown += c == '\'' ? std::string("'\\''") : std::string(1, c);
    script += "printf '%s\\n' '" + shown + "'\n(exit $last)\n" + line.substr(2) + "\nlast=$?\n";
  }
  return shell.type(script).out;
}
