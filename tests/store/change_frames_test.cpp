#include "store/change_frames.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

using store::ChangeRecord;
using store::FrameKind;
using store::Table;

namespace {

ChangeRecord some_record() {
  return {41,
          {1'700'000'000'000},
          {{Table::kRole, "key", std::nullopt, "made"},
           {Table::kGroup, std::string("\0\xff", 2), "before", "after"},
           {Table::kUser, "gone", std::string(70'000, 'x'), std::nullopt},
           {Table::kMembers, "empty", std::nullopt, ""}}};
}

std::string frames() {
  std::string out;
  append_frame(out, FrameKind::kAbout, "{}");
  append_record_frame(out, some_record());
  store::append_beat_frame(out, 42);
  append_frame(out, FrameKind::kEnd, R"({"code":"gone"})");
  return out;
}

// What a reader makes of bytes, one word a frame.
std::string read_all(store::FrameReader& reader) {
  std::string out;
  for (;;) {
    const auto frame = reader.next();
    if (!frame.ok()) return out + "(" + frame.error().message + ")";
    if (!*frame) return out;
    switch ((*frame)->kind) {
      case FrameKind::kAbout:
        out += "about " + std::string((*frame)->payload) + " ";
        break;
      case FrameKind::kRecord: {
        const auto record = store::parse_record_frame((*frame)->payload);
        out += record.ok() && *record == some_record() ? "record " : "another record ";
        break;
      }
      case FrameKind::kBeat:
        out += "beat " + std::to_string(store::parse_beat_frame((*frame)->payload).value()) + " ";
        break;
      case FrameKind::kEnd:
        out += "end " + std::string((*frame)->payload) + " ";
        break;
    }
  }
}

const std::string kAll = R"(about {} record beat 42 end {"code":"gone"} )";

}  // namespace

TEST_CASE("change frames: read as they were written, however they come", "[store][changes]") {
  store::FrameReader whole;
  whole.feed(frames());
  CHECK(read_all(whole) == kAll);
  for (const std::size_t step : {1U, 7U, 4096U}) {
    store::FrameReader reader;
    const std::string bytes = frames();
    std::string read;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      reader.feed(std::string_view(bytes).substr(at, step));
      read += read_all(reader);
    }
    CHECK(read == kAll);
  }
}

TEST_CASE("change frames: what is damaged, or cut, is no frame", "[store][changes]") {
  const std::string bytes = frames();
  for (std::size_t at = 0; at < 30; ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    store::FrameReader reader;
    reader.feed(damaged);
    const std::string read = read_all(reader);
    INFO(at << ": " << read);
    CHECK(read != kAll);
    CHECK((read.find("(change records: ") != std::string::npos || read.size() < kAll.size()));
  }
  std::string record;
  append_record_frame(record, some_record());
  const std::string_view payload = std::string_view(record).substr(9);
  int right = 0;
  for (std::size_t size = 0; size <= 80; ++size) {
    const auto parsed = store::parse_record_frame(payload.substr(0, size));
    right += parsed.ok() ? 1 : 0;
  }
  CHECK(right == 3);  // of no write, of one, and of two
  CHECK_FALSE(store::parse_beat_frame("1234567").ok());
  CHECK_FALSE(store::parse_beat_frame("123456789").ok());
}
