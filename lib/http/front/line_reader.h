#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace http::front {

// Cuts a stream of bytes that comes in pieces into lines that end in CRLF. A line that is whole in one piece
// is not copied.
class LineReader {
 public:
  enum class Status {
    kLine,     // a line, without its end
    kMore,     // all bytes taken, none ended a line
    kTooLong,  // longer than the limit, its end included
    kBareLf,   // ended by LF alone, which other readers of the same bytes take differently
  };

  // Takes bytes off the front of `bytes`. `line` lives until the next call and while the piece does.
  Status next(std::string_view& bytes, std::size_t limit, std::string_view& line);

  // Of the line that is not whole yet.
  std::string_view partial() const { return given_ ? std::string_view() : std::string_view(kept_); }

  // Length of the line given last, its end included.
  std::size_t length() const { return length_; }

 private:
  std::string kept_;
  bool given_ = false;  // kept_ is the line that was given last
  std::size_t length_ = 0;
};

}  // namespace http::front
