#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/uuid.h"
#include "domain/ids.h"
#include "domain/implied.h"
#include "domain/owner.h"
#include "store/txn.h"

// What is found by the beginning of any word of its names: somebody types "smi" and finds "Alice Smith".
namespace domain {

// What is searched, each among its own. The numbers are on disk: DO NOT CHANGE or reuse one.
enum class Searched : std::uint8_t { kUser = 1, kServiceUser = 2, kGroup = 3, kRole = 4 };

// The texts that one thing is found by, such as a user's name and e-mail address.
using SearchedNames = std::vector<std::string>;

// Makes the index say so of `id`. What is new has no names before, what is deleted none after.
base::Result<void> change_words(store::WriteTxn&, Searched, const Owner&, const base::Uuid& id,
                                const SearchedNames& before, const SearchedNames& after);

// What a record with these names implies.
void implied_by_words(Searched, const Owner&, const base::Uuid& id, const SearchedNames&, Implied&);

// What somebody typed, as names are compared (names/fold.h). Immutable.
class NameQuery {
 public:
  explicit NameQuery(std::string_view typed);

  // Of blanks alone: it finds nothing.
  bool is_empty() const { return folded_.empty(); }

  // Whether a page may go on behind this (each_found).
  bool is_place(std::string_view) const;

  // Whether a word of one of the names begins with it, and `place` is the first where that is so: what is
  // found at several places is told once.
  bool is_first(std::string_view place, const SearchedNames&) const;

  // What the index has of it: its beginning.
  std::string_view indexed() const;

 private:
  std::string folded_;
};

// Calls visit(id, place) for whatever may be found, in order of the word, behind the place `after`, until it
// answers false; an empty one is before all. The index knows the beginning of each word: whether the whole
// query is there, and whether the thing was told before, is asked of the names themselves
// (NameQuery::is_first). REQUIRES: `after` is empty or query.is_place(after)
base::Result<void> each_found(const store::ReadTxn&, Searched, const Owner&, const NameQuery&,
                              std::string_view after,
                              base::FunctionRef<bool(const base::Uuid& id, std::string_view place)> visit);

}  // namespace domain
