#include "dialects/server.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "api/idempotency.h"
#include "api/tenants.h"
#include "base/log.h"
#include "dialects/conditions.h"
#include "dialects/content.h"
#include "dialects/credentials.h"
#include "http/cross_site.h"
#include "dialects/errors.h"
#include "dialects/query.h"
#include "dialects/routes.h"

namespace http {
namespace {

constexpr std::string_view kIdempotencyKey = "idempotency-key";

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::optional<std::string_view> tenant_header(const Request& request) {
  const HeaderField header = request.header("x-tenant-id");
  if (header.count == 0) return std::nullopt;
  return header.value;
}

api::Outcome<Uuid> tenant_of(const Request& request, const Route& route, const api::Read& read) {
  if (!takes_tenant(route.access)) return read.caller.tenant;
  const auto header = tenant_header(request);
  if (!header && route.access == Access::kTenantOrPlatform && read.caller.platform()) return Uuid();
  return api::resolve_tenant(read, header);
}

api::Outcome<std::string> idempotency_key(const Request& request) {
  const HeaderField header = request.header(kIdempotencyKey);
  if (request.method != "POST" || header.count == 0) return std::string();
  bool good = header.count == 1 && !header.value.empty() && header.value.size() <= api::kMaxIdempotencyKey;
  for (const char c : header.value) good = good && c > ' ' && c <= '~';
  if (!good) return api::invalid("Idempotency-Key", "must be 1 to 128 visible ASCII characters, given once");
  return std::string(header.value);
}

// Handlers read the parameters of their route and find what is wrong with them; where a route has none,
// nobody else would look.
std::optional<api::Error> wrong_parameters(const Call& call) {
  if (!call.route.query.empty()) return std::nullopt;
  return Query(call).error();
}

// The headers of a kept answer, one a line.
std::string headers_text(const Reply& reply) {
  return (reply.etag ? std::to_string(*reply.etag) : "") + "\n" + reply.location;
}

Reply kept_reply(api::KeptAnswer&& kept) {
  Reply reply = ok(std::move(kept.body));
  reply.status = kept.status;
  const std::size_t end = kept.headers.find('\n');
  if (end == std::string::npos) return reply;
  if (end > 0) reply.etag = std::stoull(kept.headers.substr(0, end));
  reply.location = kept.headers.substr(end + 1);
  return reply;
}

}  // namespace

// Of a target that has no route, for the log: without the query, where a secret may have gone astray.
std::string_view shown_path(std::string_view target) {
  constexpr std::size_t kMost = 200;
  return target.substr(0, std::min(target.find('?'), kMost));
}

// What is known of a request, for the headers that every answer has and for the log.
struct Server::Trace {
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::string request_id;
  Dialect dialect = Dialect::kSystem;
  std::string_view route = "-";           // its pattern
  std::string tenant = "-", actor = "-";  // as the log shows them
  std::optional<std::uint64_t> revision;
  std::optional<std::chrono::seconds> retry_after;
};

// A change between its request and its answer. The writer's thread has it alone from submit() on.
struct Server::Pending {
  std::unique_ptr<Exchange> exchange;
  const Route& route;
  Trace trace;
  std::optional<api::Caller> caller;
  Uuid tenant;
  std::string idempotency_key;
  Work work;
  Reply reply;

