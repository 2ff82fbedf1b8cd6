// A connection goes round a loop of small steps, each of which does one thing that is possible now: send what
// is to be sent, parse what was received, receive, or close. When none is possible it waits for an event, a
// completion or a deadline:
//
//   receive -> RequestParser -> hand_over -> the handler … -> complete -> ResponseRenderer -> flush
//
// The socket is watched edge-triggered: epoll tells of each change once, so `readable_` and `writable_`
// remember it until a call says that nothing is left. One request is handled at a time, and the bytes behind
// it wait in `kept_`, which keeps the answers of a pipeline in the order of its requests. A connection that
// has had its share of steps asks for another turn, so that a busy one does not starve the others of its
// reactor.
//
// What can't be understood ends the connection: where the next request would begin can't be believed any
// more.
#include "http/front/connection.h"

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "http/front/client_address.h"
#include "http/front/pending.h"

namespace http::front {

namespace {

// What one connection may do before the others have their turn.
constexpr int kSteps = 8;
constexpr int kRequestsPerStep = 32;

constexpr std::size_t kMaxDiscarded = 16 * 1024 * 1024;  // bytes read and dropped behind a refusal
constexpr std::size_t kKeptCapacity = 64 * 1024;         // of a buffer that was larger once

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

Connection::Connection(ReactorParts& parts, Descriptor socket, std::uint64_t id,
                       const std::optional<base::Address>& peer, const std::optional<base::Address>& counted)
    : parts_(parts),
      service_(*parts.service),
      socket_(std::move(socket)),
      id_(id),
      peer_(peer),
      counted_(counted),
      peer_text_(peer ? peer->to_string() : "unix"),
      timer_(parts.deadlines.add(id)) {
  parser_.emplace(service_.options.limits);
  settle(Next::kWait);
}

Connection::~Connection() {
  parts_.deadlines.forget(timer_);
  service_.gate.leave(counted_);
}

Connection::Next Connection::on_events(std::uint32_t events) {
  // A peer that sends a request and closes at once has hung up before we look (on a unix socket; over TCP the
  // end comes behind the bytes): what it sent is there to be read nevertheless.
  const bool hung_up = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (hung_up) deaf_ = true;
  if (hung_up || (events & (EPOLLIN | EPOLLRDHUP)) != 0) readable_ = true;
  if (hung_up || (events & EPOLLRDHUP) != 0) half_closed_ = true;
  if ((events & EPOLLOUT) != 0) writable_ = true;
  return proceed(Send::kLater);
}

Connection::Next Connection::on_completion(Completion&& completion) {
  complete(std::move(completion));
  return proceed(Send::kLater);
}

Connection::Next Connection::on_deadline() {
  switch (timer_.wait) {
    case Wait::kHead:
    case Wait::kBody:
      refuse({408, "the request did not arrive in time"});
      return advance();
    case Wait::kWrite:
      if (takes_answers()) {
        taken_timed_ = taken();
        parts_.deadlines.set(timer_, Wait::kWrite, parts_.now);
        return Next::kWait;
      }
      ++service_.rejected_timeout;
      return Next::kClose;
    case Wait::kNothing:
    case Wait::kIdle:
    case Wait::kLinger:
      return Next::kClose;
  }
  return Next::kClose;
}

Connection::Next Connection::on_stop() {
  stopping_ = true;
  return advance();
}

// Whether new bytes may be parsed. Requests are handled one after the other, which keeps the answers in
// order; and whoever does not take answers is not given more of them.
bool Connection::takes_input() const {
  return !in_flight_ && !closing_ && unsent() <= service_.options.output;
}

// Bytes of answers that have arrived at the peer: what the system still keeps for it is not among them.
std::int64_t Connection::taken() const {
  int waiting = 0;
  if (::ioctl(socket_.get(), SIOCOUTQ, &waiting) != 0) waiting = 0;
  return sent_in_all_ - waiting;
}

// Whether, since that was looked at last, the peer took enough to be waited for longer. A reader is cut for
// being slow, and not for having been given answers for a long time.
bool Connection::takes_answers() const {
  return taken() - taken_timed_ >= service_.options.timeouts.write.count() * kLeastRate / 1000;
}

bool Connection::between_requests() const {
  return !in_flight_ && kept_.empty() && !readable_ && parser_->phase() == RequestParser::Phase::kIdle;
}

Connection::Next Connection::advance() {
  return proceed(Send::kNow);
}

// The answers of one round of the reactor leave together, after all its requests are handled: a peer that
// sleeps is woken once for all of them, and waking costs more than handling. So whoever has an answer to send
// asks for a turn, which comes at the end of the round.
Connection::Next Connection::proceed(Send send) {
  for (int step = 0; step < kSteps; ++step) {
    if (send == Send::kLater && unsent() > 0) return Next::kAgain;
    flush();
    if (deaf_ && !in_flight_ && kept_.empty() && !readable_) return Next::kClose;
    if (stopping_ && between_requests()) closing_ = true;
    if (lingering_) {
      if (!discard()) return Next::kClose;
      if (!readable_) return settle(Next::kWait);
    } else if (closing_ && unsent() == 0 && !in_flight_) {
      if (!begin_close()) return Next::kClose;
    } else if (!takes_input()) {
      return settle(Next::kWait);
    } else if (!kept_.empty()) {
      take_kept();
    } else if (!readable_) {
      return settle(Next::kWait);
    } else if (!receive()) {
      return Next::kClose;
    }
  }
  return settle(Next::kAgain);
}

// To a peer that takes nothing more, nothing is sent; but what it sent before it went is carried out.
void Connection::flush() {
  while (unsent() > 0 && writable_ && !deaf_) {
    const ssize_t n = ::send(socket_.get(), out_.data() + sent_, unsent(), MSG_NOSIGNAL);
    if (n >= 0) {
      sent_ += static_cast<std::size_t>(n);
      sent_in_all_ += n;
    } else if (would_block()) {
      writable_ = false;
    } else if (errno != EINTR) {
      deaf_ = true;
      break;
    }
  }
  if (deaf_) sent_ = out_.size();
  if (unsent() == 0) {
    out_.clear();
    sent_ = 0;
    if (out_.capacity() > kKeptCapacity) out_.shrink_to_fit();
  } else if (sent_ > service_.options.output) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
}

// False where the connection is broken.
bool Connection::receive() {
  const ssize_t n = ::recv(socket_.get(), parts_.buffer.data(), parts_.buffer.size(), 0);
  if (n < 0) {
    if (would_block()) readable_ = false;
    return would_block() || errno == EINTR;
  }
  if (n == 0) {
    end_of_input();
    return true;
  }
  // A short read emptied the socket (epoll(7), question 9), which spares the read that would say so.
  const auto size = static_cast<std::size_t>(n);
  if (size < parts_.buffer.size() && !half_closed_) readable_ = false;
  kept_ = take({parts_.buffer.data(), size});
  return true;
}

void Connection::end_of_input() {
  readable_ = false;
  const RequestParser::Phase phase = parser_->phase();
  if (phase == RequestParser::Phase::kHead || phase == RequestParser::Phase::kBody)
    refuse({400, "the connection ended before the request did"});
  closing_ = true;
  refused_ = false;  // nothing more will come
}

void Connection::take_kept() {
  const std::string_view rest = take(std::string_view(kept_).substr(kept_at_));
  kept_at_ = kept_.size() - rest.size();
  if (!rest.empty()) return;
  kept_.clear();
  kept_at_ = 0;
}

// Parses and hands over; what is not taken yet is returned.
std::string_view Connection::take(std::string_view bytes) {
  for (int requests = 0; !bytes.empty() && takes_input() && requests < kRequestsPerStep;) {
    parser_->feed(bytes);
    if (parser_->phase() == RequestParser::Phase::kDone) {
      hand_over();
      ++requests;
    } else if (parser_->phase() == RequestParser::Phase::kRefused) {
      refuse(parser_->refusal());
    } else if (parser_->take_continue()) {
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    }
  }
  return bytes;
}

void Connection::hand_over() {
  auto request = std::make_unique<Request>(std::move(parser_->request()));
  parser_.emplace(service_.options.limits);
  const TrustedProxies& trusted = service_.options.trusted_proxies;
  if (trusted.none() || !trusted.contain(peer_)) {
    service_.warn_of_forwarded(*request, peer_text_);
    request->peer = peer_text_;
  } else {
    request->peer = client_address(peer_, request->headers, trusted);
  }
  ++service_.requests;
  in_flight_ = true;
  parts_.inbox->begin_inline(id_);
  try {
    service_.handler.handle(
        std::make_unique<PendingExchange>(parts_.service, parts_.inbox, id_, std::move(request)));
  } catch (...) {
    // The exchange went with the exception, and so is completed without a response: 500.
  }
  if (auto completion = parts_.inbox->end_inline()) complete(*std::move(completion));
}

void Connection::complete(Completion&& completion) {
  const Request& request = *completion.request;
  const bool keep_alive = request.keep_alive && !service_.stopping.load();
  service_.append_answer(request, std::move(completion.response), keep_alive, parts_.renderer, out_);
  in_flight_ = false;
  ++finished_;
  if (!keep_alive) closing_ = true;
}

void Connection::refuse(Refusal refusal) {
  service_.count(refusal);
  service_.append_refusal(parser_->request(), refusal, false, parts_.renderer, out_);
  closing_ = true;
  refused_ = true;
}

// A connection with unread bytes that is closed is reset, and the peer may lose the answer with it. So where
// there are such, only our half is closed, and the rest is read and dropped for a while (RFC 9112 section
// 9.6). False: close at once.
bool Connection::begin_close() {
  if (!refused_ && !readable_ && kept_.empty()) return false;
  lingering_ = true;
  return ::shutdown(socket_.get(), SHUT_WR) == 0;
}

bool Connection::discard() {
  if (!readable_) return true;
  const ssize_t n = ::recv(socket_.get(), parts_.buffer.data(), parts_.buffer.size(), 0);
  if (n > 0) {
    discarded_ += static_cast<std::size_t>(n);
    return discarded_ <= kMaxDiscarded;
  }
  if (n == 0) return false;
  if (would_block()) readable_ = false;
  return would_block() || errno == EINTR;
}

Connection::Next Connection::settle(Next next) {
  const RequestParser::Phase phase = parser_->phase();
  Wait wait = Wait::kIdle;
  if (lingering_)
    wait = Wait::kLinger;
  else if (unsent() > 0)
    wait = Wait::kWrite;
  else if (in_flight_)
    wait = Wait::kNothing;
  else if (phase == RequestParser::Phase::kBody)
    wait = Wait::kBody;
  else if (phase == RequestParser::Phase::kHead)
    wait = Wait::kHead;
  // A wait that goes on keeps its deadline, unless a request was finished in between.
  const bool fresh = wait != Wait::kWrite && wait != Wait::kLinger && finished_timed_ != finished_;
  if (wait == Wait::kWrite && wait != timer_.wait) taken_timed_ = taken();
  if (wait != timer_.wait || fresh) parts_.deadlines.set(timer_, wait, parts_.now);
  finished_timed_ = finished_;
  return next;
}

}  // namespace http::front
