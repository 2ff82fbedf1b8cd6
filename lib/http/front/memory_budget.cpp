#include "http/front/memory_budget.h"

#include <algorithm>

namespace http::front {
namespace {

constexpr std::size_t kPayersInAll = 8;
constexpr std::size_t kGroupsInAll = 4;

std::size_t held(const std::unordered_map<std::uint64_t, std::size_t>& table, std::uint64_t who) {
  const auto found = table.find(who);
  return who == 0 || found == table.end() ? 0 : found->second;
}

void remove(std::unordered_map<std::uint64_t, std::size_t>& table, std::uint64_t who, std::size_t bytes) {
  const auto found = table.find(who);
  if (found != table.end() && (found->second -= bytes) == 0) table.erase(found);
}

}  // namespace

MemoryBudget::MemoryBudget(std::size_t total, std::size_t largest)
    : total_(std::max(total, largest)),
      payer_share_(std::max(total / kPayersInAll, largest)),
      group_share_(std::max(total / kGroupsInAll, largest)) {}

bool MemoryBudget::take(Account account, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (used() + bytes > total_ || held(payers_, account.payer) + bytes > payer_share_ ||
      held(groups_, account.group) + bytes > group_share_)
    return false;
  add(account, bytes);
  return true;
}

void MemoryBudget::charge(Account account, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  add(account, bytes);
}

// The tables first: what has no room in them throws, and then nothing counts.
void MemoryBudget::add(Account account, std::size_t bytes) {
  if (account.group != 0) groups_.try_emplace(account.group);
  if (account.payer != 0) payers_[account.payer] += bytes;
  if (account.group != 0) groups_[account.group] += bytes;
  const std::size_t now = used() + bytes;
  used_.store(now, std::memory_order_relaxed);
  if (now > peak_.load(std::memory_order_relaxed)) peak_.store(now, std::memory_order_relaxed);
}

void MemoryBudget::give_back(Account account, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  remove(payers_, account.payer, bytes);
  remove(groups_, account.group, bytes);
  used_.store(used() - bytes, std::memory_order_relaxed);
}

bool MemoryBudget::is_over(Account account) const {
  if (!may_be_over()) return false;
  const std::lock_guard lock(mutex_);
  return held(payers_, account.payer) >= payer_share_ || held(groups_, account.group) >= group_share_;
}

}  // namespace http::front
