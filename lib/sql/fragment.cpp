#include "sql/fragment.h"

#include <algorithm>
#include <utility>

namespace sql {

std::optional<Dialect> parse_dialect(std::string_view name) {
  if (name == "postgres") return Dialect::kPostgres;
  if (name == "sqlite") return Dialect::kSqlite;
  if (name == "mysql") return Dialect::kMysql;
  return std::nullopt;
}

Fragment& Fragment::operator+=(const Fragment& other) {
  text += other.text;
  parameters.insert(parameters.end(), other.parameters.begin(), other.parameters.end());
  return *this;
}

Fragment& Fragment::operator+=(std::string_view more) {
  text += more;
  return *this;
}

Fragment operator+(Fragment left, const Fragment& right) {
  left += right;
  return left;
}

Fragment operator+(Fragment left, std::string_view right) {
  left += right;
  return left;
}

Fragment operator+(std::string_view left, const Fragment& right) {
  return {std::string(left) + right.text, right.parameters};
}

Truth operator&&(const Truth& left, const Truth& right) {
  if (left.is(false) || right.is(false)) return false;
  if (left.is(true)) return right;
  if (right.is(true)) return left;
  return {"(" + left.condition() + " AND " + right.condition() + ")",
          std::max(left.depth(), right.depth()) + 1};
}

Truth operator||(const Truth& left, const Truth& right) {
  if (left.is(true) || right.is(true)) return true;
  if (left.is(false)) return right;
  if (right.is(false)) return left;
  return {"(" + left.condition() + " OR " + right.condition() + ")",
          std::max(left.depth(), right.depth()) + 1};
}

Truth operator!(const Truth& truth) {
  if (truth.is_known()) return truth.is(false);
  return {"(NOT " + truth.condition() + ")", truth.depth() + 1};
}

Truth any_of(std::vector<Truth> truths) {
  if (truths.empty()) return false;
  while (truths.size() > 1) {
    std::vector<Truth> pairs;
    for (std::size_t i = 0; i < truths.size(); i += 2)
      pairs.push_back(i + 1 < truths.size() ? truths[i] || truths[i + 1] : truths[i]);
    truths = std::move(pairs);
  }
  return truths.front();
}

Statement finish(const Fragment& fragment, Dialect dialect) {
  Statement made{{}, fragment.parameters};
  std::size_t number = 0;
  for (const char c : fragment.text) {
    if (c != kPlaceholder)
      made.text += c;
    else if (dialect == Dialect::kPostgres)
      made.text += "$" + std::to_string(++number);
    else
      made.text += "?";
  }
  return made;
}

}  // namespace sql
