#include "http/failure_counts.h"

#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/address.h"
#include "base/keyed_hash.h"

namespace http {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

void add_to(FailureCounts::Count& count, base::Timestamp now) {
  if (count.count++ == 0) count.first_at = now;
  count.last_at = now;
}

}  // namespace

struct FailureCounts::State {
  explicit State(std::size_t most) : addresses(most) {}

  using ByAddress = std::unordered_map<std::string, Count, base::KeyedHash>;
  const std::size_t addresses;

  std::mutex mutex;
  // Guarded by mutex:
  ByAddress by_address;
  Count others{"others", 0, {}, {}};
  base::Timestamp begun{};  // while there is an address

  bool is_over(base::Timestamp now) const { return now.ms - begun.ms >= kMinuteMs || now < begun; }
};

FailureCounts::FailureCounts(std::size_t addresses) : state_(std::make_unique<State>(addresses)) {}
FailureCounts::~FailureCounts() = default;

bool FailureCounts::add(std::string_view address, base::Timestamp now) {
  const auto parsed = base::parse_address(address);
  std::string key = parsed ? parsed->subscriber().to_string() : std::string(address);
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  if (s.by_address.empty()) s.begun = now;
  const auto found = s.by_address.find(key);
  if (found == s.by_address.end() && s.by_address.size() < s.addresses) {
    Count count{key, 0, {}, {}};
    s.by_address.emplace(std::move(key), std::move(count));
    return true;
  }
  add_to(found == s.by_address.end() ? s.others : found->second, now);
  return false;
}

std::vector<FailureCounts::Count> FailureCounts::take(base::Timestamp now, bool all) {
  State& s = *state_;
  std::vector<Count> taken;
  const std::lock_guard lock(s.mutex);
  if (s.by_address.empty() || !(all || s.is_over(now))) return taken;
  for (auto& [address, count] : s.by_address)
    if (count.count > 0) taken.push_back(std::move(count));
  if (s.others.count > 0) taken.push_back(std::exchange(s.others, Count{"others", 0, {}, {}}));
  s.by_address.clear();
  return taken;
}

}  // namespace http
