#pragma once
#include <atomic>
#include <memory>
#include <utility>

namespace decision_log {

// Shares what may be open only once in a process, as an environment of LMDB's, and knows when it is closed:
// that is when its destructor has ended, on whichever thread it runs. A weak_ptr has expired before that.
// One thread may call these; what is shared may go on any, also after this.
template <typename T>
class OneOpen {
 public:
  bool is_closed() const { return *closed_; }

  // REQUIRES: is_closed()
  std::shared_ptr<T> share(std::unique_ptr<T> opened) {
    *closed_ = false;
    return {opened.release(), [closed = closed_](T* last) {
              std::default_delete<T>()(last);
              *closed = true;
            }};
  }

 private:
  const std::shared_ptr<std::atomic<bool>> closed_ = std::make_shared<std::atomic<bool>>(true);
};

}  // namespace decision_log
