#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sql/fragment.h"

namespace sql {

// Where a table has what policies ask of a resource: names of columns, each is_column().
struct Columns {
  std::optional<std::string> id;
  std::map<std::string, std::string> attributes;
  std::map<std::string, std::string> parents;  // by the type of the parent, of which the column has the id
};

inline constexpr std::size_t kMaxColumns = 200;
inline constexpr std::size_t kMaxColumnName = 63;  // bytes of each of its parts

// Whether it is a column's name: one to three identifiers `[A-Za-z_][A-Za-z0-9_]*` with a dot between each
// two.
bool is_column(std::string_view name);

// The name in quotes, which says the same whatever words the dialect reserves. REQUIRES: is_column()
std::string quoted(std::string_view column, Dialect);

}  // namespace sql
