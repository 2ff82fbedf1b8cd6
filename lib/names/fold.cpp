#include "names/fold.h"

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"
#include "names/normalization.h"

namespace names {

namespace {

std::string with_single_spaces(std::string text) {
  const auto both_spaces = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both_spaces), text.end());
  if (text.ends_with(' ')) text.pop_back();
  if (text.starts_with(' ')) text.erase(0, 1);
  return text;
}

}  // namespace

std::string fold(std::string_view name) {
  const bool is_ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (is_ascii || !base::utf8::is_valid(name)) return with_single_spaces(base::to_lower(std::string(name)));
  return with_single_spaces(base::utf8::encode(nfkc_casefold(base::utf8::decode(name))));
}

}  // namespace names
