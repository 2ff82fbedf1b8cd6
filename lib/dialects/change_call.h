#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/decisions.h"
#include "api/service.h"
#include "dialects/admission.h"
#include "dialects/request_log.h"
#include "dialects/responder.h"
#include "dialects/route.h"
#include "dialects/work_pools.h"
#include "http/exchange.h"

namespace dialects {

struct CopyOf;

// Whether a change is perhaps only to be foreseen; what the parameter says is looked at later.
bool asks_dry_run(const http::Request&, const Route&);

// One call that changes something, between its request and its answer. Whoever has it in hand keeps it alive:
// the reactor, then a thread of a pool or the writer's, which has it alone from Service::submit on.
class ChangeCall : public std::enable_shared_from_this<ChangeCall> {
 public:
  struct Parts {
    api::Service& service;
    Admission& admission;
    const Responder& responder;
    const WorkPools& pools;
    api::UserIds user_ids;
    const CopyOf* copy;  // null: the store decides alone
  };

  // The parts and the route outlive it.
  ChangeCall(const Parts& parts, std::unique_ptr<http::Exchange> exchange, const Route& route, RequestLog log)
      : parts_(parts), exchange_(std::move(exchange)), route_(route), log_(std::move(log)) {}

  // What is to be done for a call: of a change that takes no longer than others, `begin` is empty.
  using Planning = std::function<api::Outcome<LongWork>(const Call&)>;

  // Looks at the request, rehearses what was planned for it and hands it to the writer; or answers why not.
  // Of a request with a large body that is done in the pool.
  void queue(const Planning&);

 private:
  void rehearse(const Planning&);
  api::Outcome<void> prepare(const Planning&);
  std::optional<std::string> find_meaning(const api::Read&) const;
  api::Outcome<void> submit(const api::Origin&);
  api::Outcome<void> foresee(const api::Origin&);
  api::Outcome<void> check_unchanged() const;
  api::Outcome<void> begin_long_work(const api::GoOn&);
  void refuse(api::Error);
  api::Outcome<void> run(api::Change&);
  void settle(const api::Outcome<std::uint64_t>& revision);

  const Parts& parts_;
  const std::unique_ptr<http::Exchange> exchange_;
  const Route& route_;
  RequestLog log_;
  std::optional<api::Caller> caller_;
  std::optional<domain::Owner> owner_;
  std::string idempotency_key_;
  std::optional<std::uint64_t> if_revision_;
  bool dry_run_ = false;
  std::optional<std::string> named_tenant_;
  std::function<api::Outcome<LongWork::Step>()> begin_;  // none: the work takes no longer than a change may
  Work work_;
  Reply reply_;
};

}  // namespace dialects
