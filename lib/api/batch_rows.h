#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

// Rows of a call that does many things, all of them or none.
namespace api {

inline constexpr std::size_t kMostInBatch = 1'000;

// What becomes of one row.
enum class RowOutcome : std::uint8_t { kNew, kKnown, kUnknown, kChanged, kDeleted };
std::string_view name_of(RowOutcome);  // "new", "known", "unknown", "changed", "deleted"

// A row that names what isn't there is an error, or is left out and told so.
enum class IfUnknown : std::uint8_t { kRefuse, kSkip };

}  // namespace api
