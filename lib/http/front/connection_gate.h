#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/address.h"
#include "base/keyed_hash.h"

namespace http::front {

// Counts open connections, in all and by address. Safe for use by several threads.
class ConnectionGate {
 public:
  enum class Admission { kAdmitted, kFull, kFullForAddress };

  ConnectionGate(std::size_t in_all, std::size_t per_address) : in_all_(in_all), per_address_(per_address) {}

  // `counted` is null for peers that have no limit per address. Every admission needs one leave() later.
  Admission admit(const std::optional<base::Address>& counted) {
    const std::lock_guard lock(mutex_);
    if (open_ >= in_all_) return Admission::kFull;
    if (counted) {
      std::size_t& here = by_address_[counted->subscriber()];
      if (here >= per_address_) return Admission::kFullForAddress;
      ++here;
    }
    ++open_;
    return Admission::kAdmitted;
  }

  void leave(const std::optional<base::Address>& counted) {
    const std::lock_guard lock(mutex_);
    --open_;
    if (!counted) return;
    const auto here = by_address_.find(counted->subscriber());
    if (--here->second == 0) by_address_.erase(here);
  }

  std::size_t open() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }

 private:
  struct Hash {
    std::size_t operator()(const base::Address& address) const {
      return base::KeyedHash()({reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
    }
  };

  const std::size_t in_all_;
  const std::size_t per_address_;

  // Protected by mutex_.
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  std::unordered_map<base::Address, std::size_t, Hash> by_address_;
};

}  // namespace http::front
