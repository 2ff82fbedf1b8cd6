#pragma once
#include <cstddef>
#include <map>
#include <string>

#include "api/context.h"
#include "api/operation.h"
#include "store/schema.h"

namespace api {

namespace op {
inline constexpr Operation read_change_records = {
    .action = "change:read_records", .kind = kRead, .scope = kPlatformScope, .resource = "change"};

inline constexpr Operation kChangeRecords[] = {read_change_records};
}  // namespace op

// Records of changes whole, secrets included, of all tenants: what a copy of the store is made of.
struct RecordPiece {
  std::string frames;            // store/change_frames.h
  store::Revision revision = 0;  // of the last one, or as it was
  store::Revision newest = 0;    // of the snapshot

  bool has_more() const { return revision < newest; }
};

struct RecordsWanted {
  store::Revision after = 0;
  std::size_t bytes = 0;
};

// About so many bytes of the records behind a revision, oldest first; at least one, if there is one. For the
// platform only; kGone and kBehind as list_changes().
Outcome<RecordPiece> read_change_records(const Read&, const RecordsWanted&);

// What a reader may want to know of the server.
struct RecordsFrom {
  std::map<std::string, std::string> configured;  // Definitions::configured
  bool is_copy = false;                           // of another server's store
};

// The frames that are no records: what a reader has to know first; that the store is at a revision; and why
// nothing follows, as the JSON of an error has it.
std::string about_frame(const Read&, const RecordsFrom&);
std::string beat_frame(store::Revision);
std::string end_frame(const std::string& error);

}  // namespace api
