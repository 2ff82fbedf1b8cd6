#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_text.h"

namespace cedar {

// A part of a source's text: byte offsets, end exclusive. Empty where a tree was not made from text.
struct SourceRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// A text that policies or schemas were read from, kept for messages. Immutable; shared by all that was read.
class Source {
 public:
  // `name` is what messages call it, usually the file's path.
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  std::string_view text_at(SourceRange range) const;

  // Line and column of a byte offset, in the logarithm of the number of lines.
  base::Place place(std::size_t offset) const;

  // "name:line:col: what", the line and a caret; see base/source_text.h.
  std::string message(std::size_t offset, std::string_view what) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
};

using SourcePtr = std::shared_ptr<const Source>;

}  // namespace cedar
