#include "cli/answer_text.h"

#include <cstdio>

namespace cli {

std::string text_at(const base::Json& json, std::string_view name) {
  const std::string* const text = json.find_string(name);
  return text ? *text : std::string();
}

const base::Json::Array& array_at(const base::Json& json, std::string_view name) {
  static const base::Json::Array kNone;
  const base::Json* const found = json.find(name);
  return found && found->array() ? *found->array() : kNone;
}

void print_line(const std::string& line) {
  std::string plain;
  for (const char c : line) plain.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
  std::printf("%s\n", plain.c_str());
}

}  // namespace cli
