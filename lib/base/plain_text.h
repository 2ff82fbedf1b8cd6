#pragma once
#include <string_view>

namespace base {

// Which characters of ASCII stand for themselves somewhere: those from `first` to '~' but two.
struct PlainSet {
  char first, but, nor;
};

// Whether a text has no others. Every text that is written as JSON or to the log is asked about, so eight
// bytes are looked at at a time.
bool is_plain(std::string_view text, PlainSet);

}  // namespace base
