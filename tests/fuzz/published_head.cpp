// Lines that are said to be heads of audit chains, of a file or of the log: what is read of one is written as
// a line that is read as the same.
#include "domain/published_head.h"

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = domain::parse_head_line(fuzz::text_of(data, size));
  if (!read.ok()) return 0;
  const std::string line = head_line(*read);
  const auto again = domain::parse_head_line(line);
  fuzz::require(again.ok() && again->head == read->head && again->signature == read->signature,
                "what is written is read as the same", line);
  fuzz::require(signed_text(again->head) == signed_text(read->head), "and signed as the same", line);
  return 0;
}
