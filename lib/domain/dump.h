#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "store/txn.h"

namespace domain {

// Everything in the store as JSON, for people and their tools: an object for each key, in order of tables and
// keys, given to `line` as one line without its end, until that returns false.
//
//   {"table":"role","key":{"tenant":"…","id":"…"},"version":1,"value":{"slug":"on-call",…}}
//   {"table":"members","key":{"tenant":"…","group":"…","user":"…"}}
//
// Records are as they lie in the store: members that have their defaults are absent, times are milliseconds.
// Nothing in it opens a door: of the hash of a credential only the first digits are there, and of the answers
// kept for repeated requests, which may hold a new key, only how long they are.
//
// A record that can't be read has "damaged", which says why, in place of its value; answers how many there
// are.
base::Result<std::uint64_t> dump(const store::ReadTxn&, base::FunctionRef<bool(std::string_view line)> line);

// The key as it is shown there: {"tenant":"…","id":"…"}.
std::string shown_key(store::Table, std::string_view key);

// Why an entry can't be shown, that is can't be read; nothing where it can.
std::optional<std::string> find_damage(const store::ReadTxn&, store::Table, std::string_view key,
                                       std::string_view value);

}  // namespace domain
