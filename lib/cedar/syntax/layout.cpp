// In two passes over the pieces. The first gives every group its width, and finds out which can't stand on
// one line whatever the width. The second writes: a group that fits into what is left of the line stands on
// it, else each of its breaks is a new line, and the groups inside are asked anew.
//
//   when { a && b }        fits            when
//                                          {
//                                            a &&
//                                            b
//                                          }
//
// Nothing is tried twice, so it is linear; nor is a better layout looked for further back (after Oppen,
// "Prettyprinting", 1980).
#include "cedar/syntax/layout.h"

#include <algorithm>

#include "base/utf8.h"

namespace cedar {

namespace {

std::string_view piece_of(std::string_view text, SourceRange at) {
  return text.substr(at.begin, at.end - at.begin);
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !base::utf8::is_continuation(c); }));
}

// Of a string with line breaks inside, its longest line.
std::size_t width_of(std::string_view text) {
  std::size_t widest = 0;
  for (;;) {
    const std::size_t newline = text.find('\n');
    widest = std::max(widest, columns(text.substr(0, newline)));
    if (newline == std::string_view::npos) return widest;
    text.remove_prefix(newline + 1);
  }
}

}  // namespace

// One pass that gives every group its size, and says which are broken whatever the width. A comment breaks
// the groups it lies inside of, which means: between their first and their last piece.
class Layout::Measure {
 public:
  explicit Measure(Layout& layout) : layout_(layout) {}

  void run() {
    for (std::size_t i = 0; i < layout_.items_.size(); ++i) visit(i);
    end_of_run();
  }

 private:
  struct Open {
    std::size_t index;
    std::size_t width_before;
    std::size_t breakers_before = 0;  // counted at the group's first piece
  };

  void visit(std::size_t index) {
    Item& item = layout_.items_[index];
    switch (item.kind) {
      case Kind::kNothing:
        return;
      case Kind::kPiece:
        return piece(item);
      case Kind::kOwnLineComment:
      case Kind::kEndOfLineComment:
      case Kind::kHardLine:
      case Kind::kOuterHardLine:
      case Kind::kBlankLine:
        end_of_run();
        ++breakers_;
        return;
      case Kind::kSpace:
        ++width_;
        return;
      case Kind::kLine:
      case Kind::kOuterLine:
        end_of_run();
        ++width_;
        return;
      case Kind::kSoftLine:
      case Kind::kOuterSoftLine:
        return end_of_run();
      case Kind::kBegin:
      case Kind::kBeginIndented:
        open_.push_back({index, width_});
        return;
      case Kind::kEnd:
        return close();
    }
  }
  void piece(const Item& item) {
    for (; started_ < open_.size(); ++started_) open_[started_].breakers_before = breakers_;
    breakers_at_piece_ = breakers_;
    width_ += width_of(piece_of(layout_.text_, item.at));
  }
  void close() {
    const Open group = open_.back();
    open_.pop_back();
    layout_.items_[group.index].is_broken =
        started_ > open_.size() && breakers_at_piece_ > group.breakers_before;
    started_ = std::min(started_, open_.size());
    closed_.push_back(group);
  }
  // What follows a group up to the next break stands on its last line.
  void end_of_run() {
    for (const Open& group : closed_)
      layout_.items_[group.index].size = static_cast<std::uint32_t>(width_ - group.width_before);
    closed_.clear();
  }

  Layout& layout_;
  std::size_t width_ = 0;
  std::size_t breakers_ = 0;
  std::size_t breakers_at_piece_ = 0;
  std::vector<Open> open_;
  std::size_t started_ = 0;  // how many of these have had a piece
  std::vector<Open> closed_;
};

class Layout::Renderer {
 public:
  Renderer(const Layout& layout, std::string& out) : layout_(layout), out_(out) {}

  void run() {
    for (const Item& item : layout_.items_) visit(item);
    if (!at_line_start_) out_.push_back('\n');
  }

 private:
  struct Group {
    bool is_broken;
    std::size_t indent;
  };

