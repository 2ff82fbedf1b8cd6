// Texts that deceive whoever reads a policy: letters of several scripts in one word (`аdmin` with a Cyrillic
// а), characters that turn the direction of writing, and those that no identifier should have (Unicode TR
// 39). Each script is a bit; a text is of one script where some bit is common to all its letters. Japanese
// and Korean are written with Han, so those have several.
//
// They are warnings. Whether two names look alike is not compared.
#include "cedar/validate/strings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "cedar/validate/identifier_profile.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

// A bit per script. Japanese, Korean and Bopomofo are written together with Han, so each of those has its
// bits too, and a text is of one script where some bit is common to all its letters.
using Scripts = std::uint32_t;
constexpr Scripts kAny = ~Scripts{0};
constexpr Scripts kJapanese = 1, kKorean = 2, kTaiwanese = 4, kHanAlone = 8;
constexpr Scripts script(unsigned n) {
  return Scripts{1} << n;
}

struct ScriptRange {
  char32_t first;
  char32_t last;
  Scripts scripts;
};

// Sorted; what lies between belongs to no script of its own, as digits and punctuation do, or to a rare one.
constexpr std::array kScripts = {
    ScriptRange{'A', 'Z', script(4)},
    ScriptRange{'a', 'z', script(4)},
    ScriptRange{0xC0, 0x2AF, script(4)},                                          // Latin
    ScriptRange{0x370, 0x3FF, script(5)},                                         // Greek
    ScriptRange{0x400, 0x52F, script(6)},                                         // Cyrillic
    ScriptRange{0x531, 0x58A, script(7)},                                         // Armenian
    ScriptRange{0x591, 0x5F4, script(8)},                                         // Hebrew
    ScriptRange{0x610, 0x6FF, script(9)},                                         // Arabic
    ScriptRange{0x700, 0x74F, script(10)},                                        // Syriac
    ScriptRange{0x900, 0x97F, script(11)},                                        // Devanagari
    ScriptRange{0x980, 0x9FF, script(12)},                                        // Bengali
    ScriptRange{0xA01, 0xA7F, script(13)},                                        // Gurmukhi
    ScriptRange{0xA81, 0xAFF, script(14)},                                        // Gujarati
    ScriptRange{0xB82, 0xBFF, script(15)},                                        // Tamil
    ScriptRange{0xC00, 0xC7F, script(16)},                                        // Telugu
    ScriptRange{0xC80, 0xCFF, script(17)},                                        // Kannada
    ScriptRange{0xD00, 0xD7F, script(18)},                                        // Malayalam
    ScriptRange{0xE01, 0xE5B, script(19)},                                        // Thai
    ScriptRange{0xE81, 0xEDF, script(20)},                                        // Lao
    ScriptRange{0xF00, 0xFFF, script(21)},                                        // Tibetan
    ScriptRange{0x1000, 0x109F, script(22)},                                      // Myanmar
    ScriptRange{0x10A0, 0x10FF, script(23)},                                      // Georgian
    ScriptRange{0x1100, 0x11FF, kKorean},                                         // Hangul
    ScriptRange{0x1200, 0x139F, script(24)},                                      // Ethiopic
    ScriptRange{0x13A0, 0x13FF, script(25)},                                      // Cherokee
    ScriptRange{0x1780, 0x17FF, script(26)},                                      // Khmer
    ScriptRange{0x1E00, 0x1EFF, script(4)},                                       // Latin
    ScriptRange{0x1F00, 0x1FFF, script(5)},                                       // Greek
    ScriptRange{0x2C80, 0x2CFF, script(27)},                                      // Coptic
    ScriptRange{0x2DE0, 0x2DFF, script(6)},                                       // Cyrillic
    ScriptRange{0x3041, 0x30FF, kJapanese},                                       // Hiragana, Katakana
    ScriptRange{0x3105, 0x312F, kTaiwanese},                                      // Bopomofo
    ScriptRange{0x3400, 0x9FFF, kJapanese | kKorean | kTaiwanese | kHanAlone},    // Han
    ScriptRange{0xA640, 0xA69F, script(6)},                                       // Cyrillic
    ScriptRange{0xA720, 0xA7FF, script(4)},                                       // Latin
    ScriptRange{0xAB70, 0xABBF, script(25)},                                      // Cherokee
    ScriptRange{0xAC00, 0xD7AF, kKorean},                                         // Hangul
    ScriptRange{0x20000, 0x3FFFF, kJapanese | kKorean | kTaiwanese | kHanAlone},  // Han
};

Scripts scripts_of(char32_t c) {
  const auto range = std::lower_bound(kScripts.begin(), kScripts.end(), c,
                                      [](const ScriptRange& r, char32_t wanted) { return r.last < wanted; });
  return range != kScripts.end() && c >= range->first ? range->scripts : kAny;
}

