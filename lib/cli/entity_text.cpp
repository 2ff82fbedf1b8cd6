#include "cli/entity_text.h"

namespace cli {
namespace {

constexpr const char* kUserType = "user";

}  // namespace

std::optional<EntityText> parse_entity_text(const std::string& text) {
  for (std::size_t at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
    if (at + 1 < text.size() && text[at + 1] == ':') {
      ++at;
      continue;
    }
    if (at == 0 || at + 1 == text.size()) return std::nullopt;
    return EntityText{text.substr(0, at), text.substr(at + 1)};
  }
  return std::nullopt;
}

std::optional<EntityText> parse_subject_text(const std::string& text) {
  if (text.find(':') != std::string::npos) return parse_entity_text(text);
  return text.empty() ? std::nullopt : std::optional(EntityText{kUserType, text});
}

}  // namespace cli
