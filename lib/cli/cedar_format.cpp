#include <sys/stat.h>

#include <cstdio>

#include "base/file.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

// Keeps the file's mode.
Result<void> write_back(const std::string& path, const std::string& text) {
  struct stat about = {};
  const unsigned mode = ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0644U;
  return write_file(path, text, mode);
}

}  // namespace

int cedar_format(const CedarFormat& options) {
  CedarInput input;
  const std::string name = shown_name(options.policies);
  const auto text = input.text(options.policies);
  if (!text.ok()) return fail(text.error());
  const auto formatted = cedar::format_policies(*text, name, {options.line_width, options.indent_width});
  if (!formatted.ok()) return fail(formatted.error());
  const bool is_same = *formatted == *text;

  if (options.is_written && !is_same)
    if (auto written = write_back(options.policies, *formatted); !written.ok()) return fail(written.error());
  if (options.json) {
    Json::Object out;
    out.emplace_back("formatted", Json(is_same));
    out.emplace_back("text", Json(*formatted));
    print_json(Json(std::move(out)));
  } else if (!options.is_check && !options.is_written) {
    std::fwrite(formatted->data(), 1, formatted->size(), stdout);
  }
  if (!options.is_check || is_same) return kOk;
  if (!options.json) fail({ErrorCode::kInvalid, name + ": is not laid out as `reeve cedar format` does"});
  return kFailure;
}

}  // namespace cli
