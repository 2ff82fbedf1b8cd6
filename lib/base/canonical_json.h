#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace base {

// to_canonical_text(parse_json(json)) for the most part of what JsonWriter writes, in a tenth of the time: no
// value is made of it, and what stands in order is copied. Nothing where that can't be told from the text
// alone, or it is no JSON: then parse it.
std::optional<std::string> canonical_json(std::string_view json);

}  // namespace base
