#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// Conditions of SQL as texts with their parameters, put together from small ones.
namespace sql {

// As their programs write conditions. kMysql is MySQL's and MariaDB's.
enum class Dialect : std::uint8_t { kPostgres, kSqlite, kMysql };
std::optional<Dialect> parse_dialect(std::string_view name);  // "postgres", "sqlite", "mysql"

using Parameter = std::variant<std::string, std::int64_t>;

// A finished condition: what goes behind WHERE, and the values of its placeholders in their order. Those of
// PostgreSQL are `$1`, `$2`, …, those of the others `?`.
struct Statement {
  std::string text;
  std::vector<Parameter> parameters;
};

// A part of a condition. A placeholder is kPlaceholder in its text.
struct Fragment {
  std::string text;
  std::vector<Parameter> parameters{};

  Fragment& operator+=(const Fragment& other);
  Fragment& operator+=(std::string_view more);
};
inline constexpr char kPlaceholder = '\x01';

Fragment operator+(Fragment left, const Fragment& right);
Fragment operator+(Fragment left, std::string_view right);
Fragment operator+(std::string_view left, const Fragment& right);

// A truth: known, or a condition in brackets. Putting known ones together makes no text.
class Truth {
 public:
  Truth(bool known) : known_(known) {}
  Truth(Fragment condition, std::size_t depth = 1) : condition_(std::move(condition)), depth_(depth) {}

  bool is(bool b) const { return known_ && *known_ == b; }
  bool is_known() const { return known_.has_value(); }

  // REQUIRES: !is_known()
  const Fragment& condition() const { return condition_; }

  // How many entries of its stack a parser needs for the condition, beside those of what doesn't nest;
  // databases bound that.
  std::size_t depth() const { return depth_; }

  // Of a known one a condition that always says that.
  Fragment fragment() const { return known_ ? Fragment{*known_ ? "(1 = 1)" : "(1 = 0)"} : condition_; }

 private:
  std::optional<bool> known_;
  Fragment condition_;
  std::size_t depth_ = 0;
};

// Of two conditions the one that nests much more deeply comes first, where it takes less of a parser's stack.
Truth operator&&(const Truth&, const Truth&);
Truth operator||(const Truth&, const Truth&);
Truth operator!(const Truth&);

// Whether any is true, or all are; nested no more deeply than it must be.
Truth any_of(std::vector<Truth>);
Truth all_of(std::vector<Truth>);

// How large a depth() a database takes, with room for the query that the condition is put in. SQLite before
// 3.46 has a stack of 100.
constexpr std::size_t max_depth(Dialect dialect) {
  return dialect == Dialect::kSqlite ? 70 : 400;
}

Statement finish(const Fragment&, Dialect);

}  // namespace sql
