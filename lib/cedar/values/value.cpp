// Sets are sorted and have each value once, records are sorted by name: so equality is one pass, and a set is
// searched. `[3, 1, 3]` and `[1, 3]` are one value.
//
// Sorting sets of sets by comparing them down to the last element would take the square of their size for
// those that differ far down. So inside others they are ordered by a digest, a hash of all that is in them,
// made once when it is first wanted; only equal digests are compared in full. The order is for normal forms,
// and means nothing to policies.
#include "cedar/value.h"

#include <algorithm>
#include <atomic>

#include "base/keyed_hash.h"
#include "cedar/name.h"
#include "cedar/values/cost.h"

namespace cedar {

std::string_view name_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBool:
      return "bool";
    case ValueKind::kLong:
      return "long";
    case ValueKind::kString:
      return "string";
    case ValueKind::kEntity:
      return "entity";
    case ValueKind::kSet:
      return "set";
    case ValueKind::kRecord:
      return "record";
    case ValueKind::kDecimal:
      return "decimal";
    case ValueKind::kIpAddr:
      return "ipaddr";
    case ValueKind::kDatetime:
      return "datetime";
    case ValueKind::kDuration:
      return "duration";
  }
  return "";
}

namespace {

std::uint64_t digest_of(const std::vector<std::uint64_t>& words) {
  return base::stable_hash(
      {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(std::uint64_t)});
}

std::uint64_t digest_of(const Value& value) {
  const auto kind = static_cast<std::uint64_t>(value.kind());
  const auto number = [&](std::int64_t n) { return digest_of({kind, static_cast<std::uint64_t>(n)}); };
  switch (value.kind()) {
    case ValueKind::kBool:
      return number(*value.boolean() ? 1 : 0);
    case ValueKind::kLong:
      return number(*value.integer());
    case ValueKind::kString:
      return digest_of({kind, base::stable_hash(*value.string())});
    case ValueKind::kEntity:
      return digest_of(
          {kind, base::stable_hash(value.entity()->type().text()), base::stable_hash(value.entity()->id())});
    case ValueKind::kSet:
      return value.set()->digest();
    case ValueKind::kRecord:
      return value.record()->digest();
    case ValueKind::kDecimal:
      return number(value.decimal()->units);
    case ValueKind::kIpAddr:
      return digest_of({kind, base::stable_hash(to_text(*value.ip_addr()))});
    case ValueKind::kDatetime:
      return number(value.datetime()->ms);
    case ValueKind::kDuration:
      return number(value.duration()->ms);
  }
  return 0;
}

// A number, never 0, that is made once, by whichever thread wants it first; all would make the same.
class MadeOnce {
 public:
  template <typename Make>
  std::uint64_t get(Make make) const {
    std::uint64_t known = made_.load(std::memory_order_relaxed);
    if (known != kNone) return known;
    known = make();
    made_.store(known, std::memory_order_relaxed);
    return known;
  }

 private:
  static constexpr std::uint64_t kNone = 0;
  mutable std::atomic<std::uint64_t> made_{kNone};
};

std::uint64_t digest_of_composite(const std::vector<std::uint64_t>& words) {
  return std::max<std::uint64_t>(digest_of(words), 1);
}

// Of a set or record inside another: where the digests say nothing, all of it.
template <typename Composite>
std::strong_ordering order_by_digest(const Composite& left, const Composite& right) {
  const auto order = left.digest() <=> right.digest();
  return order != 0 ? order : left <=> right;
}

std::strong_ordering order_inside(const Value& left, const Value& right) {
  if (left.kind() == ValueKind::kSet && right.kind() == ValueKind::kSet)
    return order_by_digest(*left.set(), *right.set());
  if (left.kind() == ValueKind::kRecord && right.kind() == ValueKind::kRecord)
    return order_by_digest(*left.record(), *right.record());
  return left <=> right;
}

bool is_composite(const Value& value) {
  return value.kind() == ValueKind::kSet || value.kind() == ValueKind::kRecord;
}

void drop_repeated(std::vector<Value>& elements) {
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
}

}  // namespace

