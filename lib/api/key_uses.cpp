// Two tables: `use` [credential] -> day u64, counted from 1970; `meta` "since" -> milliseconds u64.
#include "api/key_uses.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "store/key.h"

namespace api {
namespace {

using store::Key;
using store::KeyReader;

constexpr std::size_t kUse = 0, kMeta = 1;
constexpr std::string_view kSince = "since";
constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;
constexpr std::uint64_t kDayBits = 16;  // until the year 2149

std::uint64_t day_of(base::Timestamp at) {
  return at.ms < 0 ? 0 : static_cast<std::uint64_t>(at.ms / kDayMs);
}

std::uint64_t number_in(std::string_view value) {
  return KeyReader(value).u64();
}

// The last eight bytes of an id made here are random, but for two bits.
std::uint64_t tail_of(const base::Uuid& id) {
  return KeyReader(id.raw().substr(8)).u64();
}

}  // namespace

base::Result<std::unique_ptr<KeyUses>> KeyUses::open(const std::string& dir, base::Timestamp now,
                                                     std::string& moved, bool sync) {
  store::SideEnv::Options options;
  options.dir = dir;
  options.map_bytes = kMapBytes;
  options.names = {"use", "meta"};
  options.sync = sync;
  auto env = store::SideEnv::open_or_begin_anew(options, moved);
  if (!env.ok()) return env.error();
  auto txn = env.value()->begin();
  if (!txn.ok()) return txn.error();
  const auto known = txn->get(kMeta, kSince);
  if (!known.ok()) return known.error();
  base::Timestamp since = now;
  if (*known) {
    since.ms = static_cast<std::int64_t>(number_in(**known));
  } else {
    if (auto put = txn->put(kMeta, kSince, Key().u64(static_cast<std::uint64_t>(now.ms))); !put.ok())
      return put.error();
    if (auto done = txn->commit(); !done.ok()) return done.error();
  }
  return std::unique_ptr<KeyUses>(new KeyUses(std::move(env).value(), since));
}

void KeyUses::note(const domain::CredentialId& credential, base::Timestamp now) {
  const std::uint64_t day = day_of(now), tail = tail_of(credential);
  const std::uint64_t use = tail << kDayBits | (day & ((std::uint64_t{1} << kDayBits) - 1));
  std::atomic<std::uint64_t>& place = noted_[(tail >> 32U) % kPlaces];
  if (place.load(std::memory_order_relaxed) == use) return;
  const std::lock_guard lock(mutex_);
  const auto known = waiting_.find(credential);
  if (known != waiting_.end())
    known->second = std::max(known->second, day);  // a clock may be set back
  else if (waiting_.size() + taken_.size() < kMostWaiting)
    waiting_.emplace(credential, day);
  else
    return;
  place.store(use, std::memory_order_relaxed);
}

base::Result<std::optional<base::Timestamp>> KeyUses::last_use(const domain::CredentialId& credential) const {
  std::optional<std::uint64_t> day;
  {
    const std::lock_guard lock(mutex_);
    for (const Days* const noted : {&waiting_, &taken_})
      if (const auto found = noted->find(credential); found != noted->end())
        day = std::max(day.value_or(0), found->second);
  }
  // What was taken meanwhile is either still there, above, or written.
  const auto txn = env_->read();
  if (!txn.ok()) return txn.error();
  const auto kept = txn->get(kUse, credential.raw());
  if (!kept.ok()) return kept.error();
  if (*kept) day = std::max(day.value_or(0), number_in(**kept));
  if (!day) return std::optional<base::Timestamp>();
  return std::optional(base::Timestamp{static_cast<std::int64_t>(*day) * kDayMs});
}

// What is noted meanwhile waits for the next. Who notes is on a reactor, so that whatever is done here for
// each credential is done without the lock, or for few of them at once.
base::Result<void> KeyUses::flush() {
  const std::lock_guard alone(flushing_);
  {
    const std::lock_guard lock(mutex_);
    taken_.swap(waiting_);
  }
  if (taken_.empty()) return {};
  auto done = write(taken_);
  if (!done.ok()) {
    take_back();
    return done;
  }
  Days written;
  const std::lock_guard lock(mutex_);
  taken_.swap(written);
  return {};
}

base::Result<void> KeyUses::write(const Days& days) {
  auto txn = env_->begin();
  if (!txn.ok()) return txn.error();
  for (const auto& [id, day] : days) {
    const auto kept = txn->get(kUse, id.raw());
    if (!kept.ok()) return kept.error();
    if (*kept && number_in(**kept) >= day) continue;  // noted again, since another has had its place
    if (auto put = txn->put(kUse, id.raw(), Key().u64(day)); !put.ok()) return put;
  }
  return txn->commit();
}

void KeyUses::take_back() {
  while (!taken_.empty()) {
    const std::lock_guard lock(mutex_);
    for (std::size_t n = 0; n < kTakenBackAtOnce && !taken_.empty(); ++n) {
      auto node = taken_.extract(taken_.begin());
      const std::uint64_t day = node.mapped();
      const auto known = waiting_.insert(std::move(node));
      if (!known.inserted) known.position->second = std::max(known.position->second, day);
    }
  }
}

base::Result<void> KeyUses::sweep(base::FunctionRef<base::Result<bool>(const domain::CredentialId&)> exists) {
  std::vector<std::string> looked_at, gone;
  {
    const auto txn = env_->read();
    if (!txn.ok()) return txn.error();
    const std::string from = swept_.empty() ? "" : swept_ + '\0';
    const auto scanned = txn->scan(kUse, {}, from, [&](std::string_view key, std::string_view) {
      looked_at.emplace_back(key);
      return looked_at.size() < kSweptAtOnce;
    });
    if (!scanned.ok()) return scanned;
  }
  for (const std::string& key : looked_at) {
    if (key.size() != 16) continue;
    const auto is_there = exists(domain::CredentialId::from_raw(key));
    if (!is_there.ok()) return is_there.error();
    if (!*is_there) gone.push_back(key);
  }
  swept_ = looked_at.size() < kSweptAtOnce ? "" : looked_at.back();
  if (gone.empty()) return {};
  auto txn = env_->begin();
  if (!txn.ok()) return txn.error();
  for (const std::string& key : gone)
    if (auto done = txn->del(kUse, key); !done.ok()) return done;
  return txn->commit();
}

}  // namespace api
