// Entries are JSON texts, and looking for some of them is reading each: a page looks at so many as its budget
// allows, and says where to go on.
//
// An explanation says what the entry kept, and what was at its revision: the texts of its rules and, where
// the question was kept whole, what asking it again there tells. That is told only where it comes to what was
// decided, since the catalogue comes from a file, which may say something else by now. Where a value was
// masked, or the history doesn't go back as far, it says that this isn't known.
#include "api/decision_log.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/decision_settings.h"
#include "api/decisions.h"
#include "api/history.h"
#include "api/parts/authorize.h"
#include "api/parts/paging.h"
#include "api/parts/policy_questions.h"
#include "api/policies.h"
#include "decision_log/log.h"
#include "decision_log/mask.h"
#include "domain/rule.h"

namespace api {

std::size_t answer_size(const LoggedDecision& logged) {
  return base::to_text(logged.entry).size();
}

namespace {

using decision_log::Archive;
using decision_log::Kept;
using decision_log::Place;

constexpr std::chrono::seconds kCatchUp{2};

// What only those may see who could ask the same themselves.
constexpr std::string_view kOfDeciders[] = {"context", "reason", "priority",   "policies",
                                            "rules",   "grants", "permission", "failed"};

// "block.index"
Outcome<std::optional<Place>> place_cursor(const std::string& after) {
  if (after.empty()) return std::optional<Place>();
  Place place;
  const char* const end = after.data() + after.size();
  const auto [dot, failed] = std::from_chars(after.data(), end, place.block);
  if (failed == std::errc() && dot != end && *dot == '.') {
    const auto [last, wrong] = std::from_chars(dot + 1, end, place.index);
    if (wrong == std::errc() && last == end) return std::optional(place);
  }
  return invalid("cursor", "is not a cursor that this list has given");
}

// A text of a part of an entry.
struct Member {
  std::string_view part, name;
};

std::string_view text_of(const base::Json& entry, const Member& member) {
  const base::Json* const object = entry.find(member.part);
  const std::string* const text = object ? object->find_string(member.name) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

// "user:ann", or "ann" of any type.
bool is_named(const base::Json& entry, std::string_view part, const std::optional<std::string>& wanted) {
  if (!wanted) return true;
  const std::string_view type = text_of(entry, {part, "type"}), id = text_of(entry, {part, "id"});
  if (id.empty()) return false;
  return *wanted == id || *wanted == std::string(type) + ":" + std::string(id);
}

bool matches(const base::Json& entry, const DecisionFilter& filter) {
  if (!is_named(entry, "subject", filter.subject) || !is_named(entry, "resource", filter.resource))
    return false;
  if (filter.action && text_of(entry, {"action", "name"}) != *filter.action) return false;
  const base::Json* const decision = entry.find("decision");
  return !filter.decision || (decision && decision->boolean() && *decision->boolean() == *filter.decision);
}

void remove(base::Json& json, base::FunctionRef<bool(std::string_view name)> is_to_go) {
  if (base::Json::Object* const object = json.object())
    std::erase_if(*object, [&](const base::Json::Member& member) { return is_to_go(member.first); });
}

void hide_values(base::Json& entry) {
  remove(entry, [](std::string_view name) {
    return std::find(std::begin(kOfDeciders), std::end(kOfDeciders), name) != std::end(kOfDeciders);
  });
  for (base::Json::Member& member : *entry.object())
    remove(member.second, [](std::string_view name) { return name == "properties"; });
}

// What has become secret since it was kept isn't shown either.
void take_out_secret(base::Json& entry, const std::vector<std::string>& names) {
  if (names.empty()) return;
  const decision_log::SecretMembers secret(names);
  std::vector<std::string> masked;
  for (auto& [name, part] : *entry.object()) {
    const std::string at = "/" + name;
    if (name == "context") secret.take_out(part, at, masked);
    if (name != "subject" && name != "action" && name != "resource") continue;
    if (base::Json::Object* const object = part.object())
      for (auto& [below, value] : *object)
        if (below == "properties") secret.take_out(value, at + "/" + below, masked);
  }
  if (masked.empty()) return;
  base::Json::Array places;
  for (std::string& place : masked) places.emplace_back(std::move(place));
  for (auto& [name, value] : *entry.object())
    if (name == "masked" && value.array()) {
      value.array()->insert(value.array()->end(), places.begin(), places.end());
      return;
    }
  entry.object()->emplace_back("masked", base::Json(std::move(places)));
}

Outcome<base::Json> parse(std::string_view text, const std::vector<std::string>& secret) {
  auto json = base::parse_json(text);
  if (!json.ok() || !json->object())
    return from_store({base::ErrorCode::kCorrupt, "decision log: an entry can't be read"});
  take_out_secret(*json, secret);
  return std::move(json).value();
}

// What there is to read from; null where there is none.
Outcome<std::shared_ptr<const Archive>> archive_of(const Read& read) {
  if (!read.decision_log) return std::shared_ptr<const Archive>();
  if (!read.decision_log->catch_up(kCatchUp))
    return error(Code::kOverloaded, "the decision log takes too long to write what waits; try again later");
  return read.decision_log->archive();
}

Outcome<bool> may(const Read& read, const Operation& operation, const domain::TenantId& tenant) {
  const auto authorized = authorize(read, on_tenant(operation, tenant));
  if (authorized.ok()) return true;
  if (authorized.error().code == Code::kForbidden) return false;
  return authorized.error();
}

Outcome<LoggedDecision> find(const Read& read, const domain::TenantId& tenant, const base::Uuid& id) {
  const auto archive = archive_of(read);
  if (!archive.ok()) return archive.error();
  if (!*archive) return not_found("decision", id);
  const auto settings = stored(domain::get_decisions(read.txn, tenant));
  if (!settings.ok()) return settings.error();
  const auto found = stored((*archive)->find(tenant, id));
  if (!found.ok()) return found.error();
  if (!*found) return not_found("decision", id);
  auto entry = parse(**found, settings->settings.secret);
  if (!entry.ok()) return entry.error();
  return LoggedDecision{id, std::move(entry).value()};
}

// "user ann was not allowed to view doc 1."
std::string sentence_of(const base::Json& entry) {
  const auto name = [&](std::string_view part) {
    const std::string type(text_of(entry, {part, "type"})), id(text_of(entry, {part, "id"}));
    return (type.empty() ? "something masked" : type) + " " + (id.empty() ? "(masked)" : id);
  };
  const base::Json* const decision = entry.find("decision");
  const bool allowed = decision && decision->boolean() && *decision->boolean();
  const std::string action(text_of(entry, {"action", "name"}));
  const std::string* const reason = entry.find_string("reason");
  return name("subject") + (allowed ? " was allowed to " : " was not allowed to ") +
         (action.empty() ? "do something masked to" : action) + " " + name("resource") + ". " +
         (reason ? *reason : "");
}

// What of an entry leads back to what was then.
struct Origins {
  base::Timestamp time;
  std::uint64_t revision = 0;
  bool allowed = false;
  std::optional<DecisionQuestion> question;  // nothing: not all of it is known
};

bool has_elements(const base::Json& entry, std::string_view name) {
  const base::Json* const found = entry.find(name);
  return found && found->array() && !found->array()->empty();
}

// A check of /v1beta1 isn't decided as the same question is elsewhere, so it isn't asked again.
Outcome<Origins> origins_of(const base::Json& entry) {
  Origins origins;
  const base::Json* const revision = entry.find("revision");
  const base::Json* const decision = entry.find("decision");
  const std::string* const text = entry.find_string("time");
  const auto time = text ? base::parse_timestamp(*text) : std::nullopt;
  if (!revision || !revision->integer() || !decision || !decision->boolean() || !time)
    return from_store({base::ErrorCode::kCorrupt, "decision log: an entry lacks what each has"});
  origins.time = *time;
  origins.revision = static_cast<std::uint64_t>(*revision->integer());
  origins.allowed = *decision->boolean();
  const std::string* const call = entry.find_string("call");
  if (has_elements(entry, "masked") || entry.find("cut") || !call || *call == "check") return origins;
  base::Json::Object body;
  for (const char* const name : {"subject", "action", "resource", "context"})
    if (const base::Json* const part = entry.find(name)) body.emplace_back(name, *part);
  auto question = read_question(base::Json(std::move(body)), "");
  if (question.ok()) origins.question = std::move(question).value();
  return origins;
}

// `read` is of then, or of now: what has changed since isn't known there.
ExplainedRule explained(const Read& read, const domain::TenantId& tenant, const domain::RuleId& id,
                        std::uint64_t revision, bool may_read) {
  ExplainedRule explained;
  explained.rule = id;
  const auto rule = domain::find_rule(read.txn, tenant, id);
  if (!rule.ok() || !*rule) {
    explained.unknown = "it has been deleted since";
    return explained;
  }
  explained.policy = (*rule)->policy;
  if ((*rule)->revision > revision)
    explained.unknown = "it has been changed since";
  else if (!may_read)
    explained.unknown = "reading it needs organization:policymanage";
  else
    explained.text = (*rule)->text;
  return explained;
}

std::vector<ExplainedRule> explained_rules(const Read& read, const domain::TenantId& tenant,
                                           const base::Json& entry, std::uint64_t revision, bool may_read) {
  std::vector<ExplainedRule> all;
  if (const base::Json* const rules = entry.find("rules"); rules && rules->array())
    for (const base::Json& rule : *rules->array())
      if (const auto id = rule.string() ? domain::RuleId::parse(*rule.string()) : std::nullopt)
        all.push_back(explained(read, tenant, *id, revision, may_read));
  return all;
}

// Asks again, as it was then.
Outcome<void> ask_again(const Read& then, const domain::TenantId& tenant, UserIds ids, const Origins& origins,
                        DecisionExplanation& explanation) {
  auto told = explain(then, tenant, ids, {*origins.question, {}});
  if (!told.ok()) {
    if (told.error().code == Code::kInternal || told.error().code == Code::kOverloaded) return told.error();
    explanation.unknown.push_back("the question can't be asked again: " + told.error().message);
  } else if (told->decided.allowed != origins.allowed) {
    explanation.unknown.emplace_back(
        "asked again, with all that was stored then, the answer is the other one: it rested on permissions of "
        "the catalogue's file as they were, and these aren't kept");
  } else {
    explanation.then = std::move(told).value();
  }
  return {};
}

}  // namespace

Outcome<DecisionPage> list_decisions(const Read& read, const domain::TenantId& tenant,
                                     const DecisionFilter& filter, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_decisions, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto may_decide = may(read, op::decide, tenant);
  if (!may_decide.ok()) return may_decide.error();
  const auto after = place_cursor(page.after);
  if (!after.ok()) return after.error();
  const auto archive = archive_of(read);
  if (!archive.ok()) return archive.error();
  DecisionPage answer;
  answer.streamed = read.decision_log && read.decision_log->is_streamed();
  if (!*archive) return answer;
  const auto settings = stored(domain::get_decisions(read.txn, tenant));
  if (!settings.ok()) return settings.error();

  Pager<LoggedDecision, std::string> pager(read, page);
  Outcome<void> failed;
  const auto visit = [&](const Kept& kept) {
    if (!pager.look()) return false;
    const std::string place = std::to_string(kept.place.block) + "." + std::to_string(kept.place.index);
    auto entry = parse(kept.json, settings->settings.secret);
    if (!entry.ok()) return pager.fail(entry.error());
    const std::string* const text = entry->find_string("time");
    const auto at = text ? base::parse_timestamp(*text) : std::nullopt;
    const bool is_in_time = at && (!filter.from || *at >= *filter.from) && (!filter.to || *at < *filter.to);
    if (!is_in_time || !matches(*entry, filter)) return pager.pass(place);
    if (!*may_decide) hide_values(*entry);
    return pager.take(place, [&] {
      return Outcome<LoggedDecision>(LoggedDecision{kept.id, std::move(entry).value()});
    });
  };
  const auto done = stored((*archive)->each(tenant, *after, visit));
  if (!done.ok()) return done.error();
  const auto tally = stored((*archive)->tally(tenant));
  if (!tally.ok()) return tally.error();
  auto finished = pager.finish();
  if (!finished.ok()) return finished.error();
  static_cast<Page<LoggedDecision>&>(answer) = std::move(finished).value();
  if (*tally) {
    answer.lost = (*tally)->lost;
    answer.evicted = (*tally)->evicted;
  }
  return answer;
}

Outcome<std::optional<std::uint64_t>> kept_decisions(const Read& read, const domain::TenantId& tenant) {
  std::optional<std::uint64_t> count;
  if (!read.decision_log) return count;
  // Ignored on purpose: what isn't written by then isn't looked at.
  static_cast<void>(read.decision_log->catch_up(kCatchUp));
  const auto archive = read.decision_log->archive();
  if (!archive) return count;
  const auto tally = stored(archive->tally(tenant));
  if (!tally.ok()) return tally.error();
  count = *tally ? (*tally)->entries : 0;
  return count;
}

Outcome<void> each_decision(const Read& read, const domain::TenantId& tenant,
                            base::FunctionRef<bool(const base::Uuid& id, const base::Json& entry)> fn) {
  const auto archive = read.decision_log->archive();
  if (!archive) return {};
  const auto settings = stored(domain::get_decisions(read.txn, tenant));
  if (!settings.ok()) return settings.error();
  Outcome<void> failed;
  const auto done = stored(archive->each(tenant, std::nullopt, [&](const Kept& kept) {
    const auto entry = parse(kept.json, settings->settings.secret);
    if (!entry.ok()) failed = entry.error();
    return entry.ok() && fn(kept.id, *entry);
  }));
  return done.ok() ? failed : done.error();
}

Outcome<LoggedDecision> get_decision(const Read& read, const domain::TenantId& tenant, const base::Uuid& id) {
  const auto authorized = authorize(read, on_tenant(op::get_decision, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto may_decide = may(read, op::decide, tenant);
  if (!may_decide.ok()) return may_decide.error();
  auto found = find(read, tenant, id);
  if (found.ok() && !*may_decide) hide_values(found->entry);
  return found;
}

Outcome<DecisionExplanation> explain_decision(const Read& read, const domain::TenantId& tenant,
                                              const base::Uuid& id, UserIds ids) {
  for (const Operation& operation : {op::explain_decision, op::decide}) {
    const auto authorized = authorize(read, on_tenant(operation, tenant));
    if (!authorized.ok()) return authorized.error();
  }
  const auto may_read = may(read, op::get_policy, tenant);
  if (!may_read.ok()) return may_read.error();
  auto found = find(read, tenant, id);
  if (!found.ok()) return found.error();
  DecisionExplanation explanation{std::move(found).value(), {}, {}, {}, {}};
  const base::Json& entry = explanation.decision.entry;
  explanation.sentence = sentence_of(entry);
  const auto origins = origins_of(entry);
  if (!origins.ok()) return origins.error();
  if (const base::Json* const masked = entry.find("masked"); masked && masked->array())
    for (const base::Json& pointer : *masked->array())
      if (pointer.string())
        explanation.unknown.push_back(*pointer.string() +
                                      " was masked before this was kept, so whether it "
                                      "mattered can't be told");
  if (entry.find("cut"))
    explanation.unknown.emplace_back(
        "properties and context were too large to be kept, so whether they mattered can't be told");

  Outcome<void> asked;
  const auto looked_back = read_at(read, tenant, {origins->time, origins->revision}, [&](const Read& then) {
    explanation.rules = explained_rules(then, tenant, entry, origins->revision, *may_read);
    if (origins->question) asked = ask_again(then, tenant, ids, *origins, explanation);
  });
  if (!asked.ok()) return asked.error();
  if (!looked_back.ok()) {
    const Error& why = looked_back.error();
    if (why.code != Code::kGone && why.code != Code::kForbidden && why.code != Code::kInvalidInput)
      return why;
    explanation.unknown.push_back("what was stored then can't be looked at: " + why.message);
    explanation.rules = explained_rules(read, tenant, entry, origins->revision, *may_read);
  }
  if (has_elements(entry, "failed") && !explanation.then)
    explanation.unknown.emplace_back("what made " + std::to_string(entry.find("failed")->array()->size()) +
                                     " rule(s) fail isn't kept");
  return explanation;
}

}  // namespace api
