// Equality and order of values, which normal forms of sets rest on.
#include <algorithm>
#include <random>

#include "cedar/value.h"
#include "tests/cedar/support.h"

namespace {

using cedar::Value;

// Few different leaves, so that many are equal.
Value random_value(std::mt19937& random, int depth) {
  const auto pick = [&](unsigned n) { return static_cast<unsigned>(random()) % n; };
  const unsigned kind = pick(depth > 0 ? 8 : 4);
  if (kind == 0) return Value(std::int64_t{pick(2)});
  if (kind == 1) return Value(std::string(pick(2), 'a'));
  if (kind == 2) return Value(pick(2) == 0);
  if (kind == 3) return Value(cedar_test::uid(pick(2) == 0 ? "A::\"a\"" : "A::\"b\""));
  if (kind < 6) {
    std::vector<Value> elements;
    for (unsigned i = pick(4); i > 0; --i) elements.push_back(random_value(random, depth - 1));
    return Value(cedar::Set(std::move(elements)));
  }
  std::vector<cedar::Record::Field> fields;
  for (unsigned i = pick(3); i > 0; --i)
    fields.emplace_back(pick(2) == 0 ? "x" : "y", random_value(random, depth - 1));
  return Value(cedar::Record(std::move(fields)));
}

}  // namespace

TEST_CASE("value: equality, order and normal form agree, however deep values differ", "[cedar]") {
  std::mt19937 random(7);
  std::vector<Value> values;
  for (int i = 0; i < 400; ++i) values.push_back(random_value(random, 4));
  const cedar::Set all(values);
  std::shuffle(values.begin(), values.end(), random);
  CHECK(cedar::Set(values) == all);
  CHECK(to_text(Value(cedar::Set(values))) == to_text(Value(all)));
  std::sort(values.begin(), values.end());
  std::size_t wrong = 0;
  std::size_t equal = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(all.contains(values[i]));
    for (std::size_t j = i; j < values.size(); ++j) {
      const bool same = values[i] == values[j];
      if (same != (to_text(values[i]) == to_text(values[j]))) ++wrong;
      if (((values[i] <=> values[j]) == 0) != same) ++wrong;
      if (values[i] > values[j]) ++wrong;
      if (same && i != j) ++equal;
    }
  }
  CHECK(wrong == 0);
  CHECK(equal > 100);
}

TEST_CASE("value: sets are in natural order, also of sets and records of plain values", "[cedar]") {
  const auto number = [](std::int64_t n) { return Value(n); };
  const auto record = [&](std::int64_t n) { return Value(cedar::Record({{"a", number(n)}})); };
  const auto set = [](std::vector<Value> elements) { return Value(cedar::Set(std::move(elements))); };
  CHECK(to_text(set({number(3), number(1), number(2), number(3)})) == "[1, 2, 3]");
  CHECK(to_text(set({record(2), set({number(2)}), record(1), set({number(1)})})) ==
        "[[1], [2], {a: 1}, {a: 2}]");
}