  void visit(const Item& item) {
    switch (item.kind) {
      case Kind::kNothing:
        return;
      case Kind::kPiece:
        return piece(item);
      case Kind::kOwnLineComment:
        return own_line_comment(item);
      case Kind::kEndOfLineComment:
        return end_of_line_comment(item);
      case Kind::kSpace:
        has_space_ = true;
        return;
      case Kind::kLine:
        return line(inner(), inner(), true);
      case Kind::kSoftLine:
        return line(inner(), inner(), false);
      case Kind::kOuterLine:
        return line(outer(), inner(), true);
      case Kind::kOuterSoftLine:
        return line(outer(), inner(), false);
      case Kind::kHardLine:
        return new_line(inner());
      case Kind::kOuterHardLine:
        return new_line(outer(), inner());
      case Kind::kBlankLine:
        new_line(inner());
        if (!out_.empty()) out_.push_back('\n');
        return;
      case Kind::kBegin:
        return begin(item, 0);
      case Kind::kBeginIndented:
        return begin(item, layout_.indent_width_);
      case Kind::kEnd:
        groups_.pop_back();
        return;
    }
  }

  std::size_t inner() const { return groups_.empty() ? 0 : groups_.back().indent; }
  std::size_t outer() const { return groups_.size() < 2 ? 0 : groups_[groups_.size() - 2].indent; }

  void begin(const Item& item, std::size_t indent) {
    const bool may_break = groups_.empty() || groups_.back().is_broken;
    const std::size_t column = (at_line_start_ ? line_indent_ : column_) + (has_space_ ? 1 : 0);
    groups_.push_back(
        {may_break && (item.is_broken || column + item.size > layout_.width_), inner() + indent});
  }
  void line(std::size_t indent, std::size_t comment_indent, bool is_space) {
    if (!groups_.empty() && groups_.back().is_broken) return new_line(indent, comment_indent);
    has_space_ = has_space_ || is_space;
  }
  void new_line(std::size_t indent) { new_line(indent, indent); }
  void new_line(std::size_t indent, std::size_t comment_indent) {
    if (!at_line_start_) out_.push_back('\n');
    at_line_start_ = true;
    line_indent_ = indent;
    comment_indent_ = comment_indent;
    has_space_ = false;
    must_break_ = false;
  }
  void write(std::string_view text) {
    if (must_break_) new_line(inner());
    if (at_line_start_) {
      out_.append(line_indent_, ' ');
      column_ = line_indent_;
    } else if (has_space_) {
      out_.push_back(' ');
      ++column_;
    }
    at_line_start_ = false;
    has_space_ = false;
    out_.append(text);
    const std::size_t newline = text.rfind('\n');
    column_ = newline == std::string_view::npos ? column_ + columns(text) : columns(text.substr(newline + 1));
  }
  void piece(const Item& item) { write(piece_of(layout_.text_, item.at)); }

  void own_line_comment(const Item& item) {
    if (!at_line_start_) new_line(inner());
    const std::size_t indent = line_indent_;
    const std::size_t comment_indent = comment_indent_;
    line_indent_ = comment_indent;
    write(piece_of(layout_.text_, item.at));
    new_line(indent, comment_indent);
  }
  void end_of_line_comment(const Item& item) {
    has_space_ = true;
    write(piece_of(layout_.text_, item.at));
    must_break_ = true;
  }

  const Layout& layout_;
  std::string& out_;
  std::vector<Group> groups_;
  std::size_t column_ = 0;          // of the line so far
  std::size_t line_indent_ = 0;     // written with the line's first piece
  std::size_t comment_indent_ = 0;  // of comments before that: before a closing bracket they stand further in
  bool at_line_start_ = true;
  bool has_space_ = false;   // before the next piece of the line
  bool must_break_ = false;  // the line ends in a comment
};

void Layout::render(std::string& out) {
  Measure(*this).run();
  Renderer(*this, out).run();
  items_.clear();
}

}  // namespace cedar
