#include "base/json_file.h"
#include "base/nearest.h"
#include "cedar/json/expr.h"
#include "cedar/limits.h"
#include "cedar/policy_json.h"

namespace cedar {

namespace {

enum class Slots { kNone, kSome, kAny };

class PolicyJsonReader {
 public:
  explicit PolicyJsonReader(JsonReader& json) : json_(json) {}

  // Null after a failure.
  TemplatePtr policy(const base::Json&, Slots wanted);
  bool policy_set(const base::Json&, PolicySet& out);

 private:
  bool effect(const base::Json&, Effect& out);
  bool scope(const base::Json&, Variable which, ScopeConstraint& out);
  bool scope_is(const base::Json&, Variable which, ScopeConstraint& out);
  std::optional<EntityOrSlot> entity_or_slot(const base::Json&, Variable which);
  bool action_scope(const base::Json&, ActionConstraint& out);
  bool action_in(const base::Json&, ActionConstraint& out);
  std::optional<EntityUid> action(const base::Json&);
  const std::string* op(const base::Json& constraint, std::string_view what);
  bool unknown_op(const base::Json& constraint, std::string_view op, std::string_view known);

  bool conditions(const base::Json&, Template& out);
  bool condition(const base::Json&, ExprPool& pool, Template& out);
  bool annotations(const base::Json&, Template& out);
  bool annotation(const base::Json::Member&, Template& out);
  bool check_slots(const base::Json&, const Template&, Slots wanted);

  bool policies(const base::Json& set, std::string_view member, Slots wanted, PolicySet& out);
  bool links(const base::Json& set, PolicySet& out);
  bool link(const base::Json&, PolicySet& out);
  bool slot_value(const base::Json& values, const char* slot, std::optional<EntityUid>& out);

