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
static_assert(kMostEntry < decision_log::SecretMembers::kMostNoted, "else not all that is left out is told");

// Of entries that one call has together before it gives them to the log.
constexpr std::size_t kMuch = std::size_t{1} << 20U;

constexpr std::chrono::seconds kStrictLimit{5};

// Writes what an entry has of the request: without what is masked, and without values where these are too
// much.
class RequestWriter {
 public:
  struct Leaving {
    const decision_log::Mask::Node* masked;  // null: nothing
    const decision_log::SecretMembers& secret;
    bool values;
  };
  RequestWriter(base::JsonWriter& json, const Leaving& leaving)
      : json_(json), leaving_(leaving), writer_(json, masked_) {}

  void entity(std::string_view name, const EntityName& entity, const base::Json& properties) {
    begin(name);
    text("type", entity.type);
    text("id", entity.id);
    end(properties);
  }
  void action(const DecisionQuestion& question) {
    begin("action");
    text("name", question.action);
    end(question.action_properties);
  }
  void context(const base::Json& context) {
    at_.clear();
    values("context", context, leaving_.masked);
  }
  const std::vector<std::string>& masked() const { return masked_; }

 private:
  void begin(std::string_view name) {
    part_ = leaving_.masked ? leaving_.masked->below(name) : nullptr;
    at_ = "/" + std::string(name);
    json_.name(name).begin_object();
  }
  void end(const base::Json& properties) {
    values("properties", properties, part_);
    json_.end_object();
  }
  void text(std::string_view name, std::string_view value) { writer_.member(name, value, part_, at_); }
  void values(std::string_view name, const base::Json& value, const decision_log::Mask::Node* parent) {
    if (leaving_.values || !value.object()) return;
    base::Json copy;
    const base::Json& shown = leaving_.secret.without(value, at_ + "/" + std::string(name), masked_, copy);
    writer_.member(name, shown, parent, at_);
  }

  base::JsonWriter& json_;
  const Leaving leaving_;
  std::vector<std::string> masked_;
  decision_log::MaskedWriter writer_;
  const decision_log::Mask::Node* part_ = nullptr;  // of the object that is being written
  std::string at_;
};

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
  if (read.today) return;  // what would have been decided at another time is no decision
  if (!policies_ || policies_->settings.log.kind == domain::LogKind::kOff) return;
  settings_ = &policies_->settings.log;
  time_ = to_string(read.now);
  secret_.emplace(policies_->settings.secret);
  if (settings_->mask.empty()) return;
  mask_.emplace(settings_->mask);
  hides_ = mask_->hides_beside();
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
  if (!hides_.grants)
    for (const domain::GrantId& grant : decided.grants) uses.add(Used::kGrant, grant.raw());
  if (decided.permission && !hides_.permission)
    uses.add(Used::kPermission, read_.catalogue->all()[*decided.permission].scope);
  if (decided.by_roles && subject && !hides_.subject) uses.add(Used::kSubject, subject->id.raw());
  return uses;
}

struct DecisionRecorder::Noted {
  const DecisionQuestion& question;
  const Decided& decided;
  const std::optional<domain::Principal>& subject;
  std::chrono::nanoseconds took;
  base::Uuid id;
};

std::string DecisionRecorder::entry_of(const Noted& noted, bool with_values) const {
  const DecisionQuestion& question = noted.question;
  const Decided& decided = noted.decided;
  base::JsonWriter json;
  json.reserve(768);
  json.begin_object().member("id", noted.id).member("time", time_).member("call", call_);
  const bool is_own = noted.subject && *noted.subject == read_.caller.principal;
  if (!is_own || !hides_.subject) json.member("asked_by", asked_by_);
  json.member("request_id", read_.origin.request_id);
  RequestWriter request(json, {mask_ ? mask_->root() : nullptr, *secret_, !with_values});
  request.entity("subject", question.subject, question.subject_properties);
  request.action(question);
  request.entity("resource", question.resource, question.resource_properties);
  request.context(question.context);
  json.member("latency_us", std::chrono::duration_cast<std::chrono::microseconds>(noted.took).count());
  if (!with_values) json.member("cut", true);
  if (!request.masked().empty()) json.member("masked", request.masked());
  json.member("decision", decided.allowed).member("reason", reason_of(decided));
  if (decided.tier) json.member("priority", *decided.tier);
  write_ids(json, "policies", deciding_policies(decided, *policies_), [](const auto& of) { return of; });
  write_ids(json, "rules", decided.determining, [](const auto* rule) { return rule->rule; });
  if (!hides_.grants) write_ids(json, "grants", decided.grants, [](const auto& of) { return of; });
  if (decided.permission && !hides_.permission)
    json.member("permission", read_.catalogue->all()[*decided.permission].scope);
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
    const Noted noted{question, decided, subject, took, event.id};
    event.json = entry_of(noted, true);
    if (event.json.size() > kMostEntry) event.json = entry_of(noted, false);
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
