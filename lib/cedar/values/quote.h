#pragma once
#include <string>
#include <string_view>

// Texts and names as policies and schemas write them.
namespace cedar {

// A string literal with quotes, escaped as the language wants it.
std::string quote(std::string_view text);

// Whether a name may stand without quotes: an identifier and no reserved word.
bool is_plain_name(std::string_view name);

// A name as it is where it may stand without quotes, else quoted: as behind `has`, or before the colon of a
// record's field.
std::string name_or_quoted(std::string_view name);

// Appends the inside of a string literal; of a pattern's piece with `*` escaped too. What isn't UTF-8 becomes
// U+FFFD, and what would be invisible, or change the order of what is shown around it, an escape.
void append_escaped(std::string& out, std::string_view text, bool is_pattern);

}  // namespace cedar
