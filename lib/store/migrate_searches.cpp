// From format 11 to 12: users, service users, groups and roles are found by the beginning of any word of
// their names, and mappings by when they end:
//
//   user "Alice Smith", alice@example.com      name_word [tenant][1]["alice smith"][id],
//   ["alice@example.com"],
//                                                        ["smith"]
//   mapping that ends at 1790000000000         mapping_by_expiry [tenant][1790000000000][id]
//
// A record that can't be read stays out of the indexes: `reeve store check` tells of it.
//
// What is read and written here is of formats 11 and 12: this file stays as it is when a later format is
// otherwise.
#include "store/migrate_searches.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "base/utf8.h"
#include "names/fold.h"
#include "store/key.h"
#include "store/migrate_rows.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::size_t kMostWords = 4;   // of one name
constexpr std::size_t kMostBytes = 40;  // of one entry's text
constexpr std::size_t kUuid = 16;

struct Noun {
  Table records;
  std::uint8_t kind;
  std::vector<std::string_view> members;  // its names
};

// The record's JSON; null where it can't be read.
base::Json json_of(Table table, std::string_view key, std::string_view sealed) {
  const auto record = unseal(table, key, sealed);
  if (!record.ok() || record->version != 1) return {};
  auto json = base::parse_json(record->payload, {.rounds_integers = true});
  return json.ok() ? std::move(json).value() : base::Json();
}

std::string_view cut(std::string_view text) {
  if (text.size() <= kMostBytes) return text;
  std::size_t end = kMostBytes;
  while (end > 0 && base::utf8::is_continuation(text[end])) --end;
  return text.substr(0, end);
}

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

void add_words(const std::string& name, std::set<std::string>& all) {
  const std::string folded = names::fold(name);
  const bool is_address = folded.find(' ') == std::string::npos;
  const std::size_t domain = std::min(is_address ? folded.rfind('@') : folded.size(), folded.size());
  const auto beginnings = word_beginnings(folded, domain);
  for (const std::size_t at : beginnings) all.emplace(cut(std::string_view(folded).substr(at)));
  if (beginnings.empty() && !folded.empty()) all.emplace(cut(folded));
}

base::Result<void> index_words(WriteTxn& txn, const Noun& noun) {
  return each_row(
      txn, noun.records, [&](const std::string& key, const std::string& sealed) -> base::Result<void> {
        const base::Json json = json_of(noun.records, key, sealed);
        if (key.size() != 2 * kUuid) return {};
        std::set<std::string> words;
        for (const std::string_view member : noun.members)
          if (const base::Json* const name = json.find(member); name != nullptr && name->string())
            add_words(*name->string(), words);
        const std::string_view tenant = std::string_view(key).substr(0, kUuid),
                               id = std::string_view(key).substr(kUuid);
        for (const std::string& word : words)
          if (auto put =
                  txn.put(Table::kNameWord, Key().bytes(tenant).u8(noun.kind).bytes(word).bytes(id), {});
              !put.ok())
            return put;
        return {};
      });
}

base::Result<void> index_expiries(WriteTxn& txn) {
  return each_row(
      txn, Table::kMappingById, [&](const std::string& key, const std::string& main) -> base::Result<void> {
        const auto sealed = txn.get(Table::kMapping, main);
        if (!sealed.ok()) return sealed.error();
        if (key.size() != 2 * kUuid || !*sealed) return {};
        const base::Json json = json_of(Table::kMapping, main, **sealed);
        const base::Json* const text = json.find("expires_at");
        if (text == nullptr || !text->integer()) return {};
        const auto moment = static_cast<std::uint64_t>(std::max<std::int64_t>(*text->integer(), 0));
        return txn.put(Table::kMappingByExpiry,
                       Key()
                           .bytes(std::string_view(key).substr(0, kUuid))
                           .u64(moment)
                           .bytes(std::string_view(key).substr(kUuid)),
                       {});
      });
}

}  // namespace

base::Result<void> index_searches(WriteTxn& txn) {
  const Noun nouns[] = {{Table::kUser, 1, {"name", "email"}},
                        {Table::kServiceUser, 2, {"title"}},
                        {Table::kGroup, 3, {"name", "title"}},
                        {Table::kRole, 4, {"slug", "name"}}};
  for (const Noun& noun : nouns)
    if (auto done = index_words(txn, noun); !done.ok()) return done;
  return index_expiries(txn);
}

}  // namespace store
