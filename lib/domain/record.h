#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "store/record.h"
#include "store/txn.h"

// How this folder's nouns become the JSON texts in store/record.h's envelope, and come back.
//
// A noun says once what its members are, as a function over a codec, and the same function writes and reads:
//
//   constexpr auto kMembers = [](auto& codec, auto& group) {
//     codec.member("name", group.name);
//     codec.choice("source", group.source, parse_source);
//   };
//
// What the key already says is not repeated in the record. Times are integers (milliseconds), so are
// revisions.
//
// A record grows by a member that is optional(): where it is absent, it has its default, so that records
// written before are read as they are. (A record that has it can't be read by a program that doesn't know it:
// such a member is a step in store/migrate.cpp that has nothing to do but to raise the format.) What can't be
// said so, as another type of a member, is a new version of that noun alone, and a step that rewrites its
// records. tests/domain/golden keeps a record of every version, to be read for ever.
namespace domain {

// How a noun's records are laid out: the version of its layout, which stands in every record, and its
// members.
template <typename Members>
struct Layout {
  std::uint8_t version;
  Members members;
};
template <typename Members>
Layout(int, Members) -> Layout<Members>;

// Writes a record's members, in the order of the calls.
class RecordWriter {
 public:
  RecordWriter() { json_.begin_object(); }

  // As everywhere; below is what has a form of its own in records.
  template <typename T>
  void member(std::string_view name, const T& value) {
    json_.member(name, value);
  }
  void member(std::string_view name, base::Timestamp at) { json_.member(name, at.ms); }
  void member(std::string_view name, const std::optional<base::Timestamp>& at);
  void member(std::string_view name, const Owner& owner) { member(name, to_stored(owner)); }
  void member(std::string_view name, const Principal& who);
  void member(std::string_view name, const std::optional<Principal>& who);
  void member(std::string_view name, const crypto::Sha256& hash);

  // REQUIRES: `json` is one JSON value's text
  void json(std::string_view name, std::string_view json) { json_.name(name).raw(json); }

  // A member that is left out where it has its default: nothing, "", false, 0, or what is given.
  template <typename T>
  void optional(std::string_view name, const T& value, const std::type_identity_t<T>& absent = T()) {
    if (!(value == absent)) member(name, value);
  }
  void optional_json(std::string_view name, std::string_view text, std::string_view absent) {
    if (text != absent) json(name, text);
  }

  // An enumeration, by its name.
  template <typename E, typename Parse>
  void choice(std::string_view name, E value, Parse&&) {
    json_.member(name, name_of(value));
  }
  template <typename E, typename Parse>
  void optional_choice(std::string_view name, E value, Parse&& parse, E absent) {
    if (value != absent) choice(name, value, parse);
  }

  std::string take() && { return json_.end_object().take(); }

 private:
  base::JsonWriter json_;
};

// Reads back what a RecordWriter wrote: these members, in this order, without blanks. That is all it must
// read, since nothing else writes records, and lets it go through a role in a tenth of the time of
// parse_json(), once per request and role. After the first thing that is wrong it changes nothing more.
class RecordReader {
 public:
  explicit RecordReader(std::string_view json) : rest_(json) { expect('{'); }

  void member(std::string_view name, std::string& text);
  void member(std::string_view name, std::optional<std::string>& text);
  void member(std::string_view name, std::vector<std::string>& texts);
  void member(std::string_view name, bool& value);
  void member(std::string_view name, std::uint64_t& n);
  void member(std::string_view name, std::optional<std::uint64_t>& n);
  void member(std::string_view name, int& n);
  void member(std::string_view name, base::Timestamp& at);
  void member(std::string_view name, std::optional<base::Timestamp>& at);
  void member(std::string_view name, base::Uuid& id);
  void member(std::string_view name, Owner& owner);
  template <class Noun>
  void member(std::string_view name, Id<Noun>& id) {
    base::Uuid uuid = id;
    member(name, uuid);
    id = Id<Noun>(uuid);
  }
  void member(std::string_view name, Principal& who);
  void member(std::string_view name, std::optional<Principal>& who);
  void member(std::string_view name, crypto::Sha256& hash);
  void json(std::string_view name, std::string& json) { json = json_view(name); }

  // The same without a copy: a view into what is being read.
  std::string_view json_view(std::string_view name);

