#include "base/packed_file.h"

#include "base/gzip.h"

namespace base {

std::string_view PackedFile::unpacked() const {
  std::call_once(once_, [this] {
    std::string text;
    Gunzip gunzip;
    if (gunzip.add(packed_, text).ok() && gunzip.complete()) unpacked_ = std::move(text);
  });
  return unpacked_;
}

}  // namespace base