struct Set::Rep {
  explicit Rep(std::vector<Value> e) : elements(std::move(e)) {}
  std::vector<Value> elements;
  MadeOnce digest, weight;
};

struct Record::Rep {
  explicit Rep(std::vector<Field> f) : fields(std::move(f)) {}
  std::vector<Field> fields;
  MadeOnce digest, weight;
};

Set::Set(std::vector<Value> elements) {
  if (!std::is_sorted(elements.begin(), elements.end())) {
    // Equal sets and records are the dearest to compare, so most are dropped before the sorting: neighbours,
    // and then those whose digests are the same.
    drop_repeated(elements);
    if (std::any_of(elements.begin(), elements.end(), is_composite)) {
      std::sort(elements.begin(), elements.end(), [](const Value& left, const Value& right) {
        if (left.kind() != right.kind() || !is_composite(left)) return left < right;
        return digest_of(left) < digest_of(right);
      });
      drop_repeated(elements);
    }
    std::sort(elements.begin(), elements.end());
  }
  drop_repeated(elements);
  if (!elements.empty()) rep_ = std::make_shared<const Rep>(std::move(elements));
}

std::span<const Value> Set::elements() const {
  return rep_ ? std::span<const Value>(rep_->elements) : std::span<const Value>();
}

std::size_t Set::size() const {
  return rep_ ? rep_->elements.size() : 0;
}

bool Set::contains(const Value& value) const {
  return std::binary_search(elements().begin(), elements().end(), value);
}

bool Set::contains_all(const Set& others) const {
  const auto all = elements();
  const auto wanted = others.elements();
  if (wanted.size() > all.size()) return false;
  if (is_searched_for_each(wanted.size(), all.size()))
    return std::all_of(wanted.begin(), wanted.end(), [&](const Value& value) { return contains(value); });
  return std::includes(all.begin(), all.end(), wanted.begin(), wanted.end());
}

bool Set::contains_any(const Set& others) const {
  const Set& few = size() < others.size() ? *this : others;
  const Set& many = size() < others.size() ? others : *this;
  return std::any_of(few.elements().begin(), few.elements().end(),
                     [&](const Value& value) { return many.contains(value); });
}

std::uint64_t Set::digest() const {
  const auto make = [&] {
    std::vector<std::uint64_t> all{static_cast<std::uint64_t>(ValueKind::kSet)};
    all.reserve(1 + size());
    for (const Value& element : elements()) all.push_back(digest_of(element));
    return digest_of_composite(all);
  };
  return rep_ ? rep_->digest.get(make) : make();
}

std::uint64_t Set::weight() const {
  const auto count = [&] {
    std::uint64_t sum = 1;
    for (const Value& element : elements()) sum += weight_of(element);
    return sum;
  };
  return rep_ ? rep_->weight.get(count) : count();
}

bool Set::operator==(const Set& o) const {
  return rep_ == o.rep_ || (rep_ && o.rep_ && rep_->elements == o.rep_->elements);
}

std::strong_ordering Set::operator<=>(const Set& o) const {
  if (rep_ == o.rep_) return std::strong_ordering::equal;
  const auto left = elements();
  const auto right = o.elements();
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(),
                                                order_inside);
}

Record::Record(std::vector<Field> fields) {
  const auto by_name = [](const Field& left, const Field& right) { return left.first < right.first; };
  if (!std::is_sorted(fields.begin(), fields.end(), by_name))
    std::stable_sort(fields.begin(), fields.end(), by_name);
  // Of a run of equal names the last is kept, which a pass from the back does.
  const auto same_name = [](const Field& left, const Field& right) { return left.first == right.first; };
  fields.erase(fields.begin(), std::unique(fields.rbegin(), fields.rend(), same_name).base());
  if (!fields.empty()) rep_ = std::make_shared<const Rep>(std::move(fields));
}

std::span<const Record::Field> Record::fields() const {
  return rep_ ? std::span<const Field>(rep_->fields) : std::span<const Field>();
}