  // The same of a member that may be left out; then the value is its default.
  template <typename T>
  void optional(std::string_view name, T& value, const std::type_identity_t<T>& absent = T()) {
    if (next_is(name)) return member(name, value);
    if (ok()) value = absent;
  }
  void optional_json(std::string_view name, std::string& text, std::string_view absent) {
    if (next_is(name)) return json(name, text);
    if (ok()) text = absent;
  }

  // Whether the member that comes next has this name: for those that may be left out.
  bool next_is(std::string_view name) const;

  template <typename E, typename Parse>
  void choice(std::string_view name, E& value, Parse&& parse) {
    std::string text;
    member(name, text);
    if (!ok()) return;
    const std::optional<E> found = parse(text);
    if (found) {
      value = *found;
    } else {
      fail("is none of its names");
    }
  }
  template <typename E, typename Parse>
  void optional_choice(std::string_view name, E& value, Parse&& parse, E absent) {
    if (next_is(name)) return choice(name, value, parse);
    if (ok()) value = absent;
  }

  // Reads the closing brace; nothing may follow it.
  void finish();

  bool ok() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }  // "slug: not a text"

 private:
  void begin(std::string_view name);
  void fail(std::string_view what);
  void expect(char c);
  bool accept(std::string_view word);
  void read_text(std::string& out);
  void read_escape(std::string& out);
  std::int64_t read_integer();
  void read_principal(Principal& who);
  void skip_value();
  void skip_text();

  std::string_view rest_;
  std::string_view name_;  // of the member being read
  bool first_ = true;
  std::string problem_;
};

// The sealed record of a value.
template <typename Members, typename T>
std::string seal_record(const Layout<Members>& layout, const T& value) {
  RecordWriter writer;
  layout.members(writer, value);
  return store::seal(layout.version, std::move(writer).take());
}

// One key of a table and what lies under it. Views into the store, valid as long as what was read from it.
struct Entry {
  std::string_view key, value;
};

// kInvalid, naming `who` and the member, unless the text is one JSON object's, without blanks around it: what
// json() may be given from outside this folder.
base::Result<void> check_object(std::string_view json, const std::string& who,
                                const char* member = "metadata");

// The JSON inside the envelope. kCorrupt, naming the record, where the envelope is damaged or of another
// version.
base::Result<std::string_view> unseal_json(store::Table, std::string_view key, std::string_view sealed,
                                           std::uint8_t version);

// Reads the record into `value`.
template <typename Members, typename T>
base::Result<void> unseal_record(store::Table table, std::string_view key, std::string_view sealed,
                                 const Layout<Members>& layout, T& value) {
  const auto json = unseal_json(table, key, sealed, layout.version);
  if (!json.ok()) return json.error();
  RecordReader reader(json.value());
  layout.members(reader, value);
  reader.finish();
  if (!reader.ok()) return store::corrupt(table, key, reader.problem());
  return {};
}

// What decode(key, value) makes of the value under the key, if there is one.
template <typename Decode>
auto get_record(const store::ReadTxn& txn, store::Table table, std::string_view key, const Decode& decode)
    -> base::Result<std::optional<std::remove_cvref_t<decltype(decode(key, key).value())>>> {
  const auto value = txn.get(table, key);
  if (!value.ok()) return value.error();
  if (!*value) return {std::nullopt};
  auto decoded = decode(key, **value);
  if (!decoded.ok()) return decoded.error();
  return {std::move(decoded).value()};
}

// Gives fn what decode(key, value) makes of each value under the prefix, behind the key `after` (empty: from
// the first), until fn returns false or one can't be decoded.
template <typename Decode, typename Fn>
base::Result<void> each_record(const store::ReadTxn& txn, store::Table table, std::string_view prefix,
                               std::string_view after, const Decode& decode, const Fn& fn) {
  base::Result<void> outcome;
  const auto visit = [&](std::string_view key, std::string_view value) {
    auto decoded = decode(key, value);
    if (decoded.ok()) return fn(std::move(decoded).value());
    outcome = decoded.error();
    return false;
  };
  const auto scanned =
      after.empty() ? txn.scan(table, prefix, visit) : txn.scan_from(table, prefix, after, visit);
  return scanned.ok() ? outcome : scanned;
}

}  // namespace domain
