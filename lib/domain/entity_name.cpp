// Type, colon, id. That is split again at the first colon which is not part of `::`, and for some names this
// is another place than where it was joined:
//
//   {"a:b", "c"}      a:b:c     would be split into a and b:c
//   {"Folder", ":7"}  Folder::7 would not be split at all
//
// So for these a NUL, which no name has, stands in place of the colon. Otherwise a mapping on the one would
// be one on the other.
#include "domain/entity_name.h"

#include "base/utf8.h"

namespace domain {
namespace {

bool is_part(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && text.find('\0') == std::string_view::npos &&
         base::utf8::is_valid(text);
}

// Where the text is split into type and id; npos where it isn't.
std::size_t place_of_split(std::string_view text) {
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) return nul;
  std::size_t at = text.find(':');
  while (at != std::string_view::npos && at + 1 < text.size() && text[at + 1] == ':')
    at = text.find(':', at + 2);
  return at;
}

}  // namespace

bool is_valid(const EntityName& name) {
  return is_part(name.type, kMaxEntityType) && is_part(name.id, kMaxEntityId);
}

bool is_plain(const EntityName& name) {
  const std::string joined = name.type + ":" + name.id;
  return place_of_split(joined) == name.type.size();
}

std::string to_string(const EntityName& name) {
  return name.type + (is_plain(name) ? ':' : '\0') + name.id;
}

std::optional<EntityName> parse_entity_name(std::string_view text) {
  const std::size_t at = place_of_split(text);
  if (at == std::string_view::npos) return std::nullopt;
  EntityName name{std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
  if (!is_valid(name) || (text[at] == '\0') == is_plain(name)) return std::nullopt;
  return name;
}

}  // namespace domain
