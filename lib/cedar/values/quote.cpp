#include "cedar/values/quote.h"

#include "base/utf8.h"
#include "cedar/name.h"

namespace cedar {

namespace {

// What would be invisible or would change the order of what is shown around it.
bool needs_escape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, bool is_pattern) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const std::string valid = base::utf8::is_valid(text) ? std::string() : base::utf8::replace_invalid(text);
  if (!valid.empty()) text = valid;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = base::utf8::next(text, at);
    switch (c) {
      case U'\n':
        out.append("\\n");
        continue;
      case U'\r':
        out.append("\\r");
        continue;
      case U'\t':
        out.append("\\t");
        continue;
      case U'\0':
        out.append("\\0");
        continue;
      case U'\\':
        out.append("\\\\");
        continue;
      case U'"':
        out.append("\\\"");
        continue;
      default:
        break;
    }
    if (is_pattern && c == U'*') {
      out.append("\\*");
    } else if (needs_escape(c)) {
      std::string digits;
      for (char32_t rest = c; rest > 0; rest /= 16) digits.insert(0, 1, kDigits[rest % 16]);
      out.append("\\u{").append(digits).append("}");
    } else {
      out.append(text.substr(begin, at - begin));
    }
  }
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text, false);
  return out + "\"";
}

bool is_plain_name(std::string_view name) {
  return is_identifier(name) && !is_reserved(name);
}

std::string name_or_quoted(std::string_view name) {
  return is_plain_name(name) ? std::string(name) : quote(name);
}

}  // namespace cedar
