#pragma once
#include <cstddef>

#include "api/service.h"
#include "base/function_ref.h"
#include "base/monotonic_clock.h"
#include "base/time.h"
#include "dialects/request_log.h"
#include "dialects/route.h"
#include "http/failed_attempts.h"
#include "http/failure_counts.h"
#include "http/request_rates.h"

namespace dialects {

struct CopyOf;

struct AdmissionLimits {
  http::AttemptLimits failed_attempts;
  std::size_t requests_per_second = 0;  // of one credential; 0: no limit
};

// Lets a request in: who calls, whether that is too often, and whose data the call is about. Keeps count of
// callers and of addresses that sent invalid credentials.
//
// Safe for use by several threads.
class Admission {
 public:
  // REQUIRES: the service, the clocks and the copy, which may be null, outlive this
  Admission(api::Service& service, const base::Clock& clock, const base::MonotonicClock& ticks,
            const CopyOf* copy, const AdmissionLimits& limits)
      : service_(service),
        clock_(clock),
        copy_(copy),
        attempts_(clock, limits.failed_attempts),
        rates_(ticks, limits.requests_per_second) {}

  // Authenticates, counts the request on the caller's rate unless the log says that it was, finds the tenant
  // and calls fn, all on one snapshot, which lives as long as fn runs. Tells the log what becomes known.
  // Fails with what the caller is to be told, and hasn't called fn then.
  using Admitted = base::FunctionRef<void(const api::Read&, const domain::Owner&)>;
  api::Outcome<void> admit(const http::Request&, const Route&, RequestLog&, Admitted fn);

  // Only looks whether it may come in.
  api::Outcome<void> admit(const http::Request& request, const Route& route, RequestLog& log) {
    return admit(request, route, log, [](const api::Read&, const domain::Owner&) {});
  }

  // Writes to the log what was counted of failed authentications in a minute that is over; `all`: in this one
  // too, for the end. To be called about once a second.
  void log_failures(bool all);

  // How many requests a second one credential may make, from now on; 0: no limit.
  void limit_rates(std::size_t requests_per_second) { rates_.set_limit(requests_per_second); }

 private:
  api::Outcome<void> count(RequestLog&, const domain::CredentialId&);
  api::Error count_failure(const http::Request&, RequestLog&, api::Error why);

  api::Service& service_;
  const base::Clock& clock_;
  const CopyOf* const copy_;
  http::FailedAttempts attempts_;
  http::FailureCounts failures_;
  http::RequestRates rates_;
};

}  // namespace dialects
