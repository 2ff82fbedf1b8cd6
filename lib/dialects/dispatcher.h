#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/request_ids.h"
#include "api/service.h"
#include "base/function_ref.h"
#include "base/time.h"
#include "base/work_pool.h"
#include "dialects/request_log.h"
#include "dialects/router.h"
#include "dialects/routes.h"
#include "dialects/server_state.h"
#include "http/cors.h"
#include "http/exchange.h"
#include "http/failed_attempts.h"
#include "http/failure_counts.h"

namespace dialects {

struct DispatcherOptions {
  std::span<const Route> routes = all_routes();  // outlive the dispatcher
  FieldNames v1beta1_names = FieldNames::kCamel;
  std::vector<std::string> cors_origins;
  http::AttemptLimits failed_attempts;
};

// What stands behind the front: finds the route of a request, authenticates it, runs the operation and gives
// the answer in the dialect of its path.
//
// Reads are answered on the calling thread, on one snapshot. Those that are slow work are answered by the
// pool, on a snapshot of its own, once the caller was looked at on the calling thread, whose tenant's place
// in the pool it takes; the caller is looked at again there. Changes are checked on the calling thread
// (credential, tenant, body), rehearsed on a snapshot, so that the guard's refusals cost the writer an audit
// entry alone, and queued; the store's writer runs the operation, makes the answer's text and the record for
// Idempotency-Key in the same transaction, and the answer leaves once that is on disk.
//
// Safe for use by several threads. Must outlive the front and every change it queued: stop the front, then
// this, then the store, then destroy this.
class Dispatcher final : public http::Handler {
 public:
  // REQUIRES: service, clock and random outlive this
  Dispatcher(api::Service& service, const base::Clock& clock, crypto::Random& random,
             std::unique_ptr<base::WorkPool> slow_work, DispatcherOptions options);

  // Where slow work is done. Lives as long as this; takes nothing more after stop().
  base::WorkPool& slow_work() { return *slow_work_; }

  // Ends slow work: what runs is waited for, and what waits is answered 500, if anybody still listens. May be
  // called twice. REQUIRES: the front has stopped
  void stop();

  void handle(std::unique_ptr<http::Exchange> exchange) override;
  http::BodyAdmission before_body(const http::Request& head) override;
  http::Response error(int status, std::string_view why, const http::Request& request) const override;

  // Writes to the log what was counted of failed authentications in a minute that is over; `all`: in this one
  // too, for the end. To be called about once a second.
  void log_failures(bool all);

 private:
  struct PendingChange;

  http::Response answer_without_route(const http::Request&, const Router::Match&, const RequestLog&) const;
  std::optional<api::Error> refuse_cross_site(const http::Request&, const Route&) const;
  Answer read(const http::Exchange&, const Route&, ReadHandler, RequestLog&);
  void read_in_pool(std::unique_ptr<http::Exchange>, const Route&, ReadHandler, RequestLog);

  void queue(std::unique_ptr<http::Exchange>, const Route&, ChangeHandler, RequestLog);
  api::Outcome<void> prepare(PendingChange&, ChangeHandler);
  api::Outcome<void> run(PendingChange&, api::Change&) const;
  void settle(PendingChange&, const api::Outcome<std::uint64_t>& revision);

  // Authenticates, finds the tenant and calls fn, all on one snapshot.
  using Admitted = base::FunctionRef<void(const api::Read&, const domain::Owner&)>;
  api::Outcome<void> admit(const http::Request&, const Route&, RequestLog&, Admitted fn);

  // The response to a request, with the headers that every answer has; also writes the request's line in the
  // log.
  http::Response finished(const http::Request&, Answer&&, const RequestLog&);
  http::Response finished(const http::Request&, http::Response, const RequestLog&);
  void add_headers(const http::Request&, const RequestLog&, http::Response&) const;

  api::Service& service_;
  const FieldNames names_;
  const Router router_;
  const http::Cors cors_;
  const ServerState state_;
  const base::Clock& clock_;
  http::FailedAttempts attempts_;
  http::FailureCounts failures_;
  mutable api::RequestIds ids_;
  const std::unique_ptr<base::WorkPool> slow_work_;  // last, since its threads use the rest
};

}  // namespace dialects
