#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/time.h"
#include "store/schema.h"

// How the writes of a running change are laid out in memory, one after the other, and were in change records
// of version 1:
//
//   [table u8] [key size u16][key] [after] [before]      integers big-endian
//   after, before: [0 u8], or [1 u8][size u32][bytes]
namespace store {

struct Span {
  std::size_t at = 0;
  std::size_t size = 0;
};

// Where the parts of a write lie in the text that it was appended to.
struct WritePlaces {
  Span key;
  Span after;  // of size 0 if there is none
};

// Appends a write except for the value before, which is known only after LMDB was asked; then end_write().
WritePlaces begin_write(std::string& out, Table, std::string_view key, std::optional<std::string_view> after);
void end_write(std::string& out, std::optional<std::string_view> before);

// The key of each write, in order. REQUIRES: the writes were made by the two above
void each_key(std::string_view writes, base::FunctionRef<void(Table, std::string_view key)> visit);

// Each write with the value before it, in order. REQUIRES: likewise
using VisitBefore =
    base::FunctionRef<void(Table, std::string_view key, std::optional<std::string_view> before)>;
void each_before(std::string_view writes, VisitBefore visit);

// The value for the table `change`, of the last version. REQUIRES: the writes were made by the two above
std::string seal_change(base::Timestamp at, std::string_view writes);

}  // namespace store
