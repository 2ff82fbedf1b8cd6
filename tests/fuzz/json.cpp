// JSON as bodies and files have it: what is read is written as text that is read, and written, as the same.
// (Not always the same value: `1.0` is a number, written as `1`, which is an integer.)
#include "base/json.h"

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = base::parse_json(fuzz::text_of(data, size));
  if (!json.ok()) return 0;
  const std::string text = to_text(*json);
  const auto again = base::parse_json(text);
  fuzz::require(again.ok() && to_text(*again) == text, "what is written is read as the same", text);
  const std::string canonical = base::to_canonical_text(*json);
  fuzz::require(base::to_canonical_text(*again) == canonical, "canonical text is of the value", canonical);
  return 0;
}
