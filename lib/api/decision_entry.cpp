// An entry is what api.md's evaluation is about and what came of it, as one line of JSON:
//
//   {"id":"0197…","time":"2026-…","call":"evaluation","asked_by":"service_user:0197…","request_id":"…",
//    "subject":{"type":"user","id":"ann"},"action":{"name":"view"},"resource":{"type":"doc","id":"1"},
//    "latency_us":14,"decision":false,"reason":"A rule of priority 10 decided
//    this.","priority":10,"policies":["0197…"], "rules":["0197…"],"failed":[],"revision":812}
//
// Messages of rules that failed are not in it: they may have values of what is stored. Nor is anything of the
// credential but whose it is.
//
// A thousand questions of one call have the same subject and action, mostly, and most come to the same: so
// texts are put together of pieces, and a piece that is as in the entry before is taken again. Where all are
// but the resource's id and the time it took, no text is made at all: the log is told these two.
#include "api/decision_entry.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/plain_text.h"
#include "decision_log/fold.h"

namespace api {
namespace {

// A larger entry is kept without what its request says beside names.
constexpr std::size_t kMostEntry = std::size_t{32} << 10U;
static_assert(kMostEntry < decision_log::SecretMembers::kMostNoted, "else not all that is left out is told");

// Whether they are written as the same text. The recursion is as deep as what is sent may be.
bool is_same(const base::Json& a, const base::Json& b) {
  if (a.kind() != b.kind()) return false;
  if (const base::Json::Object* const object = a.object())
    return std::equal(object->begin(), object->end(), b.object()->begin(), b.object()->end(),
                      [](const base::Json::Member& x, const base::Json::Member& y) {
                        return x.first == y.first && is_same(x.second, y.second);
                      });
  if (const base::Json::Array* const array = a.array())
    return std::equal(array->begin(), array->end(), b.array()->begin(), b.array()->end(), is_same);
  if (const std::string* const text = a.string()) return *text == *b.string();
  if (const bool* const is_so = a.boolean()) return *is_so == *b.boolean();
  if (const std::int64_t* const n = a.integer()) return *n == *b.integer();
  return base::to_text(a) == base::to_text(b);
}

void append_string(std::string& out, std::string_view text) {
  if (base::is_plain(text, {' ', '"', '\\'})) {  // as nearly all are
    out.append(1, '"').append(text).append(1, '"');
    return;
  }
  base::JsonWriter json;
  out.append(json.string(text).text());
}

template <typename T, typename Get>
void write_ids(base::JsonWriter& json, std::string_view name, const std::vector<T>& of, const Get& get) {
  if (of.empty()) return;
  json.name(name).begin_array();
  for (const T& each : of) json.value(get(each));
  json.end_array();
}

// Of an object's text that has no end yet: its members, as they stand behind others.
std::string members_of(std::string text) {
  if (text.size() == 1) return {};
  text.front() = ',';
  return text;
}

template <typename T>
std::string member(std::string_view name, const T& value) {
  base::JsonWriter json;
  return members_of(json.begin_object().member(name, value).take());
}

std::string asker(const Caller& caller) {
  return std::string(name_of(caller.principal.kind)) + ":" + caller.principal.id.to_string();
}

std::optional<decision_log::Mask> mask_of(const std::vector<std::string>& pointers) {
  return pointers.empty() ? std::nullopt : std::make_optional<decision_log::Mask>(pointers);
}

}  // namespace

bool is_same_outcome(const Decided& a, const Decided& b) {
  const auto is_same_rule = [](const authz::FailedRule& x, const authz::FailedRule& y) {
    return x.rule == y.rule;
  };
  return a.allowed == b.allowed && a.tier == b.tier && a.by_roles == b.by_roles &&
         a.permission == b.permission && a.suspended == b.suspended && a.used_up == b.used_up &&
         a.determining == b.determining && a.grants == b.grants &&
         std::equal(a.failed.begin(), a.failed.end(), b.failed.begin(), b.failed.end(), is_same_rule);
}

DecisionEntries::DecisionEntries(const Read& read, const authz::TenantPolicies& policies,
                                 std::string_view call)
    : read_(read),
      policies_(policies),
      beginning_((member("time", to_string(read.now)) + member("call", call)).substr(1)),
      asked_by_(member("asked_by", asker(read.caller))),
      request_id_(member("request_id", read.origin.request_id)),
      mask_(mask_of(policies.settings.log.mask)),
      secret_(policies.settings.secret),
      hides_(mask_ ? mask_->hides_beside() : decision_log::Mask::Beside()) {}

const decision_log::Mask::Node* DecisionEntries::masked(std::string_view name) const {
  return mask_ && mask_->root() ? mask_->root()->below(name) : nullptr;
}

DecisionEntries::Values DecisionEntries::values_of(std::string_view name, const base::Json& value,
                                                   const decision_log::Mask::Node* parent,
                                                   std::string_view at) const {
  Values values;
  base::JsonWriter json;
  json.begin_object();
  base::Json copy;
  const std::string place = std::string(at) + "/" + std::string(name);
  const base::Json& shown = secret_.without(value, place, values.masked, copy);
  decision_log::MaskedWriter(json, values.masked).member(name, shown, parent, at);
  values.text = members_of(json.take());
  return values;
}

void DecisionEntries::add_values(std::string_view name, const base::Json& value,
                                 const decision_log::Mask::Node* parent, std::string_view at, Values& last) {
  last.are_there = value.object() != nullptr;
  if (!last.are_there) return;
  if (!last.value || !is_same(*last.value, value)) {
    last = values_of(name, value, parent, at);
    last.are_there = true;
    if (remembers_) last.value = value;
  }
  text_.append(last.text);
  masked_.insert(masked_.end(), last.masked.begin(), last.masked.end());
}

void DecisionEntries::begin_part(const Part& part) {
  text_.append(",\"").append(part.name).append("\":{");
}

void DecisionEntries::add_name(const Part& part, const Named& named) {
  const auto& [name, value] = named;
  const decision_log::Mask::Node* const node = part.masked ? part.masked->below(name) : nullptr;
  if (node && node->hides()) {
    masked_.push_back("/" + std::string(part.name) + "/" + std::string(name));
    return;
  }
  text_.append(text_.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  append_string(text_, value);
}

void DecisionEntries::end_part(Part& part, const base::Json& properties, bool with_values) {
  const std::size_t end = text_.size();
  if (with_values)
    add_values("properties", properties, part.masked, "/" + std::string(part.name), part.properties);
  if (end < text_.size() && text_[end - 1] == '{') text_.erase(end, 1);  // the comma
  text_.push_back('}');
}

void DecisionEntries::add_request(const DecisionQuestion& question, bool with_values) {
  begin_part(subject_);
  add_name(subject_, {"type", question.subject.type});
  add_name(subject_, {"id", question.subject.id});
  end_part(subject_, question.subject_properties, with_values);
  begin_part(action_);
  add_name(action_, {"name", question.action});
  end_part(action_, question.action_properties, with_values);
  begin_part(resource_);
  add_name(resource_, {"type", question.resource.type});
  const std::size_t before = text_.size();
  add_name(resource_, {"id", question.resource.id});
  resource_id_ = {};
  if (text_.size() > before) {
    constexpr std::size_t kAround = std::string_view("\"id\":\"\"").size();  // and perhaps a comma
    const std::size_t comma = text_[before] == ',' ? 1 : 0;
    resource_id_ = {before + comma + kAround - 1, text_.size() - before - comma - kAround};
  }
  end_part(resource_, question.resource_properties, with_values);
  if (with_values) add_values("context", question.context, mask_ ? mask_->root() : nullptr, "", context_);
}

std::string DecisionEntries::outcome_of(const Decided& decided) const {
  base::JsonWriter json;
  json.begin_object().member("decision", decided.allowed).member("reason", reason_of(decided));
  if (decided.tier) json.member("priority", *decided.tier);
  write_ids(json, "policies", deciding_policies(decided, policies_), [](const auto& of) { return of; });
  write_ids(json, "rules", decided.determining, [](const auto* rule) { return rule->rule; });
  if (!hides_.grants) write_ids(json, "grants", decided.grants, [](const auto& of) { return of; });
  if (decided.permission && !hides_.permission)
    json.member("permission", read_.catalogue->all()[*decided.permission].scope);
  write_ids(json, "failed", decided.failed, [](const auto& failed) { return failed.rule->rule; });
  json.member("revision", read_.txn.revision());
  return members_of(json.end_object().take());
}

void DecisionEntries::add_outcome(const Decided& decided) {
  const bool is_known = outcome_ && is_same_outcome(outcome_->decided, decided);
  if (!is_known && !remembers_) {
    text_.append(outcome_of(decided));
    return;
  }
  if (!is_known) outcome_ = {decided, outcome_of(decided)};
  text_.append(outcome_->text);
}

void DecisionEntries::begin(const NotedDecision& noted) {
  masked_.clear();
  text_.assign(beginning_);
  const bool is_own = noted.subject && *noted.subject == read_.caller.principal;
  if (!is_own || !hides_.subject) text_.append(asked_by_);
  text_.append(request_id_);
}

void DecisionEntries::end(const NotedDecision& noted, bool is_cut) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(noted.took).count();
  text_.append(",\"latency_us\":");
  const std::string digits = std::to_string(us);
  latency_place_ = {text_.size(), digits.size()};
  text_.append(digits);
  if (is_cut) text_.append(",\"cut\":true");
  if (!masked_.empty()) text_.append(member("masked", masked_));
  add_outcome(noted.decided);
}

std::string_view DecisionEntries::text_of(const NotedDecision& noted) {
  last_.reset();
  for (const bool with_values : {true, false}) {
    begin(noted);
    add_request(noted.question, with_values);
    end(noted, !with_values);
    if (text_.size() + decision_log::kBeginning > kMostEntry) continue;
    if (remembers_ && with_values && resource_id_.size > 0) remember(noted.question);
    break;
  }
  remembers_ = true;
  return text_;
}

void DecisionEntries::remember(const DecisionQuestion& question) {
  last_.emplace(Last{question.subject, question.action, question.resource.type, resource_id_, latency_place_,
                     text_.size()});
}

bool DecisionEntries::is_as_before(const base::Json& value, const Values& last) {
  if (!value.object()) return !last.are_there;
  return last.are_there && last.value && is_same(*last.value, value);
}

std::optional<std::span<const decision_log::Edit>> DecisionEntries::edits_of(const NotedDecision& noted) {
  const DecisionQuestion& q = noted.question;
  if (!last_ || q.subject != last_->subject || q.action != last_->action ||
      q.resource.type != last_->resource_type || q.resource.id.empty() ||
      !base::is_plain(q.resource.id, {' ', '"', '\\'}) ||
      !is_as_before(q.resource_properties, resource_.properties) ||
      !is_as_before(q.subject_properties, subject_.properties) ||
      !is_as_before(q.action_properties, action_.properties) || !is_as_before(q.context, context_))
    return std::nullopt;
  latency_ = std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(noted.took).count());
  auto& [subject, action, type, id, latency, size] = *last_;
  const std::size_t without = size - id.size - latency.size;
  if (without + q.resource.id.size() + latency_.size() + decision_log::kBeginning > kMostEntry)
    return std::nullopt;
  edits_ = {decision_log::Edit{id.at, id.size, q.resource.id},
            decision_log::Edit{latency.at, latency.size, latency_}};
  latency.at += q.resource.id.size() - id.size;
  id.size = q.resource.id.size();
  latency.size = latency_.size();
  size = without + id.size + latency.size;
  return edits_;
}

}  // namespace api
