// The bucket is kept as the moment when it will be full (the "generic cell rate algorithm"), so that nothing
// has to fill it. A request puts that moment off by the time in which one token comes, and goes on if it
// isn't more than the whole bucket away then. With 4 a second, a token each 250 ms:
//
//   four requests at 0 s     full at 1 s            a fifth: 1.25 s is more than a second away, refused
//   one at 0.25 s            full at 1.25 s         goes on
//
// A caller whose bucket is full is as good as unknown, and that is so a second after its last request. So
// each shard has two tables: once the recent one is a second old it becomes the earlier one, which is
// dropped; who asks again is moved. A caller is in one of them for a second after its request, at least.
#include "http/request_rates.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace http {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;  // ns
constexpr std::size_t kMostOfTable = RequestRates::kMostCallers / RequestRates::kShards / 2;

}  // namespace

// Of the shard, whose lock is held.
std::int64_t& RequestRates::full_at(Shard& shard, const base::Uuid& caller, std::int64_t now) {
  if (now - shard.since >= kSecond || shard.recent.size() >= kMostOfTable) {
    shard.earlier = std::exchange(shard.recent, Times());
    shard.since = now;
  }
  const auto [entry, is_new] = shard.recent.try_emplace(caller, now);
  if (is_new)
    if (const auto found = shard.earlier.find(caller); found != shard.earlier.end())
      entry->second = found->second;
  return entry->second;
}

std::optional<std::chrono::seconds> RequestRates::take(const base::Uuid& caller) {
  const auto limit = static_cast<std::int64_t>(this->limit());
  if (limit == 0) return std::nullopt;
  const std::int64_t now = clock_.now().count();
  const std::int64_t token = std::max<std::int64_t>(1, kSecond / limit);
  // Hash tables go by the low bits.
  Shard& shard = shards_[(std::hash<base::Uuid>()(caller) >> 32U) % kShards];
  const std::lock_guard lock(shard.mutex);
  std::int64_t& full = full_at(shard, caller, now);
  const std::int64_t next = std::max(full, now) + token;
  if (const std::int64_t early = next - now - kSecond; early > 0)
    return std::chrono::seconds((early + kSecond - 1) / kSecond);
  full = next;
  return std::nullopt;
}

std::size_t RequestRates::callers() const {
  std::size_t all = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    all += shard.recent.size();
    for (const auto& [caller, full] : shard.earlier)
      if (!shard.recent.contains(caller)) ++all;
  }
  return all;
}

}  // namespace http
