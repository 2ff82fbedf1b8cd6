// A connection goes round a loop of small steps, each of which does one thing that is possible now: send what
// is to be sent, parse what was received, receive, or close. When none is possible it waits for an event, a
// completion or a deadline:
//
//   receive -> RequestParser -> hand_over -> the handler … -> complete -> ResponseRenderer -> flush
//
// An answer whose body is made in pieces goes on, once little of it is unsent:
//
//   ask -> the pool … -> take_piece -> flush, and again
//
// And a body that a sink takes as it comes is read a piece at a time (incoming_body.cpp):
//
//   receive -> RequestParser -> give_body -> the sink … -> receive, and again; or complete_streamed
//
// The socket is watched edge-triggered: epoll tells of each change once, so the transport remembers it until
// a call says that nothing is left. With TLS the handshake comes before all that, under the deadline of a
// request's head. One request is handled at a time, and the bytes behind it wait in `kept_`, which keeps the
// answers of a pipeline in the order of its requests. A turn is a few steps, and a connection that has more
// to do asks for another: the reactor says when (reactor.cpp), so that a busy one does not starve the others.
//
// What can't be understood ends the connection: where the next request would begin can't be believed any
// more.
#include "http/front/connection.h"

#include <sys/epoll.h>

#include <chrono>
#include <utility>

#include "base/log.h"
#include "http/front/client_address.h"
#include "http/front/pending.h"
#include "http/method.h"

