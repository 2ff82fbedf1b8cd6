#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/signature.h"
#include "domain/published_head.h"
#include "store/store.h"

namespace app {

// Publishes, each hour, the heads of the audit chains that have changed since theirs was published: in the
// log, as `audit head`, and in a file. Belongs to the housekeeper's thread, and never asks the writer.
class HeadPublisher {
 public:
  static constexpr std::size_t kHeadsAtOnce = 200;      // of one beat: 700,000 an hour
  static constexpr std::size_t kChainsAtOnce = 10'000;  // looked at in one snapshot

  // All outlive this.
  HeadPublisher(store::Store&, const base::Clock&, const base::MonotonicClock& ticks);

  // Where to and by which key, from the next beat on. No file: the log alone; no key: unsigned. If either is
  // another than before, every chain is one that has changed: of those that nothing is appended to, the new
  // file would never have a head.
  void use(std::string file, std::shared_ptr<const crypto::SigningKey> key);

  // Goes on with what is due, in bounded steps. To be called about once a second. The first round begins
  // with the first beat, and in it every chain is one that has changed: nobody has noted what an earlier
  // process published. What can't be written to the file is logged, and published again in the next round.
  void beat();

  // When the last round ended that has published all there was; nothing before the first.
  std::optional<base::Timestamp> published_at() const { return published_at_; }
  bool signs() const { return key_ != nullptr; }

 private:
  struct Published {
    base::Uuid chain;
    std::uint64_t seq = 0;  // 0: none, or not everywhere
  };
  // What a step has found: heads, and where each of them stands in this round's list.
  struct Found {
    std::vector<domain::PublishedHead> heads;
    std::vector<std::size_t> places;
  };

  base::Result<Found> look();
  base::Result<void> publish(const Found&);

  store::Store& store_;
  const base::Clock& clock_;
  const base::MonotonicClock& ticks_;
  std::string file_;
  std::shared_ptr<const crypto::SigningKey> key_;

  std::optional<std::chrono::nanoseconds> round_begun_;
  bool in_round_ = false;
  bool round_failed_ = false;
  std::optional<base::Timestamp> published_at_;
  std::string looked_at_;             // the last chain's key in audit_head
  std::vector<Published> published_;  // by the last round, in order of chain
  std::size_t next_published_ = 0;    // the first of those that this round hasn't come to
  std::vector<Published> this_round_;
};

}  // namespace app
