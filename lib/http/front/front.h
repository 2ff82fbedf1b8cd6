#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/work_pool.h"
#include "http/exchange.h"
#include "http/front/client_address.h"
#include "http/front/limits.h"

namespace http::front {

class Certificates;
struct Listeners;

struct FrontOptions {
  std::string host = "127.0.0.1";  // an address of either family, or "localhost"; empty: no TCP
  std::uint16_t port = 0;          // 0: the system picks a free one
  std::string unix_socket;         // path, mode 0660; a stale one is replaced; empty: none
  unsigned reactors = 1;           // threads, 1 to 256

  std::size_t connections = 10'000;             // in all; one more is told 503 and closed
  std::size_t connections_per_address = 1'000;  // one more: 429; not for unix sockets and trusted proxies
  std::size_t output = 64 * 1024;               // bytes not yet taken by a peer, above which it is not read
  std::size_t memory = 64 * 1024 * 1024;        // of bodies and unsent answers; see memory_budget.h

  // Makes the pieces of answers that are sent in pieces (Response::rest), which count as their payer's
  // tenant's work; must outlive the front. Null: none are. The pool may stop before the front.
  base::WorkPool* pool = nullptr;

  Limits limits;
  Timeouts timeouts;
  TrustedProxies trusted_proxies;

  std::shared_ptr<const Certificates>
      certificates;  // TLS on TCP; null: plain. The unix socket is always plain
};

// Since start. Reading them is cheap and never blocks.
struct Counters {
  std::uint64_t accepted = 0;              // connections
  std::uint64_t open = 0;                  // connections now
  std::uint64_t requests = 0;              // complete ones, given to the handler
  std::uint64_t in_flight = 0;             // of these, not yet answered now
  std::uint64_t rejected_framing = 0;      // 400, 414, 417, 431, 501, 505 and what else is no request for us
  std::uint64_t rejected_body = 0;         // 413 and 415
  std::uint64_t rejected_timeout = 0;      // 408, and answers that were not taken
  std::uint64_t rejected_connections = 0;  // over one of the two limits of connections
  std::uint64_t accept_errors = 0;         // out of descriptors or memory
  std::uint64_t rejected_memory = 0;       // 503: the caller's bodies and unsent answers are its share
  std::uint64_t out_of_memory = 0;         // connections that ended for want of memory
  std::uint64_t memory = 0;                // bodies and unsent answers now, in bytes
  std::uint64_t rejected_tls = 0;          // handshakes that failed, but for those that took too long
};

// The strict epoll front: owns sockets, deadlines, counts and limits, and frames HTTP/1.1 (RFC 9112) before
// anything else sees it. Each complete request is given to the handler; requests of one connection one after
// the other, in order.
class Front {
 public:
  // Listens and serves from threads of its own when it returns. kIo where an address can't be bound, which
  // the message names; kFull where the system gives no thread. REQUIRES: handler outlives the front and its
  // exchanges
  static base::Result<std::unique_ptr<Front>> start(const FrontOptions&, Handler& handler);

  // The same on sockets that bind_listeners() took before, in place of the options' host and port.
  static base::Result<std::unique_ptr<Front>> start(const FrontOptions&, Handler& handler, Listeners);

  // Stops at once: stop(0 ms).
  virtual ~Front() = default;

  virtual std::uint16_t port() const = 0;  // that is listened on; 0 without TCP

  // Closes the listening sockets and idle connections, lets requests under way finish for at most `grace`,
  // closes the rest, and joins the threads. Safe to call twice; not from a handler.
  virtual void stop(std::chrono::milliseconds grace) = 0;

  virtual Counters counters() const = 0;

  // Connections that are accepted from now on have these; those that are open keep theirs.
  // REQUIRES: the front was started with certificates
  virtual void use(std::shared_ptr<const Certificates>) = 0;

  // The most memory that bodies and unsent answers took at one time since this was asked last.
  virtual std::size_t take_memory_peak() = 0;
};

}  // namespace http::front
