#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {

int cedar_format(const CedarFormat& options) {
  CedarInput input;
  const std::string name = shown_name(options.policies);
  const auto text = input.text(options.policies);
  if (!text.ok()) return fail(text.error());
  const auto formatted = cedar::format_policies(*text, name, {options.line_width, options.indent_width});
  if (!formatted.ok()) return fail(formatted.error());
  const bool is_same = *formatted == *text;

  if (options.is_written && !is_same)
    if (auto written = replace_file(options.policies, *formatted); !written.ok())
      return fail(written.error());
  base::JsonWriter json;
  if (options.json) {
    print(json.begin_object().member("formatted", is_same).member("text", *formatted).end_object());
  } else if (!options.is_check && !options.is_written) {
    print(*formatted);
  }
  if (!options.is_check || is_same) return kOk;
  if (!options.json)
    fail({base::ErrorCode::kInvalid, name + ": is not formatted as `reeve cedar format` would"});
  return kFailure;
}

}  // namespace cli
