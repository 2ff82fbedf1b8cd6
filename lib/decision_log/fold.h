#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/uuid.h"

namespace decision_log {

// Entries one after the other, of which each has only what isn't as in the one before: what goes from whoever
// decides to the log, and what a block of the archive has.
struct Folded {
  std::string bytes;
  std::uint64_t count = 0;
  std::size_t unfolded = 0;  // bytes of the entries as they are read
  base::Uuid least, greatest;
};

// Bytes of what is folded together, and of the entries in it as they are read, unless it is one entry: what
// is nearly the same again and again takes some hundred times fewer bytes folded, and whoever reads one entry
// unfolds all that it is folded with.
inline constexpr std::size_t kMostFolded = std::size_t{64} << 10U;
inline constexpr std::size_t kMostUnfolded = std::size_t{1} << 20U;

// A part of a text that is another in the next one.
struct Edit {
  std::size_t at = 0, gone = 0;  // bytes of the text as it was: from where, and how many
  std::string_view by;           // what stands there instead
};

class Folding {
 public:
  // An entry's text, an object that begins with its id, or any other.
  void add(const base::Uuid& id, std::string_view json);

  // The same for `{"id":"…",` and then this text.
  void add_behind_id(const base::Uuid& id, std::string_view rest);

  // The same where the text is as the last one but for these parts, in their order: whoever knows that
  // needn't make it. REQUIRES: !empty(), and the last was added behind its id
  void add_edited(const base::Uuid& id, std::span<const Edit> edits);

  // Whether there is room for an entry of so many bytes, which is then added folded.
  bool has_room_for(std::size_t bytes) const;

  bool empty() const { return folded_.count == 0; }
  std::size_t bytes() const { return folded_.bytes.size(); }

  // What was added; begins anew.
  Folded take();

 private:
  void add(const base::Uuid& id, bool begins_with_id, std::string_view text);
  void count(const base::Uuid& id, std::size_t unfolded);

  Folded folded_;
  std::string before_;  // the last text
};

// How the text of most entries begins, and how many bytes that is.
std::string beginning_of(const base::Uuid& id);
inline constexpr std::size_t kBeginning = 45;

// Gives fn the entries in their order. kCorrupt where the bytes aren't what was folded.
base::Result<void> unfold(std::string_view bytes, std::uint64_t count,
                          base::FunctionRef<void(const base::Uuid&, std::string&& json)> fn);

}  // namespace decision_log
