#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace http::front {

// On whose account memory counts. 0: nobody's.
struct Account {
  std::uint64_t payer = 0;  // a credential; an address where there is none
  std::uint64_t group = 0;  // its tenant; all that have no credential together

  bool operator==(const Account&) const = default;
};

// The memory of a front's bodies and unsent answers, of which a group may hold a quarter and a payer an
// eighth, but each the largest request. Safe for use by several threads.
class MemoryBudget {
 public:
  // `largest` is what one request may take, whatever the shares are.
  MemoryBudget(std::size_t total, std::size_t largest);

  // Whether there is room: in the account's shares and in all. If so it counts until given back.
  bool take(Account, std::size_t bytes);

  // Counts what is there already, room or not.
  void charge(Account, std::size_t bytes);
  void give_back(Account, std::size_t bytes);

  // Whether the account has had its share. While little is taken in all, so that nobody can have, it says so
  // without a lock.
  bool is_over(Account) const;
  bool may_be_over() const { return used_.load(std::memory_order_relaxed) >= payer_share_; }

  std::size_t used() const { return used_.load(std::memory_order_relaxed); }

  // The most that was used at one time since this was asked last.
  std::size_t take_peak() { return peak_.exchange(used()); }

 private:
  using Table = std::unordered_map<std::uint64_t, std::size_t>;

  void add(Account, std::size_t bytes);  // REQUIRES: mutex_ is held

  const std::size_t total_;
  const std::size_t payer_share_;
  const std::size_t group_share_;
  std::atomic<std::size_t> used_{0};  // written with mutex_ held
  std::atomic<std::size_t> peak_{0};

  // Protected by mutex_: what each holds; who holds nothing isn't there.
  mutable std::mutex mutex_;
  Table payers_;
  Table groups_;
};

// Some of a budget, given back at the end. One thread at a time.
class MemoryHold {
 public:
  MemoryHold() = default;
  explicit MemoryHold(std::shared_ptr<MemoryBudget> budget) : budget_(std::move(budget)) {}
  MemoryHold(MemoryHold&& other) noexcept
      : budget_(std::move(other.budget_)), account_(other.account_), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryHold& operator=(MemoryHold&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(account_, other.account_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MemoryHold() { set(account_, 0); }

  // Takes more, up to `bytes` in all; false where there is no room. What is held on another account is given
  // back first.
  bool grow(Account account, std::size_t bytes) {
    if (account != account_) set(account, 0);
    if (bytes <= bytes_) return true;
    if (!budget_->take(account, bytes - bytes_)) return false;
    account_ = account;
    bytes_ = bytes;
    return true;
  }

  // Holds exactly so much, room or not.
  void set(Account account, std::size_t bytes) {
    if (bytes == bytes_ && (bytes == 0 || account == account_)) return;
    if (bytes > 0) budget_->charge(account, bytes);
    if (bytes_ > 0) budget_->give_back(account_, bytes_);
    account_ = account;
    bytes_ = bytes;
  }

  std::size_t bytes() const { return bytes_; }

 private:
  std::shared_ptr<MemoryBudget> budget_;  // null: nothing can be held
  Account account_;
  std::size_t bytes_ = 0;
};

}  // namespace http::front
