// YAML 1.2 contains JSON, so that every value could be written as it is; block style is what people read:
//
//   {"a":{"b":[1,"no"],"c":{}}}     a:
//                                     b:
//                                       - 1
//                                       - "no"
//                                     c: {}
//
// Objects and arrays with something in them are blocks, everything else is a scalar, as JSON writes it. A
// text goes without quotes only where no reader could take it for something else. Comments, anchors and long
// texts on several lines are never written.
#include "dialects/yaml.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace dialects {
namespace {

bool is_plain_char(char c) {
  return base::is_letter_or_digit(c) || c == '_' || c == '/' || c == ' ' || c == '.' || c == '-' ||
         c == '(' || c == ')' || c == '$';
}

// Whether the text may stand without quotes: words that begin with a letter, and are none of those that YAML
// 1.1 or 1.2 takes for a boolean or null.
bool is_plain(std::string_view text) {
  if (text.empty() || text.back() == ' ') return false;
  const char first = text.front();
  const bool starts_well = base::is_letter(first) || first == '/' || first == '$';
  if (!starts_well || !std::all_of(text.begin(), text.end(), is_plain_char)) return false;
  const std::string lower = base::to_lower(std::string(text));
  constexpr std::string_view kWords[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"};
  return std::find(std::begin(kWords), std::end(kWords), lower) == std::end(kWords);
}

std::string scalar(const base::Json& value) {
  const std::string* text = value.string();
  // A JSON string is a double-quoted scalar of YAML too, and so are numbers, booleans and null.
  return text && is_plain(*text) ? *text : to_text(value);
}

bool is_block(const base::Json& value) {
  return (value.array() && !value.array()->empty()) || (value.object() && !value.object()->empty());
}

void write(std::string& out, const base::Json& value, std::size_t indent);

// What stands behind "name:" or "-".
void write_below(std::string& out, const base::Json& value, std::size_t indent) {
  if (is_block(value)) {
    out.push_back('\n');
    write(out, value, indent + 2);
  } else {
    out.append(" ").append(scalar(value)).append("\n");
  }
}

// The depth is that of a document we made, and the JSON reader's limit bounds it.
void write(std::string& out, const base::Json& value, std::size_t indent) {
  if (const base::Json::Object* object = value.object()) {
    for (const auto& [name, member] : *object) {
      out.append(indent, ' ').append(is_plain(name) ? name : to_text(base::Json(name))).append(":");
      write_below(out, member, indent);
    }
  } else if (const base::Json::Array* array = value.array()) {
    for (const base::Json& element : *array) {
      out.append(indent, ' ').append("-");
      write_below(out, element, indent);
    }
  } else {
    out.append(indent, ' ').append(scalar(value)).append("\n");
  }
}

}  // namespace

std::string to_yaml(const base::Json& value) {
  std::string out;
  if (is_block(value)) {
    write(out, value, 0);
  } else {
    out = scalar(value) + "\n";
  }
  return out;
}

}  // namespace dialects
