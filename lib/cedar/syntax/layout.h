#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/source.h"

namespace cedar {

// Lays out pieces of a text anew, within a width. The text is given as a stream of pieces, breaks and nested
// groups; a group stands on one line where that fits, and else every break of it is a new line (after Oppen,
// "Prettyprinting", 1980, with consistent breaking only). Comments are pieces that end their line; a group
// with one inside is always broken. Linear in the number of pieces.
class Layout {
 public:
  // The text must outlive the layout; pieces are ranges of it.
  Layout(std::string_view text, std::size_t width, std::size_t indent_width)
      : text_(text), width_(width), indent_width_(indent_width) {}

  void piece(SourceRange at) { add(Kind::kPiece, at); }
  void own_line_comment(SourceRange at) { add(Kind::kOwnLineComment, at); }
  void end_of_line_comment(SourceRange at) { add(Kind::kEndOfLineComment, at); }

  void space() { add(Kind::kSpace); }
  void line() { add(Kind::kLine); }             // a space, or a new line
  void soft_line() { add(Kind::kSoftLine); }    // nothing, or a new line
  void outer_line() { add(Kind::kOuterLine); }  // as line(), but not indented by the group
  void outer_soft_line() { add(Kind::kOuterSoftLine); }
  void hard_line() { add(Kind::kHardLine); }  // a new line; breaks the groups around it
  void outer_hard_line() { add(Kind::kOuterHardLine); }
  void blank_line() { add(Kind::kBlankLine); }  // outside of groups

  enum class Indent : std::uint8_t { kNo, kYes };  // whether the group's lines are indented
  void begin(Indent indent) { add(kind_of(indent)); }

  // Reserves a place where a group can be made to begin later.
  std::size_t reserve() {
    add(Kind::kNothing);
    return items_.size() - 1;
  }
  void begin_at(std::size_t reserved, Indent indent) { items_[reserved].kind = kind_of(indent); }

  void end() { add(Kind::kEnd); }

  // Appends all that was given as text, and forgets it. `out` is empty or ends in a new line.
  void render(std::string& out);

 private:
  enum class Kind : std::uint8_t {
    kNothing,
    kPiece,
    kOwnLineComment,
    kEndOfLineComment,
    kSpace,
    kLine,
    kSoftLine,
    kOuterLine,
    kOuterSoftLine,
    kHardLine,
    kOuterHardLine,
    kBlankLine,
    kBegin,
    kBeginIndented,
    kEnd,
  };
  struct Item {
    SourceRange at;
    std::uint32_t size = 0;  // of a group: columns on one line, with what follows up to the next break
    Kind kind;
    bool is_broken = false;  // of a group: whether it cannot stand on one line
  };
  class Measure;
  class Renderer;

  static Kind kind_of(Indent indent) { return indent == Indent::kYes ? Kind::kBeginIndented : Kind::kBegin; }
  void add(Kind kind, SourceRange at = {}) { items_.push_back({at, 0, kind, false}); }

  std::string_view text_;
  std::size_t width_;
  std::size_t indent_width_;
  std::vector<Item> items_;
};

}  // namespace cedar