  // A key of the platform's used for two tenants is two requests.
  std::string scope() const { return exchange->request().target + " " + tenant.to_string(); }
};

Server::Server(api::Service& service, const Clock& clock, crypto::Random& random, ServerOptions options)
    : service_(service),
      names_(options.v1beta1_names),
      router_(all_routes()),
      cors_(std::move(options.cors_origins)),
      system_(service, names_),
      attempts_(clock, options.failed_attempts),
      ids_(clock, random) {}

void Server::handle(std::unique_ptr<Exchange> exchange) {
  const Request& request = exchange->request();
  Trace trace;
  trace.request_id = request.request_id.empty() ? ids_.next() : request.request_id;
  trace.dialect = dialect_of(request.target);
  const auto method = parse_method(request.method);
  const Router::Match match = method ? router_.match(*method, request.path) : Router::Match();
  if (match.route) {
    trace.route = match.route->pattern;
    if (const auto refused = refuse_cross_site(request, *match.route))
      return exchange->answer([&](const Request&) {
        return finished(request, error_response(*refused, trace.dialect, names_), trace);
      });
    if (const auto* handler = std::get_if<ChangeHandler>(&match.route->handler))
      return queue(std::move(exchange), *match.route, *handler, std::move(trace));
  }
  exchange->answer([&](const Request&) {
    Response response = match.route ? answer(request, *match.route, trace)
                                    : answer_without_route(request, match, trace.dialect);
    return finished(request, std::move(response), trace);
  });
}

// /v1beta1 takes a body of any type, so no preflight stands between another site's page and a change.
std::optional<api::Error> Server::refuse_cross_site(const Request& request, const Route& route) const {
  const bool changes = route.method != Method::kGet && route.method != Method::kHead;
  if (route.dialect != Dialect::kV1beta1 || !changes) return std::nullopt;
  if (cors_.listed(request) || !crosses_sites(request)) return std::nullopt;
  return api::error(api::Code::kForbidden,
                    "Origin: a page of another site may not make this call, unless server.cors_origins lists "
                    "where it is from");
}

Response Server::answer_without_route(const Request& request, const Router::Match& match,
                                      Dialect dialect) const {
  if (match.allowed.empty())
    return error_response(api::error(api::Code::kNotFound, "path: there is no such call"), dialect, names_);
  Response response;
  if (request.method == name_of(Method::kOptions)) {
    response.status = 204;
    cors_.allow_calling(request, match.allowed, response);
  } else {
    const std::string why = request.method + ": not a method of this path, which has " + join(match.allowed);
    response = error_response(api::error(api::Code::kMethodNotAllowed, why), dialect, names_);
  }
  response.headers.push_back({"Allow", join(match.allowed)});
  return response;
}

Response Server::answer(const Request& request, const Route& route, Trace& trace) {
  const Answer answer = std::visit(
      Overloaded{
          [&](SystemHandler handler) {
            return handler(Call{request, route, names_, {}, {}, {}}, system_);
          },
          [&](ReadHandler handler) { return read(request, route, handler, trace); },
          // Changes went another way in handle().
          [](ChangeHandler) -> Answer { return api::error(api::Code::kInternal, "request: not queued"); }},
      route.handler);
  return response_of(answer, trace);
}

api::Outcome<void> Server::admit(const Request& request, const Route& route, Trace& trace, Admitted fn) {
  const auto presented = presented_credential(request);
  if (presents_credential(request)) {
    trace.retry_after = attempts_.blocked(request.peer);
    if (trace.retry_after)
      return api::error(api::Code::kRateLimited,
                        "credential: too many that were not valid came from this address");
  }
  if (!presented.ok()) return presented.error();
  const api::Origin origin{request.peer, trace.request_id};
  api::Outcome<void> admitted;
  const auto read = service_.read(presented->view(), origin, [&](const api::Read& snapshot) {
    trace.revision = snapshot.txn.revision();
    trace.actor = name_of(snapshot.caller.principal.kind);
    trace.actor.append(":").append(snapshot.caller.principal.id.to_string());
    const auto tenant = tenant_of(request, route, snapshot);
    if (!tenant.ok()) {
      admitted = tenant.error();
      return;
    }
    if (!tenant->is_nil()) trace.tenant = tenant->to_string();
    fn(snapshot, tenant.value());
  });
  if (read.ok()) return admitted;
  if (read.error().code == api::Code::kUnauthenticated) {
    attempts_.record_failure(request.peer);
    logging::info("authentication failed", {{"ip", request.peer}, {"request_id", trace.request_id}});
  }
  return read.error();
}

Answer Server::read(const Request& request, const Route& route, ReadHandler handler, Trace& trace) {
  std::optional<Answer> answer;
  const auto admitted = admit(request, route, trace, [&](const api::Read& snapshot, const Uuid& tenant) {
    const Call call{request, route, names_, tenant, {}, {}};
    const auto wrong = wrong_parameters(call);
    answer = wrong ? Answer(*wrong) : handler(call, snapshot);
  });
  if (!admitted.ok()) return admitted.error();
  if (!answer->ok()) return named_as_sent(answer->error(), route, request);
  return std::move(*answer);
}

void Server::queue(std::unique_ptr<Exchange> exchange, const Route& route, ChangeHandler handler,
                   Trace trace) {
  auto pending = std::make_shared<Pending>(Pending{std::move(exchange), route, std::move(trace), {}, {}, {}, {}, {}});
  auto queued = prepare(*pending, handler);
  if (queued.ok() && pending->exchange->queue_full())
    queued = api::error(api::Code::kOverloaded, "too many requests at once; try again shortly");
  if (queued.ok()) {
    const api::Origin origin{pending->exchange->request().peer, pending->trace.request_id};
    queued = service_.submit(
        std::move(*pending->caller), origin,
        [this, pending](api::Change& change) { return run(*pending, change); },
        [this, pending](api::Outcome<std::uint64_t> revision) { settle(*pending, revision); });
  }
  if (queued.ok()) return;
  pending->exchange->answer([&](const Request& request) {
    return finished(request, response_of(queued.error(), pending->trace), pending->trace);
  });
}

// Everything before the guard, in the contract's order: credential, tenant, then the request's own words.
api::Outcome<void> Server::prepare(Pending& pending, ChangeHandler handler) {
  const Request& request = pending.exchange->request();
  Timestamp now;
  const auto admitted =
      admit(request, pending.route, pending.trace, [&](const api::Read& read, const Uuid& tenant) {
        pending.caller = read.caller;
        pending.tenant = tenant;
        now = read.now;
      });
  if (!admitted.ok()) return admitted.error();
  auto key = idempotency_key(request);
  if (!key.ok()) return key.error();
  auto if_match = parse_if_match(request);
  if (!if_match.ok()) return if_match.error();
  Call call{request, pending.route, names_, pending.tenant, {}, std::move(if_match).value(), now};
  if (const auto wrong = wrong_parameters(call)) return *wrong;
  if (!pending.route.body.empty()) {
    auto body = json_body(request, pending.route.dialect);
    if (!body.ok()) return body.error();
    call.body = std::move(body).value();
  }
  auto work = handler(call);
  if (!work.ok()) return work.error();
  pending.idempotency_key = std::move(key).value();
  pending.work = std::move(work).value();
  return {};
}

// In the writer's transaction, perhaps more than once.
api::Outcome<void> Server::run(Pending& pending, api::Change& change) const {
  const Request& request = pending.exchange->request();
  // While the change waited, the tenant may have gone.
  const auto tenant = tenant_of(request, pending.route, change);
  if (!tenant.ok()) return tenant.error();
  const std::string scope = pending.scope();
  const api::IdempotentRequest same{pending.idempotency_key, request.method, scope, request.body};
  if (!same.key.empty()) {
    auto kept = api::find_answer(change, same);
    if (!kept.ok()) return kept.error();
    if (kept.value()) {
      pending.reply = kept_reply(std::move(*kept.value()));
      return {};
    }
  }
  auto answer = pending.work(change);
  if (!answer.ok()) return answer.error();
  pending.reply = std::move(answer).value();
  if (same.key.empty()) return {};
  const Reply& reply = pending.reply;
  const std::string& body = reply.repeated_body.empty() ? reply.body : reply.repeated_body;
  return api::keep_answer(change, same, {reply.status, headers_text(reply), body});
}

// On disk, or not. An exception must not reach the writer; the exchange answers 500 when it is destroyed.
void Server::settle(Pending& pending, const api::Outcome<std::uint64_t>& revision) {
  try {
    if (revision.ok()) pending.trace.revision = revision.value();
    pending.exchange->answer([&](const Request& request) {
      const Answer answer = revision.ok() ? Answer(std::move(pending.reply))
                                          : Answer(named_as_sent(revision.error(), pending.route, request));
      return finished(request, response_of(answer, pending.trace), pending.trace);
    });
  } catch (const std::exception& e) {
    logging::error("answer failed", {{"request_id", pending.trace.request_id}, {"why", e.what()}});
  }
}

Response Server::response_of(const Answer& answer, const Trace& trace) const {
  if (!answer.ok()) return error_response(answer.error(), trace.dialect, names_);
  const Reply& reply = answer.value();
  Response response;
  response.status = reply.status;
  response.content_type = reply.content_type;
  response.body = reply.body;
  if (reply.etag) response.headers.push_back({"ETag", entity_tag(*reply.etag)});
  if (!reply.location.empty()) response.headers.push_back({"Location", reply.location});
  return response;
}

Response Server::finished(const Request& request, Response response, const Trace& trace) {
  auto& headers = response.headers;
  headers.reserve(headers.size() + 8);
  headers.push_back({"X-Request-ID", trace.request_id});
  headers.push_back({"X-Revision", std::to_string(trace.revision.value_or(service_.store().revision()))});
  headers.push_back({"Cache-Control", "no-store"});
  headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (trace.retry_after) headers.push_back({"Retry-After", std::to_string(trace.retry_after->count())});
  cors_.allow_reading(request, response);
  const auto took = std::chrono::steady_clock::now() - trace.begun;
  const bool has_route = trace.route != "-";
  logging::info("request", {{"method", request.method},
                            {has_route ? "route" : "path", has_route ? trace.route : shown_path(request.target)},
                            {"status", response.status},
                            {"us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()},
                            {"bytes", response.body.size()},
                            {"ip", request.peer},
                            {"request_id", trace.request_id},
                            {"tenant", trace.tenant},
                            {"actor", trace.actor}});
  return response;
}

Response Server::error(int status, std::string_view why, const Request& request) const {
  const Dialect dialect = dialect_of(request.target);
  Response response = error_response(status, why, dialect, names_);
  if (!request.method.empty() && !parse_method(request.method)) {
    response = error_response(api::error(api::Code::kMethodNotAllowed, std::string(why)), dialect, names_);
    status = response.status;
    const auto allowed = router_.match(Method::kOptions, request.path).allowed;
    if (!allowed.empty()) response.headers.push_back({"Allow", join(allowed)});
  }
  std::string id = request.request_id.empty() ? ids_.next() : request.request_id;
  logging::info("refused", {{"status", status}, {"why", why}, {"ip", request.peer}, {"request_id", id}});
  response.headers.push_back({"X-Request-ID", std::move(id)});
  response.headers.push_back({"X-Revision", std::to_string(service_.store().revision())});
  response.headers.push_back({"Cache-Control", "no-store"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  cors_.allow_reading(request, response);
  return response;
}

}  // namespace http
