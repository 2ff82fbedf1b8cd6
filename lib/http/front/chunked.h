#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "http/front/limits.h"
#include "http/front/line_reader.h"
#include "http/front/refusal.h"
#include "http/message.h"

namespace http::front {

// Appends the bytes as one chunk; none, which would be the last chunk, as nothing.
void append_chunk(std::string_view bytes, std::string& out);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// Joins the chunks of a body (RFC 9112 section 7.1) that comes in pieces. Extensions are checked and ignored,
// trailers checked and dropped.
class ChunkedBody {
 public:
  // The body, decoded, may have `most` bytes, or any number: kUnbounded. REQUIRES: limits outlive this
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();
  ChunkedBody(const Limits& limits, std::size_t most) : limits_(limits), most_(most) {}

  // Takes bytes off the front of `bytes`, up to the end of the body, and appends their data to `body`.
  Refusal feed(std::string_view& bytes, std::string& body);

  bool done() const { return step_ == Step::kDone; }

 private:
  enum class Step { kSize, kData, kDataEnd, kTrailer, kDone };

  Refusal take_size(std::string_view& bytes, std::size_t body_size);
  void take_data(std::string_view& bytes, std::string& body);
  Refusal take_data_end(std::string_view& bytes);
  Refusal take_trailer(std::string_view& bytes);

  const Limits& limits_;
  const std::size_t most_;
  LineReader lines_;
  Step step_ = Step::kSize;
  std::uint64_t left_ = 0;      // of the chunk under way
  std::size_t extensions_ = 0;  // bytes so far
  std::size_t trailer_bytes_ = 0;
  std::size_t trailers_ = 0;
};

}  // namespace http::front
