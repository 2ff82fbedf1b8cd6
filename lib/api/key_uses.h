#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "store/side_env.h"

namespace api {

// On which day (UTC) each credential was last presented, itself or by a session that it began. It is kept
// beside the store and never by its writer: noting a use again on the same day costs one load of memory, and
// a day's first uses are written together, about once a minute, by whoever calls flush(). So it is in no
// backup, on a copy it is of the copy's own callers, and what was noted since the last flush() is lost if the
// process is killed.
//
// Safe for use by several threads.
class KeyUses {
 public:
  static constexpr std::size_t kMostWaiting = 100'000;  // credentials; more are noted at a later use
  static constexpr std::size_t kSweptAtOnce = 1'000;    // looked at by one sweep()
  static constexpr std::size_t kMapBytes = std::size_t{256} << 20U;  // some millions of credentials

  // Opens or makes it. What is damaged is set aside, and counting begins anew: `moved` then says why. Fails
  // where the folder can't be written.
  static base::Result<std::unique_ptr<KeyUses>> open(const std::string& dir, base::Timestamp now,
                                                     std::string& moved, bool sync = true);

  void note(const domain::CredentialId&, base::Timestamp now);

  // The beginning of that day, of the latest where the clock was set back meanwhile; nothing where it wasn't
  // used since counting began.
  base::Result<std::optional<base::Timestamp>> last_use(const domain::CredentialId&) const;

  // From when on uses are known.
  base::Timestamp since() const { return since_; }

  // Writes what was noted. Waits for the disk: not on a reactor. Where it fails it is tried again.
  base::Result<void> flush();

  // Forgets some credentials that aren't there any more, going round; likewise.
  base::Result<void> sweep(base::FunctionRef<base::Result<bool>(const domain::CredentialId&)> exists);

 private:
  static constexpr std::size_t kPlaces = 8'192;
  static constexpr std::size_t kTakenBackAtOnce = 1'000;  // so long the lock is held, some 0.1 ms

  using Days = std::unordered_map<base::Uuid, std::uint64_t>;

  KeyUses(std::unique_ptr<store::SideEnv> env, base::Timestamp since) : since_(since), env_(std::move(env)) {}

  base::Result<void> write(const Days&);
  void take_back();

  const base::Timestamp since_;
  const std::unique_ptr<store::SideEnv> env_;

  // Of each place the credential that was noted there last, and its day: a use that is there is noted.
  std::array<std::atomic<std::uint64_t>, kPlaces> noted_{};

  std::mutex flushing_;  // held by the one that flushes, before mutex_
  mutable std::mutex mutex_;
  Days waiting_;  // guarded by mutex_
  Days taken_;    // being written: changed by who flushes, and with mutex_

  std::string swept_;  // of whoever sweeps: the last key looked at
};

}  // namespace api
