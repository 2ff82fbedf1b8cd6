#pragma once
#include <string>

// Unicode's normal forms C and D (UAX #15), and case folding with them, of Unicode 15.0.0. The tables are the
// program's own, so that the same name has the same key in a store wherever it is opened. A character that
// this version of Unicode doesn't know stays as it is.
//
// The time is that of sorting what is returned. A surrogate is nobody's: REQUIRES: Unicode scalar values
namespace names {

std::u32string to_nfd(std::u32string_view text);
std::u32string to_nfc(std::u32string_view text);

// toNFKC_Casefold(NFD(text)), as The Unicode Standard defines it for comparing identifiers without case
// (D147): compatibility characters become what they stand for, and what is ignorable by default is left out.
// A character becomes 18 at most. Applying it twice makes no difference.
std::u32string nfkc_casefold(std::u32string_view text);

}  // namespace names
