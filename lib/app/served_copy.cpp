#include "app/served_copy.h"

#include <utility>

#include "base/log.h"
#include "client/credential.h"
#include "following/marker.h"

namespace app {
namespace {

constexpr std::int64_t kMarkMs = 10'000;  // between two notes of how old a copy is

std::string hindrance(following::Trouble trouble) {
  switch (trouble) {
    case following::Trouble::kNone:
    case following::Trouble::kAway:
      return "";
    case following::Trouble::kUnfit:
      return "what the primary sends isn't for this copy; the log says why";
    case following::Trouble::kGone:
      return "the primary no longer keeps the changes that come next; put a newer copy in place: `reeve "
             "backup create --server URL -o FILE`, `reeve restore FILE`";
    case following::Trouble::kDiverged:
      return "the primary has other changes than this store";
  }
  return "";
}

}  // namespace

ServedCopy::ServedCopy(Primary primary, const base::Clock& clock, const base::MonotonicClock& ticks)
    : primary_(std::move(primary)),
      address_(primary_.place.to_string()),
      received_(address_),
      currency_(clock, ticks) {}

base::Result<void> ServedCopy::begin(store::Store& store, const api::Service& service,
                                     const config::Config& c) {
  store_ = &store;
  dir_ = c.store.dir;
  const auto marker = following::read_marker(dir_);
  if (!marker.ok()) return marker.error();
  if (*marker && (*marker)->current_at && (*marker)->revision <= store.revision())
    currency_.begin_at(*(*marker)->current_at);
  following::Follower::Options options;
  options.primary = primary_.place;
  options.credential = [file = primary_.credential_file] { return client::read_credential(file); };
  options.on_about = [this, &service](const base::Json& about) {
    configuration_.compare(service.configured(), about);
  };
  follower_ = std::make_unique<following::Follower>(store, received_, currency_, std::move(options));
  const following::Follower& follower = *follower_;
  told_.primary = address_;
  told_.max_stale = c.follow.max_stale;
  told_.age = [&follower] { return follower.age(); };
  told_.hindrance = [&follower] { return hindrance(follower.standing().trouble); };
  return follower_->start();
}

base::Result<void> ServedCopy::look(base::Timestamp now) {
  if (!follower_) return {};
  const std::lock_guard lock(mutex_);
  if (const auto standing = follower_->standing(); standing.trouble == following::Trouble::kDiverged)
    diverged_ = standing.why;
  if (const auto stopped = store_->stopped(); stopped && stopped->code == base::ErrorCode::kCorrupt)
    diverged_ = stopped->message;
  if (!diverged_.empty()) {
    mark();
    return base::Error{base::ErrorCode::kCorrupt,
                       "this store is no copy of " + address_ + ": " + diverged_ +
                           "; it is served no longer: begin with an empty folder, or with a backup of it"};
  }
  if (now.ms - marked_ms_ < kMarkMs && now.ms >= marked_ms_) return {};
  marked_ms_ = now.ms;
  mark();
  return {};
}

void ServedCopy::stop() {
  if (!follower_) return;
  follower_->stop();
  const std::lock_guard lock(mutex_);
  mark();
}

// What the next process has to know. Where it can't be written that process takes the copy for older.
void ServedCopy::mark() {
  const store::Revision revision = store_->revision();
  const auto marked =
      following::write_marker(dir_, {address_, currency_.last_current(revision), revision, diverged_});
  if (!marked.ok()) base::logging::warn("store", {{"warning", marked.error().message}});
}

}  // namespace app
