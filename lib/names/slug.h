#pragma once
#include <cstddef>
#include <string_view>

namespace names {

inline constexpr std::size_t kMaxSlug = 64;  // bytes

// Whether a role may be called so: ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$
bool is_slug(std::string_view text);

}  // namespace names
