#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialects/route.h"

namespace dialects {

// Finds the route of a request in a tree of path segments: no regular expression, time in proportion to the
// number of segments. A literal segment goes before a parameter. An empty segment is never a parameter, so
// that "/v1/roles/" is not a role without a slug.
class Router {
 public:
  // REQUIRES: the routes outlive the router; no two of them have the same method and the same shape
  explicit Router(std::span<const Route> routes);

  struct Match {
    const Route* route = nullptr;       // null: no such path, or not with this method
    std::vector<http::Method> allowed;  // where the path is known but not with this method, and for OPTIONS
  };

  // HEAD is allowed wherever GET is, and finds GET's route. OPTIONS finds none, and `allowed`.
  Match match(http::Method method, std::span<const std::string> path) const;

 private:
  struct Node {
    std::vector<std::pair<std::string_view, std::size_t>> literals;
    std::optional<std::size_t> parameter;
    std::vector<const Route*> routes;
  };
  const Node* find(std::size_t node, std::span<const std::string> rest) const;
  std::size_t child(std::size_t node, std::string_view segment);

  std::vector<Node> nodes_;
};

// The segments of a pattern: "/v1/roles/{slug}" is {"v1", "roles", "{slug}"}.
std::vector<std::string_view> segments_of(std::string_view pattern);

// The name in "{slug}"; empty where the segment is a literal.
std::string_view parameter_name(std::string_view segment);

}  // namespace dialects
