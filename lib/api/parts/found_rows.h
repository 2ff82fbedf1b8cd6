#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "api/context.h"
#include "api/error.h"
#include "api/parts/paging.h"
#include "domain/name_words.h"

namespace api {

// What somebody typed, as a query that finds something. kInvalidInput at "q" where it is blank or too long,
// and at "cursor" where a page can't go on behind `after`.
struct Typed {
  std::string_view text;
  std::string_view after{};
};
Outcome<domain::NameQuery> name_query(const Typed&);

// Where a page begins, and what goes before the place of each row, where a list has several kinds.
struct FoundFrom {
  std::string_view after;
  std::string_view mark{};
};

// Reads what a search finds into a page, in the order of the words that were found. `get(id)` reads a record
// if it is there, `consider(record, place)` takes it or passes it over, as Pager says; the place is that of
// the row, behind the mark. REQUIRES: query.is_place(from.after), or it is empty
template <typename Get, typename AnyPager, typename Consider>
Outcome<void> read_found(const Read& read, domain::Searched what, const domain::Owner& owner,
                         const domain::NameQuery& query, const FoundFrom& from, AnyPager& pager,
                         const Get& get, const Consider& consider) {
  return stored(domain::each_found(
      read.txn, what, owner, query, from.after, [&](const base::Uuid& id, std::string_view found_at) {
        if (!pager.look()) return false;
        const std::string place = std::string(from.mark).append(found_at);
        auto record = stored(get(id));
        if (!record.ok()) return pager.fail(std::move(record).error());
        if (!record.value() || !query.is_first(found_at, names_of(*record.value()))) return pager.pass(place);
        return consider(*std::move(record).value(), place);
      }));
}

}  // namespace api