bool changes_direction(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_invisible(char32_t c) {
  return c == 0xAD || c == 0x34F || (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) ||
         c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
}

// Names things, as an entity's id and an attribute's name do, or is only compared.
enum class TextKind : std::uint8_t { kIdentifier, kString };

// Printable ASCII may be in any name, as `get /pets/{id}` has it.
bool is_unusual_in_identifiers(char32_t c) {
  return (c < ' ' || c > '~') && !is_in_identifier_profile(c);
}

std::string code_point(char32_t c) {
  constexpr std::size_t kDigits = 6;
  std::array<char, kDigits> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), std::uint32_t{c}, 16).ptr;
  std::string hex(digits.data(), end);
  for (char& digit : hex) digit = digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
  return "U+" + std::string(hex.size() < 4 ? 4 - hex.size() : 0, '0') + hex;
}

// What a reader may not see, or nothing.
std::string trick_in(std::string_view text, TextKind kind) {
  // Nearly all texts, and in these nothing is hidden.
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) return {};
  if (!base::utf8::is_valid(text)) return {};
  Scripts common = kAny;
  bool has_invisible = false;
  std::optional<char32_t> unusual;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::utf8::next(text, at);
    if (changes_direction(c))
      return "has characters that change the direction of writing, "
             "so that it is shown in another order than it is stored";
    has_invisible = has_invisible || is_invisible(c);
    if (kind == TextKind::kIdentifier && !unusual && is_unusual_in_identifiers(c)) unusual = c;
    common &= scripts_of(c);
  }
  if (has_invisible) return "has invisible characters";
  if (unusual)
    return "has the character " + code_point(*unusual) +
           ", which Unicode's profile for identifiers excludes, since it can be mistaken for another or not be seen";
  if (common == 0) return "mixes letters of several scripts, which can look alike";
  return {};
}

class StringChecker {
 public:
  explicit StringChecker(Findings& findings) : findings_(findings) {}

  void check(const Expr& expr) {
    if (const auto* literal = std::get_if<Literal>(&expr.node)) check_literal(*literal, expr.at);
    if (const auto* get = std::get_if<GetAttribute>(&expr.node))
      check_identifier("attribute", get->name, expr.at);
    if (const auto* has = std::get_if<Has>(&expr.node))
      for (const std::string& name : has->path) check_identifier("attribute", name, expr.at);
    if (const auto* like = std::get_if<Like>(&expr.node))
      for (const std::string& piece : like->pattern.pieces)
        check_text("pattern", piece, TextKind::kString, expr.at);
    if (const auto* record = std::get_if<RecordExpr>(&expr.node))
      for (const auto& [name, value] : record->fields) check_identifier("attribute", name, expr.at);
    for_each_child(expr, [&](ExprRef child) { check(*child); });
  }

  void check_uid(const EntityUid& uid, SourceRange at) { check_identifier("entity id", uid.id(), at); }

  void check_scope(const ScopeConstraint& constraint, SourceRange at) {
    const EntityOrSlot* entity = nullptr;
    if (const auto* equal = std::get_if<ScopeEqual>(&constraint)) entity = &equal->entity;
    if (const auto* in = std::get_if<ScopeIn>(&constraint)) entity = &in->entity;
    if (const auto* is_in = std::get_if<ScopeIsIn>(&constraint)) entity = &is_in->entity;
    if (const auto* uid = entity ? std::get_if<EntityUid>(entity) : nullptr) check_uid(*uid, at);
  }

 private:
  void check_literal(const Literal& literal, SourceRange at) {
    if (const std::string* text = literal.value.string()) check_text("string", *text, TextKind::kString, at);
    if (const EntityUid* uid = literal.value.entity()) check_uid(*uid, at);
  }

  void check_identifier(std::string_view what, std::string_view text, SourceRange at) {
    check_text(what, text, TextKind::kIdentifier, at);
  }

  void check_text(std::string_view what, std::string_view text, TextKind kind, SourceRange at) {
    constexpr std::size_t kShownBytes = 60;
    const std::string trick = trick_in(text, kind);
    if (trick.empty()) return;
    const std::string shown = text.size() <= kShownBytes ? " " + quote(text) : "";
    findings_.warning(at, std::string(what) + shown + " " + trick);
  }

  Findings& findings_;
};

}  // namespace

void check_strings(const Template& policy, Findings& findings) {
  StringChecker checker(findings);
  checker.check_scope(policy.principal, policy.principal_at);
  if (const auto* equal = std::get_if<ActionEqual>(&policy.action))
    checker.check_uid(equal->action, policy.action_at);
  if (const auto* in = std::get_if<ActionIn>(&policy.action)) checker.check_uid(in->action, policy.action_at);
  if (const auto* set = std::get_if<ActionInSet>(&policy.action))
    for (const EntityUid& uid : set->actions) checker.check_uid(uid, policy.action_at);
  checker.check_scope(policy.resource, policy.resource_at);
  for (const Condition& condition : policy.conditions) checker.check(*condition.body);
}

void check_strings(const SlotValues& values, const Template& body, Findings& findings) {
  StringChecker checker(findings);
  if (values.principal) checker.check_uid(*values.principal, body.principal_at);
  if (values.resource) checker.check_uid(*values.resource, body.resource_at);
}

}  // namespace cedar
