#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source_text.h"

namespace config {

// The mistakes in one file, gathered so that its author sees all of them at once. The text is borrowed and
// must outlive the collection.
class Mistakes {
 public:
  static constexpr std::size_t kMaxShown = 50;

  Mistakes(std::string_view file, std::string_view text) : file_(file), text_(text) {}

  void add(base::Place place, std::string message);
  bool empty() const { return count_ == 0; }

  // No more messages will be shown, so that a costly guess isn't worth making.
  bool full() const { return found_.size() >= kMaxShown; }

  // All messages in the order of their places, a blank line between them. REQUIRES: !empty()
  base::Error error() const;

 private:
  struct Mistake {
    base::Place place;
    std::string message;
  };
  std::string file_;
  std::string_view text_;
  std::vector<Mistake> found_;
  std::size_t count_ = 0;
};

// `text` cut to 80 bytes and without control characters, for quoting what somebody wrote; then in backticks.
std::string shortened(std::string_view text);
std::string in_ticks(std::string_view text);

}  // namespace config
