#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "decision_log/fold.h"
#include "domain/ids.h"

namespace decision_log {

// What decided something, or was decided about, as the counters keep it.
enum class Used : std::uint8_t {
  kRule = 1,        // a rule's id: it was among those that determined an answer
  kGrant = 2,       // a grant's id, likewise
  kPermission = 3,  // a permission's scope: roles allowed it
  kSubject = 4,     // the id of a user or service user whom roles allowed something
};

// A counter that has stood still for more days than this goes: no report looks further back.
inline constexpr std::uint64_t kMostUseDays = 3'650;

// Several of these in few bytes: "kind, length, text" one after the other.
class Uses {
 public:
  // Nothing is added of a text of more than 255 bytes, which none of these has.
  void add(Used kind, std::string_view text) {
    if (text.size() > 255) return;
    bytes_.push_back(static_cast<char>(kind));
    bytes_.push_back(static_cast<char>(text.size()));
    bytes_.append(text);
  }

  // The kind as it is, and the text.
  void each(base::FunctionRef<void(std::uint8_t kind, std::string_view text)> fn) const {
    for (std::string_view rest = bytes_; rest.size() >= 2;) {
      const auto length = static_cast<std::uint8_t>(rest[1]);
      fn(static_cast<std::uint8_t>(rest[0]), rest.substr(2, length));
      rest.remove_prefix(2 + std::min<std::size_t>(length, rest.size() - 2));
    }
  }

  void add(const Uses& others) { bytes_.append(others.bytes_); }

  bool operator==(const Uses&) const = default;
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

// How much a tenant's entries may be.
struct Keep {
  std::uint64_t entries = 0;
  std::uint64_t days = 0;

  bool operator==(const Keep&) const = default;
};

// A decision, or those of one call, as they go from whoever made them to the thread of the log.
struct Event {
  domain::TenantId tenant;
  Folded entries;               // masked; none: it is counted, and not kept
  std::uint64_t decisions = 1;  // that are lost where this is
  Keep keep;
  Uses uses;
};

}  // namespace decision_log
