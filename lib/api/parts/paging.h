#pragma once
#include <cassert>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "api/context.h"
#include "api/parts/answer_size.h"
#include "api/parts/page_budget.h"

// How lists become pages, each within its budget.
namespace api {

// The id after which the page begins, if any; kInvalidInput where the cursor is malformed.
template <typename Id>
Outcome<std::optional<Id>> id_cursor(const PageRequest& page) {
  if (page.after.empty()) return std::optional<Id>();
  const auto id = Id::parse(page.after);
  if (!id) return invalid("cursor", "is not a cursor that this list has given");
  return id;
}

// The same of a number, such as a place; 0: from the beginning.
inline Outcome<std::uint64_t> number_cursor(const PageRequest& page) {
  std::uint64_t number = 0;
  const std::string& text = page.after;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && (failure != std::errc() || end != text.data() + text.size()))
    return invalid("cursor", "is not a cursor that this list has given");
  return number;
}

// How a cursor says where a row stands.
template <class Noun>
std::string cursor_text(const domain::Id<Noun>& id) {
  return id.to_string();
}
inline std::string cursor_text(const base::Uuid& id) {
  return id.to_string();
}
inline std::string cursor_text(std::uint64_t seq) {
  return std::to_string(seq);
}
inline std::string cursor_text(const std::string& text) {
  return text;
}

// Takes the rows of a list, in its order, until the page has what was asked for or has cost enough. Every row
// is first looked at, and then taken or passed over:
//
//   if (!pager.look()) return false;                      // the page has ended
//   if (group.source != wanted) return pager.pass(id);
//   return pager.take(id, [&] { return view_group(read, std::move(group)); });
//
// each of which answers whether to go on. `Place` says where a row stands, so that the next page can begin
// behind it.
template <typename View, typename Place>
class Pager {
 public:
  // REQUIRES: read outlives this
  Pager(const Read& read, const PageRequest& page)
      : budget_(read, page),
        limit_(page.limit),
        only_counts_(page.limit == 0 && page.extent == PageRequest::Extent::kCount) {}

  bool look() { return budget_.look() || end(); }

  bool pass(const Place& place) {
    last_ = place;
    return true;
  }

  // make() gives an Outcome<View>; an error is that of the whole page.
  template <typename Make>
  bool take(const Place& place, const Make& make) {
    if (only_counts_) return true;
    if (limit_ != 0 && page_.data.size() == limit_) return end();
    Outcome<View> view = make();
    if (!view.ok()) return fail(std::move(view).error());
    if (!budget_.take(answer_size(view.value()))) return end();
    page_.data.push_back(std::move(view).value());
    last_ = place;
    return true;
  }

  // Ends the page with that error.
  bool fail(Error error) {
    error_ = std::move(error);
    has_ended_ = true;
    return false;
  }

  // Whether the last answer was not to go on.
  bool has_ended() const { return has_ended_; }

  Outcome<Page<View>> finish() {
    if (error_) return *std::move(error_);
    return std::move(page_);
  }

 private:
  // In front of a row that is not the first.
  bool end() {
    if (budget_.is_whole()) return fail(budget_.too_much());
    assert(last_);
    page_.next = cursor_text(*last_);
    has_ended_ = true;
    return false;
  }

  PageBudget budget_;
  const std::size_t limit_;
  const bool only_counts_;
  Page<View> page_;
  std::optional<Place> last_;
  std::optional<Error> error_;
  bool has_ended_ = false;
};

}  // namespace api
