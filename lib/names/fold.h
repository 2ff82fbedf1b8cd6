#pragma once
#include <string>
#include <string_view>

namespace names {

// A name as it is compared with others that must differ from it: two names are one if they fold alike. That
// is nfkc_casefold() of the text, for ASCII lower case, and of spaces only one between two words, since
// nobody sees how many there are:
//
//   "Ops" "OPS" -> "ops"     "Straße" "STRASSE" -> "strasse"     "ﬁ" -> "fi"     "Ａ" -> "a"
//   "é" of one character and of two -> "é" of one                "İ" -> "i̇", which isn't "i"
//   " Ops  team " -> "ops team"
//
// A text that isn't UTF-8, which only an old store can have, is folded as ASCII. Result: UTF-8 if the text
// is, and at most 18 times as many characters.
std::string fold(std::string_view name);

}  // namespace names
