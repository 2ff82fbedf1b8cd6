#include "dialects/v1/revision.h"

#include <charconv>
#include <limits>

namespace dialects::v1 {

std::optional<std::uint64_t> revision_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && failed == std::errc() && end == text.data() + text.size();
  return whole && number <= std::numeric_limits<std::int64_t>::max() ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> read_revision(Query& query, std::string_view name) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  const auto number = revision_in(*text);
  if (!number) query.wrong(name, "must be a revision, such as 41");
  return number;
}

}  // namespace dialects::v1
