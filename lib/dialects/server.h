#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/request_ids.h"
#include "api/service.h"
#include "base/function_ref.h"
#include "base/time.h"
#include "dialects/cors.h"
#include "http/exchange.h"
#include "http/failed_attempts.h"
#include "dialects/router.h"
#include "dialects/system.h"

namespace http {

struct ServerOptions {
  FieldNames v1beta1_names = FieldNames::kCamel;
  std::vector<std::string> cors_origins;
  FailedAttempts::Options failed_attempts;
};

// What stands behind the front: finds the route of a request, authenticates it, runs the operation and writes
// the answer in the dialect of its path.
//
// Reads are answered on the calling thread, on one snapshot. Changes are checked there (credential, tenant,
// body) and then queued; the store's writer runs the operation, makes the answer's text and the record for
// Idempotency-Key in the same transaction, and the answer leaves once that is on disk.
//
// Safe for use by several threads. Must outlive the front and every change it queued: stop the front, then
// the store, then destroy this.
class Server final : public Handler {
 public:
  // REQUIRES: service, clock and random outlive this
  Server(api::Service& service, const Clock& clock, crypto::Random& random, ServerOptions options);

  void handle(std::unique_ptr<Exchange> exchange) override;
  Response error(int status, std::string_view why, const Request& request) const override;

 private:
  struct Trace;
  struct Pending;

  Response answer(const Request&, const Route&, Trace&);
  Response answer_without_route(const Request&, const Router::Match&, Dialect) const;
  std::optional<api::Error> refuse_cross_site(const Request&, const Route&) const;
  Answer read(const Request&, const Route&, ReadHandler, Trace&);

  void queue(std::unique_ptr<Exchange>, const Route&, ChangeHandler, Trace);
  api::Outcome<void> prepare(Pending&, ChangeHandler);
  api::Outcome<void> run(Pending&, api::Change&) const;
  void settle(Pending&, const api::Outcome<std::uint64_t>& revision);

  // Authenticates, finds the tenant and calls fn, all on one snapshot.
  using Admitted = FunctionRef<void(const api::Read&, const Uuid& tenant)>;
  api::Outcome<void> admit(const Request&, const Route&, Trace&, Admitted fn);

  Response response_of(const Answer&, const Trace&) const;
  Response finished(const Request&, Response, const Trace&);

  api::Service& service_;
  const FieldNames names_;
  const Router router_;
  const Cors cors_;
  const System system_;
  FailedAttempts attempts_;
  mutable api::RequestIds ids_;
};

}  // namespace http
