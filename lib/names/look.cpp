#include "names/look.h"

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"
#include "names/character_table.h"
#include "names/fold.h"
#include "names/normalization.h"
#include "names/prototype_table.h"
#include "names/script_table.h"

namespace names {
namespace {

std::string look_of(std::string_view text) {
  return fold(base::utf8::encode(skeleton(base::utf8::decode(text))));
}

}  // namespace

bool mixes_scripts(std::string_view name) {
  if (!base::utf8::is_valid(name)) return false;
  ScriptSet common;
  common.fill(~std::uint64_t{0});
  for (std::size_t at = 0; at < name.size();) {
    const ScriptSpan* span = find_span(kScripts, base::utf8::next(name, at));
    const ScriptSet& scripts = span == nullptr ? kUnknownScript : kScriptSets[span->set];
    for (std::size_t i = 0; i < common.size(); ++i) common[i] &= scripts[i];
  }
  return std::all_of(common.begin(), common.end(), [](std::uint64_t bits) { return bits == 0; });
}

std::u32string skeleton(std::u32string_view text) {
  std::u32string visible;
  visible.reserve(text.size());
  for (const char32_t c : text)
    if (find_span(kIgnorable, c) == nullptr) visible += c;
  std::u32string out;
  for (const char32_t c : to_nfd(visible)) {
    const std::u32string_view prototype = find_mapping(kPrototypes, kPrototypesText, c);
    if (prototype.data() != nullptr)
      out += prototype;
    else
      out += c;
  }
  return to_nfd(out);
}

std::vector<std::string> looks(std::string_view name) {
  const std::string folded = fold(name);
  if (!base::utf8::is_valid(name)) return {folded};
  std::vector<std::string> found = {look_of(name), look_of(folded)};
  if (found[0] == found[1]) found.pop_back();
  return found;
}

}  // namespace names
