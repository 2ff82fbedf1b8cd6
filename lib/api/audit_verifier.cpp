#include "api/audit_verifier.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "api/audit.h"
#include "api/parts/authorize.h"
#include "base/log.h"
#include "base/monotonic_clock.h"
#include "domain/audit_verify.h"

namespace api {
namespace {

constexpr int kNice = 10;  // who verifies can wait

void take(const domain::ChainCheck& check, AuditVerification& into) {
  into.entries = check.entries();
  into.first_seq = check.first_seq();
  into.head_seq = check.head_seq();
  into.head_hash = check.head_hash();
  into.fault = check.fault();
}

// The next piece; whether there are more.
base::Result<bool> look(const store::ReadTxn& txn, domain::ChainCheck& check, AuditVerification& found) {
  const auto begun = kSteadyClock.now();
  const auto more = check.go_on(txn, AuditVerifier::kMostAtOnce);
  found.ms += static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(kSteadyClock.now() - begun).count());
  take(check, found);
  found.is_done = more.ok() && !*more;
  return more;
}

void log_fault(const AuditVerification& found) {
  if (found.fault)
    base::logging::error("audit", {{"outcome", "broken"},
                                   {"tenant", to_string(found.fault->tenant)},
                                   {"seq", std::to_string(found.fault->seq)},
                                   {"error", found.fault->what}});
}

Outcome<void> may_verify(const Read& read, const domain::Owner& tenant) {
  const auto authorized = authorize(read, on_tenant(op::verify_audit, tenant));
  if (!authorized.ok()) return authorized.error();
  return {};
}

}  // namespace

struct AuditVerifier::Job {
  Job(const domain::Owner& owner, const AuditVerification& begun)
      : tenant(owner), check(owner), found(begun) {}

  const domain::Owner tenant;
  domain::ChainCheck check;
  AuditVerification found;
};

// Of ended ones the oldest goes for a new one.
void AuditVerifier::note(const domain::Owner& tenant, const AuditVerification& found) {
  last_[tenant] = found;
  if (last_.size() <= kMostRemembered) return;
  const auto older = [](const auto& a, const auto& b) {
    return std::pair(!a.second.is_done, a.second.begun_at) < std::pair(!b.second.is_done, b.second.begun_at);
  };
  last_.erase(std::min_element(last_.begin(), last_.end(), older));
}

base::WorkPool* AuditVerifier::pool() {
  if (has_stopped_) return nullptr;
  if (!pool_) {
    auto started = base::WorkPool::start(
        {.name = "audit-verify", .threads = 1, .places = 2 * kMostWaiting, .nice = kNice});
    if (!started.ok()) return nullptr;
    pool_ = std::move(started).value();
  }
  return pool_.get();
}

Outcome<AuditVerification> AuditVerifier::verify(const Read& read, const domain::Owner& tenant) {
  if (const auto may = may_verify(read, tenant); !may.ok()) return may.error();
  const auto size = stored(domain::audit_size(read.txn, tenant));
  const bool is_short = size.ok() && size->entries <= kMostAtOnce;
  AuditVerification found;
  found.begun_at = clock_.now();
  if (is_short) {
    domain::ChainCheck check(tenant);
    const auto more = stored(look(read.txn, check, found));
    if (!more.ok()) return more.error();
    if (found.is_done) {
      log_fault(found);
      const std::lock_guard lock(mutex_);
      note(tenant, found);
      return found;
    }
  }
  // It is long, or longer than its head says.
  const std::lock_guard lock(mutex_);
  if (const auto known = last_.find(tenant); known != last_.end() && !known->second.is_done)
    return known->second;
  const auto waiting =
      std::count_if(last_.begin(), last_.end(), [](const auto& one) { return !one.second.is_done; });
  base::WorkPool* const threads = pool();
  const Error busy =
      error(Code::kOverloaded, "too many audit logs are being verified; try again in a minute");
  if (!threads || static_cast<std::size_t>(waiting) >= kMostWaiting) return busy;
  // From here on the job is its thread's alone.
  AuditVerification begun;
  begun.begun_at = found.begun_at;
  if (!threads->submit(to_stored(tenant), [this, job = std::make_shared<Job>(tenant, begun)] { run(job); }))
    return busy;
  note(tenant, begun);
  return begun;
}

void AuditVerifier::run(const std::shared_ptr<Job>& job) {
  try {
    return go_on(job);
  } catch (const std::exception& e) {  // a bug, or no memory; neither may take the server along
    base::logging::error("audit", {{"outcome", "not verified"}, {"error", e.what()}});
  }
  const std::lock_guard lock(mutex_);
  const auto known = last_.find(job->tenant);
  if (known != last_.end()) known->second.is_done = known->second.has_failed = true;
}

void AuditVerifier::go_on(const std::shared_ptr<Job>& job) {
  AuditVerification& found = job->found;
  base::Result<bool> more = false;
  {
    const auto snapshot = store_.read();
    more = snapshot.ok() ? look(*snapshot, job->check, found) : base::Result<bool>(snapshot.error());
  }
  if (!more.ok()) {
    base::logging::error("audit", {{"outcome", "not verified"}, {"error", more.error().message}});
    found.is_done = found.has_failed = true;
  }
  if (found.is_done) log_fault(found);
  const std::lock_guard lock(mutex_);
  last_[job->tenant] = found;
  if (found.is_done || has_stopped_) return;
  pool_->go_on(to_stored(job->tenant), [this, job] { run(job); });
}

Outcome<AuditVerification> AuditVerifier::last(const Read& read, const domain::Owner& tenant) const {
  if (const auto may = may_verify(read, tenant); !may.ok()) return may.error();
  const std::lock_guard lock(mutex_);
  const auto known = last_.find(tenant);
  if (known == last_.end()) return error(Code::kNotFound, "audit log: not verified since the server's start");
  return known->second;
}

void AuditVerifier::stop() {
  base::WorkPool* threads = nullptr;
  {
    const std::lock_guard lock(mutex_);
    has_stopped_ = true;
    threads = pool_.get();
  }
  if (threads) threads->stop();
}

}  // namespace api
