#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/function_ref.h"

namespace dialects {

// Cuts a text that comes in pieces into its lines. What it keeps is the beginning of one line.
class LineCutter {
 public:
  explicit LineCutter(std::size_t most) : most_(most) {}

  // Gives `fn` each line that is whole now, with its line end, until it answers false. A line that begins in
  // one piece and ends in another is put together first.
  void take(std::string_view piece, base::FunctionRef<bool(std::string_view line)> fn);

  // What the last piece ended in the middle of; "" where it ended with a line. Nothing of it is kept.
  std::string take_rest();

  // Whether the line that is not whole yet has more bytes than it may.
  bool is_too_long() const { return begun_.size() > most_; }

 private:
  const std::size_t most_;
  std::string begun_;
};

}  // namespace dialects
