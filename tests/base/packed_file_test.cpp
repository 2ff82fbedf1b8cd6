#include "base/packed_file.h"

#include "base/gzip.h"
#include "tests/support/catch.h"

namespace {

std::string packed(std::string_view text) {
  std::string out;
  base::Gzip gzip;
  gzip.add(text, out);
  gzip.finish(out);
  return out;
}

}  // namespace

TEST_CASE("packed file: is unpacked once and stays where it is") {
  const std::string bytes = packed("every call, with its fields");
  const base::PackedFile file("calls.json", bytes);
  CHECK(file.name() == "calls.json");
  CHECK(file.packed().data() == bytes.data());
  const std::string_view text = file.unpacked();
  CHECK(text == "every call, with its fields");
  CHECK(file.unpacked().data() == text.data());
}

TEST_CASE("packed file: one that is damaged or cut anywhere is empty, never a part") {
  const std::string bytes = packed("every call, with its fields");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    CHECK(base::PackedFile("cut", std::string_view(bytes).substr(0, size)).unpacked().empty());
  }
  std::string damaged = bytes;
  damaged[damaged.size() - 5] ^= 1;  // its checksum
  CHECK(base::PackedFile("damaged", damaged).unpacked().empty());
}
