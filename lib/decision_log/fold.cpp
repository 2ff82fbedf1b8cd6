// Of each entry there is
//
//   id, 1 where the text begins with it, bytes that are the same at the beginning, and at the end, length,
//   text between
//
// where "the same" is as in the one before; or, where whoever made it knows what isn't the same,
//
//   id, 2 or 3 where the text begins with it, number of edits, and of each: bytes that are the same up to it,
//   bytes that are gone, length, what stands there instead
//
// Texts of one call's entries are the same but for some ten bytes, so most of the work is finding out how far
// they are: that is done in pieces.
#include "decision_log/fold.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>
#include <utility>

#include "decision_log/tables.h"
#include "store/varint.h"

namespace decision_log {
namespace {

constexpr std::size_t kPiece = 32;  // that is compared at once

constexpr std::uint8_t kBeginsWithId = 1, kIsEdited = 2;

std::size_t same_at_beginning(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t n = 0;
  while (n + kPiece <= most && std::memcmp(a.data() + n, b.data() + n, kPiece) == 0) n += kPiece;
  while (n < most && a[n] == b[n]) ++n;
  return n;
}

std::size_t same_at_end(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  const char *const a_end = a.data() + a.size(), *const b_end = b.data() + b.size();
  std::size_t n = 0;
  while (n + kPiece <= most && std::memcmp(a_end - n - kPiece, b_end - n - kPiece, kPiece) == 0) n += kPiece;
  while (n < most && a[a.size() - 1 - n] == b[b.size() - 1 - n]) ++n;
  return n;
}

}  // namespace

std::string beginning_of(const base::Uuid& id) {
  std::string beginning = "{\"id\":\"" + id.to_string() + "\",";
  assert(beginning.size() == kBeginning);
  return beginning;
}

void Folding::add(const base::Uuid& id, std::string_view json) {
  const bool begins_with_id = json.starts_with(beginning_of(id));
  if (begins_with_id) json.remove_prefix(kBeginning);
  add(id, begins_with_id, json);
}

void Folding::add_behind_id(const base::Uuid& id, std::string_view rest) {
  add(id, true, rest);
}

void Folding::add(const base::Uuid& id, bool begins_with_id, std::string_view text) {
  const std::size_t first = same_at_beginning(text, before_);
  const std::string_view rest = text.substr(first);
  const std::size_t last = same_at_end(rest, std::string_view(before_).substr(first));
  const std::string_view between = rest.substr(0, rest.size() - last);
  std::string& bytes = folded_.bytes;
  bytes.append(id.raw());
  bytes.push_back(begins_with_id ? '\1' : '\0');
  store::append_varint(bytes, first);
  store::append_varint(bytes, last);
  store::append_varint(bytes, between.size());
  bytes.append(between);
  before_.assign(text);
  count(id, text.size() + (begins_with_id ? kBeginning : 0));
}

void Folding::add_edited(const base::Uuid& id, std::span<const Edit> edits) {
  std::string& bytes = folded_.bytes;
  bytes.append(id.raw());
  bytes.push_back(static_cast<char>(kIsEdited | kBeginsWithId));
  store::append_varint(bytes, edits.size());
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    assert(edit.at >= at && edit.at + edit.gone <= before_.size());
    store::append_varint(bytes, edit.at - at);
    store::append_varint(bytes, edit.gone);
    store::append_varint(bytes, edit.by.size());
    bytes.append(edit.by);
    at = edit.at + edit.gone;
  }
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit)
    before_.replace(edit->at, edit->gone, edit->by);
  count(id, before_.size() + kBeginning);
}

void Folding::count(const base::Uuid& id, std::size_t unfolded) {
  folded_.unfolded += unfolded;
  if (folded_.count++ == 0) folded_.least = folded_.greatest = id;
  folded_.least = std::min(folded_.least, id);
  folded_.greatest = std::max(folded_.greatest, id);
}

bool Folding::has_room_for(std::size_t bytes) const {
  return empty() ||
         (folded_.bytes.size() + bytes <= kMostFolded && folded_.unfolded + bytes <= kMostUnfolded);
}

Folded Folding::take() {
  before_.clear();
  return std::exchange(folded_, {});
}

namespace {

// The text that is as the one before but for what follows; nothing where that isn't whole.
std::optional<std::string> read_edited(store::ByteReader& reader, std::string_view before) {
  std::string text;
  for (std::uint64_t left = reader.varint(); left > 0 && reader.ok(); --left) {
    const std::uint64_t same = reader.varint(), gone = reader.varint();
    const std::string_view by = reader.take(reader.varint());
    if (!reader.ok() || same > before.size() || gone > before.size() - same) return std::nullopt;
    text.append(before.substr(0, same)).append(by);
    before.remove_prefix(same + gone);
  }
  if (!reader.ok()) return std::nullopt;
  return std::move(text.append(before));
}

std::optional<std::string> read_compared(store::ByteReader& reader, std::string_view before) {
  const std::uint64_t first = reader.varint(), last = reader.varint();
  const std::string_view between = reader.take(reader.varint());
  if (!reader.ok() || first > before.size() || last > before.size() - first) return std::nullopt;
  std::string text(before.substr(0, first));
  return std::move(text.append(between).append(before, before.size() - last));
}

}  // namespace

base::Result<void> unfold(std::string_view bytes, std::uint64_t count,
                          base::FunctionRef<void(const base::Uuid&, std::string&& json)> fn) {
  store::ByteReader reader(bytes);
  std::string before;
  for (std::uint64_t left = count; left > 0; --left) {
    const auto raw = reader.take(16);
    const std::uint8_t how = reader.u8();
    if (!reader.ok() || how > (kIsEdited | kBeginsWithId)) return corrupt("a block of entries");
    auto text = (how & kIsEdited) != 0 ? read_edited(reader, before) : read_compared(reader, before);
    if (!text) return corrupt("a block of entries");
    before = *std::move(text);
    const base::Uuid id = base::Uuid::from_raw(raw);
    fn(id, (how & kBeginsWithId) != 0 ? beginning_of(id) + before : before);
  }
  if (!reader.empty()) return corrupt("a block of entries");
  return {};
}

}  // namespace decision_log
