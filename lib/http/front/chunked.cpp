// A chunked body (RFC 9112 section 7.1) is sizes and data in turn, and ends with the size 0 and trailers:
//
//   4\r\nWiki\r\n6;ext=1\r\npedia \r\n0\r\nTrailer: x\r\n\r\n      is "Wikipedia "
//
// Strictly: hexadecimal digits without sign or "0x", CRLF and never LF alone, exactly as much data as was
// said. What two programs in a row could read differently is how a request is smuggled past the first.
// Extensions and trailers are checked for their form, counted against limits of their own, and dropped.
#include "http/front/chunked.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "http/front/head.h"
#include "http/front/syntax.h"

namespace http::front {

namespace {

constexpr std::size_t kMaxSizeLine = 256;         // digits, extensions and the line's end
constexpr std::size_t kMaxSizeDigits = 15;        // fits 64 bits
constexpr std::size_t kMaxExtensions = 4 * 1024;  // of one body, so that they can't outweigh it

constexpr std::size_t kLineEnd = 2;  // of the empty line, which no limit counts

constexpr Refusal kTrailersTooLarge{431, "the trailers are too large"};
constexpr Refusal kBareLf{400, "a line of the chunked body ends in LF without CR"};
constexpr Refusal kTooLarge{413, "the body is larger than this server accepts"};

// "1a", "1A;name=value", "1a ;name" into the size; what follows the digits into `extension`.
Refusal read_size(std::string_view line, std::uint64_t& size, std::string_view& extension) {
  std::size_t digits = 0;
  for (; digits < line.size() && base::hex_digit(line[digits]) >= 0; ++digits) {
    if (digits == kMaxSizeDigits) return {400, "a chunk's size has too many digits"};
    size = size * 16 + static_cast<std::uint64_t>(base::hex_digit(line[digits]));
  }
  extension = line.substr(digits);
  if (digits == 0) return {400, "a chunk's size is not a hexadecimal number"};
  if (extension.empty()) return {};
  if (!trim(extension).starts_with(';') || !is_value(extension))
    return {400, "a chunk's size is followed by something that is no extension"};
  return {};
}

}  // namespace

void append_chunk(std::string_view bytes, std::string& out) {
  if (bytes.empty()) return;
  std::array<char, 16> size;
  const auto end = std::to_chars(size.begin(), size.end(), bytes.size(), 16).ptr;
  out.append(size.begin(), end).append("\r\n").append(bytes).append("\r\n");
}

Refusal ChunkedBody::feed(std::string_view& bytes, std::string& body) {
  Refusal bad;
  while (!bytes.empty() && !bad && step_ != Step::kDone) {
    switch (step_) {
      case Step::kSize:
        bad = take_size(bytes, body.size());
        break;
      case Step::kData:
        take_data(bytes, body);
        break;
      case Step::kDataEnd:
        bad = take_data_end(bytes);
        break;
      case Step::kTrailer:
        bad = take_trailer(bytes);
        break;
      case Step::kDone:
        break;
    }
  }
  return bad;
}

Refusal ChunkedBody::take_size(std::string_view& bytes, std::size_t body_size) {
  std::string_view line;
  switch (lines_.next(bytes, kMaxSizeLine, line)) {
    case LineReader::Status::kMore:
      return {};
    case LineReader::Status::kTooLong:
      return {400, "a chunk's size line is too long"};
    case LineReader::Status::kBareLf:
      return kBareLf;
    case LineReader::Status::kLine:
      break;
  }
  std::string_view extension;
  left_ = 0;
  if (const auto bad = read_size(line, left_, extension)) return bad;
  extensions_ += extension.size();
  if (extensions_ > kMaxExtensions) return {400, "the chunks have too many extensions"};
  if (is_bounded_ && left_ > limits_.body - body_size) return kTooLarge;
  step_ = left_ == 0 ? Step::kTrailer : Step::kData;
  return {};
}

void ChunkedBody::take_data(std::string_view& bytes, std::string& body) {
  const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body += bytes.substr(0, taken);
  bytes.remove_prefix(taken);
  left_ -= taken;
  if (left_ == 0) step_ = Step::kDataEnd;
}

Refusal ChunkedBody::take_data_end(std::string_view& bytes) {
  std::string_view line;
  switch (lines_.next(bytes, kLineEnd, line)) {
    case LineReader::Status::kMore:
      return lines_.partial() == "\r" ? Refusal() : Refusal{400, "a chunk is longer than its size says"};
    case LineReader::Status::kTooLong:
      return {400, "a chunk is longer than its size says"};
    case LineReader::Status::kBareLf:
      return kBareLf;
    case LineReader::Status::kLine:
      step_ = Step::kSize;
      return {};
  }
  return {};
}

Refusal ChunkedBody::take_trailer(std::string_view& bytes) {
  std::string_view line;
  switch (lines_.next(bytes, limits_.header_bytes - trailer_bytes_ + kLineEnd, line)) {
    case LineReader::Status::kMore:
      return {};
    case LineReader::Status::kTooLong:
      return kTrailersTooLarge;
    case LineReader::Status::kBareLf:
      return kBareLf;
    case LineReader::Status::kLine:
      break;
  }
  if (line.empty()) {
    step_ = Step::kDone;
    return {};
  }
  trailer_bytes_ += lines_.length();
  if (trailer_bytes_ > limits_.header_bytes) return kTrailersTooLarge;
  if (++trailers_ > limits_.headers) return {431, "there are too many trailers"};
  Request dropped;
  return read_header_line(line, dropped);
}

}  // namespace http::front
