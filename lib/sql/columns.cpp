#include "sql/columns.h"

#include <algorithm>

namespace sql {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_identifier(std::string_view name) {
  return !name.empty() && name.size() <= kMaxColumnName && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

bool is_column(std::string_view name) {
  for (int parts = 0; parts < 3; ++parts) {
    const std::size_t dot = name.find('.');
    if (!is_identifier(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
  return false;
}

// SQLite takes a name in double quotes that it doesn't know for a text, and so a misspelt column for a value;
// one in backticks it refuses.
std::string quoted(std::string_view column, Dialect dialect) {
  const char quote = dialect == Dialect::kPostgres ? '"' : '`';
  std::string text(1, quote);
  for (const char c : column) {
    if (c == '.')
      text += {quote, '.', quote};
    else
      text += c;
  }
  return text + quote;
}

}  // namespace sql
