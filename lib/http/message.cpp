#include "http/message.h"

namespace http {

HeaderField Request::header(std::string_view name) const {
  HeaderField found;
  for (const NameValue& line : headers) {
    if (line.name != name) continue;
    ++found.count;
    found.value = found.count == 1 ? std::string_view(line.value) : std::string_view();
  }
  return found;
}

}  // namespace http
