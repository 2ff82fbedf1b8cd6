#pragma once
#include <mutex>
#include <utility>
#include <vector>

#include "store/change_source.h"

// Records that somebody received, of which a store makes itself a copy: it offers nothing. Safe for use by
// several threads.
class ReceivedLog final : public store::ChangeLog {
 public:
  void add(store::ChangeRecord record) {
    const std::lock_guard lock(mutex_);
    if (groups_.empty()) groups_.emplace_back();
    groups_.back().records.push_back(std::move(record));
  }

  Offered offer(const store::LoggedGroup&) override { return {Answer::kRefused, "a copy changes nothing"}; }

  base::Result<std::vector<store::LoggedGroup>> read(store::Revision after) override {
    const std::lock_guard lock(mutex_);
    if (!groups_.empty() && groups_.back().last() <= after) groups_.clear();
    return groups_;
  }

 private:
  std::mutex mutex_;
  std::vector<store::LoggedGroup> groups_;  // one, or none
};
