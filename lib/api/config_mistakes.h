#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace api {

// A mistake in a file of the configuration. Without the text that stands there, which may be a secret in the
// wrong place.
struct ConfigMistake {
  std::string file;  // empty, and then without a place: the mistake is in no file
  std::uint64_t line = 0, column = 0;
  std::string message;
};

// The messages of a reload that was refused, apart: "file:line:column: message", blank lines between them.
std::vector<ConfigMistake> mistakes_in(const std::string& text);

}  // namespace api
