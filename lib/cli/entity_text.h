#pragma once
#include <optional>
#include <string>

namespace cli {

// Somebody or something as it is written on a command line and in files of tests: "Shop::Order:7".
struct EntityText {
  std::string type, id;
};

// Split at the first colon that isn't one of two; nothing where either side is empty.
std::optional<EntityText> parse_entity_text(const std::string& text);

// The same, but what has no colon at all is the id of a user.
std::optional<EntityText> parse_subject_text(const std::string& text);

}  // namespace cli
