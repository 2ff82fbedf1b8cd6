#include "http/call.h"

#include <cassert>

#include "http/route.h"

namespace http {

const std::string& Call::path(std::string_view name) const {
  const std::string_view pattern = route.pattern;
  std::size_t segment = 0;
  for (std::size_t at = 1; at < pattern.size(); ++segment) {
    std::size_t end = pattern.find('/', at);
    if (end == std::string_view::npos) end = pattern.size();
    const std::string_view text = pattern.substr(at, end - at);
    if (text.size() == name.size() + 2 && text.front() == '{' && text.substr(1, name.size()) == name)
      return request.path[segment];
    at = end + 1;
  }
  assert(!"a handler asks for a parameter that its route's pattern lacks");
  return request.target;
}

Uuid Call::path_id(std::string_view name) const {
  return Uuid::parse(path(name)).value_or(Uuid());
}

}  // namespace http
