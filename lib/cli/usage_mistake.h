#pragma once
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace cli {

// What is wrong with a command line that could not be parsed: the flag or word, why, a guess; then a line
// that names the help to read. Without the end of that line.
std::string usage_mistake(const CLI::App& root, const CLI::ParseError&);

}  // namespace cli
