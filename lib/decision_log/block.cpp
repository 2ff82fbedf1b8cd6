// Entries of one call differ in little, so of each there is in a block what isn't as in the one before:
//
//   id, 1 where the text begins with it, bytes that are the same at the beginning, and at the end, length,
//   text between
#include "decision_log/block.h"

#include <algorithm>
#include <utility>

#include "store/key.h"
#include "store/varint.h"

namespace decision_log {
namespace {

using store::ByteReader;
using store::Key;

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;
constexpr std::size_t kPage = 4096;

// What a block takes of the environment, about.
std::uint64_t room_of(std::size_t bytes) {
  return bytes < kPage / 2 ? bytes + 100 : (bytes + kPage - 1) / kPage * kPage + 100;
}

std::string to_bytes(const Block& block) {
  std::string bytes(block.least.raw());
  bytes.append(block.greatest.raw());
  store::append_varint(bytes, block.count);
  store::append_varint(bytes, block.bytes);
  return bytes;
}

// How the text of most entries begins.
std::string beginning_of(const base::Uuid& id) {
  return "{\"id\":\"" + id.to_string() + "\",";
}

}  // namespace

std::optional<Block> read_block(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto least = reader.take(16), greatest = reader.take(16);
  Block block;
  block.count = reader.varint();
  block.bytes = reader.varint();
  if (!reader.ok()) return std::nullopt;
  block.least = base::Uuid::from_raw(least);
  block.greatest = base::Uuid::from_raw(greatest);
  return block;
}

std::uint64_t number_in(std::string_view key) {
  store::KeyReader reader(key);
  reader.uuid();
  return reader.u64();
}

std::int64_t ms_of(const base::Uuid& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | id.bytes()[i];
  return ms;
}

base::Result<void> read_entries(std::string_view block,
                                base::FunctionRef<void(const base::Uuid&, std::string&& json)> fn) {
  ByteReader reader(block);
  reader.take(16);
  std::string before;
  for (std::uint64_t left = reader.varint(); left > 0; --left) {
    const auto raw = reader.take(16);
    const bool begins_with_id = reader.u8() != 0;
    const std::uint64_t first = reader.varint(), last = reader.varint();
    const auto between = reader.take(reader.varint());
    if (!reader.ok() || first > before.size() || last > before.size() - first)
      return corrupt("a block of entries");
    std::string text = before.substr(0, first);
    text.append(between).append(before, before.size() - last);
    before = std::move(text);
    const base::Uuid id = base::Uuid::from_raw(raw);
    fn(id, begins_with_id ? beginning_of(id) + before : before);
  }
  if (!reader.empty()) return corrupt("a block of entries");
  return {};
}

base::Result<void> remove_block(Txn& txn, const domain::TenantId& tenant, std::uint64_t number) {
  if (auto r = txn.del(kOfTenant, Key().uuid(tenant).u64(number)); !r.ok()) return r;
  return txn.del(kBlock, Key().u64(number));
}

base::Result<void> BlockWriter::add(const Event& event) {
  const std::size_t size = event.json.size();
  if (block_.count > 0 && (entries_.size() + size > kBlockBytes || unfolded_ + size > kMostUnfolded))
    if (auto r = end(); !r.ok()) return r;
  if (block_.count++ == 0) block_.least = event.id;
  block_.greatest = event.id;
  const std::string beginning = beginning_of(event.id);
  const bool begins_with_id = event.json.starts_with(beginning);
  std::string_view text = event.json;
  if (begins_with_id) text.remove_prefix(beginning.size());
  const auto first = static_cast<std::size_t>(
      std::mismatch(text.begin(), text.end(), before_.begin(), before_.end()).first - text.begin());
  const std::string_view rest = text.substr(first), old = before_.substr(first);
  const auto last = static_cast<std::size_t>(
      std::mismatch(rest.rbegin(), rest.rend(), old.rbegin(), old.rend()).first - rest.rbegin());
  entries_.append(event.id.raw());
  entries_.push_back(begins_with_id ? '\1' : '\0');
  store::append_varint(entries_, first);
  store::append_varint(entries_, last);
  store::append_varint(entries_, rest.size() - last);
  entries_.append(rest.substr(0, rest.size() - last));
  before_ = text;
  unfolded_ += size;
  return {};
}

base::Result<void> BlockWriter::end() {
  if (block_.count == 0) return {};
  std::string value(of_.tenant.raw());
  store::append_varint(value, block_.count);
  value.append(entries_);
  block_.bytes = room_of(value.size());
  const std::uint64_t number = of_.totals.next++;
  if (auto r = txn_.put(kBlock, Key().u64(number), value); !r.ok()) return r;
  if (auto r = txn_.put(kOfTenant, Key().uuid(of_.tenant).u64(number), to_bytes(block_)); !r.ok()) return r;
  of_.totals.bytes += block_.bytes;
  of_.tally.bytes += block_.bytes;
  of_.tally.entries += block_.count;
  block_ = Block();
  entries_.clear();
  before_ = {};
  unfolded_ = 0;
  return {};
}

}  // namespace decision_log