namespace http::front {

namespace {

// What one connection may do before the others have their turn: a step receives 64 KiB at most, and ends with
// the request that is being handled when its time is over.
constexpr int kSteps = 2;
constexpr int kRequestsPerStep = 32;
constexpr auto kTimePerStep = std::chrono::microseconds(100);

constexpr std::size_t kMaxDiscarded = 16 * 1024 * 1024;  // bytes read and dropped behind a refusal
constexpr std::size_t kKeptCapacity = 8 * 1024;          // of a buffer that was larger once
constexpr std::size_t kMaxDropped = 64 * 1024;           // of a body behind an answer that didn't need it
constexpr std::size_t kHoldStep = 64 * 1024;             // in which a body of unknown length is counted
constexpr std::size_t kCounted = 4 * 1024;               // bytes unread, from which on they are counted

// Whose turn it is: a tenant's, or an address's where nobody is known.
std::uint64_t line_of(const Payer& payer, const Account& account) {
  return payer.credential.is_nil() ? account.payer : account.group;
}

constexpr Refusal kNoMemory{503, "too many of your bodies, or of the answers you don't read, are in memory"};

}  // namespace

Connection::Connection(ReactorParts& parts, base::Descriptor socket,
                       std::shared_ptr<const Certificates> certificates, std::uint64_t id,
                       const std::optional<base::Address>& peer, const std::optional<base::Address>& counted)
    : parts_(parts),
      state_(*parts.state),
      transport_(std::move(socket), std::move(certificates)),
      id_(id),
      peer_(peer),
      counted_(counted),
      peer_text_(peer ? peer->to_string() : "unix"),
      body_(state_.budget),
      unread_(state_.budget),
      timer_(parts.deadlines.add(id)) {
  line_ = line_of(payer_, last_account());
  start_anew();
  settle(Next::kWait);
}

// What only the connection's end would end must not look whole when it isn't.
Connection::~Connection() {
  if (rest_ || (must_be_whole_ && unsent() > 0)) transport_.reset_at_close();
  parts_.deadlines.forget(timer_);
  state_.gate.leave(counted_);
}

Connection::Next Connection::on_events(std::uint32_t events) {
  // A peer that sends a request and closes at once has hung up before we look (on a unix socket; over TCP the
  // end comes behind the bytes): what it sent is there to be read nevertheless.
  const bool hung_up = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (hung_up) deaf_ = true;
  transport_.on_events(events);
  return Next::kAgain;
}

Connection::Next Connection::take_turn() {
  return proceed(Send::kLater);
}

Connection::Next Connection::send_answers() {
  return proceed(Send::kNow);
}

Connection::Next Connection::on_completion(Completion&& completion) {
  if (completion.word)
    complete_streamed(std::move(completion));
  else if (!completion.made)
    complete(std::move(completion));
  else if (!take_piece(std::move(*completion.made)))
    return Next::kClose;
  return unsent() > 0 ? Next::kSend : Next::kAgain;
}

Connection::Next Connection::on_deadline() {
  switch (timer_.wait) {
    case Wait::kHead:
    case Wait::kBody:
      if (transport_.shaking_hands()) {
        ++state_.rejected_timeout;
        return Next::kClose;
      }
      if (parser_->drops_body()) return Next::kClose;  // it is answered
      end_request({408, "the request did not arrive in time"});
      return send_answers();
    case Wait::kWrite:
      if (takes_answers()) {
        taken_timed_ = transport_.arrived();
        parts_.deadlines.set(timer_, Wait::kWrite, parts_.now);
        return Next::kWait;
      }
      ++state_.rejected_timeout;
      return Next::kClose;
    case Wait::kIdle:
      transport_.say_end();
      return Next::kClose;
    case Wait::kAllowance:
      parts_.deadlines.set(timer_, Wait::kNothing, parts_.now);  // until its turn
      return parts_.now < lingers_until_ ? Next::kAgain : Next::kClose;
    case Wait::kNothing:
    case Wait::kLinger:
      return Next::kClose;
  }
  return Next::kClose;
}

Connection::Next Connection::on_stop() {
  stopping_ = true;
  transport_.look_again();  // a request may have come of which no event has told yet
  return Next::kAgain;
}

// Whether more may be answered, another request or the next piece: whoever doesn't take answers is not given
// more of them.
bool Connection::has_room() const {
  if (unsent() == 0) return true;
  const MemoryBudget& budget = *state_.budget;
  return unsent() <= state_.options.output && !(budget.may_be_over() && budget.is_over(last_account()));
}

Account Connection::last_account() const {
  return account_of(payer_, payer_address_.empty() ? peer_text_ : payer_address_);
}

void Connection::note_payer(const Payer& payer, const Request& request) {
  const std::string_view now = payer_address_.empty() ? peer_text_ : payer_address_;
  const bool is_another_address = payer.credential.is_nil() && request.peer != now;
  if (payer == payer_ && !is_another_address) return;
  payer_ = payer;
  if (is_another_address) payer_address_ = request.peer;
  line_ = line_of(payer_, last_account());
}

// Whether, since that was looked at last, the peer took enough to be waited for longer. A reader is cut for
// being slow, and not for having been given answers for a long time.
bool Connection::takes_answers() const {
  return transport_.arrived() - taken_timed_ >= state_.options.timeouts.write.count() * kLeastRate / 1000;
}

bool Connection::between_requests() const {
  return !is_busy() && kept_.empty() && !transport_.readable() &&
         parser_->phase() == RequestParser::Phase::kIdle;
}

// While a server is restarted behind sockets that stay open, nobody is to be refused. Who was accepted just
// before, and whose first request is on its way, wouldn't know that it may be sent again.
bool Connection::is_awaited() const {
  return stopping_ && state_.has_successor && finished_ == 0 && !is_busy() && !deaf_;
}

// The answers of one round of the reactor leave together, after its turns. So whoever has one stops there, to
// send it later; and whoever sends takes nothing new.
Connection::Next Connection::proceed(Send send) {
  for (int step = 0; step < kSteps; ++step) {
    if (send == Send::kLater && unsent() > 0 && transport_.writable() && !deaf_) return Next::kSend;
    flush();
    if (deaf_) rest_.reset();
    if (rest_ && !rest_->awaits_piece() && has_room()) rest_->ask(parts_.inbox, id_);
    if (closing_ && refused_) drop_kept();
    if (deaf_ && !is_busy() && kept_.empty() && !transport_.readable()) return Next::kClose;
    if (stopping_ && between_requests() && !is_awaited()) closing_ = true;
    if (transport_.shaking_hands() && !closing_) {
      const Next next = shake_hands();
      if (!transport_.shaking_hands()) continue;
      return stopping_ && !transport_.readable() && !is_awaited() ? Next::kClose : next;
    } else if (lingering_) {
      paused_ = transport_.discardable() && !parts_.drops.any(parts_.now);
      if (paused_) return settle(Next::kWait);
      if (!discard()) return Next::kClose;
      if (!transport_.discardable()) return settle(Next::kWait);
    } else if (closing_ && unsent() == 0 && !is_busy()) {
      if (!begin_close()) return Next::kClose;
    } else if (!takes_input() || (kept_.empty() && !transport_.readable())) {
      return settle(Next::kWait);
    } else if (send == Send::kNow) {
      break;
    } else if (!kept_.empty()) {
      take_kept();
    } else if (!receive()) {
      return Next::kClose;
    }
  }
  return settle(Next::kAgain);
}

// To a peer that takes nothing more, nothing is sent; but what it sent before it went is carried out.
void Connection::flush() {
  while (unsent() > 0 && transport_.writable() && !deaf_) {
    const Transfer done = transport_.send(std::string_view(out_).substr(sent_));
    if (done.io == Io::kWouldBlock) break;
    if (done.io == Io::kDone)
      sent_ += done.bytes;
    else
      deaf_ = true;
  }
  if (deaf_) sent_ = out_.size();
  if (unsent() == 0) {
    out_.clear();
    sent_ = 0;
    if (out_.capacity() > kKeptCapacity) out_.shrink_to_fit();
  } else if (sent_ > state_.options.output) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  if (unread_.bytes() > 0) hold_unread();
}

// One step of the handshake, which costs as much as some ten requests.
Connection::Next Connection::shake_hands() {
  if (!transport_.readable() && !transport_.writable()) return settle(Next::kWait);
  Io io = transport_.await_hello();
  if (io == Io::kDone) io = transport_.shake_hands();
  switch (io) {
    case Io::kDone:
      transport_.acknowledge();
      return Next::kAgain;
    case Io::kWouldBlock:
      return settle(Next::kWait);
    case Io::kEnded:
    case Io::kBroken:
      break;
  }
  ++state_.rejected_tls;
  if (const std::string_view why = transport_.why_not(); !why.empty())
    base::logging::info("TLS handshake failed", {{"ip", peer_text_}, {"reason", why}});
  return Next::kClose;
}

// False where the connection is broken.
bool Connection::receive() {
  const Transfer got = transport_.receive(parts_.buffer);
  switch (got.io) {
    case Io::kDone:
      kept_ = take({parts_.buffer.data(), got.bytes});
      return true;
    case Io::kWouldBlock:
      return true;
    case Io::kEnded:
      end_of_input();
      return true;
    case Io::kBroken:
      break;
  }
  return false;
}

void Connection::end_of_input() {
  const RequestParser::Phase phase = parser_->phase();
  const bool is_answered = parser_->drops_body();
  if (!is_answered && (phase == RequestParser::Phase::kHead || phase == RequestParser::Phase::kBody))
    end_request({400, "the connection ended before the request did"});
  closing_ = true;
  refused_ = false;  // nothing more will come
}

void Connection::take_kept() {
  const std::string_view rest = take(std::string_view(kept_).substr(kept_at_));
  kept_at_ = kept_.size() - rest.size();
  if (rest.empty()) drop_kept();
}

void Connection::drop_kept() {
  kept_.clear();
  kept_at_ = 0;
  if (kept_.capacity() > kKeptCapacity) kept_.shrink_to_fit();
}

// Parses and hands over; what is not taken yet is returned.
std::string_view Connection::take(std::string_view bytes) {
  using Phase = RequestParser::Phase;
  const auto until = std::chrono::steady_clock::now() + kTimePerStep;
  const auto has_time = [&](int requests) {
    return requests == 0 || (requests < kRequestsPerStep && std::chrono::steady_clock::now() < until);
  };
  for (int requests = 0; !bytes.empty() && takes_input() && has_time(requests);) {
    parser_->feed(bytes);
    if (parser_->phase() == Phase::kBodyNext) {
      begin_body(bytes.size());
      if (parser_->phase() == Phase::kBody) parser_->feed(bytes);
    }
    if (incoming_ && parser_->phase() != Phase::kRefused) {
      progresses_ = true;
      if (parser_->phase() == Phase::kDone)
        give_body(BodyPiece::Follows::kNothing);
      else if (parser_->request().body.size() >= kBodyPiece)
        give_body(BodyPiece::Follows::kMore);
      else if (bytes.empty() && parser_->take_continue())
        out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    } else if (!incoming_ && !hold_body()) {
      answer_no_memory();
    } else if (parser_->phase() == Phase::kDone) {
      ++requests;
      parser_->drops_body() || is_for_nobody() ? drop_request() : hand_over();
    } else if (parser_->phase() == Phase::kRefused) {
      end_request(parser_->refusal());
    } else if (bytes.empty() && parser_->take_continue()) {
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    }
  }
  return bytes;
}

// The client's address, for the handler, and whether others can read what it sends.
void Connection::name_client(Request& request) const {
  const TrustedProxies& trusted = state_.options.trusted_proxies;
  if (trusted.none() || !trusted.contain(peer_)) {
    state_.warn_of_forwarded(request, peer_text_);
    request.peer = peer_text_;
    request.encrypted = transport_.is_encrypted();
  } else {
    request.peer = client_address(peer_, request.headers, trusted);
    request.encrypted = transport_.is_encrypted() || came_encrypted(request.headers);
  }
}

// The head is whole. Whoever isn't known, or has had its share, is answered now, and the body isn't kept. But
// a body that has come already costs nothing more: whoever keeps it says on whose account
// (Exchange::keep_body).
void Connection::begin_body(std::size_t received) {
  account_.reset();
  Request& head = parser_->request();
  if (const auto length = parser_->body_length(); !parser_->is_streamed() && length && *length <= received)
    return parser_->begin_body();
  name_client(head);
  std::optional<BodyAdmission> admission;
  try {
    admission = state_.handler.before_body(head);
  } catch (...) {
    return answer_early(std::nullopt);
  }
  if (admission->refusal) return answer_early(std::move(admission->refusal));
  head.admitted = true;
  account_ = account_of(admission->payer, head.peer);
  if (admission->sink) {
    if (!body_.grow(*account_, 2 * kBodyPiece + admission->memory)) return answer_no_memory();
    incoming_.emplace(std::move(admission->sink), finished_);
    ++state_.requests;
    return parser_->begin_body();
  }
  if (parser_->is_streamed()) return answer_early(std::nullopt);  // the handler contradicts itself
  // Nothing of a request in chunks is known yet but that there will be some.
  if (!body_.grow(*account_, static_cast<std::size_t>(parser_->body_length().value_or(1))))
    return answer_no_memory();
  parser_->begin_body();
}

// Of a body in chunks what has come is what counts, in steps.
bool Connection::hold_body() {
  const std::size_t size = parser_->request().body.size();
  return !account_ || size <= body_.bytes() || body_.grow(*account_, (size / kHoldStep + 1) * kHoldStep);
}

void Connection::answer_no_memory() {
  ++state_.rejected_memory;
  body_ = MemoryHold(state_.budget);
  state_.append_refusal(parser_->request(), kNoMemory, false, parts_.renderer, out_);
  end_input();
}

// The answer to a request whose body isn't read. A short one is dropped as it comes, and the connection goes
// on; but whoever waits for "100 Continue" may send it or not, which can't be known.
void Connection::answer_early(std::optional<Response>&& response) {
  const Request& head = parser_->request();
  const auto length = parser_->body_length();
  const bool waits = parser_->expects_continue();
  const bool goes_on =
      length && *length <= kMaxDropped && !waits && head.keep_alive && !state_.stopping.load();
  if (response) {
    note_payer(response->payer, head);
    response->rest = nullptr;
  }
  state_.append_answer(head, std::move(response), goes_on, parts_.renderer, out_);
  ++finished_;
  if (goes_on)
    parser_->begin_body(RequestParser::Body::kDropped);
  else
    end_input();
}

// What still comes is nothing that anybody wants.
void Connection::end_input() {
  closing_ = true;
  refused_ = true;
}

// A read whose answer nobody takes; a change is carried out.
bool Connection::is_for_nobody() const {
  const std::string& method = parser_->request().method;
  return deaf_ && (method == "GET" || method == "HEAD" || method == "OPTIONS");
}

void Connection::start_anew() {
  parser_.emplace(state_.options.limits,
                  [&handler = state_.handler](const Request& head) { return handler.streams_body(head); });
}

void Connection::drop_request() {
  body_ = MemoryHold(state_.budget);
  start_anew();
}

void Connection::hand_over() {
  auto request = std::make_unique<Request>(std::move(parser_->request()));
  start_anew();
  name_client(*request);
  auto exchange = std::make_unique<PendingExchange>(parts_.state, parts_.inbox, id_, std::move(request),
                                                    std::exchange(body_, MemoryHold(state_.budget)));
  ++state_.requests;
  in_flight_ = true;
  parts_.inbox->begin_inline(id_);
  try {
    state_.handler.handle(std::move(exchange));
  } catch (...) {
    // The exchange went with the exception, and so is completed without a response: 500.
  }
  if (auto completion = parts_.inbox->end_inline()) complete(std::move(*completion));
}

void Connection::give_body(BodyPiece::Follows follows) {
  incoming_->give(parts_.inbox, id_, parser_->take_streamed(), follows);
}

void Connection::complete_streamed(Completion&& completion) {
  if (!incoming_ || !incoming_->hears(*completion.word)) return;
  if (completion.word->goes_on && !incoming_->has_given_last()) return;
  std::optional<Response>& response = completion.response;
  const Request& head = parser_->request();
  const bool is_whole = parser_->phase() == RequestParser::Phase::kDone;
  const bool keep_alive = is_whole && head.keep_alive && !state_.stopping.load();
  if (response) {
    note_payer(response->payer, head);
    response->rest = nullptr;
  }
  state_.append_answer(head, std::move(response), keep_alive, parts_.renderer, out_);
  ++finished_;
  incoming_.reset();
  if (!is_whole) {
    body_ = MemoryHold(state_.budget);
    if (!closing_) end_input();
    return;
  }
  drop_request();
  if (!keep_alive) closing_ = true;
}

void Connection::complete(Completion&& completion) {
  const Request& request = *completion.request;
  std::optional<Response>& response = completion.response;
  const std::shared_ptr<BodySource> rest = response ? response->rest : nullptr;
  const bool keep_alive = request.keep_alive && !state_.stopping.load() &&
                          !(rest && end_of_body(request, *rest) == BodyEnd::kClose);
  if (response) note_payer(response->payer, request);
  if (rest && state_.options.pool == nullptr) response.reset();  // nobody makes it
  const bool as_meant = state_.append_answer(request, std::move(response), keep_alive, parts_.renderer, out_);
  in_flight_ = false;
  ++finished_;
  if (!keep_alive) closing_ = true;
  if (as_meant && rest && request.method != name_of(Method::kHead) && !deaf_) {
    const BodyEnd end = end_of_body(request, *rest);
    must_be_whole_ = end == BodyEnd::kClose;
    rest_.emplace(*state_.options.pool, rest, end, payer_, finished_);
  }
}

// False where the answer can't go on: then the connection ends, which shows that it isn't whole. One that
// nobody waits for any more is dropped.
bool Connection::take_piece(MadePiece&& made) {
  if (!rest_ || !rest_->is_of(made)) return true;
  if (sent_ > 0) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  const auto last = rest_->append(std::move(made.piece), out_);
  if (!last.ok()) {
    base::logging::error("answer broken off", {{"ip", peer_text_}, {"why", last.error().message}});
    return false;
  }
  if (last.value()) rest_.reset();
  return true;
}

// Of a request that will not be whole. Where a sink has taken a part of its body, the sink answers: it knows
// what has come of that part. It isn't waited for, since nothing is read while it is.
void Connection::end_request(Refusal refusal) {
  if (!incoming_) return refuse(refusal);
  state_.count(refusal);
  give_body(BodyPiece::Follows::kCut);
}

void Connection::refuse(Refusal refusal) {
  if (Request& request = parser_->request(); request.peer.empty()) request.peer = peer_text_;
  state_.count(refusal);
  state_.append_refusal(parser_->request(), refusal, false, parts_.renderer, out_);
  end_input();
}

// A connection with unread bytes that is closed is reset, and the peer may lose the answer with it. So where
// there are such, only our half is closed, and the rest is read and dropped for a while (RFC 9112 section
// 9.6). False: close at once.
bool Connection::begin_close() {
  transport_.say_end();
  if (!refused_ && !transport_.discardable() && kept_.empty()) return false;
  lingering_ = true;
  lingers_until_ = parts_.now + state_.options.timeouts.linger;
  return transport_.half_close();
}

bool Connection::discard() {
  if (!transport_.discardable()) return true;
  const Transfer got = transport_.discard(parts_.buffer);
  discarded_ += got.bytes;
  parts_.drops.take(got.bytes);
  return got.io == Io::kWouldBlock || (got.io == Io::kDone && discarded_ <= kMaxDiscarded);
}

// What a peer that reads leaves behind for a moment is not worth counting.
void Connection::hold_unread() {
  std::size_t bytes = kept_.size() + (unsent() > 0 ? out_.size() : 0);
  if (bytes < kCounted) bytes = 0;
  if (bytes != unread_.bytes()) unread_.set(bytes > 0 ? last_account() : Account(), bytes);
}

Connection::Next Connection::settle(Next next) {
  const RequestParser::Phase phase = parser_->phase();
  Wait wait = Wait::kIdle;
  if (is_awaited() && !closing_)
    wait = Wait::kLinger;
  else if (transport_.shaking_hands())
    wait = Wait::kHead;
  else if (lingering_)
    wait = paused_ ? Wait::kAllowance : Wait::kLinger;
  else if (unsent() > 0)
    wait = Wait::kWrite;
  else if (is_busy())
    wait = Wait::kNothing;
  else if (phase == RequestParser::Phase::kBody)
    wait = Wait::kBody;
  else if (phase == RequestParser::Phase::kHead)
    wait = Wait::kHead;
  // A wait that goes on keeps its deadline, unless a request was finished in between.
  const bool progresses = wait == Wait::kBody && std::exchange(progresses_, false);
  const bool fresh =
      progresses || (wait != Wait::kWrite && wait < Wait::kLinger && finished_timed_ != finished_);
  if (wait == Wait::kWrite && wait != timer_.wait) taken_timed_ = transport_.arrived();
  if (wait != timer_.wait || fresh) parts_.deadlines.set(timer_, wait, parts_.now);
  finished_timed_ = finished_;
  hold_unread();
  return next;
}

}  // namespace http::front
