// An entry is what api.md's evaluation is about and what came of it, as one line of JSON:
//
//   {"id":"0197…","time":"2026-…","call":"evaluation","asked_by":"service_user:0197…","request_id":"…",
//    "subject":{"type":"user","id":"ann"},"action":{"name":"view"},"resource":{"type":"doc","id":"1"},
//    "latency_us":14,"decision":false,"reason":"A rule of priority 10 decided
//    this.","priority":10,"policies":["0197…"], "rules":["0197…"],"failed":[],"revision":812}
//
// Messages of rules that failed are not in it: they may have values of what is stored. Nor is anything of the
// credential but whose it is.
#include "api/decision_recorder.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "decision_log/log.h"

namespace api {
namespace {

// A larger entry is kept without what its request says beside names.
constexpr std::size_t kMostEntry = std::size_t{32} << 10U;

// Of entries that one call has together before it gives them to the log.
constexpr std::size_t kMuch = std::size_t{1} << 20U;

constexpr std::chrono::seconds kStrictLimit{5};

void write_entity(base::JsonWriter& json, std::vector<std::string>& masked, std::string_view name,
                  const EntityName& entity, const base::Json& properties, bool with_values,
                  const decision_log::Mask::Node* root) {
  const decision_log::Mask::Node* const node = root ? root->below(name) : nullptr;
  const std::string at = "/" + std::string(name);
  decision_log::MaskedWriter writer(json, masked);
  json.name(name).begin_object();
  writer.member("type", std::string_view(entity.type), node, at);
  writer.member("id", std::string_view(entity.id), node, at);
  if (with_values && properties.object()) writer.member("properties", properties, node, at);
  json.end_object();
}

template <typename T, typename Get>
void write_ids(base::JsonWriter& json, std::string_view name, const std::vector<T>& of, const Get& get) {
  if (of.empty()) return;
  json.name(name).begin_array();
  for (const T& each : of) json.value(get(each));
  json.end_array();
}

std::string asker(const Caller& caller) {
  return std::string(name_of(caller.principal.kind)) + ":" + caller.principal.id.to_string();
}

}  // namespace

DecisionRecorder::DecisionRecorder(const Read& read, const domain::TenantId& tenant,
                                   std::shared_ptr<const authz::TenantPolicies> policies,
                                   std::string_view call)
    : read_(read),
      tenant_(tenant),
      policies_(std::move(policies)),
      call_(call),
      asked_by_(policies_ && policies_->settings.log.kind != domain::LogKind::kOff ? asker(read.caller)
                                                                                   : "") {
  if (!policies_ || policies_->settings.log.kind == domain::LogKind::kOff) return;
  settings_ = &policies_->settings.log;
  time_ = to_string(read.now);
  if (settings_->mask.empty()) return;
  mask_.emplace(settings_->mask);
  const auto* const subject = mask_->root() ? mask_->root()->below("subject") : nullptr;
  const auto* const id = subject ? subject->below("id") : nullptr;
  hides_subject_ = id && id->hides();
}

// By the 40 first of the random bits of a version 7 id: whoever has an id can tell.
bool DecisionRecorder::is_kept(bool allowed, const base::Uuid& id) const {
  switch (settings_->kind) {
    case domain::LogKind::kOff:
      return false;
    case domain::LogKind::kDenied:
      return !allowed;
    case domain::LogKind::kAll:
      return true;
    case domain::LogKind::kSample:
      break;
  }
  constexpr int kBits = 40;
  std::uint64_t random = id.bytes()[8] & 0x3FU;
  for (std::size_t i = 9; i < 14; ++i) random = random << 8U | id.bytes()[i];
  random >>= 6U;  // 46 bits to 40
  return random * domain::kWhole < settings_->per_million << kBits;
}

decision_log::Uses DecisionRecorder::uses_of(const Decided& decided,
                                             const std::optional<domain::Principal>& subject) const {
  using decision_log::Used;
  decision_log::Uses uses;
  for (const auto* rule : decided.determining) uses.add(Used::kRule, rule->rule.raw());
  for (const domain::GrantId& grant : decided.grants) uses.add(Used::kGrant, grant.raw());
  if (decided.permission) uses.add(Used::kPermission, read_.catalogue->all()[*decided.permission].scope);
  if (decided.by_roles && subject && !hides_subject_) uses.add(Used::kSubject, subject->id.raw());
  return uses;
}

std::string DecisionRecorder::entry_of(const DecisionQuestion& question, const Decided& decided,
                                       std::chrono::nanoseconds took, const base::Uuid& id,
                                       bool with_values) const {
  const decision_log::Mask::Node* const root = mask_ ? mask_->root() : nullptr;
  std::vector<std::string> masked;
  base::JsonWriter json;
  json.reserve(768);
  json.begin_object().member("id", id).member("time", time_).member("call", call_);
  json.member("asked_by", asked_by_).member("request_id", read_.origin.request_id);
  write_entity(json, masked, "subject", question.subject, question.subject_properties, with_values, root);
  {
    const decision_log::Mask::Node* const node = root ? root->below("action") : nullptr;
    decision_log::MaskedWriter writer(json, masked);
    json.name("action").begin_object();
    writer.member("name", std::string_view(question.action), node, "/action");
    if (with_values && question.action_properties.object())
      writer.member("properties", question.action_properties, node, "/action");
    json.end_object();
  }
  write_entity(json, masked, "resource", question.resource, question.resource_properties, with_values, root);
  if (with_values && question.context.object())
    decision_log::MaskedWriter(json, masked).member("context", question.context, root, "");
  json.member("latency_us", std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  if (!with_values) json.member("cut", true);
  if (!masked.empty()) json.member("masked", masked);
  json.member("decision", decided.allowed).member("reason", reason_of(decided));
  if (decided.tier) json.member("priority", *decided.tier);
  write_ids(json, "policies", deciding_policies(decided, *policies_), [](const auto& of) { return of; });
  write_ids(json, "rules", decided.determining, [](const auto* rule) { return rule->rule; });
  write_ids(json, "grants", decided.grants, [](const auto& of) { return of; });
  if (decided.permission) json.member("permission", read_.catalogue->all()[*decided.permission].scope);
  write_ids(json, "failed", decided.failed, [](const auto& failed) { return failed.rule->rule; });
  json.member("revision", read_.txn.revision());
  return json.end_object().take();
}

std::optional<base::Uuid> DecisionRecorder::note(const DecisionQuestion& question, const Decided& decided,
                                                 std::chrono::nanoseconds took,
                                                 const std::optional<domain::Principal>& subject) {
  if (!is_on()) return std::nullopt;
  decision_log::Event event;
  event.tenant = tenant_;
  event.id = read_.decision_log->make_id(read_.now);
  event.keep = {settings_->keep_entries, settings_->keep_days};
  decision_log::Uses uses = uses_of(decided, subject);
  if (uses != counted_) event.uses = counted_ = std::move(uses);
  const bool is_kept = this->is_kept(decided.allowed, event.id);
  if (is_kept) {
    event.json = entry_of(question, decided, took, event.id, true);
    if (event.json.size() > kMostEntry) event.json = entry_of(question, decided, took, event.id, false);
  }
  const base::Uuid id = event.id;
  if (!event.json.empty() || !event.uses.empty()) {
    bytes_ += event.json.size();
    events_.push_back(std::move(event));
  }
  return is_kept ? std::optional(id) : std::nullopt;
}

void DecisionRecorder::flush_if_large() {
  if (bytes_ < kMuch || !is_on()) return;
  bytes_ = 0;
  if (!is_strict())
    read_.decision_log->put(std::exchange(events_, {}));
  else if (const auto kept = read_.decision_log->put_and_wait(std::exchange(events_, {}), kStrictLimit);
           !kept.ok() && !failed_)
    failed_ = kept.error();
}

Outcome<void> DecisionRecorder::finish() {
  if (is_strict() && !read_.decision_log)
    return error(Code::kOverloaded, "the decision log: there is none, and this tenant's decisions need one");
  if (!is_strict()) {
    if (!events_.empty()) read_.decision_log->put(std::exchange(events_, {}));
    return {};
  }
  if (!failed_ && !events_.empty())
    if (auto kept = read_.decision_log->put_and_wait(std::exchange(events_, {}), kStrictLimit); !kept.ok())
      failed_ = kept.error();
  if (!failed_) return {};
  return error(Code::kOverloaded, failed_->message + ", and this tenant's is strict; try again later");
}

}  // namespace api
