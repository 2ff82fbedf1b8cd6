// A request's way, in the contract's order of checks: route, cross-site, credential, tenant, body, and only
// then the operation with its guard. A read goes it in one call:
//
//   handle -> read -> admit -> the route's ReadHandler -> finished -> Exchange::answer
//
// but what is slow work goes on in the pool, or is begun anew there where the reactor's time has passed, once
// admit has said whose it is:
//
//   handle -> read_in_pool -> admit -> WorkPool::submit -> read, and on as above, on a thread of the pool
//
// so does a read that names a revision which the store hasn't yet, when it has. A change goes on from here as
// a ChangeCall (change_call.h):
//
//   handle -> ChangeCall::queue -> admit, and on as that file says
//
// A call whose body is taken as it comes begins before that (streamed_call.h):
//
//   before_body -> begin_import -> admit, the route's ImportHandler -> StreamedCall
#include "dialects/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "api/limits.h"
#include "api/refusal.h"
#include "base/log.h"
#include "dialects/all_dialects.h"
#include "dialects/conditions.h"
#include "dialects/content.h"
#include "dialects/copy_of.h"
#include "dialects/credentials.h"
#include "dialects/errors.h"
#include "dialects/feed_source.h"
#include "dialects/list_source.h"
#include "dialects/moment.h"
#include "dialects/owner.h"
#include "dialects/query.h"
#include "dialects/request_headers.h"
#include "dialects/streamed_call.h"
#include "dialects/watched_source.h"
#include "http/cross_site.h"

