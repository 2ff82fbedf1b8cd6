// Sets and records inside others make a comparison as long as they are, so it is weights that count
// (weight_of), not numbers of elements. They are counted once for each set, and cost what making it did.
#include "cedar/values/cost.h"

#include <algorithm>

namespace cedar {

std::uint64_t cost_of_equal(const Set& left, const Set& right) {
  if (left.size() != right.size() || left.elements().data() == right.elements().data()) return 0;
  return std::min(left.weight(), right.weight());
}

std::uint64_t cost_of_equal(const Record& left, const Record& right) {
  if (left.size() != right.size() || left.fields().data() == right.fields().data()) return 0;
  return std::min(left.weight(), right.weight());
}

std::uint64_t cost_of_equal(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return 0;
  if (const Set* set = left.set()) return cost_of_equal(*set, *right.set());
  if (const Record* record = left.record()) return cost_of_equal(*record, *right.record());
  if (const std::string* text = left.string())
    return text->size() == right.string()->size() ? cost_of_text(text->size()) : 0;
  if (const EntityUid* uid = left.entity()) return cost_of_text(uid->id().size());
  return 0;
}

std::uint64_t cost_of_contains_all(const Set& all, const Set& wanted) {
  if (wanted.size() > all.size()) return 0;
  if (is_searched_for_each(wanted.size(), all.size())) return cost_of_search(all.size(), wanted.weight());
  return all.weight() + wanted.weight();
}

std::uint64_t cost_of_contains_any(const Set& left, const Set& right) {
  const Set& few = left.size() < right.size() ? left : right;
  const Set& many = left.size() < right.size() ? right : left;
  return cost_of_search(many.size(), few.weight());
}

}  // namespace cedar
