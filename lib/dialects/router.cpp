// The routes are a tree by segment, "/v1/roles/{slug}" below "/v1/roles", and finding one is a walk down: at
// each node the literals first and then the parameter, with a step back where a literal led nowhere:
//
//   routes /v1/a/{x}/literal and /v1/{y}/b/c
//   /v1/a/b/c     v1, a, {x}=b, and no "c" there; back to v1, {y}=a, b, c: the second
//
// A node's few literals are compared one after the other, which for so few is quicker than hashing. Segments
// come decoded, so a "/" that was sent as %2F is part of one. What a parameter may be is the call's to say.
#include "dialects/router.h"

#include <cassert>

namespace dialects {

std::vector<std::string_view> segments_of(std::string_view pattern) {
  std::vector<std::string_view> segments;
  for (std::size_t from = 1; from <= pattern.size();) {
    std::size_t to = pattern.find('/', from);
    if (to == std::string_view::npos) to = pattern.size();
    segments.push_back(pattern.substr(from, to - from));
    from = to + 1;
  }
  return segments;
}

std::string_view parameter_name(std::string_view segment) {
  if (segment.size() < 3 || segment.front() != '{' || segment.back() != '}') return {};
  return segment.substr(1, segment.size() - 2);
}

Router::Router(std::span<const Route> routes) : nodes_(1) {
  for (const Route& route : routes) {
    std::size_t node = 0;
    for (const std::string_view segment : segments_of(route.path)) node = child(node, segment);
    for (const Route* other : nodes_[node].routes) assert(other->method != route.method);
    nodes_[node].routes.push_back(&route);
  }
}

std::size_t Router::child(std::size_t node, std::string_view segment) {
  const std::size_t next = nodes_.size();
  if (!parameter_name(segment).empty()) {
    if (nodes_[node].parameter) return *nodes_[node].parameter;
    nodes_[node].parameter = next;
  } else {
    for (const auto& [text, at] : nodes_[node].literals)
      if (text == segment) return at;
    nodes_[node].literals.emplace_back(segment, next);
  }
  nodes_.emplace_back();
  return next;
}

// The recursion is as deep as the deepest pattern, whatever the path: below a leaf there is nothing.
const Router::Node* Router::find(std::size_t node, std::span<const std::string> rest) const {
  const Node& here = nodes_[node];
  if (rest.empty()) return here.routes.empty() ? nullptr : &here;
  for (const auto& [text, at] : here.literals)
    if (text == rest.front())
      if (const Node* found = find(at, rest.subspan(1))) return found;
  if (!here.parameter || rest.front().empty()) return nullptr;
  return find(*here.parameter, rest.subspan(1));
}

Router::Match Router::match(http::Method method, std::span<const std::string> path) const {
  const Node* node = find(0, path);
  if (!node) return {};
  const http::Method wanted = method == http::Method::kHead ? http::Method::kGet : method;
  Match match;
  for (const Route* route : node->routes)
    if (route->method == wanted) {
      match.route = route;
      return match;
    }
  for (const Route* route : node->routes) {
    match.allowed.push_back(route->method);
    if (route->method == http::Method::kGet) match.allowed.push_back(http::Method::kHead);
  }
  match.allowed.push_back(http::Method::kOptions);
  return match;
}

}  // namespace dialects