  JsonReader& json_;
};

TemplatePtr PolicyJsonReader::policy(const base::Json& json, Slots wanted) {
  if (!json_.object(json, "a policy")) return nullptr;
  if (!json_.has_only(json, {"effect", "principal", "action", "resource", "conditions", "annotations"}))
    return nullptr;
  auto policy = std::make_shared<Template>();
  const base::Json* read_effect = json_.required(json, "effect");
  if (!read_effect || !effect(*read_effect, policy->effect)) return nullptr;
  const base::Json* principal = json_.required(json, "principal");
  if (!principal || !scope(*principal, Variable::kPrincipal, policy->principal)) return nullptr;
  const base::Json* read_action = json_.required(json, "action");
  if (!read_action || !action_scope(*read_action, policy->action)) return nullptr;
  const base::Json* resource = json_.required(json, "resource");
  if (!resource || !scope(*resource, Variable::kResource, policy->resource)) return nullptr;
  const base::Json* read_conditions = json_.required(json, "conditions");
  if (!read_conditions || !conditions(*read_conditions, *policy)) return nullptr;
  if (!annotations(json, *policy) || !check_slots(json, *policy, wanted)) return nullptr;
  return policy;
}

bool PolicyJsonReader::check_slots(const base::Json& json, const Template& policy, Slots wanted) {
  const bool is_template = policy.is_template();
  if (wanted == Slots::kNone && is_template)
    return json_.fail(json, std::string("a static policy has no slots, but this has ") +
                                (policy.has_principal_slot() ? "?principal" : "?resource"));
  if (wanted == Slots::kSome && !is_template)
    return json_.fail(json, "a template has a slot, ?principal or ?resource, but this has none");
  return true;
}

bool PolicyJsonReader::effect(const base::Json& json, Effect& out) {
  const std::string* word = json_.string(json, "the effect");
  if (!word) return false;
  out = *word == "permit" ? Effect::kPermit : Effect::kForbid;
  if (*word == "permit" || *word == "forbid") return true;
  return json_.fail(json, "an effect is `permit` or `forbid`, not `" + *word + "`" +
                              base::did_you_mean(*word, {"permit", "forbid"}));
}

// --- scope

const std::string* PolicyJsonReader::op(const base::Json& constraint, std::string_view what) {
  if (!json_.object(constraint, what)) return nullptr;
  const base::Json* op = json_.required(constraint, "op");
  return op ? json_.string(*op, "op") : nullptr;
}

bool PolicyJsonReader::unknown_op(const base::Json& constraint, std::string_view op, std::string_view known) {
  return json_.fail(constraint, "op is " + std::string(known) + ", not `" + std::string(op) + "`");
}

// Beside `All` other members are ignored, as the official reader does.
bool PolicyJsonReader::scope(const base::Json& json, Variable which, ScopeConstraint& out) {
  const std::string* name = op(json, name_of(which));
  if (!name) return false;
  if (*name == "All" || *name == "all") {
    out = ScopeAny{};
    return true;
  }
  if (*name == "is") return scope_is(json, which, out);
  if (*name != "==" && *name != "in") return unknown_op(json, *name, "`All`, `==`, `in` or `is`");
  if (!json_.has_only(json, {"op", "entity", "slot"})) return false;
  auto entity = entity_or_slot(json, which);
  if (!entity) return false;
  if (*name == "==") {
    out = ScopeEqual{std::move(*entity)};
  } else {
    out = ScopeIn{std::move(*entity)};
  }
  return true;
}

bool PolicyJsonReader::scope_is(const base::Json& json, Variable which, ScopeConstraint& out) {
  if (!json_.has_only(json, {"op", "entity_type", "in"})) return false;
  const base::Json* type = json_.required(json, "entity_type");
  auto name = type ? read_type_name(*type, json_) : std::nullopt;
  if (!name) return false;
  const base::Json* in = json.find("in");
  if (!in) {
    out = ScopeIs{std::move(*name)};
    return true;
  }
  if (!json_.object(*in, "in") || !json_.has_only(*in, {"entity", "slot"})) return false;
  auto entity = entity_or_slot(*in, which);
  if (!entity) return false;
  out = ScopeIsIn{std::move(*name), std::move(*entity)};
  return true;
}

std::optional<EntityOrSlot> PolicyJsonReader::entity_or_slot(const base::Json& json, Variable which) {
  const base::Json* slot = json.find("slot");
  const base::Json* entity = json.find("entity");
  if (!slot == !entity) {
    json_.fail(json, "either `entity` or `slot` is expected here");
    return std::nullopt;
  }
  if (entity) {
    auto uid = read_uid(*entity, json_);
    if (!uid) return std::nullopt;
    return EntityOrSlot(std::move(*uid));
  }
  const std::string wanted = "?" + std::string(name_of(which));
  const std::string* name = json_.string(*slot, "a slot");
  if (!name) return std::nullopt;
  if (*name == wanted) return EntityOrSlot(Slot{});
  json_.fail(*slot, "the slot here is `" + wanted + "`, not `" + *name + "`");
  return std::nullopt;
}

bool PolicyJsonReader::action_scope(const base::Json& json, ActionConstraint& out) {
  const std::string* name = op(json, "action");
  if (!name) return false;
  if (*name == "All" || *name == "all") {
    out = ScopeAny{};
    return true;
  }
  if (json.find("slot")) return json_.fail(json, "the scope's action takes no slot");
  if (*name == "in") return action_in(json, out);
  if (*name != "==") return unknown_op(json, *name, "`All`, `==` or `in`");
  const base::Json* entity =
      json_.has_only(json, {"op", "entity"}) ? json_.required(json, "entity") : nullptr;
  auto uid = entity ? action(*entity) : std::nullopt;
  if (!uid) return false;
  out = ActionEqual{std::move(*uid)};
  return true;
}

bool PolicyJsonReader::action_in(const base::Json& json, ActionConstraint& out) {
  if (!json_.has_only(json, {"op", "entity", "entities"})) return false;
  const base::Json* entity = json.find("entity");
  const base::Json* entities = json.find("entities");
  if (!entity == !entities) return json_.fail(json, "either `entity` or `entities` is expected here");
  if (entity) {
    auto uid = action(*entity);
    if (!uid) return false;
    out = ActionIn{std::move(*uid)};
    return true;
  }
  const base::Json::Array* items = json_.array(*entities, "entities");
  if (!items) return false;
  ActionInSet set;
  for (const base::Json& item : *items) {
    auto uid = action(item);
    if (!uid) return false;
    set.actions.push_back(std::move(*uid));
  }
  out = std::move(set);
  return true;
}

std::optional<EntityUid> PolicyJsonReader::action(const base::Json& json) {
  auto uid = read_uid(json, json_);
  if (!uid || uid->is_action()) return uid;
  json_.fail(json, "an action's type is `Action` or ends in `::Action`, not `" + uid->type().text() + "`");
  return std::nullopt;
}

// --- conditions and annotations

bool PolicyJsonReader::conditions(const base::Json& json, Template& out) {
  if (!json_.array(json, "conditions")) return false;
  auto pool = std::make_shared<ExprPool>();
  for (const base::Json& item : *json.array())
    if (!condition(item, *pool, out)) return false;
  out.pool = std::move(pool);
  return true;
}

bool PolicyJsonReader::condition(const base::Json& json, ExprPool& pool, Template& out) {
  if (!json_.object(json, "a condition") || !json_.has_only(json, {"kind", "body"})) return false;
  const base::Json* kind = json_.required(json, "kind");
  const std::string* word = kind ? json_.string(*kind, "a condition's kind") : nullptr;
  if (!word) return false;
  if (*word != "when" && *word != "unless")
    return json_.fail(*kind, "a condition's kind is `when` or `unless`, not `" + *word + "`" +
                                 base::did_you_mean(*word, {"when", "unless"}));
  const base::Json* body = json_.required(json, "body");
  Condition condition{*word == "unless", body ? expr_from_json(*body, json_, pool) : nullptr, {}};
  if (!condition.body) return false;
  out.conditions.push_back(condition);
  return true;
}

bool PolicyJsonReader::annotations(const base::Json& json, Template& out) {
  const base::Json* member = json.find("annotations");
  if (!member) return true;
  if (!json_.object(*member, "annotations")) return false;
  if (member->object()->size() > kMaxAnnotations)
    return json_.fail(*member, "a policy has at most " + std::to_string(kMaxAnnotations) + " annotations");
  for (const base::Json::Member& item : *member->object())
    if (!annotation(item, out)) return false;
  return true;
}

bool PolicyJsonReader::annotation(const base::Json::Member& member, Template& out) {
  const auto& [key, value] = member;
  if (!is_identifier(key))
    return json_.fail(value, "`" + key + "` is not an annotation's name: an identifier is wanted");
  if (value.is_null()) {
    out.annotations.push_back({key, std::nullopt});
    return true;
  }
  const std::string* text = json_.string(value, "an annotation's value");
  if (text) out.annotations.push_back({key, *text});
  return text != nullptr;
}

// --- sets

bool PolicyJsonReader::policy_set(const base::Json& json, PolicySet& out) {
  if (!json_.object(json, "a policy set")) return false;
  if (json.find("effect")) {
    TemplatePtr single = policy(json, Slots::kAny);
    return single && out.add("policy0", std::move(single)).ok();
  }
  return json_.has_only(json, {"staticPolicies", "templates", "templateLinks"}) &&
         policies(json, "staticPolicies", Slots::kNone, out) &&
         policies(json, "templates", Slots::kSome, out) && links(json, out);
}

bool PolicyJsonReader::policies(const base::Json& set, std::string_view member, Slots wanted,
                                PolicySet& out) {
  const base::Json* json = set.find(member);
  if (!json) return true;
  if (!json_.object(*json, member)) return false;
  for (const auto& [id, value] : *json->object()) {
    TemplatePtr read = policy(value, wanted);
    if (!read) return false;
    if (auto added = out.add(id, std::move(read)); !added.ok())
      return json_.fail(value, added.error().message);
  }
  return true;
}

bool PolicyJsonReader::links(const base::Json& set, PolicySet& out) {
  const base::Json* json = set.find("templateLinks");
  if (!json) return true;
  if (!json_.array(*json, "templateLinks")) return false;
  for (const base::Json& item : *json->array())
    if (!link(item, out)) return false;
  return true;
}

bool PolicyJsonReader::link(const base::Json& json, PolicySet& out) {
  if (!json_.object(json, "a link") || !json_.has_only(json, {"templateId", "newId", "values"})) return false;
  const base::Json* template_id = json_.required(json, "templateId");
  if (!template_id || !json_.string(*template_id, "templateId")) return false;
  const base::Json* new_id = json_.required(json, "newId");
  if (!new_id || !json_.string(*new_id, "newId")) return false;
  const base::Json* values = json_.required(json, "values");
  if (!values || !json_.object(*values, "values") || !json_.has_only(*values, {"?principal", "?resource"}))
    return false;
  SlotValues slots;
  if (!slot_value(*values, "?principal", slots.principal) ||
      !slot_value(*values, "?resource", slots.resource))
    return false;
  auto linked = out.link(*template_id->string(), *new_id->string(), std::move(slots));
  return linked.ok() || json_.fail(json, linked.error().message);
}

bool PolicyJsonReader::slot_value(const base::Json& values, const char* slot, std::optional<EntityUid>& out) {
  const base::Json* value = values.find(slot);
  if (!value) return true;
  out = read_uid(*value, json_);
  return out.has_value();
}

base::Result<base::Json> parse(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxPolicyText)
    return base::Error{base::ErrorCode::kInvalid,
                       std::string(file_name) + ": longer than " + std::to_string(kMaxPolicyText) + " bytes"};
  return base::parse_json_file(text, file_name, {kMaxPolicyJsonNesting, kMaxParts});
}

base::Result<TemplatePtr> single_from_json(std::string_view text, std::string_view file_name, Slots wanted) {
  const auto json = parse(text, file_name);
  if (!json.ok()) return json.error();
  JsonReader reader(file_name, *json);
  TemplatePtr policy = PolicyJsonReader(reader).policy(*json, wanted);
  if (!policy) return reader.error();
  return policy;
}

}  // namespace

base::Result<TemplatePtr> policy_from_json(std::string_view text, std::string_view file_name) {
  return single_from_json(text, file_name, Slots::kNone);
}

base::Result<TemplatePtr> template_from_json(std::string_view text, std::string_view file_name) {
  return single_from_json(text, file_name, Slots::kSome);
}

base::Result<PolicySet> policy_set_from_json(std::string_view text, std::string_view file_name) {
  const auto json = parse(text, file_name);
  if (!json.ok()) return json.error();
  JsonReader reader(file_name, *json);
  PolicySet set;
  if (!PolicyJsonReader(reader).policy_set(*json, set)) return reader.error();
  return set;
}

}  // namespace cedar
