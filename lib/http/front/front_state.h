#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/front/connection_gate.h"
#include "http/front/front.h"
#include "http/front/memory_budget.h"
#include "http/front/refusal.h"
#include "http/front/response_renderer.h"
#include "http/front/shares.h"

namespace http::front {

class Inbox;

// What the reactors of a front and the exchanges that left it have in common. Safe for use by several
// threads.
struct FrontState {
  FrontState(const FrontOptions& o, Handler& h)
      : options(o),
        handler(h),
        gate(o.connections, o.connections_per_address),
        budget(std::make_shared<MemoryBudget>(o.memory, o.limits.largest_body())),
        shares(o.reactors),
        certificates_(o.certificates) {}

  const FrontOptions options;
  Handler& handler;
  ConnectionGate gate;
  const std::shared_ptr<MemoryBudget> budget;  // outlived by what is held of it

  Shares shares;
  std::vector<std::shared_ptr<Inbox>> inboxes;  // of the reactors, in the same order; set before they start

  // The listening sockets outlive this front, so that whoever is served by it no more finds another.
  bool has_successor = false;  // set before the reactors start

  std::atomic<bool> stopping{false};
  // When what is still under way is cut off. Set before `stopping`.
  std::atomic<std::chrono::steady_clock::time_point> stop_at{};

  std::atomic<std::uint64_t> accepted{0}, requests{0}, in_flight{0}, rejected_framing{0}, rejected_body{0},
      rejected_timeout{0}, rejected_connections{0}, accept_errors{0}, rejected_memory{0}, out_of_memory{0},
      rejected_tls{0};

  // What new connections over TCP are served with; null where they are plain.
  std::shared_ptr<const Certificates> certificates() const {
    if (!options.certificates) return nullptr;
    const std::lock_guard lock(certificates_mutex_);
    return certificates_;
  }
  // REQUIRES: both are given, or neither is: options.certificates and these
  void use(std::shared_ptr<const Certificates> certificates) {
    const std::lock_guard lock(certificates_mutex_);
    certificates_ = std::move(certificates);
  }

  // Appends the response but for its `rest`, or the handler's answer for 500 where there is none. Answers
  // whether it was the response.
  bool append_answer(const Request&, std::optional<Response>&&, bool keep_alive, ResponseRenderer&,
                     std::string& out) const;

  // Appends the handler's answer to a refusal, with what HTTP demands of it.
  void append_refusal(const Request&, Refusal, bool keep_alive, ResponseRenderer&, std::string& out) const;

  void count(Refusal);

  // Logs once that a peer that isn't trusted sends X-Forwarded-For, as a proxy does that is missing in
  // trusted_proxies: all clients behind it count as one address.
  void warn_of_forwarded(const Request&, const std::string& peer);

 private:
  std::atomic<bool> has_warned_{false};

  // Protected by certificates_mutex_.
  mutable std::mutex certificates_mutex_;
  std::shared_ptr<const Certificates> certificates_;
};

// The account of a payer, or of the address (Request::peer) where none is known.
Account account_of(const Payer& payer, std::string_view peer);

}  // namespace http::front
