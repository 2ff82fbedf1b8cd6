// A round goes through the heads of all chains in order of their keys, in steps with a snapshot each, beside
// the list of what the round before has published, which is in the same order:
//
//   published    platform 7    A 12              C 5
//   the store    platform 9    A 12    B 3       C 5
//   this round   platform 9 *          B 3 *                     * are published
//
// So memory is 24 bytes a chain, twice while a round is on, and a chain that nothing was appended to costs
// the look at its head. A chain's head also moves when it is cut, since the seal is an entry of it. The chain
// of a deleted tenant is there like any other.
#include "app/head_publisher.h"

#include <algorithm>
#include <utility>

#include "app/heads_file.h"
#include "base/encoding.h"
#include "base/log.h"
#include "domain/audit_record.h"

namespace app {
namespace {

constexpr std::chrono::hours kEvery{1};
constexpr int kLooksAtOnce = 10;  // steps of a beat that find nothing

void log_head(const domain::SignedHead& it) {
  const domain::PublishedHead& head = it.head;
  const std::string chain = domain::chain_name(head.chain), hash = base::to_hex(crypto::raw(head.hash));
  const std::string at = to_string(head.at);
  if (!it.is_signed())
    return base::logging::info("audit head",
                               {{"chain", chain}, {"seq", head.seq}, {"hash", hash}, {"at", at}});
  base::logging::info("audit head", {{"chain", chain},
                                     {"seq", head.seq},
                                     {"hash", hash},
                                     {"at", at},
                                     {"signature", base::to_base64(it.signature.bytes)},
                                     {"key_id", it.signature.key_id}});
}

}  // namespace

HeadPublisher::HeadPublisher(store::Store& store, const base::Clock& clock, const base::MonotonicClock& ticks)
    : store_(store), clock_(clock), ticks_(ticks) {}

void HeadPublisher::use(std::string file, std::shared_ptr<const crypto::SigningKey> key) {
  const auto id_of = [](const auto& of) { return of ? of->id() : std::string(); };
  if (file != file_ || id_of(key) != id_of(key_))
    for (std::vector<Published>* list : {&published_, &this_round_})
      for (Published& one : *list) one.seq = 0;
  file_ = std::move(file);
  key_ = std::move(key);
}

void HeadPublisher::beat() {
  const auto now = ticks_.now();
  if (!in_round_ && round_begun_ && now - *round_begun_ < kEvery) return;
  if (!in_round_) {
    round_begun_ = now;
    in_round_ = true;
    round_failed_ = false;
    looked_at_.clear();
    next_published_ = 0;
    this_round_.clear();
  }
  for (int looks = 0; in_round_ && looks < kLooksAtOnce; ++looks) {
    const auto found = look();
    if (!found.ok()) {  // the whole round is done again, an hour after this one
      in_round_ = false;
      return base::logging::warn("audit", {{"error", found.error().message}});
    }
    if (!in_round_) published_ = std::move(this_round_);
    const bool has_any = !found->heads.empty();
    std::vector<Published>& list = in_round_ ? this_round_ : published_;
    if (const auto done = has_any ? publish(*found) : base::Result<void>(); !done.ok()) {
      round_failed_ = true;
      for (const std::size_t place : found->places) list[place].seq = 0;
      base::logging::warn("audit", {{"error", done.error().message}});
    }
    if (!in_round_ && !round_failed_) published_at_ = clock_.now();
    if (has_any) return;
  }
}

// The next heads that have changed; the round is over where there is no chain left.
base::Result<HeadPublisher::Found> HeadPublisher::look() {
  const auto snapshot = store_.read();
  if (!snapshot.ok()) return snapshot.error();
  const base::Timestamp now = clock_.now();
  Found found;
  std::size_t looked_at = 0;
  const auto scanned = snapshot->scan_from(
      store::Table::kAuditHead, {}, std::string(looked_at_),
      [&](std::string_view key, std::string_view value) {
        looked_at_ = key;
        const auto head = domain::parse_audit_head(value);
        if (key.size() == 16 && head) {  // what can't be read is named by `reeve store check`
          const base::Uuid chain = base::Uuid::from_raw(key);
          while (next_published_ < published_.size() && published_[next_published_].chain < chain)
            ++next_published_;
          const bool is_known = next_published_ < published_.size() &&
                                published_[next_published_].chain == chain &&
                                published_[next_published_].seq == head->seq;
          if (!is_known) {
            found.heads.push_back({domain::owner_of(chain), head->seq, head->hash, now});
            found.places.push_back(this_round_.size());
          }
          this_round_.push_back({chain, head->seq});
        }
        return ++looked_at < kChainsAtOnce && found.heads.size() < kHeadsAtOnce;
      });
  if (!scanned.ok()) return scanned.error();
  in_round_ = looked_at == kChainsAtOnce || found.heads.size() == kHeadsAtOnce;
  return found;
}

// The file first: a line in the log is not there for long.
base::Result<void> HeadPublisher::publish(const Found& found) {
  std::vector<domain::SignedHead> heads;
  std::string lines;
  base::Result<void> outcome;
  for (const domain::PublishedHead& head : found.heads) {
    domain::SignedHead it{head};
    if (key_) {
      auto signature = key_->sign(signed_text(head));
      if (!signature.ok()) return signature.error();
      it.signature = {std::move(signature).value(), key_->id()};
    }
    lines += head_line(it) + "\n";
    heads.push_back(std::move(it));
  }
  if (!file_.empty()) outcome = append_heads(file_, lines);
  const base::logging::Batch batch;
  for (const domain::SignedHead& head : heads) log_head(head);
  return outcome;
}

}  // namespace app
