#pragma once
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
#include "dialects/admission.h"
#include "dialects/change_call.h"
#include "dialects/read_call.h"
#include "dialects/request_log.h"
#include "dialects/responder.h"
#include "dialects/router.h"
#include "dialects/routes.h"
#include "dialects/server_state.h"
#include "dialects/work_pools.h"
#include "http/exchange.h"

namespace dialects {

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
  AdmissionLimits admission;
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

  // Who is let in; lives as long as this.
  Admission& admission() { return admission_; }

 private:
  std::string request_id(const http::Request&, const Dialect&) const;
  http::BodyAdmission begin_import(const http::Request& head, const Route&, RequestLog, const ImportHandler&);
  http::Response answer_without_route(const http::Request&, const Router::Match&, const RequestLog&) const;
  std::optional<api::Error> refuse_on_copy(const http::Request&, const Route&, RequestLog&);
  std::optional<api::Error> refuse_cross_site(const http::Request&, const Route&) const;

  api::Service& service_;
  const Router router_;
  const Responder responder_;
  Admission admission_;
  api::AuditVerifier verifier_;
  const ServerState state_;
  mutable api::RequestIds ids_;
  const ReadCall::Parts read_parts_;
  const ChangeCall::Parts change_parts_;
  const WorkPools pools_;  // last, since their threads use the rest
};

}  // namespace dialects
