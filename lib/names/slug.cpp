#include "names/slug.h"

#include <algorithm>

#include "base/text.h"

namespace names {

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSlug && base::is_letter_or_digit(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return base::is_letter_or_digit(c) || c == '_' || c == '-'; });
}

}  // namespace names
