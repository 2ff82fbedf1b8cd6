// A read is answered on the reactor, unless it is slow work, has a large body, names a revision that the
// store hasn't yet or another time, or finds on its way that the reactor's time is over. Then it becomes a
// ReadCall, which has the place in the pool of the credential's tenant:
//
//   start -> read                                  on the reactor
//   start -> queue -> submit -> run -> read        on a thread of the pool
//                                  run -> wait_for_changes -> go_on -> run     as long as nothing changes
//
// The credential is looked at before it is queued, and again by each `read`, since it may be revoked while
// the request waits.
#include "dialects/read_call.h"

#include <algorithm>
#include <string>
#include <utility>

#include "api/refusal.h"
#include "base/log.h"
#include "dialects/content.h"
#include "dialects/credentials.h"
#include "dialects/errors.h"
#include "dialects/feed_source.h"
#include "dialects/list_source.h"
#include "dialects/moment.h"
#include "dialects/query.h"
#include "dialects/request_headers.h"
#include "dialects/watched_source.h"

namespace dialects {
namespace {

// What a read that may go on in the pool may cost the reactor.
constexpr std::chrono::nanoseconds kReactorTime = std::chrono::milliseconds(1);

// Of a large body, which has a value in so many bytes at most.
constexpr std::size_t kBytesPerValue = 8;

api::Error no_place_to_wait() {
  return api::error(
      api::Code::kOverloaded,
      "too many wait for changes already; end a stream that isn't needed, or ask without `wait`");
}

api::Error behind(std::uint64_t has, std::uint64_t wanted) {
  return api::error(api::Code::kBehind, "X-Min-Revision: the store is at revision " + std::to_string(has) +
                                            ", which is before " + std::to_string(wanted));
}

// The revision that a request names and the store hasn't yet, if any.
std::optional<std::uint64_t> revision_to_come(const http::Request& request, const api::Service& service) {
  const auto least = min_revision(request);
  if (!least.ok() || *least <= service.store().revision()) return std::nullopt;
  return *least;
}

// The call, once its parameters and its body were looked at.
api::Outcome<Call> checked(Call call) {
  const http::Request& request = call.request;
  const Route& route = call.route;
  if (const auto wrong = wrong_parameters(call)) return *wrong;
  if (!route.body.empty()) {
    const std::size_t most = route.large_body ? request.body.size() / kBytesPerValue : 0;
    auto body = json_body(request, *route.dialect, std::max(most, kMaxBodyValues));
    if (!body.ok()) return body.error();
    call.body = std::move(body).value();
  }
  if (const auto moment = read_moment(call); !moment.ok()) return moment.error();
  return call;
}

}  // namespace

void ReadCall::start(const Parts& parts, std::unique_ptr<http::Exchange> exchange, const Route& route,
                     const Answering& answering, RequestLog log) {
  const http::Request& request = exchange->request();
  const bool is_slow = route.place == Place::kPool || route.place == Place::kPast ||
                       request.body.size() > kReactorBody || names_moment(request, route);
  if (!is_slow && !revision_to_come(request, parts.service)) {
    std::optional<std::chrono::nanoseconds> until;
    if (route.place == Place::kReactorThenPool) until = parts.ticks.now() + kReactorTime;
    Answer answer = read(parts, *exchange, route, answering, {.until = until}, log);
    if (!answer.ok() || !answer->in_pool)
      return exchange->answer(parts.responder.finished(request, std::move(answer), log));
  }
  std::make_shared<ReadCall>(parts, std::move(exchange), route, answering, std::move(log))->queue();
}

Answer ReadCall::read(const Parts& parts, const http::Exchange& exchange, const Route& route,
                      const Answering& answering, const Turn& turn, RequestLog& log) {
  const http::Request& request = exchange.request();
  const auto answer_on = [&](const api::Read& snapshot, const domain::Owner& owner) -> Answer {
    if (exchange.over_share(log.payer))
      return api::error(api::Code::kOverloaded, "too many of your answers wait to be read; read them first");
    const auto least = min_revision(request);
    if (!least.ok()) return least.error();
    if (snapshot.txn.revision() < *least) return behind(snapshot.txn.revision(), *least);
    const auto call = checked(
        {request, route, parts.responder.names(), owner, {}, {}, snapshot.now, turn.until, turn.looked_at});
    if (!call.ok()) return call.error();
    return call->at && !turn.may_look_back ? looking_back() : answering(*call, snapshot);
  };
  std::optional<Answer> answer;
  const auto admitted = parts.admission.admit(
      request, route, log,
      [&](const api::Read& snapshot, const domain::Owner& owner) { answer = answer_on(snapshot, owner); });
  if (!admitted.ok()) return admitted.error();
  if (!answer->ok()) return named_as_sent(answer->error(), route, request);
  return std::move(*answer);
}

ReadCall::ReadCall(const Parts& parts, std::unique_ptr<http::Exchange> exchange, const Route& route,
                   const Answering& answering, RequestLog log)
    : parts_(parts),
      exchange_(std::move(exchange)),
      route_(route),
      answering_(answering),
      log_(std::move(log)),
      looks_back_(route.place == Place::kPast || names_moment(exchange_->request(), route)) {}

void ReadCall::queue() {
  const http::Request& request = exchange_->request();
  auto admitted = parts_.admission.admit(request, route_, log_);
  if (admitted.ok() && !exchange_->keep_body(log_.payer)) admitted = no_room_for_body();
  if (!admitted.ok()) return answer(std::move(admitted).error());
  const auto awaited = revision_to_come(request, parts_.service);
  const auto submit_later = [call = shared_from_this()] {
    if (!call->submit()) call->answer(too_many_requests());
  };
  const bool taken = awaited ? parts_.pools.waits->add(log_.payer.tenant, *awaited, submit_later) : submit();
  if (!taken) answer(too_many_requests());
}

void ReadCall::answer(Answer&& answer) {
  exchange_->answer(parts_.responder.finished(exchange_->request(), std::move(answer), log_));
}

bool ReadCall::submit() {
  base::WorkPool& pool = looks_back_ ? *parts_.pools.past : *parts_.pools.slow;
  return pool.submit(log_.payer.tenant, [call = shared_from_this()] { call->run(); });
}

// Of one that has waited: it had a place in the queue before.
bool ReadCall::go_on() {
  return parts_.pools.slow->go_on(log_.payer.tenant, [call = shared_from_this()] { call->run(); });
}

void ReadCall::run() {
  try {  // an exchange that isn't answered answers 500 when it is destroyed
    Answer found = read(parts_, *exchange_, route_, answering_,
                        {.looked_at = looked_at_, .may_look_back = looks_back_}, log_);
    if (found.ok() && found->in_past && !looks_back_) {  // its body names a moment
      looks_back_ = true;
      if (!submit()) answer(too_many_requests());
      return;
    }
    if (found.ok() && found->awaited) {
      const auto waits = wait_for_changes(*found->awaited);
      if (waits.ok() && *waits) return;
      if (!waits.ok()) found = waits.error();
    }
    if (found.ok())
      if (auto begun = begin_rest(*found); !begun.ok()) found = begun.error();
    answer(std::move(found));
  } catch (const std::exception& e) {
    base::logging::error("answer failed", {{"request_id", log_.request_id}, {"why", e.what()}});
  }
}

// False where it has waited long enough: then it is answered as it is.
api::Outcome<bool> ReadCall::wait_for_changes(const ChangesAwaited& awaited) {
  ChangeWaits& changes = *parts_.pools.changes;
  const std::chrono::nanoseconds now = changes.now();
  if (!place_) {
    place_ = changes.take_place(awaited.whose);
    if (!place_) return no_place_to_wait();
    wait_until_ = now + awaited.longest;
  }
  if (wait_until_ <= now) return false;
  looked_at_ = awaited.after;
  return changes.add(
             {awaited.last, awaited.after, wait_until_, [call = shared_from_this()](std::uint64_t after) {
                call->looked_at_ = after;
                if (!call->go_on()) call->answer(too_many_requests());
              }}) != 0;
}

// Of the request only what admit() reads is kept while the answer is sent. Fails where a feed has no place.
api::Outcome<void> ReadCall::begin_rest(Reply& reply) {
  if (!reply.rest_of_list && !reply.rest && !reply.feed) return {};
  const http::Request& request = exchange_->request();
  http::Request kept;
  kept.method = request.method;
  kept.path = request.path;
  kept.peer = request.peer;
  kept.encrypted = request.encrypted;
  for (const http::NameValue& header : request.headers)
    if (is_of_credential(header.name) || header.name == "x-tenant-id") kept.headers.push_back(header);
  auto read_anew = [&admission = parts_.admission, kept = std::move(kept), &route = route_,
                    log = log_](base::FunctionRef<void(const api::Read&)> fn) mutable {
    return admission.admit(kept, route, log, [&](const api::Read& now, const domain::Owner&) { fn(now); });
  };
  if (reply.feed) {
    ChangeWaits& changes = *parts_.pools.changes;
    auto place = changes.take_place(log_.payer.tenant);
    if (!place) return no_place_to_wait();
    reply.rest =
        std::make_shared<FeedSource>(std::move(*reply.feed), std::move(read_anew), changes, std::move(place));
  } else if (reply.rest_of_list)
    reply.rest = std::make_shared<ListSource>(reply.body, std::move(*reply.rest_of_list),
                                              std::move(read_anew), log_.request_id);
  else
    reply.rest =
        std::make_shared<WatchedSource>(std::move(reply.rest), std::move(read_anew), log_.request_id);
  return {};
}

}  // namespace dialects
