#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "api/service.h"
#include "dialects/admission.h"
#include "dialects/responder.h"
#include "dialects/work_pools.h"
#include "http/exchange.h"

namespace dialects {

// One call that reads and isn't answered where it came from. Whoever has it in hand keeps it alive: a thread
// of a pool, or the list of those that wait for a revision or for changes.
class ReadCall : public std::enable_shared_from_this<ReadCall> {
 public:
  struct Parts {
    api::Service& service;
    const base::MonotonicClock& ticks;
    Admission& admission;
    const Responder& responder;
    const WorkPools& pools;
  };

  // What answers a call on a snapshot.
  using Answering = std::function<Answer(const Call&, const api::Read&)>;

  // Answers the request: at once where the route is quick, else by a thread of a pool. The parts and the
  // route outlive the answer.
  static void start(const Parts&, std::unique_ptr<http::Exchange>, const Route&, const Answering&,
                    RequestLog);

  // Use start.
  ReadCall(const Parts& parts, std::unique_ptr<http::Exchange> exchange, const Route& route,
           const Answering& answering, RequestLog log);

 private:
  // Where and when it is answered.
  struct Turn {
    std::optional<std::chrono::nanoseconds> until{};  // Call::until
    std::optional<std::uint64_t> looked_at{};         // Call::looked_at
    bool may_look_back = false;                       // on the thread for that
  };
  static Answer read(const Parts&, const http::Exchange&, const Route&, const Answering&, const Turn&,
                     RequestLog&);

  void queue();
  bool submit();
  bool go_on();
  void run();
  void answer(Answer&&);
  api::Outcome<bool> wait_for_changes(const ChangesAwaited&);
  api::Outcome<void> begin_rest(Reply&);

  const Parts& parts_;
  const std::unique_ptr<http::Exchange> exchange_;
  const Route& route_;
  const Answering answering_;
  RequestLog log_;
  bool looks_back_;
  // Of one that waits for changes:
  ChangeWaits::Place place_{};
  std::chrono::nanoseconds wait_until_{};
  std::optional<std::uint64_t> looked_at_{};
};

}  // namespace dialects
