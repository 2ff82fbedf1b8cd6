#include "dialects/all_dialects.h"

#include <algorithm>

#include "dialects/access/dialect.h"
#include "dialects/console/dialect.h"
#include "dialects/system/dialect.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1beta1/dialect.h"

namespace dialects {
namespace {

// The last one has what no other has.
constexpr const Dialect* kAll[] = {&v1::kDialect, &v1beta1::kDialect, &access::kDialect, &console::kDialect,
                                   &system::kDialect};

bool has_path(const Dialect& dialect, std::string_view path) {
  const std::string_view prefix = dialect.prefix;
  const bool below = path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
  const auto& others = dialect.other_paths;
  return below || prefix.empty() || std::find(others.begin(), others.end(), path) != others.end() ||
         (dialect.has_path && dialect.has_path(path));
}

}  // namespace

std::span<const Dialect* const> all_dialects() {
  return kAll;
}

const Dialect& dialect_of(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  for (const Dialect* dialect : kAll)
    if (has_path(*dialect, path)) return *dialect;
  return *kAll[std::size(kAll) - 1];
}

}  // namespace dialects
