#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Which characters a text may not have, since a reader doesn't see them, or sees others because of them.
namespace names {

enum class RefusedKind {
  kControl,      // General_Category Cc
  kLineBreak,    // U+2028, U+2029
  kBidiControl,  // Bidi_Control: changes the direction of what follows
  kInvisible,    // Default_Ignorable_Code_Point, else; and the few others that show nothing
};

struct RefusedCharacter {
  char32_t character = 0;
  std::size_t place = 0;  // 1 is the first character
  RefusedKind kind = RefusedKind::kControl;

  std::string code() const;  // "U+202E"

  // "U+202E, a bidirectional control, at character 5"
  std::string to_string() const;
};

// The first character that a name may not have. Allowed in spite of being invisible is what makes one emoji
// of several characters, where it does: U+FE0F behind a pictograph or in a keycap, U+200D between two
// pictographs. Names that differ in them alone are the same (fold.h). REQUIRES: base::utf8::is_valid(name)
std::optional<RefusedCharacter> find_refused_in_name(std::string_view name);

// The name with `[U+202E]` for each that it may not have. REQUIRES: as above
std::string shown(std::string name);

// The first that a text of several lines may not have: controls except tabs and line ends, and those
// bidirectional controls that reach over what stands beside the text. REQUIRES: as above
std::optional<RefusedCharacter> find_refused_in_prose(std::string_view text);

}  // namespace names
