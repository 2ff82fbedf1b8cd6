#include "dialects/request_log.h"

#include <algorithm>

#include "base/log.h"

namespace dialects {
namespace {

// Of a target that has no route: without the query, where a secret may have gone astray.
std::string_view shown_path(std::string_view target) {
  constexpr std::size_t kMost = 200;
  return target.substr(0, std::min(target.find('?'), kMost));
}

}  // namespace

void RequestLog::write(const http::Request& request, const http::Response& response) const {
  const auto took = std::chrono::steady_clock::now() - begun;
  const bool has_route = route != "-";
  base::logging::info("request",
                      {{"method", request.method},
                       {has_route ? "route" : "path", has_route ? route : shown_path(request.target)},
                       {"status", response.status},
                       {"us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()},
                       {"bytes", response.text().size()},
                       {"ip", request.peer},
                       {"request_id", request_id},
                       {"tenant", tenant},
                       {"actor", actor}});
}

}  // namespace dialects
