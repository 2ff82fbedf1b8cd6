#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/context.h"
#include "base/uuid.h"

// How lists in order of id become pages.
namespace api {

// The id after which the page begins, if any; kInvalidInput where the cursor is malformed.
inline Outcome<std::optional<base::Uuid>> id_cursor(const PageRequest& page) {
  if (page.after.empty()) return std::optional<base::Uuid>();
  const auto id = base::Uuid::parse(page.after);
  if (!id) return invalid("cursor", "is not a cursor that this list has given");
  return id;
}

// Takes records, one more than the page holds, since that one tells whether there are more.
template <typename Record>
class Pager {
 public:
  explicit Pager(const PageRequest& page) : limit_(page.limit) {}

  // Whether to go on.
  bool add(Record record) {
    records_.push_back(std::move(record));
    return limit_ == 0 || records_.size() <= limit_;
  }

  // The page, each record made into a View by make(Record&&), which may fail; `id_of` gives the cursor's id.
  template <typename View, typename Make, typename IdOf>
  Outcome<Page<View>> take(const Make& make, const IdOf& id_of) {
    Page<View> page;
    if (limit_ != 0 && records_.size() > limit_) {
      records_.resize(limit_);
      page.next = id_of(records_.back()).to_string();
    }
    page.data.reserve(records_.size());
    for (Record& record : records_) {
      Outcome<View> view = make(std::move(record));
      if (!view.ok()) return view.error();
      page.data.push_back(std::move(view).value());
    }
    return page;
  }
  template <typename View, typename Make>
  Outcome<Page<View>> take(const Make& make) {
    return take<View>(make, [](const Record& record) { return record.id; });
  }

 private:
  std::size_t limit_;
  std::vector<Record> records_;
};

}  // namespace api
