#include "http/failed_attempts.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/address.h"
#include "base/keyed_hash.h"

namespace http {

namespace {

// An address as it is counted; what is no address ("unix") by itself.
std::string key_of(std::string_view address) {
  const auto parsed = base::parse_address(address);
  return parsed ? parsed->subscriber().to_string() : std::string(address);
}

}  // namespace

struct FailedAttempts::State {
  struct Entry {
    std::string address;
    std::deque<std::int64_t> times;  // ms, oldest first, never more than `allowed`
  };

  State(const base::Clock& c, const AttemptLimits& l)
      : clock(c), limits(l), window_ms(l.window.count() * 1000) {}

  const base::Clock& clock;
  const AttemptLimits limits;
  const std::int64_t window_ms;

  // Protected by mutex.
  std::mutex mutex;
  std::list<Entry> entries;  // by their last failure, longest ago first
  std::unordered_map<std::string, std::list<Entry>::iterator, base::KeyedHash> by_address;

  void forget_oldest() {
    by_address.erase(entries.front().address);
    entries.pop_front();
  }

  // Also a clock that was set back lets entries go: a time to come is as good as none.
  bool over(std::int64_t time, std::int64_t now) const { return time <= now - window_ms || time > now; }

  void forget_what_is_over(std::int64_t now) {
    while (!entries.empty() && over(entries.front().times.back(), now)) forget_oldest();
  }
};

FailedAttempts::FailedAttempts(const base::Clock& clock, const AttemptLimits& limits)
    : state_(std::make_unique<State>(clock, limits)) {}
FailedAttempts::~FailedAttempts() = default;

std::optional<std::chrono::seconds> FailedAttempts::record_failure(std::string_view address) {
  const std::int64_t now = state_->clock.now().ms;
  std::string key = key_of(address);
  const std::lock_guard lock(state_->mutex);
  state_->forget_what_is_over(now);
  auto& entries = state_->entries;
  const auto found = state_->by_address.find(key);
  if (found != state_->by_address.end()) {
    auto& times = found->second->times;
    if (times.size() >= state_->limits.allowed && !state_->over(times.front(), now)) {
      const std::int64_t left = times.front() + state_->window_ms - now;
      return std::chrono::seconds(std::max<std::int64_t>(1, (left + 999) / 1000));
    }
    entries.splice(entries.end(), entries, found->second);
  } else {
    if (entries.size() == state_->limits.addresses) state_->forget_oldest();
    entries.push_back({key, {}});
    state_->by_address.emplace(std::move(key), std::prev(entries.end()));
  }
  auto& times = entries.back().times;
  if (times.size() == state_->limits.allowed) times.pop_front();
  times.push_back(now);
  return std::nullopt;
}

}  // namespace http
