#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "api/context.h"
#include "base/time.h"
#include "base/work_pool.h"
#include "crypto/hash.h"
#include "domain/audit.h"
#include "store/store.h"

namespace api {

// What was found of a chain, or is known so far.
struct AuditVerification {
  bool is_done = false;
  base::Timestamp begun_at;
  std::uint64_t ms = 0;         // that looking took, waiting left out
  std::uint64_t entries = 0;    // that were looked at
  std::uint64_t first_seq = 1;  // of the chain: what is older was cut off
  std::uint64_t head_seq = 0;   // of the newest entry then; 0: there is none
  crypto::Sha256 head_hash{};
  std::optional<domain::AuditFault> fault;
  bool has_failed = false;  // the store couldn't be read; nothing is known
};

// Verifies chains for callers. One of a few entries is looked at where it is asked; a longer one on a thread
// of its own, one chain after the other, in pieces with a snapshot each, so that neither other calls nor the
// store wait for it. Of a chain at most one runs, or waits, at a time: who asks meanwhile is told of that
// one.
//
// Remembers the last of each chain, until the server ends. Safe for use by several threads.
class AuditVerifier {
 public:
  static constexpr std::size_t kMostAtOnce = 2'000;  // entries, some 10 us each
  static constexpr std::size_t kMostWaiting = 64;    // chains
  static constexpr std::size_t kMostRemembered = 1'000;

  // Store and clock outlive this.
  AuditVerifier(const store::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}
  ~AuditVerifier() { stop(); }
  AuditVerifier(const AuditVerifier&) = delete;  // its thread refers to it
  AuditVerifier& operator=(const AuditVerifier&) = delete;

  // Begins, and answers what is known: all, of a short chain. For whoever may read the log. kOverloaded where
  // too many chains wait.
  Outcome<AuditVerification> verify(const Read&, const domain::Owner& tenant);

  // The last of the chain; kNotFound where there was none since the server's start. Likewise.
  Outcome<AuditVerification> last(const Read&, const domain::Owner& tenant) const;

  // Takes no more, and waits for the piece that runs.
  void stop();

 private:
  struct Job;

  void run(const std::shared_ptr<Job>&);  // go_on(), where nothing is thrown
  void go_on(const std::shared_ptr<Job>&);
  void note(const domain::Owner&, const AuditVerification&);
  base::WorkPool* pool();

  const store::Store& store_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::map<domain::Owner, AuditVerification> last_;
  std::unique_ptr<base::WorkPool> pool_;  // from the first long chain on
  bool has_stopped_ = false;
};

}  // namespace api
