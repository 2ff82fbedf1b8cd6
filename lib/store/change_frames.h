#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/change.h"
#include "store/schema.h"

// Change records on their way to another store, one after the other (docs/following.md draws them):
//
//   [size of what follows the CRC: u32] [CRC-32C of that: u32] [kind: u8] [payload]     integers big-endian
namespace store {

enum class FrameKind : std::uint8_t {  // on the wire: DO NOT CHANGE
  kAbout = 1,                          // JSON: what the other has to know before the first record
  kRecord = 2,                         // [revision u64][at u64], then each write as change_writes.h has it
  kBeat = 3,                           // [revision u64]: of the store, as of now
  kEnd = 4,                            // JSON: why nothing follows
};

struct Frame {
  FrameKind kind = FrameKind::kBeat;
  std::string_view payload;
};

// A frame's size, its record's values included, is bounded so that a reader's memory is.
inline constexpr std::size_t kMaxFrame = std::size_t{256} << 20U;

void append_frame(std::string& out, FrameKind, std::string_view payload);
void append_record_frame(std::string& out, const ChangeRecord&);
void append_beat_frame(std::string& out, Revision);

// The record of a payload of kRecord; kCorrupt where it is none.
base::Result<ChangeRecord> parse_record_frame(std::string_view payload);
base::Result<Revision> parse_beat_frame(std::string_view payload);

// Takes bytes as they come apart into frames. One thread.
class FrameReader {
 public:
  void feed(std::string_view bytes);

  // The next frame that has come whole, if any; valid until feed() or the next call. kCorrupt where the bytes
  // are no frames, and from then on.
  base::Result<std::optional<Frame>> next();

 private:
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace store
