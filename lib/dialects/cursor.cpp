// A cursor is the base64url of four bytes of check and the position. The check covers the operation's name
// and the position, so that
//
//   make_cursor("list_groups", "0197…")      is read back by list_groups alone
//   the same, a character short or changed   is no cursor
//   the same, given to list_users            is no cursor
//
// It is a checksum and no signature: whoever makes a cursor themselves begins a list at a place of their own,
// which shows them nothing new.
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
