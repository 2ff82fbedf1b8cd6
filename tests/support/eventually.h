#pragma once
#include <chrono>
#include <functional>
#include <thread>

// Whether something that other threads do is so within a minute, which a sanitizer on a busy machine may
// take.
inline bool eventually(const std::function<bool()>& is_so) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}
