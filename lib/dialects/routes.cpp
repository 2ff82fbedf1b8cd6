#include "dialects/routes.h"

#include <vector>

#include "dialects/all_dialects.h"

namespace dialects {
namespace {

std::vector<Route> gather() {
  std::vector<Route> all;
  for (const Dialect* dialect : all_dialects())
    for (const Calls calls : dialect->calls)
      for (Route route : calls()) {
        route.dialect = dialect;
        all.push_back(route);
      }
  return all;
}

}  // namespace

std::span<const Route> all_routes() {
  static const std::vector<Route> routes = gather();
  return routes;
}

}  // namespace dialects