namespace dialects {
namespace {

constexpr std::string_view kFailed = "authentication failed";

// What a read that may go on in the pool may cost the reactor.
constexpr std::chrono::nanoseconds kReactorTime = std::chrono::milliseconds(1);

// Of a large body, which has a value in so many bytes at most.
constexpr std::size_t kBytesPerValue = 8;

// What pages of other origins may send and read, if they are of a listed one.
constexpr std::string_view kRequestHeaders =
    "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-API-Key, X-If-Revision, "
    "X-Min-Revision, X-Request-ID, X-Tenant-ID";
constexpr std::string_view kResponseHeaders =
    "ETag, Location, Retry-After, WWW-Authenticate, X-Evaluation-ID, X-Request-ID, X-Revision, "
    "X-Stale-Seconds";

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

api::Error no_place_to_wait() {
  return api::error(
      api::Code::kOverloaded,
      "too many wait for changes already; end a stream that isn't needed, or ask without `wait`");
}

bool is_change(const Route& route) {
  return std::holds_alternative<ChangeHandler>(route.handle) ||
         std::holds_alternative<LongChangeHandler>(route.handle) ||
         std::holds_alternative<ImportHandler>(route.handle);
}

api::Error behind(std::uint64_t has, std::uint64_t wanted) {
  return api::error(api::Code::kBehind, "X-Min-Revision: the store is at revision " + std::to_string(has) +
                                            ", which is before " + std::to_string(wanted));
}

}  // namespace

Dispatcher::Dispatcher(api::Service& service, const base::Clock& clock, crypto::Random& random,
                       WorkPools pools, DispatcherOptions options)
    : service_(service),
      names_(options.v1beta1_names),
      router_(options.routes),
      cors_(std::move(options.cors_origins), kRequestHeaders, kResponseHeaders),
      verifier_(service.store(), clock),
      state_{service,
             names_,
             *options.backups,
             verifier_,
             std::move(options.public_url),
             options.user_ids,
             options.copy,
             std::move(options.facts),
             std::move(options.config)},
      clock_(clock),
      ticks_(*options.ticks),
      attempts_(clock, options.failed_attempts),
      rates_(*options.ticks, options.requests_per_second),
      ids_(clock, random),
      change_parts_{&service,
                    pools.slow.get(),
                    pools.lengthy.get(),
                    names_,
                    options.user_ids,
                    options.copy,
                    [this](const http::Request& request, const Route& route, RequestLog& log, Admitted fn) {
                      return admit(request, route, log, fn);
                    },
                    [this](const http::Request& request, Answer&& answer, const RequestLog& log) {
                      return finished(request, std::move(answer), log);
                    }},
      pools_(std::move(pools)) {}

void Dispatcher::stop() {
  pools_.changes->stop();
  pools_.waits->stop();
  pools_.lengthy->stop();
  pools_.past->stop();
  pools_.slow->stop();
  verifier_.stop();
}

void Dispatcher::handle(std::unique_ptr<http::Exchange> exchange) {
  const http::Request& request = exchange->request();
  RequestLog log{.dialect = dialect_of(request.target)};
  log.counted = request.admitted;
  log.request_id = request_id(request, log.dialect);
  if (auto wrong = wrong_id(request, log.dialect))
    return exchange->answer(finished(request, Answer(*std::move(wrong)), log));
  const auto method = http::parse_method(request.method);
  const Router::Match match = method ? router_.match(*method, request.path) : Router::Match();
  if (!match.route) {
    http::Response response = answer_without_route(request, match, log);
    return exchange->answer(finished(request, std::move(response), log));
  }
  const Route& route = *match.route;
  log.route = route.path;
  if (auto refused = refuse_cross_site(request, route))
    return exchange->answer(finished(request, Answer(*std::move(refused)), log));
  if (auto refused = refuse_on_copy(request, route, log))
    return exchange->answer(finished(request, Answer(*std::move(refused)), log));
  const auto begin_change = [&](const ChangeCall::Planning& plan) {
    std::make_shared<ChangeCall>(change_parts_, std::move(exchange), route, std::move(log))->queue(plan);
  };
  std::visit(
      Overloaded{
          [&](StateHandler handler) {
            const domain::TenantId nobody;  // who calls isn't known, and nothing in the store looked at
            const Call call{request, route, names_, nobody, {}, {}};
            Answer answer =
                exchange->over_share({})
                    ? api::error(api::Code::kOverloaded,
                                 "too many answers to your address wait to be read; read them first")
                    : handler(call, state_);
            exchange->answer(finished(request, std::move(answer), log));
          },
          [&](ReadHandler handler) { start_read(std::move(exchange), route, handler, std::move(log)); },
          [&](StateReadHandler handler) {
            const auto answering = [this, handler](const Call& call, const api::Read& snapshot) {
              return handler(call, snapshot, state_);
            };
            start_read(std::move(exchange), route, answering, std::move(log));
          },
          [&](ChangeHandler handler) {
            const auto plan = [handler](const Call& call) -> api::Outcome<LongWork> {
              auto work = handler(call);
              if (!work.ok()) return work.error();
              return LongWork{{}, std::move(work).value()};
            };
            begin_change(plan);
          },
          [&](LongChangeHandler handler) {
            const auto plan = [this, handler](const Call& call) { return handler(call, state_); };
            begin_change(plan);
          },
          [&](ImportHandler handler) {  // of a request without a body; others don't come here
            http::BodyAdmission admission = begin_import(request, route, std::move(log), handler);
            exchange->answer(admission.refusal ? *std::move(admission.refusal)
                                               : error(400, "the body is missing", request));
          }},
      route.handle);
}

std::string Dispatcher::request_id(const http::Request& request, const Dialect& dialect) const {
  std::string id = sent_id(request, dialect);
  return id.empty() ? ids_.next() : id;
}

void Dispatcher::start_read(std::unique_ptr<http::Exchange> exchange, const Route& route,
                            const Answering& answering, RequestLog log) {
  const http::Request& request = exchange->request();
  const bool goes_on = route.place == Place::kReactorThenPool;
  if (route.place == Place::kPool || route.place == Place::kPast || request.body.size() > kReactorBody ||
      names_moment(request, route) || is_behind(request))
    return read_in_pool(std::move(exchange), route, answering, std::move(log));
  std::optional<std::chrono::nanoseconds> until;
  if (goes_on) until = ticks_.now() + kReactorTime;
  Answer answer = read(*exchange, route, answering, {.until = until}, log);
  if (answer.ok() && answer->in_pool)
    return read_in_pool(std::move(exchange), route, answering, std::move(log));
  exchange->answer(finished(request, std::move(answer), log));
}

bool Dispatcher::is_behind(const http::Request& request) const {
  const auto least = min_revision(request);
  return least.ok() && *least > service_.store().revision();
}

// What handle() looks at before the body, in the same order. The tenant is looked at too, so that whoever may
// not call isn't read from.
http::BodyAdmission Dispatcher::before_body(const http::Request& head) {
  RequestLog log{.dialect = dialect_of(head.target)};
  log.request_id = request_id(head, log.dialect);
  if (auto wrong = wrong_id(head, log.dialect)) return {{}, finished(head, Answer(*std::move(wrong)), log)};
  const auto method = http::parse_method(head.method);
  const Router::Match match = method ? router_.match(*method, head.path) : Router::Match();
  if (!match.route) return {{}, finished(head, answer_without_route(head, match, log), log)};
  log.route = match.route->path;
  if (auto refused = refuse_cross_site(head, *match.route))
    return {{}, finished(head, Answer(*std::move(refused)), log)};
  if (auto refused = refuse_on_copy(head, *match.route, log))
    return {log.payer, finished(head, Answer(*std::move(refused)), log)};
  if (std::holds_alternative<StateHandler>(match.route->handle)) return {};
  if (const auto* import = std::get_if<ImportHandler>(&match.route->handle))
    return begin_import(head, *match.route, std::move(log), *import);
  const auto admitted = admit(head, *match.route, log, [](const api::Read&, const domain::Owner&) {});
  if (!admitted.ok()) return {{}, finished(head, Answer(admitted.error()), log)};
  return {log.payer, {}};
}

bool Dispatcher::streams_body(const http::Request& head) const {
  const auto method = http::parse_method(head.method);
  if (!method) return false;
  const Router::Match match = router_.match(*method, head.path);
  return match.route && std::holds_alternative<ImportHandler>(match.route->handle);
}

http::BodyAdmission Dispatcher::begin_import(const http::Request& head, const Route& route, RequestLog log,
                                             const ImportHandler& handler) {
  api::Outcome<std::unique_ptr<BodyImport>> import = api::error(api::Code::kInternal, "not begun");
  std::optional<api::Caller> caller;
  std::optional<domain::Owner> whose;
  const auto admitted = admit(head, route, log, [&](const api::Read& read, const domain::Owner& owner) {
    caller = read.caller;
    whose = owner;
    if (head.header("if-match").count > 0)
      import = if_match_of_no_use();
    else if (head.header("idempotency-key").count > 0)
      import = api::invalid("Idempotency-Key", "is of no use here: what is put again stays as it is");
    else
      import = handler(Call{head, route, names_, owner, {}, {}, read.now}, read);
  });
  if (admitted.ok() && !import.ok()) {
    if (import.error().code == api::Code::kForbidden) {
      const auto noting = [operation = *route.operation, whose = *whose](api::Change& change) {
        return api::note_refusal(change, operation, whose);
      };
      // That it can't be kept, or is counted with others, changes nothing of the answer.
      (void)service_.submit(*caller, {head.peer, log.request_id}, noting, [](const auto&) {});
    }
    return {log.payer, finished(head, Answer(import.error()), log)};
  }
  if (!admitted.ok()) return {{}, finished(head, Answer(admitted.error()), log)};
  http::Request kept = head;  // as the answer's headers and the log need it
  log.counted = true;
  const StreamedCall::Parts parts{
      &service_, pools_.slow.get(), names_,
      [this](const http::Request& request, http::Response response, const RequestLog& its) {
        return finished(request, std::move(response), its);
      }};
  const http::Payer payer = log.payer;
  const std::size_t memory = (*import)->memory();
  return {payer,
          {},
          std::make_shared<StreamedCall>(parts, std::move(kept), std::move(log), *std::move(caller),
                                         std::move(import).value()),
          memory};
}

// The caller is looked at first: where the primary is, is for nobody else.
std::optional<api::Error> Dispatcher::refuse_on_copy(const http::Request& request, const Route& route,
                                                     RequestLog& log) {
  if (!state_.copy || !is_change(route) || asks_dry_run(request, route)) return std::nullopt;
  const auto admitted = admit(request, route, log, [](const api::Read&, const domain::Owner&) {});
  return admitted.ok() ? refuse_change(*state_.copy) : admitted.error();
}

// Where a body of any type is taken, no preflight stands between another site's page and a change.
std::optional<api::Error> Dispatcher::refuse_cross_site(const http::Request& request,
                                                        const Route& route) const {
  const bool changes = route.method != http::Method::kGet && route.method != http::Method::kHead;
  if (!route.dialect->takes_any_content_type || !changes) return std::nullopt;
  if (cors_.listed(request) || !http::crosses_sites(request)) return std::nullopt;
  return api::error(api::Code::kForbidden,
                    "Origin: a page of another site may not make this call, unless server.cors_origins lists "
                    "where it is from");
}

http::Response Dispatcher::answer_without_route(const http::Request& request, const Router::Match& match,
                                                const RequestLog& log) const {
  if (match.allowed.empty())
    return error_response(api::error(api::Code::kNotFound, "path: there is no such call"), log.dialect,
                          names_, request);
  http::Response response;
  if (request.method == name_of(http::Method::kOptions)) {
    response.status = 204;
    cors_.allow_calling(request, match.allowed, response);
  } else {
    const std::string why =
        request.method + ": not allowed for this path, which takes " + http::join(match.allowed);
    response = error_response(api::error(api::Code::kMethodNotAllowed, why), log.dialect, names_, request);
  }
  response.headers.push_back({"Allow", http::join(match.allowed)});
  return response;
}

api::Outcome<void> Dispatcher::admit(const http::Request& request, const Route& route, RequestLog& log,
                                     Admitted fn) {
  if (state_.copy)
    if (auto stale = refuse_stale(*state_.copy)) return *std::move(stale);
  const auto presented = presented_credential(request, route.takes_code);
  if (!presented.ok()) return presented.error();
  const api::Origin origin{request.peer, log.request_id};
  api::Outcome<void> admitted;
  const auto read = service_.read(presented->view(), origin, [&](const api::Read& snapshot) {
    log.revision = snapshot.txn.revision();
    log.payer = {snapshot.caller.credential, to_stored(snapshot.caller.tenant)};
    log.actor = name_of(snapshot.caller.principal.kind);
    log.actor.append(":").append(snapshot.caller.principal.id.to_string());
    if (!std::exchange(log.counted, true)) log.retry_after = rates_.take(snapshot.caller.credential);
    if (log.retry_after) {
      admitted =
          api::error(api::Code::kRateLimited, "credential: more than " + std::to_string(rates_.limit()) +
                                                  " requests a second; try again shortly");
      return;
    }
    const auto owner = owner_of(request, route, snapshot);
    if (!owner.ok()) {
      admitted = owner.error();
      return;
    }
    if (!owner->is_platform()) log.tenant = to_string(owner.value());
    fn(snapshot, owner.value());
  });
  if (read.ok()) return admitted;
  if (read.error().code != api::Code::kUnauthenticated) return read.error();
  if (failures_.add(request.peer, clock_.now()))
    base::logging::info(kFailed, {{"ip", request.peer}, {"request_id", log.request_id}});
  log.retry_after = attempts_.record_failure(request.peer);
  if (!log.retry_after) return read.error();
  return api::error(api::Code::kRateLimited, "credential: too many invalid ones came from this address");
}

Answer Dispatcher::read(const http::Exchange& exchange, const Route& route, const Answering& answering,
                        const Turn& turn, RequestLog& log) {
  const http::Request& request = exchange.request();
  std::optional<Answer> answer;
  const auto admitted =
      admit(request, route, log, [&](const api::Read& snapshot, const domain::Owner& owner) {
        if (exchange.over_share(log.payer)) {
          answer =
              api::error(api::Code::kOverloaded, "too many of your answers wait to be read; read them first");
          return;
        }
        const auto least = min_revision(request);
        if (!least.ok() || snapshot.txn.revision() < *least) {
          answer = least.ok() ? behind(snapshot.txn.revision(), *least) : least.error();
          return;
        }
        Call call{request, route, names_, owner, {}, {}, snapshot.now, turn.until, turn.looked_at};
        if (const auto wrong = wrong_parameters(call)) {
          answer = *wrong;
          return;
        }
        if (!route.body.empty()) {
          const std::size_t most = route.large_body ? request.body.size() / kBytesPerValue : 0;
          auto body = json_body(request, *route.dialect, std::max(most, kMaxBodyValues));
          if (!body.ok()) {
            answer = body.error();
            return;
          }
          call.body = std::move(body).value();
        }
        if (const auto moment = read_moment(call); !moment.ok()) {
          answer = moment.error();
          return;
        }
        answer = call.at && !turn.may_look_back ? looking_back() : answering(call, snapshot);
      });
  if (!admitted.ok()) return admitted.error();
  if (!answer->ok()) return named_as_sent(answer->error(), route, request);
  return std::move(*answer);
}

// A read that isn't answered where it came from.
struct Dispatcher::PendingRead {
  std::unique_ptr<http::Exchange> exchange;
  const Route& route;
  Answering answering;
  RequestLog log;
  bool looks_back = false;
  // Of one that waits for changes:
  ChangeWaits::Place place{};
  std::chrono::nanoseconds wait_until{};
  std::optional<std::uint64_t> looked_at{};
};

// The place in the pool is that of the credential's tenant, so the credential is looked at here; and again
// there, since it may be revoked while the request waits.
void Dispatcher::read_in_pool(std::unique_ptr<http::Exchange> exchange, const Route& route,
                              const Answering& answering, RequestLog log) {
  const auto waiting = std::make_shared<PendingRead>(
      PendingRead{std::move(exchange), route, answering, std::move(log), false, {}, {}, {}});
  const http::Request& request = waiting->exchange->request();
  waiting->looks_back = route.place == Place::kPast || names_moment(request, route);
  auto admitted = admit(request, route, waiting->log, [](const api::Read&, const domain::Owner&) {});
  if (admitted.ok() && !waiting->exchange->keep_body(waiting->log.payer)) admitted = no_room_for_body();
  if (admitted.ok()) {
    const auto least = min_revision(request);
    const bool taken = least.ok() && *least > service_.store().revision()
                           ? pools_.waits->add(waiting->log.payer.tenant, *least,
                                               [this, waiting] {
                                                 if (!submit_read(waiting)) refuse_read(*waiting);
                                               })
                           : submit_read(waiting);
    if (taken) return;
    return refuse_read(*waiting);
  }
  waiting->exchange->answer(finished(request, Answer(std::move(admitted).error()), waiting->log));
}

void Dispatcher::refuse_read(PendingRead& waiting) {
  waiting.exchange->answer(finished(waiting.exchange->request(), Answer(too_many_requests()), waiting.log));
}

bool Dispatcher::submit_read(const std::shared_ptr<PendingRead>& waiting) {
  base::WorkPool& pool = waiting->looks_back ? *pools_.past : *pools_.slow;
  return pool.submit(waiting->log.payer.tenant, [this, waiting] { read_now(waiting); });
}

// Of one that has waited: it had a place in the queue before.
bool Dispatcher::go_on_reading(const std::shared_ptr<PendingRead>& waiting) {
  return pools_.slow->go_on(waiting->log.payer.tenant, [this, waiting] { read_now(waiting); });
}

void Dispatcher::read_now(const std::shared_ptr<PendingRead>& waiting) {
  try {  // an exchange that isn't answered answers 500 when it is destroyed
    Answer answer =
        read(*waiting->exchange, waiting->route, waiting->answering,
             {.looked_at = waiting->looked_at, .may_look_back = waiting->looks_back}, waiting->log);
    if (answer.ok() && answer->in_past && !waiting->looks_back) {  // its body names a moment
      waiting->looks_back = true;
      if (!submit_read(waiting)) refuse_read(*waiting);
      return;
    }
    if (answer.ok() && answer->awaited) {
      const auto waits = wait_for_changes(waiting, *answer->awaited);
      if (waits.ok() && *waits) return;
      if (!waits.ok()) answer = waits.error();
    }
    if (answer.ok())
      if (auto begun = begin_rest(*answer, waiting->exchange->request(), waiting->route, waiting->log);
          !begun.ok())
        answer = begun.error();
    waiting->exchange->answer(finished(waiting->exchange->request(), std::move(answer), waiting->log));
  } catch (const std::exception& e) {
    base::logging::error("answer failed", {{"request_id", waiting->log.request_id}, {"why", e.what()}});
  }
}

// False where it has waited long enough: then it is answered as it is.
api::Outcome<bool> Dispatcher::wait_for_changes(const std::shared_ptr<PendingRead>& waiting,
                                                const ChangesAwaited& awaited) {
  const std::chrono::nanoseconds now = pools_.changes->now();
  if (!waiting->place) {
    waiting->place = pools_.changes->take_place(awaited.whose);
    if (!waiting->place) return no_place_to_wait();
    waiting->wait_until = now + awaited.longest;
  }
  if (waiting->wait_until <= now) return false;
  waiting->looked_at = awaited.after;
  return pools_.changes->add(
             {awaited.last, awaited.after, waiting->wait_until, [this, waiting](std::uint64_t after) {
                waiting->looked_at = after;
                if (!go_on_reading(waiting)) refuse_read(*waiting);
              }}) != 0;
}

// Of the request only what admit() reads is kept while the answer is sent.
api::Outcome<void> Dispatcher::begin_rest(Reply& reply, const http::Request& request, const Route& route,
                                          const RequestLog& log) {
  if (!reply.rest_of_list && !reply.rest && !reply.feed) return {};
  http::Request kept;
  kept.method = request.method;
  kept.path = request.path;
  kept.peer = request.peer;
  kept.encrypted = request.encrypted;
  for (const http::NameValue& header : request.headers)
    if (is_of_credential(header.name) || header.name == "x-tenant-id") kept.headers.push_back(header);
  auto read_anew = [this, kept = std::move(kept), &route,
                    log = log](base::FunctionRef<void(const api::Read&)> fn) mutable {
    return admit(kept, route, log, [&](const api::Read& now, const domain::Owner&) { fn(now); });
  };
  if (reply.feed) {
    auto place = pools_.changes->take_place(log.payer.tenant);
    if (!place) return no_place_to_wait();
    reply.rest = std::make_shared<FeedSource>(std::move(*reply.feed), std::move(read_anew), *pools_.changes,
                                              std::move(place));
  } else if (reply.rest_of_list)
    reply.rest = std::make_shared<ListSource>(reply.body, std::move(*reply.rest_of_list),
                                              std::move(read_anew), log.request_id);
  else
    reply.rest = std::make_shared<WatchedSource>(std::move(reply.rest), std::move(read_anew), log.request_id);
  return {};
}

http::Response Dispatcher::finished(const http::Request& request, Answer&& answer, const RequestLog& log) {
  // Of a reply its response is all that leaves.
  return finished(request,
                  answer.ok() ? static_cast<http::Response&&>(std::move(answer).value())
                              : error_response(answer.error(), log.dialect, names_, request),
                  log);
}

http::Response Dispatcher::finished(const http::Request& request, http::Response response,
                                    const RequestLog& log) {
  add_headers(request, log, response);
  response.payer = log.payer;
  log.write(request, response);
  return response;
}

void Dispatcher::add_headers(const http::Request& request, const RequestLog& log,
                             http::Response& response) const {
  auto& headers = response.headers;
  headers.reserve(headers.size() + 8);
  const bool has_caching = std::any_of(headers.begin(), headers.end(), [](const http::NameValue& header) {
    return header.name == "Cache-Control";
  });
  headers.push_back({"X-Request-ID", log.request_id});
  // How much the server writes is for callers whose credential is valid, and still is.
  if (log.revision && response.status != 401)
    headers.push_back({"X-Revision", std::to_string(*log.revision)});
  if (!has_caching) headers.push_back({"Cache-Control", "no-store"});
  headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (state_.copy)
    if (const auto age = state_.copy->age())
      headers.push_back({"X-Stale-Seconds",
                         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*age).count())});
  if (log.retry_after) headers.push_back({"Retry-After", std::to_string(log.retry_after->count())});
  cors_.allow_reading(request, response);
}

void Dispatcher::log_failures(bool all) {
  const base::logging::Batch lines;
  for (const auto& counted : failures_.take(clock_.now(), all))
    base::logging::info(kFailed, {{"ip", counted.address},
                                  {"count", counted.count},
                                  {"first_at", to_string(counted.first_at)},
                                  {"last_at", to_string(counted.last_at)}});
}

http::Response Dispatcher::error(int status, std::string_view why, const http::Request& request) const {
  RequestLog log{.dialect = dialect_of(request.target)};
  log.request_id = request_id(request, log.dialect);
  http::Response response = error_response(status, why, log.dialect, names_, request);
  if (!request.method.empty() && !http::parse_method(request.method)) {
    response = error_response(api::error(api::Code::kMethodNotAllowed, std::string(why)), log.dialect, names_,
                              request);
    status = response.status;
    const auto allowed = router_.match(http::Method::kOptions, request.path).allowed;
    if (!allowed.empty()) response.headers.push_back({"Allow", http::join(allowed)});
  }
  base::logging::info(
      "refused", {{"status", status}, {"why", why}, {"ip", request.peer}, {"request_id", log.request_id}});
  add_headers(request, log, response);
  return response;
}

}  // namespace dialects
