#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_text.h"
#include "config/mistakes.h"

namespace config {

// A YAML document as a plain tree that knows where each part stands. Of YAML 1.2 it takes maps, lists and
// scalars. It refuses what can make a file mean something else than it seems to say: anchors and aliases,
// merge keys, tags, keys that are no scalars, a key twice in one map, a second document.
struct YamlNode {
  enum class Kind {
    kNull,  // nothing, `~` or `null`
    kScalar,
    kList,
    kMap,
    kRefused,  // something reported already; readers pass over it
  };

  Kind kind = Kind::kNull;
  bool quoted = false;          // a scalar in quotes or a block: always a text
  std::string text;             // of a scalar
  base::Place place;            // of the first byte; of a null, the key or the dash before it
  std::vector<YamlNode> keys;   // of a map: scalars, one for each item
  std::vector<YamlNode> items;  // of a list or a map

  // The value of a key; null where there is none.
  const YamlNode* find(std::string_view key) const;
};

inline constexpr std::size_t kMaxYamlDepth = 16;      // of maps and lists within each other
inline constexpr std::size_t kMaxYamlNodes = 50'000;  // of all kinds

// The one document of a text; a null where it is empty. What is wrong goes to `mistakes`, which may then hold
// several; nothing is returned where there is no use in reading on. `text` must be the one that `mistakes`
// quotes from.
std::optional<YamlNode> parse_yaml(std::string_view text, Mistakes& mistakes);

// What a node is, for messages: "a list", "a map", "empty", or the scalar in backticks.
std::string describe(const YamlNode&);

}  // namespace config
