#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"

namespace api {

// A mistake in a file of the configuration. Of the text of one that isn't a policy, in which a secret may
// stand in the wrong place, only the names of keys that there are are told.
struct ConfigMistake {
  std::string file;  // empty, and then without a place: the mistake is in no file
  std::uint64_t line = 0, column = 0;
  std::string message;
};

// The messages of a reload that was refused, apart: "file:line:column: message", blank lines between them.
// `is_key` knows the configuration's keys, such as "server.threads".
std::vector<ConfigMistake> mistakes_in(std::string_view text,
                                       base::FunctionRef<bool(std::string_view)> is_key);

}  // namespace api
