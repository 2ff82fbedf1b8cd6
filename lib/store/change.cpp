// A change record says what each table held before a change and holds after it; so it must not be as large as
// all of that together. Of version 2, after its seal (record.h):
//
//   [at: varint] [count of kept: varint] { [key size: varint][key][CRC-32C of the value: u32] }
//   and packed (pack.h), one after the other:
//   [table u8] [what u8] [key size: varint][key] [size: varint][after] [size: varint][before]
//
// `what` says which of the two there are. A value that the change added to a table whose records stay as they
// are (is_append_only: the audit log) is kept there alone: such a write is [table][what] and nothing more,
// the kept keys stand in front in the same order, and reading the record fetches the values. They are also
// what the writes are packed against, since an audit entry tells the same story: for a new mapping, its ids,
// its reason and the hash that the head of the chain gets. What is left of 2,000 bytes is some 150.
//
// Version 1 had all writes in full (change_writes.h); it is read as before.
#include "store/change.h"

#include <cassert>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "store/change_writes.h"
#include "store/key.h"
#include "store/pack.h"
#include "store/record.h"
#include "store/varint.h"

namespace store {
namespace {

constexpr std::uint8_t kInFull = 1, kPacked = 2;  // versions

enum What : std::uint8_t { kAfter = 1, kBefore = 2, kKept = 4 };  // on disk: DO NOT CHANGE

constexpr std::size_t kMinKept = 64;                       // bytes; a shorter value is not worth its key
constexpr std::size_t kKnown = 4;                          // kept values that the writes are packed against
constexpr std::size_t kMaxPacked = std::size_t{1} << 31U;  // bytes of writes

void append_number(std::string& out, std::uint64_t n, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(n >> (8 * i) & 0xff));
}

void append_value(std::string& out, std::optional<std::string_view> value) {
  out.push_back(value ? '\1' : '\0');
  if (!value) return;
  append_number(out, value->size(), 4);
  out.append(*value);
}

void append_sized(std::string& out, std::string_view bytes) {
  append_varint(out, bytes.size());
  out.append(bytes);
}

// A write as it lies in memory; views into it.
struct WriteView {
  std::uint8_t table = 0;
  std::string_view key;
  std::optional<std::string_view> before, after;
};

// One that the writer laid out, taken off the front.
WriteView read_in_full(KeyReader& in) {
  const auto number = [&](int bytes) {
    std::size_t n = 0;
    for (int i = 0; i < bytes; ++i) n = n << 8 | in.u8();
    return n;
  };
  const auto value = [&]() -> std::optional<std::string_view> {
    if (in.u8() == 0) return std::nullopt;
    return in.bytes(number(4));
  };
  WriteView write;
  write.table = in.u8();
  write.key = in.bytes(number(2));
  write.after = value();
  write.before = value();
  return write;
}

// A value that is kept in its table alone.
struct Kept {
  std::string_view key, value;
};

bool may_be_kept(const WriteView& write) {
  const auto table = table_of(write.table);
  return table && is_append_only(*table) && !write.before && write.after && write.after->size() >= kMinKept;
}

// Those that the change adds and does not write again.
std::vector<Kept> find_kept(std::string_view writes) {
  std::vector<Kept> kept;
  std::set<std::string_view> once, again;
  for (KeyReader in(writes); in.ok() && !in.complete();) {
    const WriteView write = read_in_full(in);
    const auto table = table_of(write.table);
    if (table && is_append_only(*table) && !once.insert(write.key).second) again.insert(write.key);
    if (may_be_kept(write)) kept.push_back({write.key, *write.after});
  }
  std::erase_if(kept, [&](const Kept& k) { return again.contains(k.key); });
  return kept;
}

// What the writes are packed against.
std::string known_of(const std::vector<Kept>& kept) {
  std::string known;
  for (std::size_t i = 0; i < kept.size() && i < kKnown; ++i) known.append(kept[i].key).append(kept[i].value);
  return known;
}

base::Error cut_short(std::string_view key) {
  return corrupt(Table::kChange, key, "the list of writes is cut short");
}

base::Result<Table> table_in(std::uint8_t number, std::string_view key) {
  if (const auto table = table_of(number)) return *table;
  return corrupt(Table::kChange, key, "a table that this version doesn't know");
}

std::optional<std::string> copy_of(const std::optional<std::string_view>& value) {
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

base::Result<void> decode_in_full(std::string_view key, std::string_view payload, ChangeRecord& change) {
  KeyReader in(payload);
  change.at = base::Timestamp{static_cast<std::int64_t>(in.u64())};
  while (in.ok() && !in.complete()) {
    const WriteView write = read_in_full(in);
    const auto table = table_in(write.table, key);
    if (!table.ok()) return table.error();
    change.writes.push_back({*table, std::string(write.key), copy_of(write.before), copy_of(write.after)});
  }
  if (!in.ok()) return cut_short(key);
  return {};
}

// The kept values, from their table.
base::Result<std::vector<Kept>> read_kept(const ReadTxn& txn, std::string_view key, ByteReader& in) {
  std::vector<Kept> kept;
  for (std::uint64_t count = in.varint(); in.ok() && count > 0; --count) {
    const std::string_view kept_key = in.take(in.varint());
    KeyReader crc(in.take(4));
    const std::uint32_t expected = crc.u32();
    if (!in.ok()) break;
    const auto value = txn.get(Table::kAudit, kept_key);
    if (!value.ok()) return value.error();
    if (!*value || crc32c(**value) != expected)
      return corrupt(Table::kChange, key,
                     "audit " + base::to_hex(kept_key) + ", which it wrote, is " +
                         (*value ? "another now" : "not there"));
    kept.push_back({kept_key, **value});
  }
  return kept;
}

base::Result<void> decode_packed(const ReadTxn& txn, std::string_view key, std::string_view payload,
                                 ChangeRecord& change) {
  ByteReader in(payload);
  change.at = base::Timestamp{static_cast<std::int64_t>(in.varint())};
  const auto kept = read_kept(txn, key, in);
  if (!kept.ok()) return kept.error();
  if (!in.ok()) return cut_short(key);
  const auto unpacked = unpack(in.rest(), known_of(*kept), kMaxPacked);
  if (!unpacked) return corrupt(Table::kChange, key, "the list of writes can't be unpacked");
  std::size_t next_kept = 0;
  for (ByteReader writes(*unpacked); !writes.empty();) {
    const auto table = table_in(writes.u8(), key);
    if (!table.ok()) return table.error();
    const std::uint8_t what = writes.u8();
    if (what == kKept) {
      if (next_kept == kept->size()) return cut_short(key);
      const Kept& value = kept->at(next_kept++);
      change.writes.push_back({*table, std::string(value.key), std::nullopt, std::string(value.value)});
      continue;
    }
    if (what > (kAfter | kBefore)) return corrupt(Table::kChange, key, "a write of an unknown kind");
    Write write;
    write.table = *table;
    write.key = writes.take(writes.varint());
    if ((what & kAfter) != 0) write.after = writes.take(writes.varint());
    if ((what & kBefore) != 0) write.before = writes.take(writes.varint());
    if (!writes.ok()) return cut_short(key);
    change.writes.push_back(std::move(write));
  }
  return {};
}

base::Result<ChangeRecord> decode(const ReadTxn& txn, std::string_view key, std::string_view bytes) {
  const auto record = unseal(Table::kChange, key, bytes);
  if (!record.ok()) return record.error();
  ChangeRecord change;
  change.revision = KeyReader(key).u64();
  base::Result<void> decoded;
  switch (record->version) {
    case kInFull:
      decoded = decode_in_full(key, record->payload, change);
      break;
    case kPacked:
      decoded = decode_packed(txn, key, record->payload, change);
      break;
    default:
      return corrupt(Table::kChange, key, "a layout that this version doesn't know");
  }
  if (!decoded.ok()) return decoded.error();
  return change;
}

}  // namespace

WritePlaces begin_write(std::string& out, Table table, std::string_view key,
                        std::optional<std::string_view> after) {
  out.push_back(static_cast<char>(table));
  append_number(out, key.size(), 2);
  WritePlaces places;
  places.key = {out.size(), key.size()};
  out.append(key);
  append_value(out, after);
  if (after) places.after = {out.size() - after->size(), after->size()};
  return places;
}

void end_write(std::string& out, std::optional<std::string_view> before) {
  append_value(out, before);
}

void each_key(std::string_view writes, base::FunctionRef<void(Table, std::string_view key)> visit) {
  for (KeyReader in(writes); !in.complete();) {
    const WriteView write = read_in_full(in);
    const auto table = table_of(write.table);
    assert(in.ok() && table);
    visit(*table, write.key);
  }
}

void each_before(std::string_view writes, VisitBefore visit) {
  for (KeyReader in(writes); !in.complete();) {
    const WriteView write = read_in_full(in);
    const auto table = table_of(write.table);
    assert(in.ok() && table);
    visit(*table, write.key, write.before);
  }
}

std::string seal_change(base::Timestamp at, std::string_view writes) {
  const std::vector<Kept> kept = find_kept(writes);
  std::string payload;
  append_varint(payload, static_cast<std::uint64_t>(at.ms));
  append_varint(payload, kept.size());
  for (const Kept& k : kept) {
    append_sized(payload, k.key);
    append_number(payload, crc32c(k.value), 4);
  }
  std::string list;
  list.reserve(writes.size());
  std::size_t next_kept = 0;
  KeyReader in(writes);
  while (in.ok() && !in.complete()) {
    const WriteView write = read_in_full(in);
    list.push_back(static_cast<char>(write.table));
    if (next_kept < kept.size() && may_be_kept(write) && kept[next_kept].key == write.key) {
      list.push_back(kKept);
      ++next_kept;
      continue;
    }
    list.push_back(static_cast<char>((write.after ? kAfter : 0) | (write.before ? kBefore : 0)));
    append_sized(list, write.key);
    if (write.after) append_sized(list, *write.after);
    if (write.before) append_sized(list, *write.before);
  }
  assert(in.ok() && next_kept == kept.size());
  payload.append(pack(list, known_of(kept)));
  return seal(kPacked, payload);
}

base::Result<std::optional<ChangeRecord>> read_change(const ReadTxn& txn, Revision revision) {
  const Key key = Key().u64(revision);
  const auto bytes = txn.get(Table::kChange, key);
  if (!bytes.ok()) return bytes.error();
  if (!bytes.value()) return std::optional<ChangeRecord>{};
  auto change = decode(txn, key, *bytes.value());
  if (!change.ok()) return change.error();
  return std::optional(std::move(change).value());
}

base::Result<void> scan_changes(const ReadTxn& txn, Revision after,
                                base::FunctionRef<bool(const ChangeRecord&)> visit) {
  std::optional<base::Error> error;
  auto scanned = txn.scan_from(Table::kChange, {}, Key().u64(after), [&](auto key, auto bytes) {
    const auto change = decode(txn, key, bytes);
    if (!change.ok()) error = change.error();
    return change.ok() && visit(change.value());
  });
  if (error) return *error;
  return scanned;
}

base::Result<Revision> each_kept(const ReadTxn& txn, Revision after, std::size_t most,
                                 base::FunctionRef<void(std::string_view audit_key)> visit) {
  Revision last = 0;
  std::size_t looked_at = 0;
  const auto scanned =
      txn.scan_from(Table::kChange, {}, Key().u64(after), [&](std::string_view key, std::string_view value) {
        last = KeyReader(key).u64();
        const auto record = unseal(Table::kChange, key, value);
        if (record.ok() && record->version == kPacked) {  // else nobody can read it, or it has all in full
          ByteReader in(record->payload);
          in.varint();
          for (std::uint64_t count = in.varint(); in.ok() && count > 0; --count) {
            const std::string_view kept = in.take(in.varint());
            in.take(4);
            if (in.ok()) visit(kept);
          }
        }
        return ++looked_at < most;
      });
  if (!scanned.ok()) return scanned.error();
  return looked_at < most ? 0 : last;
}

base::Result<base::Timestamp> time_of_change(std::string_view key, std::string_view value) {
  const auto record = unseal(Table::kChange, key, value);
  if (!record.ok()) return record.error();
  if (record->version == kInFull) {
    KeyReader in(record->payload);
    const std::uint64_t at = in.u64();
    if (in.ok()) return base::Timestamp{static_cast<std::int64_t>(at)};
  } else if (record->version == kPacked) {
    ByteReader in(record->payload);
    const std::uint64_t at = in.varint();
    if (in.ok()) return base::Timestamp{static_cast<std::int64_t>(at)};
  }
  return corrupt(Table::kChange, key, "it has no time that this version can read");
}

base::Result<void> apply(WriteTxn& txn, const ChangeRecord& change) {
  if (change.revision != txn.revision())
    return base::Error{base::ErrorCode::kConflict, "change " + std::to_string(change.revision) +
                                                       ": the store expects change " +
                                                       std::to_string(txn.revision())};
  txn.now_ = change.at;
  for (const Write& write : change.writes) {
    const auto found = txn.get(write.table, write.key);
    if (!found.ok()) return found.error();
    if (found.value() != write.before)
      return base::Error{base::ErrorCode::kConflict, "change " + std::to_string(change.revision) + ": " +
                                                         std::string(name_of(write.table)) + " " +
                                                         base::to_hex(write.key) +
                                                         " is not what the change found there"};
    if (write.after) {
      if (auto r = txn.put(write.table, write.key, *write.after); !r.ok()) return r;
    } else {
      const auto r = txn.del(write.table, write.key);
      if (!r.ok()) return r.error();
    }
  }
  return {};
}

}  // namespace store
