#pragma once
#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cedar {

// `[_a-zA-Z][_a-zA-Z0-9]*`
bool is_identifier(std::string_view text);

// The words that are identifiers but name nothing: true false if then else in is like has __cedar.
bool is_reserved(std::string_view identifier);

// A qualified name in normal form, `A::B::C`: of an entity type, a namespace, a common type.
class Name {
 public:
  Name() = default;

  // Nothing unless the text is identifiers joined by `::`, none reserved, and no blanks.
  static std::optional<Name> parse(std::string_view text);

  // REQUIRES: parse(text) would succeed
  static Name unchecked(std::string text) { return Name(std::move(text)); }

  const std::string& text() const { return text_; }
  std::string_view basename() const;    // `C`
  std::string_view name_space() const;  // `A::B`, or "" where there is none

  auto operator<=>(const Name&) const = default;

 private:
  explicit Name(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace cedar
