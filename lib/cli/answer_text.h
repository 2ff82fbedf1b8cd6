#pragma once
#include <string>
#include <string_view>

#include "base/json.h"

// What commands print of a server's answer.
namespace cli {

// What isn't there, or isn't a text, is "".
std::string text_at(const base::Json&, std::string_view name);

// What isn't there, or isn't a list, is empty.
const base::Json::Array& array_at(const base::Json&, std::string_view name);

// A line on stdout, without what a terminal would take for a command.
void print_line(const std::string& line);

}  // namespace cli
