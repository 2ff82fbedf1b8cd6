#include "http/front/turns.h"

namespace http::front {
namespace {

// The finalizer of SplitMix64: each bit of the payer and of the salt decides about each bit of the line.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EB;
  return x ^ (x >> 31);
}

// Lists of numbers in an array whose elements have `before` and `behind`.
template <typename Elements>
void append(Elements& elements, std::uint32_t& first, std::uint32_t& last, std::uint32_t at,
            std::uint32_t none) {
  elements[at].before = last;
  elements[at].behind = none;
  (last == none ? first : elements[last].behind) = at;
  last = at;
}

template <typename Elements>
void unlink(Elements& elements, std::uint32_t& first, std::uint32_t& last, std::uint32_t at,
            std::uint32_t none) {
  const std::uint32_t before = elements[at].before;
  const std::uint32_t behind = elements[at].behind;
  (before == none ? first : elements[before].behind) = behind;
  (behind == none ? last : elements[behind].before) = before;
}

}  // namespace

void Turns::make_room(std::size_t count) {
  if (places_.size() < count) places_.resize(count);
}

void Turns::add(std::uint32_t place, std::uint64_t payer) {
  Waiting& waiting = places_[place];
  if (waiting.line != kNone) return;
  waiting.line = static_cast<std::uint32_t>(mixed(payer ^ salt_) % kLines);
  Line& line = lines_[waiting.line];
  if (line.first == kNone) append(lines_, first_line_, last_line_, waiting.line, kNone);
  append(places_, line.first, line.last, place, kNone);
}

void Turns::remove(std::uint32_t place) {
  Waiting& waiting = places_[place];
  if (waiting.line == kNone) return;
  Line& line = lines_[waiting.line];
  unlink(places_, line.first, line.last, place, kNone);
  if (line.first == kNone) unlink(lines_, first_line_, last_line_, waiting.line, kNone);
  waiting.line = kNone;
}

std::optional<std::uint32_t> Turns::next() {
  if (empty()) return std::nullopt;
  const std::uint32_t turn = first_line_;
  const std::uint32_t place = lines_[turn].first;
  remove(place);
  if (lines_[turn].first != kNone && first_line_ != last_line_) {
    unlink(lines_, first_line_, last_line_, turn, kNone);
    append(lines_, first_line_, last_line_, turn, kNone);
  }
  return place;
}

}  // namespace http::front
