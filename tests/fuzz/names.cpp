// Names as they are compared: folding and normal forms agree with each other, whatever the bytes are, and
// nothing grows beyond what it may.
#include "base/utf8.h"
#include "names/characters.h"
#include "names/fold.h"
#include "names/look.h"
#include "names/normalization.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace base::utf8;
  const std::string name(fuzz::text_of(data, size));
  const std::string folded = names::fold(name);
  fuzz::require(names::fold(folded) == folded, "folding twice is folding once", name);
  const auto looks = names::looks(name);
  fuzz::require(!looks.empty() && names::looks(folded).back() == looks.back(), "who fold alike look alike",
                name);
  if (!is_valid(name)) return 0;

  const std::u32string text = decode(name), nfd = names::to_nfd(text), nfc = names::to_nfc(text);
  fuzz::require(encode(text) == name, "code points are the text", name);
  fuzz::require(is_valid(folded) && length(folded) <= 18 * text.size(), "folded it is a text of some length",
                name);
  fuzz::require(names::to_nfc(nfd) == nfc && names::to_nfd(nfc) == nfd, "the normal forms are of each other",
                name);
  fuzz::require(names::fold(encode(nfd)) == folded && names::fold(encode(nfc)) == folded,
                "every normal form folds alike", name);
  fuzz::require(names::skeleton(nfc) == names::skeleton(text), "every normal form looks alike", name);
  if (const auto refused = names::find_refused_in_name(name))
    fuzz::require(text.at(refused->place - 1) == refused->character, "the place is that of the character",
                  name);
  else
    fuzz::require(!names::find_refused_in_prose(name), "what a name may have a longer text may", name);
  return 0;
}
