// The index has each name from every word of it on, folded, and as much of that as a key should hold. A user
// "Alice Smith", alice.smith@example.com:
//
//   name_word  [tenant][user] alice smith               [id]
//                             alice.smith@example.com   [id]
//                             smith                     [id]
//                             smith@example.com         [id]
//
// So the beginning of a word is the beginning of a key, and "smith@" is, too. The words of a domain aren't
// there, which would be those of everybody. A thing that is found at several places is told at the first of
// them, which its names alone decide, so that a later page needn't know what an earlier one had.
//
// lib/store/migrate_name_words.cpp made these keys of older stores, by itself: who changes them here writes a
// step there.
#include "domain/name_words.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "domain/index.h"
#include "names/fold.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::size_t kMostWords = 4;   // of one name
constexpr std::size_t kMostBytes = 40;  // of one entry's text
constexpr std::size_t kIdBytes = sizeof(base::Uuid::Bytes);

// Whether a character is one of a word: of ASCII letters and digits, and all others but signs of Latin-1 and
// what is punctuation of many scripts, such as a typographic apostrophe or a dash.
bool is_of_word(char32_t c) {
  if (c < 0x80) return base::is_letter_or_digit(static_cast<char>(c));
  const auto is_from_to = [c](char32_t first, char32_t last) { return first <= c && c <= last; };
  return !is_from_to(0x80, 0xBF) && c != 0xD7 && c != 0xF7 && !is_from_to(0x2000, 0x206F) &&
         !is_from_to(0x3000, 0x3003) && !is_from_to(0x3008, 0x3020) && c != 0x30FB;
}

// Where words begin in a folded name, before its `end`, at most kMostWords of them. Each byte of a text that
// isn't UTF-8, which only an old store can have, counts as a character.
std::vector<std::size_t> word_beginnings(std::string_view folded, std::size_t end) {
  const bool is_utf8 = base::utf8::is_valid(folded);
  std::vector<std::size_t> all;
  bool is_in_word = false;
  for (std::size_t at = 0; at < end && all.size() < kMostWords;) {
    const std::size_t begin = at;
    const char32_t c = is_utf8 ? base::utf8::next(folded, at) : static_cast<unsigned char>(folded[at++]);
    const bool is_letter = is_of_word(c);
    if (is_letter && !is_in_word) all.push_back(begin);
    is_in_word = is_letter;
  }
  return all;
}

std::string_view cut(std::string_view text) {
  if (text.size() <= kMostBytes) return text;
  std::size_t end = kMostBytes;
  while (end > 0 && base::utf8::is_continuation(text[end])) --end;
  return text.substr(0, end);
}

// The folded name from each of its words on, at most kMostWords of them; the whole where it has no word.
std::vector<std::string> from_words(const std::string& name) {
  const std::string folded = names::fold(name);
  const bool is_address = folded.find(' ') == std::string::npos;
  const std::size_t domain = std::min(is_address ? folded.rfind('@') : folded.size(), folded.size());
  std::vector<std::string> all;
  for (const std::size_t at : word_beginnings(folded, domain)) all.push_back(folded.substr(at));
  if (all.empty() && !folded.empty()) all.push_back(folded);
  return all;
}

// What the index has of the names: sorted, without repeats.
std::vector<std::string> entries_of(const SearchedNames& names) {
  std::vector<std::string> all;
  for (const std::string& name : names)
    for (const std::string& text : from_words(name)) all.emplace_back(cut(text));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Key prefix_of(Searched what, const Owner& owner) {
  return Key().uuid(to_stored(owner)).u8(static_cast<std::uint8_t>(what));
}

Key key_of(Searched what, const Owner& owner, std::string_view text, const base::Uuid& id) {
  return prefix_of(what, owner).bytes(text).uuid(id);
}

}  // namespace

base::Result<void> change_words(store::WriteTxn& txn, Searched what, const Owner& owner, const base::Uuid& id,
                                const SearchedNames& before, const SearchedNames& after) {
  if (before == after) return {};
  const auto old_entries = entries_of(before), new_entries = entries_of(after);
  std::vector<std::string> gone, added;
  std::set_difference(old_entries.begin(), old_entries.end(), new_entries.begin(), new_entries.end(),
                      std::back_inserter(gone));
  std::set_difference(new_entries.begin(), new_entries.end(), old_entries.begin(), old_entries.end(),
                      std::back_inserter(added));
  for (const std::string& text : gone)
    if (auto done = del(txn, Table::kNameWord, key_of(what, owner, text, id)); !done.ok()) return done;
  for (const std::string& text : added)
    if (auto done = txn.put(Table::kNameWord, key_of(what, owner, text, id), {}); !done.ok()) return done;
  return {};
}

void implied_by_words(Searched what, const Owner& owner, const base::Uuid& id, const SearchedNames& names,
                      Implied& implied) {
  for (const std::string& text : entries_of(names))
    implied.entry(Table::kNameWord, {key_of(what, owner, text, id), {}});
}

NameQuery::NameQuery(std::string_view typed) : folded_(names::fold(typed)) {}

std::string_view NameQuery::indexed() const {
  return cut(folded_);
}

bool NameQuery::is_place(std::string_view text) const {
  return text.size() >= kIdBytes && text.size() <= kMostBytes + kIdBytes && text.starts_with(indexed());
}

bool NameQuery::is_first(std::string_view place, const SearchedNames& names) const {
  if (is_empty() || place.size() < kIdBytes) return false;
  std::optional<std::string> first;
  for (const std::string& name : names)
    for (const std::string& text : from_words(name))
      if (text.starts_with(folded_) && (!first || cut(text) < *first)) first = std::string(cut(text));
  return first && *first == place.substr(0, place.size() - kIdBytes);
}

base::Result<void> each_found(const store::ReadTxn& txn, Searched what, const Owner& owner,
                              const NameQuery& query, std::string_view after,
                              base::FunctionRef<bool(const base::Uuid& id, std::string_view place)> visit) {
  if (query.is_empty()) return {};
  const Key all = prefix_of(what, owner), begin = Key(all).bytes(query.indexed()),
            from = Key(all).bytes(after);
  return txn.scan_from(Table::kNameWord, begin, after.empty() ? std::string_view() : from.view(),
                       [&](std::string_view key, std::string_view) {
                         const std::string_view place = key.substr(all.view().size());
                         if (place.size() < kIdBytes) return true;  // no key of this table
                         return visit(base::Uuid::from_raw(place.substr(place.size() - kIdBytes)), place);
                       });
}

}  // namespace domain
