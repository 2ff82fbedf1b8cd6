// A single question, or several in one call. Those begin on the reactor, where a question takes microseconds;
// a call that has taken its millisecond there is begun anew in the pool, since the snapshot that the first
// answers came from can't go along.
#include <chrono>
#include <optional>
#include <string>

#include "api/decision_recorder.h"
#include "dialects/access/answer.h"
#include "dialects/access/calls.h"
#include "dialects/access/dialect.h"
#include "dialects/access/question.h"
#include "dialects/access/tenant.h"
#include "dialects/moment.h"
#include "dialects/request_headers.h"
#include "dialects/server_state.h"

namespace dialects::access {
namespace {

using enum http::Method;

// Of the answers to all questions of one call.
constexpr std::size_t kMostAnswers = std::size_t{32} << 20U;

// What stands in for what elements lack is looked at for each of them: so much in all.
constexpr std::size_t kMostShared = std::size_t{256} << 20U;

// How long the snapshot of one call may live.
constexpr std::chrono::nanoseconds kLongest = std::chrono::seconds(10);

// When to stop after a question.
enum class Semantic { kAll, kUntilDeny, kUntilPermit };

struct Options {
  Semantic semantic = Semantic::kAll;
  std::optional<api::Reasons> reasons;
};

std::optional<Semantic> parse_semantic(std::string_view name) {
  if (name == "execute_all") return Semantic::kAll;
  if (name == "deny_on_first_deny") return Semantic::kUntilDeny;
  if (name == "permit_on_first_permit") return Semantic::kUntilPermit;
  return std::nullopt;
}

// The member as one of its names; nothing where it isn't there.
template <typename Parse>
auto choice(const base::Json& options, std::string_view name, Parse parse, std::string_view names)
    -> api::Outcome<decltype(parse(std::string_view()))> {
  using Found = decltype(parse(std::string_view()));
  const base::Json* const given = member(options, name);
  if (!given) return Found();
  const Found found = given->string() ? parse(*given->string()) : Found();
  if (found) return found;
  return api::invalid("/options/" + std::string(name), "must be one of " + std::string(names));
}

api::Outcome<Options> options_of(const base::Json& body) {
  Options options;
  const base::Json* const given = member(body, "options");
  if (!given) return options;
  if (!given->object()) return api::invalid("/options", "must be an object");
  const auto semantic = choice(*given, "evaluations_semantic", parse_semantic,
                               "execute_all, deny_on_first_deny, permit_on_first_permit");
  if (!semantic.ok()) return semantic.error();
  const auto reasons = choice(
      *given, "reasons", [](std::string_view name) { return api::parse_reasons(name); },
      "none, user, admin, trace");
  if (!reasons.ok()) return reasons.error();
  options.semantic = semantic->value_or(Semantic::kAll);
  options.reasons = *reasons;
  return options;
}

// How much is told. Which rules decide is for those who may ask about others.
api::Outcome<api::Reasons> reasons_for(const Options& options, api::Decisions& decisions) {
  const api::Reasons wanted = options.reasons.value_or(decisions.reasons());
  if (wanted == api::Reasons::kNone || wanted == api::Reasons::kUser) return wanted;
  const auto may_decide = decisions.may_decide();
  if (!may_decide.ok()) return may_decide.error();
  return *may_decide ? wanted : api::Reasons::kUser;
}

// About how many bytes it takes to look at a value.
std::size_t weight_of(const base::Json& json) {
  constexpr std::size_t kEach = 16;
  std::size_t weight = kEach;
  if (const std::string* const text = json.string()) weight += text->size();
  if (const base::Json::Array* const array = json.array())
    for (const base::Json& element : *array) weight += weight_of(element);
  if (const base::Json::Object* const object = json.object())
    for (const auto& [name, value] : *object) weight += name.size() + weight_of(value);
  return weight;
}

std::optional<api::Error> too_much(const base::Json& body, std::size_t items) {
  std::size_t shared = 0;
  for (const char* const name : {"subject", "action", "resource", "context"})
    if (const base::Json* const part = member(body, name)) shared += weight_of(*part);
  if (shared <= kMostShared / items) return std::nullopt;
  return api::invalid("/evaluations",
                      "are too many for what stands beside them; send fewer, or less of that");
}

// What was decided, how much is told of it, and its id in the tenant's log.
struct Answered {
  const api::Decided& decided;
  api::Reasons reasons;
  std::optional<base::Uuid> evaluation;
};

// The answer, with the rules that came close where these were asked for.
api::Outcome<void> write_traced(base::JsonWriter& w, const Answered& answered, api::Decisions& decisions,
                                const api::DecisionQuestion& question) {
  std::optional<authz::NearRules> near;
  if (answered.reasons == api::Reasons::kTrace && !answered.decided.used_up) {
    auto found = decisions.near_rules(question);
    if (!found.ok()) return found.error();
    near = std::move(found).value();
  }
  write_answer(w, answered.decided, answered.reasons, decisions, near ? &*near : nullptr,
               answered.evaluation);
  return {};
}

bool is_late(const Call& call, const api::Read& read) {
  return call.until && read.ticks.now() > *call.until;
}

// Its id in the tenant's log, if it will be there.
std::optional<base::Uuid> note(api::DecisionRecorder& recorder, api::Decisions& decisions,
                               const api::DecisionQuestion& question, const api::Decided& decided,
                               std::chrono::nanoseconds took) {
  if (!recorder.is_on()) return std::nullopt;
  return recorder.note(question, decided, took, decisions.decider().principal(question.subject));
}

Answer answer_one(const Call& call, const api::Read& read, api::Decisions& decisions, const Options& options,
                  api::DecisionRecorder& recorder) {
  QuestionReader reader(call.body);
  if (auto wrong = reader.read_body()) return *std::move(wrong);
  const auto reasons = reasons_for(options, decisions);
  if (!reasons.ok()) return reasons.error();
  if (call.until && *reasons == api::Reasons::kTrace) return continued_in_pool();
  const auto begun = read.ticks.now();
  const auto decided = decisions.decide(reader.question(), *reasons > api::Reasons::kUser);
  if (decisions.is_heavy()) return continued_in_pool();
  if (!decided.ok()) return decided.error();
  const auto id = note(recorder, decisions, reader.question(), *decided, read.ticks.now() - begun);
  if (const auto kept = recorder.finish(); !kept.ok()) return kept.error();
  base::JsonWriter w;
  if (auto told = write_traced(w, {*decided, *reasons, id}, decisions, reader.question()); !told.ok())
    return told.error();
  Reply reply = ok(w.take());
  if (id) reply.headers.push_back({kEvaluationId, id->to_string()});
  return reply;
}

Answer answer_all(const Call& call, const api::Read& read, api::Decisions& decisions, const Options& options,
                  const base::Json::Array& items, api::DecisionRecorder& recorder) {
  QuestionReader reader(call.body);
  if (auto wrong = reader.check_defaults()) return *std::move(wrong);
  if (auto wrong = too_much(call.body, items.size())) return *std::move(wrong);
  const auto begun = read.ticks.now();
  const auto reasons = reasons_for(options, decisions);
  if (!reasons.ok()) return reasons.error();
  if (call.until && *reasons == api::Reasons::kTrace) return continued_in_pool();
  base::JsonWriter w;
  w.begin_object().name("evaluations").begin_array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (is_late(call, read)) return continued_in_pool();
    if (read.ticks.now() - begun > kLongest)
      return api::error(api::Code::kOverloaded, "evaluations: these take more than ten seconds; send fewer");
    if (w.text().size() > kMostAnswers)
      return api::invalid("/evaluations", "have answers of more than " + std::to_string(kMostAnswers >> 20U) +
                                              " MiB; send fewer, or ask for fewer reasons");
    bool allowed = false;
    auto wrong = reader.read(items[i], "/evaluations/" + std::to_string(i));
    if (!wrong) {
      const auto asked = read.ticks.now();
      const auto decided = decisions.decide(reader.question(), *reasons > api::Reasons::kUser);
      if (decisions.is_heavy()) return continued_in_pool();
      if (decided.ok()) {
        const auto id = note(recorder, decisions, reader.question(), *decided, read.ticks.now() - asked);
        if (!call.until) recorder.flush_if_large();
        allowed = decided->allowed;
        if (auto told = write_traced(w, {*decided, *reasons, id}, decisions, reader.question()); !told.ok())
          wrong = told.error();
      } else {
        wrong = decided.error();
      }
    }
    if (wrong) write_error(w, *wrong);
    if (options.semantic == (allowed ? Semantic::kUntilPermit : Semantic::kUntilDeny)) break;
  }
  if (const auto kept = recorder.finish(); !kept.ok()) return kept.error();
  return ok(w.end_array().end_object().take());
}

// `evaluations` of the body; null where there are none, and the body itself is the question.
api::Outcome<const base::Json::Array*> evaluations_of(const base::Json& body) {
  const base::Json* const given = member(body, "evaluations");
  if (!given) return nullptr;
  if (!given->array()) return api::invalid("/evaluations", "must be an array of objects");
  return given->array()->empty() ? nullptr : given->array();
}

// What is asked: `several` is null where the body itself is the question.
struct Asked {
  const domain::TenantId& tenant;
  const Options& options;
  const base::Json::Array* several;
};

Answer answer(const Call& call, const api::Read& read, const ServerState& state, const Asked& asked) {
  const auto haste = call.until ? api::Decisions::Haste::kNoCompiling : api::Decisions::Haste::kNone;
  const auto decisions = api::Decisions::begin(read, asked.tenant, state.user_ids, haste);
  if (!decisions.ok()) return decisions.error();
  if (!*decisions) return continued_in_pool();
  api::DecisionRecorder recorder(read, asked.tenant, (*decisions)->shared_policies(),
                                 asked.several ? "evaluations" : "evaluation");
  if (recorder.is_strict() && call.until) return continued_in_pool();
  return asked.several ? answer_all(call, read, **decisions, asked.options, *asked.several, recorder)
                       : answer_one(call, read, **decisions, asked.options, recorder);
}

Answer answer(const Call& call, const api::Read& read, const ServerState& state, bool may_be_several) {
  const auto tenant = tenant_of(call, read);
  if (!tenant.ok()) return tenant.error();
  const auto options = options_of(call.body);
  if (!options.ok()) return options.error();
  const auto several = may_be_several ? evaluations_of(call.body) : nullptr;
  if (!several.ok()) return several.error();
  return answer_at(call, read, *tenant, [&](const api::Read& then) {
    return answer(call, then, state, Asked{*tenant, *options, *several});
  });
}

Answer evaluate(const Call& call, const api::Read& read, const ServerState& state) {
  return answer(call, read, state, false);
}

Answer evaluate_all(const Call& call, const api::Read& read, const ServerState& state) {
  return answer(call, read, state, true);
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/access/v1/evaluation",
     .id = "evaluate",
     .operation = op::decide,
     .takes_at = TakesAt::kInQuery,
     .body = "Evaluation",
     .place = Place::kReactorThenPool,
     .handle = evaluate},
    {.method = kPost,
     .path = "/access/v1/evaluations",
     .id = "evaluate_all",
     .operation = op::decide,
     .takes_at = TakesAt::kInQuery,
     .body = "Evaluations",
     .large_body = true,
     .place = Place::kReactorThenPool,
     .handle = evaluate_all},
    {.method = kPost,
     .path = "/{tenant}/access/v1/evaluation",
     .id = "evaluate_of_tenant",
     .operation = op::decide,
     .takes_at = TakesAt::kInQuery,
     .body = "Evaluation",
     .place = Place::kReactorThenPool,
     .handle = evaluate},
    {.method = kPost,
     .path = "/{tenant}/access/v1/evaluations",
     .id = "evaluate_all_of_tenant",
     .operation = op::decide,
     .takes_at = TakesAt::kInQuery,
     .body = "Evaluations",
     .large_body = true,
     .place = Place::kReactorThenPool,
     .handle = evaluate_all},
};

}  // namespace

std::span<const Route> evaluation_calls() {
  return kCalls;
}

}  // namespace dialects::access
