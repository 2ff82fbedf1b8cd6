#include "cedar/value.h"

#include <algorithm>

#include "cedar/name.h"
#include "cedar/printer.h"

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

Set::Set() : elements_(std::make_shared<const std::vector<Value>>()) {}

Set::Set(std::vector<Value> elements) {
  const auto drop_repeated = [&] {
    elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  };
  if (!std::is_sorted(elements.begin(), elements.end())) {
    // Neighbours that are equal at any depth are the dearest to compare, so they are not sorted.
    drop_repeated();
    std::sort(elements.begin(), elements.end());
  }
  drop_repeated();
  elements_ = std::make_shared<const std::vector<Value>>(std::move(elements));
}

std::span<const Value> Set::elements() const {
  return *elements_;
}

std::size_t Set::size() const {
  return elements_->size();
}

bool Set::contains(const Value& value) const {
  return std::binary_search(elements_->begin(), elements_->end(), value);
}

bool Set::contains_all(const Set& others) const {
  return std::includes(elements_->begin(), elements_->end(), others.elements_->begin(),
                       others.elements_->end());
}

bool Set::contains_any(const Set& others) const {
  const Set& few = size() < others.size() ? *this : others;
  const Set& many = size() < others.size() ? others : *this;
  return std::any_of(few.elements_->begin(), few.elements_->end(),
                     [&](const Value& value) { return many.contains(value); });
}

Record::Record() : fields_(std::make_shared<const std::vector<Field>>()) {}

Record::Record(std::vector<Field> fields) {
  const auto by_name = [](const Field& left, const Field& right) { return left.first < right.first; };
  if (!std::is_sorted(fields.begin(), fields.end(), by_name))
    std::stable_sort(fields.begin(), fields.end(), by_name);
  // Of a run of equal names the last is kept, which a pass from the back does.
  const auto same_name = [](const Field& left, const Field& right) { return left.first == right.first; };
  fields.erase(fields.begin(), std::unique(fields.rbegin(), fields.rend(), same_name).base());
  fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
}

std::span<const Record::Field> Record::fields() const {
  return *fields_;
}

std::size_t Record::size() const {
  return fields_->size();
}

const Value* Record::find(std::string_view name) const {
  const auto found = std::lower_bound(fields_->begin(), fields_->end(), name,
                                      [](const Field& field, std::string_view n) { return field.first < n; });
  return found != fields_->end() && found->first == name ? &found->second : nullptr;
}

namespace {

std::strong_ordering compare(std::span<const Value> left, std::span<const Value> right) {
  if (left.data() == right.data() && left.size() == right.size()) return std::strong_ordering::equal;
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end());
}

std::strong_ordering compare(std::span<const Record::Field> left, std::span<const Record::Field> right) {
  if (left.data() == right.data() && left.size() == right.size()) return std::strong_ordering::equal;
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(),
                                                [](const Record::Field& l, const Record::Field& r) {
                                                  const std::strong_ordering by_name = l.first <=> r.first;
                                                  return by_name != 0 ? by_name : l.second <=> r.second;
                                                });
}

}  // namespace

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
      return compare(set()->elements(), o.set()->elements());
    case ValueKind::kRecord:
      return compare(record()->fields(), o.record()->fields());
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
    case ValueKind::kSet: {
      const auto left = set()->elements();
      const auto right = o.set()->elements();
      return left.size() == right.size() &&
             (left.data() == right.data() || std::equal(left.begin(), left.end(), right.begin()));
    }
    case ValueKind::kRecord: {
      const auto left = record()->fields();
      const auto right = o.record()->fields();
      return left.size() == right.size() &&
             (left.data() == right.data() || std::equal(left.begin(), left.end(), right.begin()));
    }
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
