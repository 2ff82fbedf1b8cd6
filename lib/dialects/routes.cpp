#include "dialects/routes.h"

#include <vector>

#include "dialects/all_dialects.h"
#include "dialects/console/dialect.h"
#include "dialects/router.h"

namespace dialects {
namespace {

std::vector<Route> gather(const Dialect* left_out) {
  std::vector<Route> all;
  for (const Dialect* dialect : all_dialects())
    for (const Calls calls : dialect != left_out ? dialect->calls : std::span<const Calls>())
      for (Route route : calls()) {
        route.dialect = dialect;
        all.push_back(route);
      }
  return all;
}

}  // namespace

std::span<const Route> all_routes() {
  static const std::vector<Route> routes = gather(nullptr);
  return routes;
}

std::span<const Route> routes_without_console() {
  static const std::vector<Route> routes = gather(&console::kDialect);
  return routes;
}

bool takes_large_body(const http::Request& head) {
  static const Router router(all_routes());
  const auto method = http::parse_method(head.method);
  const Router::Match match = method ? router.match(*method, head.path) : Router::Match();
  return match.route && match.route->large_body;
}

}  // namespace dialects
