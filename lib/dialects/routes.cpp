#include "dialects/routes.h"

#include <vector>

#include "dialects/all_dialects.h"
#include "dialects/router.h"

namespace dialects {
namespace {

constexpr std::string_view kConsole = "/console";  // its dialect's prefix

std::vector<Route> gather(bool with_console) {
  std::vector<Route> all;
  for (const Dialect* dialect : all_dialects()) {
    if (!with_console && dialect->prefix == kConsole) continue;
    for (const Calls calls : dialect->calls)
      for (Route route : calls()) {
        route.dialect = dialect;
        all.push_back(route);
      }
  }
  return all;
}

}  // namespace

std::span<const Route> all_routes() {
  static const std::vector<Route> routes = gather(true);
  return routes;
}

std::span<const Route> routes_without_console() {
  static const std::vector<Route> routes = gather(false);
  return routes;
}

bool takes_large_body(const http::Request& head) {
  static const Router router(all_routes());
  const auto method = http::parse_method(head.method);
  const Router::Match match = method ? router.match(*method, head.path) : Router::Match();
  return match.route && match.route->large_body;
}

}  // namespace dialects
