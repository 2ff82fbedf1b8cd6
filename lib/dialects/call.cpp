#include "dialects/call.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "dialects/route.h"
#include "dialects/router.h"

namespace dialects {

bool is_id(std::string_view parameter) {
  constexpr std::array<std::string_view, 5> kIds = {"id", "user_id", "secret_id", "rule_id", "test_id"};
  return std::find(kIds.begin(), kIds.end(), parameter) != kIds.end();
}

api::Error named_as_sent(api::Error error, const Route& route, const http::Request& request) {
  if (error.code != api::Code::kNotFound) return error;
  const std::string nil = base::Uuid().to_string();
  const std::size_t at = error.message.find(nil);
  if (at == std::string::npos) return error;
  // Ids are looked up from left to right, so the first that is none is what wasn't found.
  const auto segments = segments_of(route.path);
  for (std::size_t i = 0; i < segments.size() && i < request.path.size(); ++i) {
    if (!is_id(parameter_name(segments[i])) || base::Uuid::parse(request.path[i])) continue;
    error.message.replace(at, nil.size(), request.path[i]);
    break;
  }
  return error;
}

const std::string& Call::path(std::string_view name) const {
  const std::string_view pattern = route.path;
  std::size_t segment = 0;
  for (std::size_t begin = 1; begin < pattern.size(); ++segment) {
    std::size_t end = pattern.find('/', begin);
    if (end == std::string_view::npos) end = pattern.size();
    const std::string_view text = pattern.substr(begin, end - begin);
    if (text.size() == name.size() + 2 && text.front() == '{' && text.substr(1, name.size()) == name)
      return request.path[segment];
    begin = end + 1;
  }
  assert(!"a handler asks for a parameter that its route's pattern lacks");
  return request.target;
}

domain::TenantId Call::tenant() const {
  assert(!owner.is_platform());
  return owner.is_platform() ? domain::TenantId() : *owner.tenant();
}

base::Uuid Call::path_uuid(std::string_view name) const {
  assert(is_id(name));
  return base::Uuid::parse(path(name)).value_or(base::Uuid());
}

}  // namespace dialects