std::size_t Record::size() const {
  return rep_ ? rep_->fields.size() : 0;
}

const Value* Record::find(std::string_view name) const {
  if (!rep_) return nullptr;
  const auto& fields = rep_->fields;
  const auto found = std::lower_bound(fields.begin(), fields.end(), name,
                                      [](const Field& field, std::string_view n) { return field.first < n; });
  return found != fields.end() && found->first == name ? &found->second : nullptr;
}

std::uint64_t Record::digest() const {
  const auto make = [&] {
    std::vector<std::uint64_t> all{static_cast<std::uint64_t>(ValueKind::kRecord)};
    all.reserve(1 + 2 * size());
    for (const auto& [name, value] : fields()) {
      all.push_back(base::stable_hash(name));
      all.push_back(digest_of(value));
    }
    return digest_of_composite(all);
  };
  return rep_ ? rep_->digest.get(make) : make();
}

std::uint64_t Record::weight() const {
  const auto count = [&] {
    std::uint64_t sum = 1;
    for (const auto& [name, value] : fields()) sum += cost_of_text(name.size()) + weight_of(value);
    return sum;
  };
  return rep_ ? rep_->weight.get(count) : count();
}

std::uint64_t weight_of(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kString:
      return 1 + cost_of_text(value.string()->size());
    case ValueKind::kEntity:
      return 1 + cost_of_text(value.entity()->type().text().size() + value.entity()->id().size());
    case ValueKind::kSet:
      return value.set()->weight();
    case ValueKind::kRecord:
      return value.record()->weight();
    case ValueKind::kBool:
    case ValueKind::kLong:
    case ValueKind::kDecimal:
    case ValueKind::kIpAddr:
    case ValueKind::kDatetime:
    case ValueKind::kDuration:
      return 1;
  }
  return 1;
}

bool Record::operator==(const Record& o) const {
  return rep_ == o.rep_ || (rep_ && o.rep_ && rep_->fields == o.rep_->fields);
}

std::strong_ordering Record::operator<=>(const Record& o) const {
  if (rep_ == o.rep_) return std::strong_ordering::equal;
  const auto left = fields();
  const auto right = o.fields();
  const auto order = [](const Field& l, const Field& r) {
    const std::strong_ordering by_name = l.first <=> r.first;
    return by_name != 0 ? by_name : order_inside(l.second, r.second);
  };
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(), order);
}

std::strong_ordering Value::operator<=>(const Value& o) const {
  if (v_.index() != o.v_.index()) return v_.index() <=> o.v_.index();
  switch (kind()) {
    case ValueKind::kBool:
      return *boolean() <=> *o.boolean();
    case ValueKind::kLong:
      return *integer() <=> *o.integer();
    case ValueKind::kString:
      return *string() <=> *o.string();
    case ValueKind::kEntity:
      return *entity() <=> *o.entity();
    case ValueKind::kSet:
      return *set() <=> *o.set();
    case ValueKind::kRecord:
      return *record() <=> *o.record();
    case ValueKind::kDecimal:
      return *decimal() <=> *o.decimal();
    case ValueKind::kIpAddr:
      return *ip_addr() <=> *o.ip_addr();
    case ValueKind::kDatetime:
      return *datetime() <=> *o.datetime();
    case ValueKind::kDuration:
      return *duration() <=> *o.duration();
  }
  return std::strong_ordering::equal;
}

bool Value::operator==(const Value& o) const {
  if (v_.index() != o.v_.index()) return false;
  switch (kind()) {
    case ValueKind::kString:
      return *string() == *o.string();
    case ValueKind::kEntity:
      return *entity() == *o.entity();
    case ValueKind::kSet:
      return *set() == *o.set();
    case ValueKind::kRecord:
      return *record() == *o.record();
    case ValueKind::kBool:
    case ValueKind::kLong:
    case ValueKind::kDecimal:
    case ValueKind::kIpAddr:
    case ValueKind::kDatetime:
    case ValueKind::kDuration:
      return *this <=> o == 0;
  }
  return false;
}

}  // namespace cedar
