#include "store/change.h"

#include <cassert>
#include <utility>

#include "base/encoding.h"
#include "store/change_writes.h"
#include "store/key.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::uint8_t kVersion = 1;  // of the layout in change_writes.h, after [at, ms u64]

void append_number(std::string& out, std::uint64_t n, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(n >> (8 * i) & 0xff));
}

void append_value(std::string& out, std::optional<std::string_view> value) {
  out.push_back(value ? '\1' : '\0');
  if (!value) return;
  append_number(out, value->size(), 4);
  out.append(*value);
}

std::size_t read_number(KeyReader& in, int bytes) {
  std::size_t n = 0;
  for (int i = 0; i < bytes; ++i) n = n << 8 | in.u8();
  return n;
}

std::optional<std::string> read_value(KeyReader& in) {
  if (in.u8() == 0) return std::nullopt;
  return std::string(in.bytes(read_number(in, 4)));
}

Result<ChangeRecord> decode(std::string_view key, std::string_view bytes) {
  const auto record = unseal(Table::kChange, key, bytes);
  if (!record.ok()) return record.error();
  if (record->version != kVersion)
    return corrupt(Table::kChange, key, "a layout that this version doesn't know");
  ChangeRecord change;
  change.revision = KeyReader(key).u64();
  KeyReader in(record->payload);
  change.at = Timestamp{static_cast<std::int64_t>(in.u64())};
  while (in.ok() && !in.complete()) {
    Write write;
    const auto table = table_of(in.u8());
    if (!table) return corrupt(Table::kChange, key, "a table that this version doesn't know");
    write.table = *table;
    write.key = in.bytes(read_number(in, 2));
    write.after = read_value(in);
    write.before = read_value(in);
    change.writes.push_back(std::move(write));
  }
  if (!in.ok()) return corrupt(Table::kChange, key, "the list of writes is cut short");
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

std::string seal_change(Timestamp at, std::string_view writes) {
  std::string payload;
  payload.reserve(8 + writes.size());
  append_number(payload, static_cast<std::uint64_t>(at.ms), 8);
  payload.append(writes);
  return seal(kVersion, payload);
}

Result<std::optional<ChangeRecord>> read_change(const ReadTxn& txn, Revision revision) {
  const Key key = Key().u64(revision);
  const auto bytes = txn.get(Table::kChange, key);
  if (!bytes.ok()) return bytes.error();
  if (!bytes.value()) return std::optional<ChangeRecord>{};
  auto change = decode(key, *bytes.value());
  if (!change.ok()) return change.error();
  return std::optional(std::move(change).value());
}

Result<void> scan_changes(const ReadTxn& txn, Revision after, FunctionRef<bool(const ChangeRecord&)> visit) {
  std::optional<Error> error;
  auto scanned = txn.scan_from(Table::kChange, {}, Key().u64(after), [&](auto key, auto bytes) {
    const auto change = decode(key, bytes);
    if (!change.ok()) error = change.error();
    return change.ok() && visit(change.value());
  });
  if (error) return *error;
  return scanned;
}

Result<void> apply(WriteTxn& txn, const ChangeRecord& change) {
  if (change.revision != txn.revision())
    return Error{ErrorCode::kConflict, "change " + std::to_string(change.revision) +
                                           ": the store expects change " + std::to_string(txn.revision())};
  txn.now_ = change.at;
  for (const Write& write : change.writes) {
    const auto found = txn.get(write.table, write.key);
    if (!found.ok()) return found.error();
    if (found.value() != write.before)
      return Error{ErrorCode::kConflict, "change " + std::to_string(change.revision) + ": " +
                                             std::string(name_of(write.table)) + " " + to_hex(write.key) +
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
