// Of each entry there is
//
//   id, 1 where the text begins with it, bytes that are the same at the beginning, and at the end, length,
//   text between
//
// where "the same" is as in the one before. Texts of one call's entries are the same but for some ten bytes,
// so most of the work is finding out how far they are: that is done in pieces.
#include "decision_log/fold.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "decision_log/tables.h"
#include "store/varint.h"

namespace decision_log {
namespace {

constexpr std::size_t kPiece = 32;  // that is compared at once

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
  folded_.unfolded += text.size() + (begins_with_id ? kBeginning : 0);
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

base::Result<void> unfold(std::string_view bytes, std::uint64_t count,
                          base::FunctionRef<void(const base::Uuid&, std::string&& json)> fn) {
  store::ByteReader reader(bytes);
  std::string before;
  for (std::uint64_t left = count; left > 0; --left) {
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

}  // namespace decision_log
