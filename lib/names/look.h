#pragma once
#include <string>
#include <string_view>
#include <vector>

// Names that look alike without being one: `раураl` of Cyrillic letters and an l, and `paypal`.
namespace names {

// Whether no script has all the characters of the text (UTS #39 5.1, by Script_Extensions, where Japanese,
// Korean and Chinese with Bopomofo count as one script each). Digits, punctuation and emoji belong to every
// script. False for what isn't UTF-8.
bool mixes_scripts(std::string_view name);

// The skeleton of UTS #39 4, without what is ignorable: texts with the same skeleton look alike.
std::u32string skeleton(std::u32string_view text);

// How a name looks as it is written, and how it looks folded (fold.h), both in lower case; one text where the
// two are the same. Names look alike if one has a text of the other. Those that fold alike do, as the last is
// theirs alike.
//
//   "Нelp" with a Cyrillic Н looks like "Help" as it is written; folded it has an н, which is no h
//   "аdmin" with a Cyrillic а looks like "ADMIN" once that is folded: a capital I looks like an l
std::vector<std::string> looks(std::string_view name);

}  // namespace names
