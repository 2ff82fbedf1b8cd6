#include "dialects/admission.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "dialects/copy_of.h"
#include "dialects/credentials.h"
#include "dialects/owner.h"

namespace dialects {
namespace {

constexpr std::string_view kFailed = "authentication failed";

void tell(RequestLog& log, const api::Read& snapshot) {
  const api::Caller& caller = snapshot.caller;
  log.revision = snapshot.txn.revision();
  log.payer = {caller.credential, to_stored(caller.tenant)};
  log.actor = name_of(caller.principal.kind);
  log.actor.append(":").append(caller.principal.id.to_string());
}

}  // namespace

api::Outcome<void> Admission::admit(const http::Request& request, const Route& route, RequestLog& log,
                                    Admitted fn) {
  if (copy_)
    if (auto stale = refuse_stale(*copy_)) return *std::move(stale);
  const auto presented = presented_credential(request, route.takes_code);
  if (!presented.ok()) return presented.error();
  api::Outcome<void> admitted;
  const auto read =
      service_.read(presented->view(), {request.peer, log.request_id}, [&](const api::Read& snapshot) {
        tell(log, snapshot);
        admitted = count(log, snapshot.caller.credential);
        if (!admitted.ok()) return;
        const auto owner = owner_of(request, route, snapshot);
        if (!owner.ok()) {
          admitted = owner.error();
          return;
        }
        if (!owner->is_platform()) log.tenant = to_string(owner.value());
        fn(snapshot, owner.value());
      });
  if (read.ok()) return admitted;
  return read.error().code == api::Code::kUnauthenticated ? count_failure(request, log, read.error())
                                                          : read.error();
}

api::Outcome<void> Admission::count(RequestLog& log, const domain::CredentialId& credential) {
  if (!std::exchange(log.counted, true)) log.retry_after = rates_.take(credential);
  if (!log.retry_after) return {};
  return api::error(api::Code::kRateLimited, "credential: more than " + std::to_string(rates_.limit()) +
                                                 " requests a second; try again shortly");
}

api::Error Admission::count_failure(const http::Request& request, RequestLog& log, api::Error why) {
  if (failures_.add(request.peer, clock_.now()))
    base::logging::info(kFailed, {{"ip", request.peer}, {"request_id", log.request_id}});
  log.retry_after = attempts_.record_failure(request.peer);
  if (!log.retry_after) return why;
  return api::error(api::Code::kRateLimited, "credential: too many invalid ones came from this address");
}

void Admission::log_failures(bool all) {
  const base::logging::Batch lines;
  for (const auto& counted : failures_.take(clock_.now(), all))
    base::logging::info(kFailed, {{"ip", counted.address},
                                  {"count", counted.count},
                                  {"first_at", to_string(counted.first_at)},
                                  {"last_at", to_string(counted.last_at)}});
}

}  // namespace dialects
