// base64url of four bytes of check and the position: "list_groups" at "after" is made and read back by the
// same list alone, and a text that was cut, changed or taken from another list is none.
#include "dialects/cursor.h"

#include <cstddef>
#include <cstdint>

#include "base/encoding.h"

namespace dialects {
namespace {

constexpr std::size_t kCheckBytes = 4;

// FNV-1a over both, told apart by a byte that neither holds at that place.
std::string check_of(std::string_view operation, std::string_view next) {
  std::uint32_t hash = 2166136261U;
  const auto add = [&hash](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U; };
  for (const char c : operation) add(c);
  add('\n');
  for (const char c : next) add(c);
  std::string bytes;
  for (std::size_t i = 0; i < kCheckBytes; ++i) bytes.push_back(static_cast<char>(hash >> (8 * i)));
  return bytes;
}

}  // namespace

std::string make_cursor(std::string_view operation, std::string_view next) {
  return base::to_base64url(check_of(operation, next).append(next));
}

std::optional<std::string> read_cursor(std::string_view operation, std::string_view cursor) {
  const auto bytes = base::from_base64url(cursor);
  if (!bytes || bytes->size() <= kCheckBytes) return std::nullopt;
  std::string next = bytes->substr(kCheckBytes);
  if (check_of(operation, next) != std::string_view(*bytes).substr(0, kCheckBytes)) return std::nullopt;
  return next;
}

}  // namespace dialects
