// An emoji may be written with characters that can't be seen by themselves, and phones write them:
//
//   ❤️   U+2764 U+FE0F              a heart, as a picture
//   1️⃣   U+0031 U+FE0F U+20E3       a keycap
//   👩🏽‍💻  U+1F469 U+1F3FD U+200D U+1F4BB   a woman (of some colour) and a computer are one who
//   programs
//
// So what is invisible is judged by what stands on both sides of it. What else can't be seen is refused, also
// where a language has a use for it, such as U+200C in Persian: nobody could tell two names apart by it.
#include "names/characters.h"

#include <array>
#include <cstdio>

#include "base/utf8.h"
#include "names/character_table.h"

namespace names {
namespace {

constexpr char32_t kJoiner = 0x200D, kPictureStyle = 0xFE0F, kKeycap = 0x20E3;

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

bool is_line_break(char32_t c) {
  return c == 0x2028 || c == 0x2029;
}

// Embeddings, overrides and isolates, which last until something ends them.
bool is_lasting_bidi_control(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_bidi_control(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || is_lasting_bidi_control(c);
}

// What shows nothing though Unicode doesn't count it among the ignorable: a blank pattern of Braille, the
// space of Ogham, marks of annotations, controls and fillers of scripts and of music. Spaces that fold to one
// are not here.
bool is_blank(char32_t c) {
  return c == 0x1680 || c == 0x2800 || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0x13430 && c <= 0x1345F) ||
         c == 0x16FE4 || c == 0x1D159;
}

bool is_pictograph(char32_t c) {
  return find_span(kPictographic, c) != nullptr;
}

bool is_skin_tone(char32_t c) {
  return c >= 0x1F3FB && c <= 0x1F3FF;
}

bool is_of_keycap(char32_t c) {
  return (c >= '0' && c <= '9') || c == '#' || c == '*';
}

// Whether the invisible character at `at` belongs to an emoji.
bool is_of_emoji(std::u32string_view name, std::size_t at) {
  if (at == 0 || (name[at] != kPictureStyle && name[at] != kJoiner)) return false;
  const char32_t next = at + 1 < name.size() ? name[at + 1] : 0;
  if (name[at] == kPictureStyle)
    return is_pictograph(name[at - 1]) || (is_of_keycap(name[at - 1]) && next == kKeycap);
  std::size_t before = at - 1;
  if (before > 0 && (name[before] == kPictureStyle || is_skin_tone(name[before]))) --before;
  return is_pictograph(name[before]) && is_pictograph(next);
}

std::string_view describe(RefusedKind kind) {
  switch (kind) {
    case RefusedKind::kControl:
      return "a control character";
    case RefusedKind::kLineBreak:
      return "a line break";
    case RefusedKind::kBidiControl:
      return "a bidirectional control";
    case RefusedKind::kInvisible:
      return "an invisible character";
  }
  return "";
}

}  // namespace

std::string RefusedCharacter::code() const {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "U+%04X", static_cast<unsigned>(character));
  return text.data();
}

std::string RefusedCharacter::to_string() const {
  return code() + ", " + std::string(describe(kind)) + ", at character " + std::to_string(place);
}

std::optional<RefusedCharacter> find_refused_in_name(std::string_view name) {
  const std::u32string text = base::utf8::decode(name);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char32_t c = text[at];
    if (c >= 0x20 && c < 0x7F) continue;
    const auto refused = [&](RefusedKind kind) { return RefusedCharacter{c, at + 1, kind}; };
    if (is_control(c)) return refused(RefusedKind::kControl);
    if (is_line_break(c)) return refused(RefusedKind::kLineBreak);
    if (is_bidi_control(c)) return refused(RefusedKind::kBidiControl);
    if (is_blank(c) || (find_span(kIgnorable, c) != nullptr && !is_of_emoji(text, at)))
      return refused(RefusedKind::kInvisible);
  }
  return std::nullopt;
}

std::string shown(std::string name) {
  while (const auto refused = find_refused_in_name(name)) {
    std::u32string text = base::utf8::decode(name);
    const std::string code = "[" + refused->code() + "]";
    name = base::utf8::encode(text.replace(refused->place - 1, 1, base::utf8::decode(code)));
  }
  return name;
}

std::optional<RefusedCharacter> find_refused_in_prose(std::string_view text) {
  std::size_t place = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::utf8::next(text, at);
    ++place;
    if (is_control(c) && c != '\n' && c != '\r' && c != '\t')
      return RefusedCharacter{c, place, RefusedKind::kControl};
    if (is_lasting_bidi_control(c)) return RefusedCharacter{c, place, RefusedKind::kBidiControl};
  }
  return std::nullopt;
}

}  // namespace names
