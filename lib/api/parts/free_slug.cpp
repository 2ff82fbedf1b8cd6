#include "api/parts/free_slug.h"

#include <algorithm>

#include "api/limits.h"
#include "api/parts/checks.h"

namespace api {
namespace {

constexpr int kMaxTries = 1'000;

}  // namespace

Outcome<FreeSlug> free_slug(const std::string& name, std::string_view otherwise,
                            base::FunctionRef<Outcome<bool>(const std::string& slug)> is_free) {
  std::string first = slug_of(name);
  if (first.empty()) first = otherwise;
  first.resize(std::min(first.size(), kMaxSlug - 5));
  for (int n = 1; n <= kMaxTries; ++n) {
    std::string slug = n == 1 ? first : first + "-" + std::to_string(n);
    const auto free = is_free(slug);
    if (!free.ok()) return free.error();
    if (free.value()) return FreeSlug{std::move(slug), true};
  }
  return FreeSlug{std::move(first), false};
}

}  // namespace api
