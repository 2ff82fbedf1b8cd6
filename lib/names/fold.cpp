#include "names/fold.h"

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"
#include "names/normalization.h"

namespace names {

std::string fold(std::string_view name) {
  const bool is_ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (is_ascii || !base::utf8::is_valid(name)) return base::to_lower(std::string(name));
  return base::utf8::encode(nfkc_casefold(base::utf8::decode(name)));
}

}  // namespace names
