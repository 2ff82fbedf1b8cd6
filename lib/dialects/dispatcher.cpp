// A request's way, in the contract's order of checks: route, cross-site, credential, tenant, body, and only
// then the operation with its guard. A read goes it in one call:
//
//   handle -> ReadCall::start -> Admission::admit -> the route's ReadHandler -> Responder::finished
//          -> Exchange::answer
//
// or goes on in the pool, as read_call.h says. A change goes on from here as a ChangeCall (change_call.h):
//
//   handle -> ChangeCall::queue -> Admission::admit, and on as that file says
//
// A call whose body is taken as it comes begins before that (streamed_call.h):
//
//   before_body -> begin_import -> Admission::admit, the route's ImportHandler -> StreamedCall
#include "dialects/dispatcher.h"

#include <optional>
#include <utility>

#include "api/limits.h"
#include "api/refusal.h"
#include "base/log.h"
#include "dialects/all_dialects.h"
#include "dialects/conditions.h"
#include "dialects/copy_of.h"
#include "dialects/errors.h"
#include "dialects/request_headers.h"
#include "dialects/streamed_call.h"
#include "http/cross_site.h"

namespace dialects {
namespace {

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

bool is_change(const Route& route) {
  return std::holds_alternative<ChangeHandler>(route.handle) ||
         std::holds_alternative<LongChangeHandler>(route.handle) ||
         std::holds_alternative<ImportHandler>(route.handle);
}

}  // namespace

Dispatcher::Dispatcher(api::Service& service, const base::Clock& clock, crypto::Random& random,
                       WorkPools pools, DispatcherOptions options)
    : service_(service),
      router_(options.routes),
      responder_(options.v1beta1_names, options.copy, std::move(options.cors_origins)),
      admission_(service, clock, *options.ticks, options.copy, options.admission),
      verifier_(service.store(), clock),
      state_{service,      options.v1beta1_names,         *options.backups,
             verifier_,    std::move(options.public_url), options.user_ids,
             options.copy, std::move(options.facts),      std::move(options.config)},
      ids_(clock, random),
      read_parts_{service, *options.ticks, admission_, responder_, pools_},
      change_parts_{service, admission_, responder_, pools_, options.user_ids, options.copy},
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
    return exchange->answer(responder_.finished(request, Answer(*std::move(wrong)), log));
  const auto method = http::parse_method(request.method);
  const Router::Match match = method ? router_.match(*method, request.path) : Router::Match();
  if (!match.route) {
    http::Response response = answer_without_route(request, match, log);
    return exchange->answer(responder_.finished(request, std::move(response), log));
  }
  const Route& route = *match.route;
  log.route = route.path;
  if (auto refused = refuse_cross_site(request, route))
    return exchange->answer(responder_.finished(request, Answer(*std::move(refused)), log));
  if (auto refused = refuse_on_copy(request, route, log))
    return exchange->answer(responder_.finished(request, Answer(*std::move(refused)), log));
  const auto begin_change = [&](const ChangeCall::Planning& plan) {
    std::make_shared<ChangeCall>(change_parts_, std::move(exchange), route, std::move(log))->queue(plan);
  };
  std::visit(
      Overloaded{
          [&](StateHandler handler) {
            const domain::TenantId nobody;  // who calls isn't known, and nothing in the store looked at
            const Call call{request, route, responder_.names(), nobody, {}, {}};
            Answer answer =
                exchange->over_share({})
                    ? api::error(api::Code::kOverloaded,
                                 "too many answers to your address wait to be read; read them first")
                    : handler(call, state_);
            exchange->answer(responder_.finished(request, std::move(answer), log));
          },
          [&](ReadHandler handler) {
            ReadCall::start(read_parts_, std::move(exchange), route, handler, std::move(log));
          },
          [&](StateReadHandler handler) {
            const auto answering = [this, handler](const Call& call, const api::Read& snapshot) {
              return handler(call, snapshot, state_);
            };
            ReadCall::start(read_parts_, std::move(exchange), route, answering, std::move(log));
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

// What handle() looks at before the body, in the same order. The tenant is looked at too, so that whoever may
// not call isn't read from.
http::BodyAdmission Dispatcher::before_body(const http::Request& head) {
  RequestLog log{.dialect = dialect_of(head.target)};
  log.request_id = request_id(head, log.dialect);
  if (auto wrong = wrong_id(head, log.dialect))
    return {{}, responder_.finished(head, Answer(*std::move(wrong)), log)};
  const auto method = http::parse_method(head.method);
  const Router::Match match = method ? router_.match(*method, head.path) : Router::Match();
  if (!match.route) return {{}, responder_.finished(head, answer_without_route(head, match, log), log)};
  log.route = match.route->path;
  if (auto refused = refuse_cross_site(head, *match.route))
    return {{}, responder_.finished(head, Answer(*std::move(refused)), log)};
  if (auto refused = refuse_on_copy(head, *match.route, log))
    return {log.payer, responder_.finished(head, Answer(*std::move(refused)), log)};
  if (std::holds_alternative<StateHandler>(match.route->handle)) return {};
  if (const auto* import = std::get_if<ImportHandler>(&match.route->handle))
    return begin_import(head, *match.route, std::move(log), *import);
  const auto admitted = admission_.admit(head, *match.route, log);
  if (!admitted.ok()) return {{}, responder_.finished(head, Answer(admitted.error()), log)};
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
  const auto admitted =
      admission_.admit(head, route, log, [&](const api::Read& read, const domain::Owner& owner) {
        caller = read.caller;
        whose = owner;
        if (head.header("if-match").count > 0)
          import = if_match_of_no_use();
        else if (head.header("idempotency-key").count > 0)
          import = api::invalid("Idempotency-Key", "is of no use here: what is put again stays as it is");
        else
          import = handler(Call{head, route, responder_.names(), owner, {}, {}, read.now}, read);
      });
  if (admitted.ok() && !import.ok()) {
    if (import.error().code == api::Code::kForbidden) {
      const auto noting = [operation = *route.operation, whose = *whose](api::Change& change) {
        return api::note_refusal(change, operation, whose);
      };
      // That it can't be kept, or is counted with others, changes nothing of the answer.
      (void)service_.submit(*caller, {head.peer, log.request_id}, noting, [](const auto&) {});
    }
    return {log.payer, responder_.finished(head, Answer(import.error()), log)};
  }
  if (!admitted.ok()) return {{}, responder_.finished(head, Answer(admitted.error()), log)};
  http::Request kept = head;  // as the answer's headers and the log need it
  log.counted = true;
  const StreamedCall::Parts parts{service_, responder_, *pools_.slow};
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
  const auto admitted = admission_.admit(request, route, log);
  return admitted.ok() ? refuse_change(*state_.copy) : admitted.error();
}

// Where a body of any type is taken, no preflight stands between another site's page and a change.
std::optional<api::Error> Dispatcher::refuse_cross_site(const http::Request& request,
                                                        const Route& route) const {
  const bool changes = route.method != http::Method::kGet && route.method != http::Method::kHead;
  if (!route.dialect->takes_any_content_type || !changes) return std::nullopt;
  if (responder_.cors().listed(request) || !http::crosses_sites(request)) return std::nullopt;
  return api::error(api::Code::kForbidden,
                    "Origin: a page of another site may not make this call, unless server.cors_origins lists "
                    "where it is from");
}

http::Response Dispatcher::answer_without_route(const http::Request& request, const Router::Match& match,
                                                const RequestLog& log) const {
  if (match.allowed.empty())
    return error_response(api::error(api::Code::kNotFound, "path: there is no such call"), log.dialect,
                          responder_.names(), request);
  http::Response response;
  if (request.method == name_of(http::Method::kOptions)) {
    response.status = 204;
    responder_.cors().allow_calling(request, match.allowed, response);
  } else {
    const std::string why =
        request.method + ": not allowed for this path, which takes " + http::join(match.allowed);
    response = error_response(api::error(api::Code::kMethodNotAllowed, why), log.dialect, responder_.names(),
                              request);
  }
  response.headers.push_back({"Allow", http::join(match.allowed)});
  return response;
}

http::Response Dispatcher::error(int status, std::string_view why, const http::Request& request) const {
  RequestLog log{.dialect = dialect_of(request.target)};
  log.request_id = request_id(request, log.dialect);
  http::Response response = error_response(status, why, log.dialect, responder_.names(), request);
  if (!request.method.empty() && !http::parse_method(request.method)) {
    response = error_response(api::error(api::Code::kMethodNotAllowed, std::string(why)), log.dialect,
                              responder_.names(), request);
    status = response.status;
    const auto allowed = router_.match(http::Method::kOptions, request.path).allowed;
    if (!allowed.empty()) response.headers.push_back({"Allow", http::join(allowed)});
  }
  base::logging::info(
      "refused", {{"status", status}, {"why", why}, {"ip", request.peer}, {"request_id", log.request_id}});
  responder_.add_headers(request, log, response);
  return response;
}

}  // namespace dialects
