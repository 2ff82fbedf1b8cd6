#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "dialects/query.h"

namespace dialects::v1 {

// The revision, or another number within 63 bits, that the whole text is.
std::optional<std::uint64_t> revision_in(std::string_view text);

// That of a parameter; nothing where it isn't given, or is wrong, which is noted.
std::optional<std::uint64_t> read_revision(Query&, std::string_view name);

}  // namespace dialects::v1
