#pragma once
#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cedar/entity_uid.h"
#include "cedar/extension_types.h"

// What expressions evaluate to. Values are immutable; copies share what is large. Equality and order are
// total over all kinds: the order (kind first) serves normal forms only, the language has no such operator.
// It is the natural one but for sets and records inside others, which go by their digests: so values that
// differ far down are told apart at once.
//
// Comparing and destroying recurse as deep as the value is nested; readers bound that by kMaxValueNesting,
// evaluation by kMaxNesting more. Equality is linear in the smaller value and makes no digest.
namespace cedar {

class Value;

enum class ValueKind : std::uint8_t {
  kBool,
  kLong,
  kString,
  kEntity,
  kSet,
  kRecord,
  kDecimal,
  kIpAddr,
  kDatetime,
  kDuration,
};

// The language's word for it: "bool", "long", "string", "entity", "set", "record", "decimal", "ipaddr", …
std::string_view name_of(ValueKind);

class Set {
 public:
  Set() = default;                            // the empty one
  explicit Set(std::vector<Value> elements);  // sorts, and keeps equal elements once

  std::span<const Value> elements() const;  // sorted, each once
  std::size_t size() const;
  bool contains(const Value&) const;
  bool contains_all(const Set& others) const;
  bool contains_any(const Set& others) const;

  // A hash of all that is in it, the same in every run; made when it is first wanted.
  std::uint64_t digest() const;

  // How much there is to look at in all of it, as weight_of() says; counted when it is first wanted.
  std::uint64_t weight() const;

  bool operator==(const Set&) const;
  std::strong_ordering operator<=>(const Set&) const;

 private:
  struct Rep;
  std::shared_ptr<const Rep> rep_;  // null: empty
};

class Record {
 public:
  using Field = std::pair<std::string, Value>;

  Record() = default;                          // the empty one
  explicit Record(std::vector<Field> fields);  // sorts by name; of equal names the last stays

  std::span<const Field> fields() const;  // sorted by name bytewise, each once
  std::size_t size() const;
  const Value* find(std::string_view name) const;  // null where there is none; lives as long as the record

  std::uint64_t digest() const;  // as of a set
  std::uint64_t weight() const;

  bool operator==(const Record&) const;
  std::strong_ordering operator<=>(const Record&) const;

 private:
  struct Rep;
  std::shared_ptr<const Rep> rep_;  // null: empty
};

class Value {
 public:
  explicit Value(bool b) : v_(b) {}
  explicit Value(std::int64_t n) : v_(n) {}
  explicit Value(std::string s) : v_(std::make_shared<const std::string>(std::move(s))) {}
  explicit Value(std::string_view s) : Value(std::string(s)) {}
  explicit Value(const char* s) : Value(std::string(s)) {}
  explicit Value(EntityUid uid) : v_(std::move(uid)) {}
  explicit Value(Set s) : v_(std::move(s)) {}
  explicit Value(Record r) : v_(std::move(r)) {}
  explicit Value(Decimal d) : v_(d) {}
  explicit Value(const IpAddr& ip) : v_(ip) {}
  explicit Value(Datetime d) : v_(d) {}
  explicit Value(Duration d) : v_(d) {}

  ValueKind kind() const { return static_cast<ValueKind>(v_.index()); }

  // The value if it is of that kind, else null; lives as long as this value.
  const bool* boolean() const { return std::get_if<bool>(&v_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&v_); }
  const std::string* string() const {
    const auto* s = std::get_if<SharedString>(&v_);
    return s ? s->get() : nullptr;
  }
  const EntityUid* entity() const { return std::get_if<EntityUid>(&v_); }
  const Set* set() const { return std::get_if<Set>(&v_); }
  const Record* record() const { return std::get_if<Record>(&v_); }
  const Decimal* decimal() const { return std::get_if<Decimal>(&v_); }
  const IpAddr* ip_addr() const { return std::get_if<IpAddr>(&v_); }
  const Datetime* datetime() const { return std::get_if<Datetime>(&v_); }
  const Duration* duration() const { return std::get_if<Duration>(&v_); }

  bool operator==(const Value&) const;
  std::strong_ordering operator<=>(const Value&) const;

 private:
  using SharedString = std::shared_ptr<const std::string>;
  std::variant<bool, std::int64_t, SharedString, EntityUid, Set, Record, Decimal, IpAddr, Datetime, Duration>
      v_;
};

// How much there is to look at: one for each value, those in it included, and one more for each 32 bytes of a
// text. In steps of a StepBudget.
std::uint64_t weight_of(const Value&);

// As policy text writes it, on one line: `{a: [1, User::"b"], "d e": decimal("1.5")}`.
std::string to_text(const Value&);

}  // namespace cedar
