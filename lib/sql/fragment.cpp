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

namespace {

constexpr std::size_t kDeeper = 10;

// In `(a AND b)` the parser has the bracket on its stack while it reads `a`, and `a` and the word too while
// it reads `b`.
Truth joined(const Truth& left, const char* word, const Truth& right) {
  if (right.depth() > left.depth() + kDeeper) return joined(right, word, left);
  return {"(" + left.condition() + word + right.condition() + ")",
          std::max(left.depth(), right.depth() + 2) + 1};
}

// From neighbours to pairs to fours, so that none is nested in all others.
template <typename Join>
Truth balanced(std::vector<Truth> truths, Join join) {
  while (truths.size() > 1) {
    std::vector<Truth> pairs;
    for (std::size_t i = 0; i < truths.size(); i += 2)
      pairs.push_back(i + 1 < truths.size() ? join(truths[i], truths[i + 1]) : truths[i]);
    truths = std::move(pairs);
  }
  return truths.front();
}

}  // namespace

Truth operator&&(const Truth& left, const Truth& right) {
  if (left.is(false) || right.is(false)) return false;
  if (left.is(true)) return right;
  if (right.is(true)) return left;
  return joined(left, " AND ", right);
}

Truth operator||(const Truth& left, const Truth& right) {
  if (left.is(true) || right.is(true)) return true;
  if (left.is(false)) return right;
  if (right.is(false)) return left;
  return joined(left, " OR ", right);
}

Truth operator!(const Truth& truth) {
  if (truth.is_known()) return truth.is(false);
  return {"(NOT " + truth.condition() + ")", truth.depth() + 2};
}

Truth any_of(std::vector<Truth> truths) {
  if (truths.empty()) return false;
  return balanced(std::move(truths), [](const Truth& a, const Truth& b) { return a || b; });
}

Truth all_of(std::vector<Truth> truths) {
  if (truths.empty()) return true;
  return balanced(std::move(truths), [](const Truth& a, const Truth& b) { return a && b; });
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
