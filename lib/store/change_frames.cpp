#include "store/change_frames.h"

#include <cstring>
#include <utility>

#include "store/change_writes.h"
#include "store/key.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::size_t kHead = 8;                        // size and CRC
constexpr std::size_t kCompact = std::size_t{1} << 20;  // bytes taken, from which on they are dropped

base::Error no_frame(const char* what) {
  return {base::ErrorCode::kCorrupt, std::string("change records: ") + what};
}

void put_number(std::string& out, std::size_t at, std::uint32_t n) {
  for (int i = 0; i < 4; ++i)
    out[at + static_cast<std::size_t>(i)] = static_cast<char>(n >> (24 - 8 * i) & 0xff);
}

// Makes the frame of what follows `begun`, where kHead bytes were left free.
void close_frame(std::string& out, std::size_t begun) {
  const std::string_view content = std::string_view(out).substr(begun + kHead);
  const std::uint32_t crc = crc32c(content);
  put_number(out, begun, static_cast<std::uint32_t>(content.size()));
  put_number(out, begun + 4, crc);
}

std::size_t begin_frame(std::string& out, FrameKind kind) {
  const std::size_t begun = out.size();
  out.append(kHead, '\0');
  out.push_back(static_cast<char>(kind));
  return begun;
}

std::optional<std::string> value_in(KeyReader& in) {
  if (in.u8() == 0) return std::nullopt;
  return std::string(in.bytes(in.u32()));
}

}  // namespace

void append_frame(std::string& out, FrameKind kind, std::string_view payload) {
  const std::size_t begun = begin_frame(out, kind);
  out.append(payload);
  close_frame(out, begun);
}

void append_record_frame(std::string& out, const ChangeRecord& record) {
  const std::size_t begun = begin_frame(out, FrameKind::kRecord);
  out.append(Key().u64(record.revision).u64(static_cast<std::uint64_t>(record.at.ms)));
  for (const Write& write : record.writes) {
    begin_write(out, write.table, write.key, write.after);
    end_write(out, write.before);
  }
  close_frame(out, begun);
}

void append_beat_frame(std::string& out, Revision revision) {
  append_frame(out, FrameKind::kBeat, Key().u64(revision));
}

base::Result<ChangeRecord> parse_record_frame(std::string_view payload) {
  KeyReader in(payload);
  ChangeRecord record;
  record.revision = in.u64();
  record.at = base::Timestamp{static_cast<std::int64_t>(in.u64())};
  while (in.ok() && !in.complete()) {
    Write write;
    const auto table = table_of(in.u8());
    if (!table) return no_frame("a table that this version doesn't know");
    write.table = *table;
    const std::size_t high = in.u8(), low = in.u8();
    write.key = in.bytes(high << 8U | low);
    write.after = value_in(in);
    write.before = value_in(in);
    record.writes.push_back(std::move(write));
  }
  if (!in.ok()) return no_frame("a record is cut short");
  return record;
}

base::Result<Revision> parse_beat_frame(std::string_view payload) {
  KeyReader in(payload);
  const Revision revision = in.u64();
  if (!in.complete()) return no_frame("a beat is no revision");
  return revision;
}

void FrameReader::feed(std::string_view bytes) {
  if (at_ == buffer_.size() || at_ >= kCompact) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  buffer_.append(bytes);
}

base::Result<std::optional<Frame>> FrameReader::next() {
  KeyReader head(std::string_view(buffer_).substr(at_));
  const std::size_t size = head.u32();
  const std::uint32_t crc = head.u32();
  if (!head.ok()) return std::optional<Frame>();
  if (size == 0 || size > kMaxFrame) return no_frame("a frame of an impossible size");
  if (buffer_.size() - at_ - kHead < size) return std::optional<Frame>();
  const std::string_view content = std::string_view(buffer_).substr(at_ + kHead, size);
  if (crc32c(content) != crc) return no_frame("a frame is damaged");
  const auto kind = static_cast<std::uint8_t>(content.front());
  if (kind < static_cast<std::uint8_t>(FrameKind::kAbout) ||
      kind > static_cast<std::uint8_t>(FrameKind::kEnd))
    return no_frame("a frame of a kind that this version doesn't know");
  at_ += kHead + size;
  return std::optional(Frame{static_cast<FrameKind>(kind), content.substr(1)});
}

}  // namespace store
