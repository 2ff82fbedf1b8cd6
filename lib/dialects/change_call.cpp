// A change goes its way in three steps, of which the third, and the second once more, run on the store's
// writer thread:
//
//   queue -> rehearse -> prepare -> admit, the route's ChangeHandler -> Service::submit, which rehearses it
//   run     finds the answer to a repeated request, or makes the change and keeps its answer
//   settle  -> finished -> Exchange::answer, once the change is on disk
//
// The first of them is taken in the pool where the body is large, for parsing it is slow work, or where the
// rehearsal is:
//
//   queue -> admit -> WorkPool::submit -> rehearse -> prepare, and on as above
//
// One before which something takes long waits for that between its rehearsal and the writer:
//
//   Service::submit -> begin_long_work -> WorkPool::submit, a thread of a pool -> the writer
//
// With `?dry_run=true` it is in the pool from the beginning, and goes no further:
//
//   queue -> admit -> WorkPool::submit -> rehearse -> prepare -> Service::foresee, run -> Exchange::answer
#include "dialects/change_call.h"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include "api/idempotency.h"
#include "api/impact.h"
#include "api/tenants.h"
#include "base/log.h"
#include "dialects/conditions.h"
#include "dialects/content.h"
#include "dialects/copy_of.h"
#include "dialects/errors.h"
#include "dialects/foreseen_reply.h"
#include "dialects/kept_reply.h"
#include "dialects/owner.h"
#include "dialects/query.h"
#include "dialects/request_headers.h"
#include "dialects/router.h"

namespace dialects {

bool asks_dry_run(const http::Request& request, const Route& route) {
  return route.takes_dry_run && std::any_of(request.query.begin(), request.query.end(),
                                            [](const http::NameValue& p) { return p.name == "dry_run"; });
}

// What the request is about, for telling its repetition from another request: its target and the tenant. A
// key of the platform's used for two tenants is two requests. A tenant that is named by its slug is meant by
// its id, since the slug may be another's by the time the request is repeated. Nothing where there is no such
// tenant: the call will say so.
std::optional<std::string> ChangeCall::find_meaning(const api::Read& read) const {
  const std::string_view target = exchange_->request().target;
  std::string tenant = to_string(*owner_);
  if (named_tenant_ && !named_tenant_->empty()) {
    const auto found = api::find_tenant(read, *named_tenant_);
    if (!found.ok()) return std::nullopt;
    tenant = found->id.to_string();
  }
  const std::string_view path = target.substr(0, target.find('?'));
  std::string meant;
  std::size_t at = 0;
  for (const std::string_view part : segments_of(route_.path)) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    meant += parameter_name(part) == "org_id" ? "/" + tenant : std::string(path.substr(at, end - at));
    at = end;
  }
  meant.append(target.substr(at)).append(" ").append(tenant);
  return meant;
}

void ChangeCall::queue(const Planning& plan) {
  const http::Request& request = exchange_->request();
  const bool is_slow =
      request.body.size() > kReactorBody || route_.rehearses_long || asks_dry_run(request, route_);
  if (!is_slow) return rehearse(plan);
  auto admitted = parts_.admission.admit(request, route_, log_);
  if (admitted.ok() && !exchange_->keep_body(log_.payer)) admitted = no_room_for_body();
  if (admitted.ok()) {
    const auto work = [self = shared_from_this(), plan] {
      try {
        self->rehearse(plan);
      } catch (const std::exception& e) {
        base::logging::error("answer failed", {{"request_id", self->log_.request_id}, {"why", e.what()}});
      }
    };
    if (parts_.pools.slow->submit(log_.payer.tenant, work)) return;
    admitted = too_many_requests();
  }
  refuse(std::move(admitted).error());
}

void ChangeCall::rehearse(const Planning& plan) {
  auto queued = prepare(plan);
  if (queued.ok()) {
    const api::Origin origin{exchange_->request().peer, log_.request_id};
    queued = dry_run_ ? foresee(origin) : submit(origin);
    if (!queued.ok()) queued = named_as_sent(std::move(queued).error(), route_, exchange_->request());
  }
  if (!queued.ok()) refuse(std::move(queued).error());
}

api::Outcome<void> ChangeCall::submit(const api::Origin& origin) {
  const auto self = shared_from_this();
  api::Before before;
  if (begin_) before = [self](const api::GoOn& go_on) { return self->begin_long_work(go_on); };
  return parts_.service.submit(
      std::move(*caller_), origin, [self](api::Change& change) { return self->run(change); },
      [self](const api::Outcome<std::uint64_t>& revision) { self->settle(revision); }, before);
}

// Whole in this thread, which is one of the pool.
api::Outcome<void> ChangeCall::foresee(const api::Origin& origin) {
  const auto self = shared_from_this();
  std::function<api::Outcome<void>()> between;
  if (begin_)
    between = [self]() -> api::Outcome<void> {
      const auto step = self->begin_();
      return step.ok() ? (*step)() : step.error();
    };
  Reply reply;
  const auto look = [&](const api::Read& before, const api::Change& after) -> api::Outcome<void> {
    const auto impact = api::impact_of(before, after, *owner_, parts_.user_ids);
    if (!impact.ok()) return impact.error();
    log_.revision = before.txn.revision();
    reply = foreseen_reply(reply_, *impact, before.txn.revision());
    return {};
  };
  const auto looked = parts_.service.foresee(
      std::move(*caller_), origin, [self](api::Change& change) { return self->run(change); }, between, look,
      [self](const api::Outcome<std::uint64_t>& revision) { self->settle(revision); });
  if (!looked.ok()) return looked.error();
  if (*looked)
    exchange_->answer(parts_.responder.finished(exchange_->request(), Answer(std::move(reply)), log_));
  return {};
}

