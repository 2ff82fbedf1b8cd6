#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "config/yaml.h"

namespace config {

// YAML as the JSON that it means. A scalar without quotes is true, false, or a number where JSON would have
// it so; everything else is a text: `007` is one. What was refused is null.
base::Json to_json(const YamlNode&);

// A whole text of YAML as JSON. All mistakes are found at once, each with its place in `path`.
base::Result<base::Json> parse_values(const std::string& path, std::string_view text);

}  // namespace config
