#pragma once
#include <cstddef>
#include <string>

#include "tests/support/hostile_texts.h"

namespace hostile {

// What became of a text.
struct Answer {
  std::size_t message_bytes = 0;  // of the longest message, of those there were
  std::size_t printed_bytes = 0;  // of what was read, printed again
};

enum class Extent {
  kRead,  // the text is read, or refused
  kUsed,  // what was read goes through all that the library does with it: policies are decided, explained,
          // compiled, validated, formatted and printed; schemas are printed in both syntaxes; entities are
          // walked, compiled and checked
};
Answer read(Kind kind, const std::string& text, Extent extent);

}  // namespace hostile