void ChangeCall::refuse(api::Error why) {
  exchange_->answer(parts_.responder.finished(exchange_->request(), Answer(std::move(why)), log_));
}

// An exchange that the pool drops when it stops answers 500 as it is destroyed.
api::Outcome<void> ChangeCall::begin_long_work(const api::GoOn& go_on) {
  auto step = begin_();
  if (!step.ok()) return step.error();
  const auto work = [self = shared_from_this(), go_on, step = std::move(step).value()] {
    try {
      auto done = step();
      if (done.ok()) done = go_on();
      if (!done.ok()) self->refuse(std::move(done).error());
    } catch (const std::exception& e) {
      base::logging::error("answer failed", {{"request_id", self->log_.request_id}, {"why", e.what()}});
    }
  };
  base::WorkPool& pool = route_.place == Place::kPool ? *parts_.pools.slow : *parts_.pools.lengthy;
  if (pool.submit(log_.payer.tenant, work)) return {};
  return too_many_requests();
}

// Everything before the guard, in the contract's order: credential, tenant, then the request's own words.
api::Outcome<void> ChangeCall::prepare(const Planning& plan) {
  const http::Request& request = exchange_->request();
  base::Timestamp now;
  const auto admitted =
      parts_.admission.admit(request, route_, log_, [&](const api::Read& read, const domain::Owner& owner) {
        caller_ = read.caller;
        owner_ = owner;
        now = read.now;
      });
  if (!admitted.ok()) return admitted.error();
  if (!exchange_->keep_body(log_.payer)) return no_room_for_body();
  auto key = idempotency_key(request);
  if (!key.ok()) return key.error();
  auto if_match = parse_if_match(request);
  if (!if_match.ok()) return if_match.error();
  if (if_match->given && !route_.takes_if_match) return if_match_of_no_use();
  Call call{request, route_, parts_.responder.names(), *owner_, {}, std::move(if_match).value(), now};
  if (const auto wrong = wrong_parameters(call)) return *wrong;
  if (!route_.body.empty()) {
    auto body = json_body(request, *route_.dialect);
    if (!body.ok()) return body.error();
    call.body = std::move(body).value();
  }
  if (route_.takes_dry_run) {
    Query query(call);
    dry_run_ = query.flag("dry_run");
    if (const auto bad = query.error()) return *bad;
  }
  if (parts_.copy && !dry_run_) return refuse_change(*parts_.copy);
  auto if_revision = dialects::if_revision(request);
  if (!if_revision.ok()) return if_revision.error();
  if (*if_revision && !route_.takes_dry_run)
    return api::invalid("X-If-Revision", "is of no use here: this call takes no dry run");
  if_revision_ = *if_revision;
  auto planned = plan(call);
  if (!planned.ok()) return planned.error();
  if (!key->empty() && route_.dialect->named_tenant) named_tenant_ = route_.dialect->named_tenant(call);
  idempotency_key_ = std::move(key).value();
  begin_ = std::move(planned->begin);
  work_ = std::move(planned->work);
  return {};
}

// In a rehearsal, and then in the writer's transaction, perhaps more than once.
api::Outcome<void> ChangeCall::run(api::Change& change) {
  const http::Request& request = exchange_->request();
  // While the change waited, the tenant may have gone.
  const auto owner = owner_of(request, route_, change);
  if (!owner.ok()) return owner.error();
  const auto meaning =
      idempotency_key_.empty() || dry_run_ ? std::optional<std::string>() : find_meaning(change);
  const api::IdempotentRequest same{idempotency_key_, request.method,
                                    meaning ? std::string_view(*meaning) : std::string_view(), request.body};
  if (meaning) {
    auto kept = api::find_answer(change, same);
    if (!kept.ok()) return kept.error();
    if (kept.value()) {
      reply_ = from_kept(std::move(*kept.value()));
      return {};
    }
  }
  if (auto unchanged = check_unchanged(); !unchanged.ok()) return unchanged;
  auto answer = work_(change);
  if (!answer.ok()) return answer.error();
  reply_ = std::move(answer).value();
  if (!meaning) return {};
  return api::keep_answer(change, same, to_kept(reply_));
}

// What comes before it in its own transaction counts too.
api::Outcome<void> ChangeCall::check_unchanged() const {
  if (!if_revision_ || parts_.service.is_unchanged_since(*if_revision_, *owner_)) return {};
  return api::error(api::Code::kPreconditionFailed,
                    "X-If-Revision: something has changed since revision " + std::to_string(*if_revision_) +
                        ", or may have; look again at what the change would do");
}

// On disk, or not. An exception must not reach the writer; the exchange answers 500 when it is destroyed.
void ChangeCall::settle(const api::Outcome<std::uint64_t>& revision) {
  try {
    const http::Request& request = exchange_->request();
    if (revision.ok()) log_.revision = revision.value();
    Answer answer =
        revision.ok() ? Answer(std::move(reply_)) : Answer(named_as_sent(revision.error(), route_, request));
    exchange_->answer(parts_.responder.finished(request, std::move(answer), log_));
  } catch (const std::exception& e) {
    base::logging::error("answer failed", {{"request_id", log_.request_id}, {"why", e.what()}});
  }
}

}  // namespace dialects
