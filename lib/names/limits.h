#pragma once
#include <cstddef>

// Limits of the texts that files of the configuration and callers of the API give alike.
namespace names {

inline constexpr std::size_t kMaxName = 200;           // characters of a name or title
inline constexpr std::size_t kMaxFolded = 400;         // characters of a name as it is compared (fold.h)
inline constexpr std::size_t kMaxDescription = 2'000;  // characters

}  // namespace names
