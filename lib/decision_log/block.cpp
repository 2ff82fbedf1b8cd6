// What comes folded and is large is put as it is, which costs nothing for each entry; what is small is
// unfolded and folded again with others, so that ten thousand single questions aren't ten thousand blocks.
#include "decision_log/block.h"

#include "store/key.h"
#include "store/varint.h"

namespace decision_log {
namespace {

using store::ByteReader;
using store::Key;

constexpr std::size_t kPage = 4096;

// A block of its own.
constexpr std::size_t kLarge = std::size_t{16} << 10U;
constexpr std::uint64_t kMany = 32;

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
  const std::uint64_t count = reader.varint();
  if (!reader.ok()) return corrupt("a block of entries");
  return unfold(reader.rest(), count, fn);
}

base::Result<void> remove_block(Txn& txn, const domain::TenantId& tenant, std::uint64_t number) {
  if (auto r = txn.del(kOfTenant, Key().uuid(tenant).u64(number)); !r.ok()) return r;
  return txn.del(kBlock, Key().u64(number));
}

base::Result<void> BlockWriter::add(const Folded& entries) {
  if (entries.bytes.size() >= kLarge && entries.count >= kMany) {
    if (auto r = end(); !r.ok()) return r;
    return put(entries);
  }
  base::Result<void> outcome;
  const auto add_one = [&](const base::Uuid& id, std::string&& json) {
    if (!folding_.has_room_for(json.size()) && outcome.ok()) outcome = end();
    if (outcome.ok()) folding_.add(id, json);
  };
  const auto unfolded = unfold(entries.bytes, entries.count, add_one);
  return unfolded.ok() ? outcome : unfolded;
}

base::Result<void> BlockWriter::end() {
  return folding_.empty() ? base::Result<void>() : put(folding_.take());
}

base::Result<void> BlockWriter::put(const Folded& entries) {
  std::string value(of_.tenant.raw());
  store::append_varint(value, entries.count);
  value.append(entries.bytes);
  const Block block{entries.least, entries.greatest, entries.count, room_of(value.size())};
  const std::uint64_t number = of_.totals.next++;
  if (auto r = txn_.put(kBlock, Key().u64(number), value); !r.ok()) return r;
  if (auto r = txn_.put(kOfTenant, Key().uuid(of_.tenant).u64(number), to_bytes(block)); !r.ok()) return r;
  of_.totals.bytes += block.bytes;
  of_.tally.bytes += block.bytes;
  of_.tally.entries += block.count;
  return {};
}

}  // namespace decision_log
