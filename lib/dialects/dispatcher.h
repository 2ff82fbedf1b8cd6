#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/audit_verifier.h"
#include "api/config_values.h"
#include "api/request_ids.h"
#include "api/service.h"
#include "base/time.h"
#include "base/work_pool.h"
#include "dialects/change_call.h"
#include "dialects/change_waits.h"
#include "dialects/request_log.h"
#include "dialects/revision_waits.h"
#include "dialects/router.h"
#include "dialects/routes.h"
#include "dialects/server_state.h"
#include "http/cors.h"
#include "http/exchange.h"
#include "http/failed_attempts.h"
#include "http/failure_counts.h"
#include "http/request_rates.h"

namespace dialects {

// Threads for what takes too long for a reactor.
struct WorkPools {
  std::unique_ptr<base::WorkPool> slow;     // a piece of work takes milliseconds, such as a page of a list
  std::unique_ptr<base::WorkPool> lengthy;  // takes minutes, such as a backup
  std::unique_ptr<ChangeWaits> changes;     // of those who follow what changes
  std::unique_ptr<RevisionWaits> waits;     // of reads that name a revision which the store hasn't yet
  std::unique_ptr<base::WorkPool> past;  // looks back: a piece takes a second and much memory, so one thread
};

struct DispatcherOptions {
  api::Backups* backups = nullptr;               // outlives the dispatcher. REQUIRES: not null
  std::span<const Route> routes = all_routes();  // outlive the dispatcher
  FieldNames v1beta1_names = FieldNames::kCamel;
  std::string public_url;  // under which clients reach the server; empty: not known
  api::UserIds user_ids = api::UserIds::kUuid;
  const CopyOf* copy = nullptr;  // of a server that follows another; outlives the dispatcher
  // What the server knows of itself, asked for on any thread for as long as the dispatcher lives; may be
  // empty.
  std::function<api::ProcessFacts()> facts;
  std::function<std::vector<api::ConfigValue>()> config;
  std::vector<std::string> cors_origins;
  http::AttemptLimits failed_attempts;
  std::size_t requests_per_second = 0;                     // of one credential; 0: no limit
  const base::MonotonicClock* ticks = &api::kSteadyClock;  // outlives the dispatcher
};

// What stands behind the front: finds the route of a request, authenticates it, runs the operation and gives
// the answer in the dialect of its path.
//
// Reads are answered on the calling thread, on one snapshot. Those that are slow work are answered by the
// pool, on a snapshot of its own, once the caller was looked at on the calling thread, whose tenant's place
// in the pool it takes; the caller is looked at again there. So are reads that name a revision
// (X-Min-Revision) which the store hasn't yet, once it has or the time for it is over; and reads about
// another time (moment.h), in a pool of their own, so that nobody else waits for them. Changes are checked on
// the calling thread (credential, tenant, body), rehearsed on a snapshot, so that the guard's refusals cost
// the writer an audit entry alone, and queued; the store's writer runs the operation, makes the answer's text
// and the record for Idempotency-Key in the same transaction, and the answer leaves once that is on disk.
// What has to be done before a change and takes minutes is done between its rehearsal and the queue, on a
// thread of its own.
//
// On a copy changes are refused, but for their dry runs, and everything that reads the store once the copy is
// too old.
//
// Safe for use by several threads. Must outlive the front and every change it queued: stop the front, then
// this, then the store, then destroy this.
class Dispatcher final : public http::Handler {
 public:
  // REQUIRES: service, clock and random outlive this
  Dispatcher(api::Service& service, const base::Clock& clock, crypto::Random& random, WorkPools,
             DispatcherOptions);

  // Where slow work is done. Lives as long as this; takes nothing more after stop().
  base::WorkPool& slow_work() { return *pools_.slow; }

  // Ends what lasts as long as somebody listens: streams of changes end, and who waits for one is answered.
  // To be called before the front stops.
  void end_feeds() { pools_.changes->end(); }

  // Ends slow and long work: what runs is waited for, and what waits is answered 500, if anybody still
  // listens. May be called twice. REQUIRES: the front has stopped
  void stop();

  void handle(std::unique_ptr<http::Exchange> exchange) override;
  http::BodyAdmission before_body(const http::Request& head) override;
  bool streams_body(const http::Request& head) const override;
  http::Response error(int status, std::string_view why, const http::Request& request) const override;

  // Writes to the log what was counted of failed authentications in a minute that is over; `all`: in this one
  // too, for the end. To be called about once a second.
  void log_failures(bool all);

  // How many requests a second one credential may make, from now on; 0: no limit. Any thread.
  void limit_rates(std::size_t requests_per_second) { rates_.set_limit(requests_per_second); }

 private:
  struct PendingRead;

  std::string request_id(const http::Request&, const Dialect&) const;
  http::BodyAdmission begin_import(const http::Request& head, const Route&, RequestLog, const ImportHandler&);
  http::Response answer_without_route(const http::Request&, const Router::Match&, const RequestLog&) const;
  std::optional<api::Error> refuse_on_copy(const http::Request&, const Route&, RequestLog&);
  std::optional<api::Error> refuse_cross_site(const http::Request&, const Route&) const;
  using Answering = std::function<Answer(const Call&, const api::Read&)>;
  void start_read(std::unique_ptr<http::Exchange>, const Route&, const Answering&, RequestLog);
  bool is_behind(const http::Request&) const;

  // Where and when a read is answered.
  struct Turn {
    std::optional<std::chrono::nanoseconds> until{};  // Call::until
    std::optional<std::uint64_t> looked_at{};         // Call::looked_at
    bool may_look_back = false;                       // on the thread for that
  };
  Answer read(const http::Exchange&, const Route&, const Answering&, const Turn&, RequestLog&);
  void read_in_pool(std::unique_ptr<http::Exchange>, const Route&, const Answering&, RequestLog);
  bool submit_read(const std::shared_ptr<PendingRead>&);
  bool go_on_reading(const std::shared_ptr<PendingRead>&);
  void read_now(const std::shared_ptr<PendingRead>&);
  void refuse_read(PendingRead&);
  api::Outcome<bool> wait_for_changes(const std::shared_ptr<PendingRead>&, const ChangesAwaited&);

  // Fails where a feed has no place.
  api::Outcome<void> begin_rest(Reply&, const http::Request&, const Route&, const RequestLog&);

  // Authenticates, counts the request on the caller's rate, finds the tenant and calls fn, all on one
  // snapshot.
  using Admitted = ChangeCall::Admitted;
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
  api::AuditVerifier verifier_;
  const ServerState state_;
  const base::Clock& clock_;
  const base::MonotonicClock& ticks_;
  http::FailedAttempts attempts_;
  http::FailureCounts failures_;
  http::RequestRates rates_;
  mutable api::RequestIds ids_;
  const ChangeCall::Parts change_parts_;
  const WorkPools pools_;  // last, since their threads use the rest
};

}  // namespace dialects
