#include "api/change_records.h"

#include <chrono>
#include <utility>

#include "api/changes.h"
#include "api/parts/authorize.h"
#include "base/json.h"
#include "base/version.h"
#include "store/change.h"
#include "store/change_frames.h"

namespace api {
namespace {

constexpr int kFramesVersion = 1;

}  // namespace

Outcome<RecordPiece> read_change_records(const Read& read, const RecordsWanted& wanted) {
  const auto authorized = authorize(read, on_tenant(op::read_change_records, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  if (auto kept = check_kept(read.txn, wanted.after); !kept.ok()) return kept.error();
  RecordPiece piece;
  piece.revision = wanted.after;
  piece.newest = read.txn.revision();
  const std::chrono::nanoseconds begun = read.ticks.now();
  const auto done =
      stored(store::scan_changes(read.txn, wanted.after, [&](const store::ChangeRecord& change) {
        store::append_record_frame(piece.frames, change);
        piece.revision = change.revision;
        return piece.frames.size() < wanted.bytes && read.ticks.now() - begun < read.page_limits.time;
      }));
  if (!done.ok()) return done.error();
  return piece;
}

std::string about_frame(const Read& read, const RecordsFrom& from) {
  base::JsonWriter w;
  w.begin_object().member("frames", kFramesVersion).member("format", store::kFormatVersion);
  w.member("version", base::kVersion).member("revision", read.txn.revision());
  w.member("copy", from.is_copy).name("configured").begin_object();
  for (const auto& [key, value] : from.configured) w.member(key, value);
  w.end_object().end_object();
  std::string out;
  store::append_frame(out, store::FrameKind::kAbout, w.text());
  return out;
}

std::string beat_frame(store::Revision revision) {
  std::string out;
  store::append_beat_frame(out, revision);
  return out;
}

std::string end_frame(const std::string& error) {
  std::string out;
  store::append_frame(out, store::FrameKind::kEnd, error);
  return out;
}

}  // namespace api
