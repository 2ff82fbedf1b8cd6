// Most lines come whole in one piece, and are given as a view into it. Only what a piece ends in the middle
// of is kept, and the next piece's rest of the line is put behind it:
//
//   "Host: a\r\nAcc" + "ept: */*\r\n"     the first is a view; "Acc" is kept, and the rest put behind it
//
// The limit counts what was kept too, so that a line without an end is refused once it is too long, however
// small its pieces. A line that ends in LF alone is told apart and never accepted.
#include "http/front/line_reader.h"

namespace http::front {

LineReader::Status LineReader::next(std::string_view& bytes, std::size_t limit, std::string_view& line) {
  if (given_) {
    kept_.clear();
    given_ = false;
  }
  const std::size_t end = bytes.find('\n');
  const std::string_view piece = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
  if (kept_.size() + piece.size() > limit) return Status::kTooLong;
  bytes.remove_prefix(piece.size());
  if (end == std::string_view::npos) {
    kept_ += piece;
    return Status::kMore;
  }
  line = piece;
  if (!kept_.empty()) {
    kept_ += piece;
    given_ = true;
    line = kept_;
  }
  length_ = line.size();
  if (length_ < 2 || line[length_ - 2] != '\r') return Status::kBareLf;
  line.remove_suffix(2);
  return Status::kLine;
}

}  // namespace http::front
