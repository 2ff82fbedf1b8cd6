#include "cedar/compiled/code.h"

#include <algorithm>

#include "cedar/values/cost.h"

namespace cedar {

Cell Cell::of(const Value& value) {
  Cell cell;
  cell.kind = value.kind();
  switch (value.kind()) {
    case ValueKind::kBool:
      cell.number = *value.boolean() ? 1 : 0;
      break;
    case ValueKind::kLong:
      cell.number = *value.integer();
      break;
    case ValueKind::kString:
      cell.string = value.string();
      break;
    case ValueKind::kEntity:
      cell.uid = value.entity();
      break;
    case ValueKind::kSet:
      cell.set = value.set();
      break;
    case ValueKind::kRecord:
      cell.record = value.record();
      break;
    case ValueKind::kDecimal:
      cell.number = value.decimal()->units;
      break;
    case ValueKind::kIpAddr:
      cell.ip = value.ip_addr();
      break;
    case ValueKind::kDatetime:
      cell.number = value.datetime()->ms;
      break;
    case ValueKind::kDuration:
      cell.number = value.duration()->ms;
      break;
  }
  return cell;
}

Value to_value(const Cell& cell) {
  switch (cell.kind) {
    case ValueKind::kBool:
      return Value(cell.is_true());
    case ValueKind::kLong:
      return Value(cell.number);
    case ValueKind::kString:
      return Value(*cell.string);
    case ValueKind::kEntity:
      return Value(*cell.uid);
    case ValueKind::kSet:
      return Value(*cell.set);
    case ValueKind::kRecord:
      return Value(*cell.record);
    case ValueKind::kDecimal:
      return Value(Decimal{cell.number});
    case ValueKind::kIpAddr:
      return Value(*cell.ip);
    case ValueKind::kDatetime:
      return Value(Datetime{cell.number});
    case ValueKind::kDuration:
      return Value(Duration{cell.number});
  }
  return Value(false);
}

bool equal(const Cell& left, const Cell& right) {
  if (left.kind != right.kind) return false;
  switch (left.kind) {
    case ValueKind::kBool:
    case ValueKind::kLong:
    case ValueKind::kDecimal:
    case ValueKind::kDatetime:
    case ValueKind::kDuration:
      return left.number == right.number;
    case ValueKind::kString:
      return *left.string == *right.string;
    case ValueKind::kEntity:
      // Symbols of one table; the two that are none are greater than all of them.
      if (left.entity < kUnresolved && right.entity < kUnresolved) return left.entity == right.entity;
      return *left.uid == *right.uid;
    case ValueKind::kSet:
      return *left.set == *right.set;
    case ValueKind::kRecord:
      return *left.record == *right.record;
    case ValueKind::kIpAddr:
      return *left.ip == *right.ip;
  }
  return false;
}

std::uint64_t weight_of(const Cell& cell) {
  switch (cell.kind) {
    case ValueKind::kString:
      return 1 + cost_of_text(cell.string->size());
    case ValueKind::kEntity:
      return 1 + cost_of_text(cell.uid->type().text().size() + cell.uid->id().size());
    case ValueKind::kSet:
      return cell.set->weight();
    case ValueKind::kRecord:
      return cell.record->weight();
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

std::uint64_t cost_of_equal(const Cell& left, const Cell& right) {
  switch (left.kind) {
    case ValueKind::kString:
      return left.string->size() == right.string->size() ? cost_of_text(left.string->size()) : 0;
    case ValueKind::kEntity:
      // Those that are resolved are compared by their symbols.
      return left.entity < kUnresolved && right.entity < kUnresolved ? 0
                                                                     : cost_of_text(left.uid->id().size());
    case ValueKind::kSet:
      return cost_of_equal(*left.set, *right.set);
    case ValueKind::kRecord:
      return cost_of_equal(*left.record, *right.record);
    case ValueKind::kBool:
    case ValueKind::kLong:
    case ValueKind::kDecimal:
    case ValueKind::kIpAddr:
    case ValueKind::kDatetime:
    case ValueKind::kDuration:
      return 0;
  }
  return 0;
}

namespace {

// The order of Value, for the kinds that are compared without making a Value of the cell.
bool is_less(const Value& left, const Cell& right) {
  if (left.kind() != right.kind) return left.kind() < right.kind;
  switch (right.kind) {
    case ValueKind::kString:
      return *left.string() < *right.string;
    case ValueKind::kEntity:
      return *left.entity() < *right.uid;
    case ValueKind::kIpAddr:
      return *left.ip_addr() < *right.ip;
    case ValueKind::kBool:
    case ValueKind::kLong:
    case ValueKind::kDecimal:
    case ValueKind::kDatetime:
    case ValueKind::kDuration:
      return Cell::of(left).number < right.number;
    case ValueKind::kSet:
    case ValueKind::kRecord:
      return left < to_value(right);
  }
  return false;
}

}  // namespace

bool contains(const Set& set, const Cell& cell) {
  const auto elements = set.elements();
  const auto found = std::lower_bound(elements.begin(), elements.end(), cell, is_less);
  return found != elements.end() && equal(Cell::of(*found), cell);
}

}  // namespace cedar
