#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace base {

// SipHash-1-3 (Aumasson and Bernstein, 2012) under a key drawn from the system once per process: whoever
// chooses what is put in a table cannot choose what collides there. The hash differs from run to run, so
// nothing that is kept or shown may depend on it.
std::uint64_t keyed_hash(std::string_view text);

// The same under a fixed key, for what is kept or shown. Somebody who chooses the texts can make some of them
// collide, so a caller must stay right and quick when they do.
std::uint64_t stable_hash(std::string_view text);

// For tables keyed by text.
struct KeyedHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return static_cast<std::size_t>(keyed_hash(text)); }
};

}  // namespace base
