#include "api/session_uses.h"

#include <algorithm>

namespace api {

bool SessionUses::use(const domain::SessionId& id, const Use& use) {
  const base::Timestamp now = use.at;
  constexpr std::int64_t kIdleMs = std::chrono::milliseconds(kIdle).count();
  const auto is_idle = [now](base::Timestamp last) { return now.ms - last.ms >= kIdleMs; };
  const std::lock_guard lock(mutex_);
  const auto found = last_.find(id);
  const base::Timestamp last = found != last_.end() ? found->second : std::max(use.begun, started_);
  if (is_idle(last)) {
    if (found != last_.end()) last_.erase(found);
    return false;
  }
  if (found != last_.end()) {
    found->second = std::max(last, now);
    return true;
  }
  if (last_.size() >= kMost) std::erase_if(last_, [&](const auto& each) { return is_idle(each.second); });
  if (last_.size() >= kMost)
    last_.erase(std::min_element(last_.begin(), last_.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; }));
  last_.emplace(id, now);
  return true;
}

}  // namespace api
