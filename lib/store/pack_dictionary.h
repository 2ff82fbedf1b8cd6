#pragma once
#include <string_view>

namespace store {

// What records often hold, folded (pack.cpp). It is on disk, in a way: DO NOT CHANGE. A better one is a
// second one, with versions of its own of the records that are packed with it.
std::string_view pack_dictionary();

}  // namespace store
