#include "cedar/json/expr.h"
#include "cedar/json/value.h"
#include "cedar/policy_json.h"

namespace cedar {

namespace {

void add(Json& object, std::string_view name, Json value) {
  object.object()->emplace_back(std::string(name), std::move(value));
}

Json op(std::string_view name) {
  Json object{Json::Object()};
  add(object, "op", Json(name));
  return object;
}

// A constraint of the scope; a slot is named after its variable.
struct ScopeWriter {
  std::string_view slot;

  Json operator()(const ScopeAny&) const { return op("All"); }
  Json operator()(const ScopeEqual& c) const { return with(op("=="), c.entity); }
  Json operator()(const ScopeIn& c) const { return with(op("in"), c.entity); }
  Json operator()(const ScopeIs& c) const {
    Json json = op("is");
    add(json, "entity_type", Json(c.type.text()));
    return json;
  }
  Json operator()(const ScopeIsIn& c) const {
    Json json = (*this)(ScopeIs{c.type});
    add(json, "in", with(Json(Json::Object()), c.entity));
    return json;
  }
  Json operator()(const ActionEqual& c) const { return with(op("=="), c.action); }
  Json operator()(const ActionIn& c) const { return with(op("in"), c.action); }
  Json operator()(const ActionInSet& c) const {
    Json::Array entities;
    for (const EntityUid& action : c.actions) entities.push_back(to_json(action));
    Json json = op("in");
    add(json, "entities", Json(std::move(entities)));
    return json;
  }

 private:
  Json with(Json json, const EntityOrSlot& entity) const {
    const auto* uid = std::get_if<EntityUid>(&entity);
    if (uid) {
      add(json, "entity", to_json(*uid));
    } else {
      add(json, "slot", Json(slot));
    }
    return json;
  }
};

Json annotations(const Template& policy) {
  Json::Object object;
  for (const Annotation& a : policy.annotations)
    object.emplace_back(a.key, a.value ? Json(*a.value) : Json());
  return Json(std::move(object));
}

Json link_json(const Policy& link) {
  Json::Object values;
  if (link.slots.principal) values.emplace_back("?principal", to_json(*link.slots.principal));
  if (link.slots.resource) values.emplace_back("?resource", to_json(*link.slots.resource));
  Json::Object object;
  object.emplace_back("templateId", Json(link.template_id));
  object.emplace_back("newId", Json(link.id));
  object.emplace_back("values", Json(std::move(values)));
  return Json(std::move(object));
}

// Adds the policy to the object under its id.
Result<void> add_policy(Json& object, const PolicyId& id, const Template& policy) {
  auto json = policy_to_json(policy);
  if (!json.ok()) return Error{json.error().code, "policy " + id + ": " + json.error().message};
  add(object, id, std::move(json).value());
  return {};
}

}  // namespace

Result<Json> policy_to_json(const Template& policy) {
  Json json{Json::Object()};
  add(json, "effect", Json(policy.effect == Effect::kPermit ? "permit" : "forbid"));
  add(json, "principal", std::visit(ScopeWriter{"?principal"}, policy.principal));
  add(json, "action", std::visit(ScopeWriter{""}, policy.action));
  add(json, "resource", std::visit(ScopeWriter{"?resource"}, policy.resource));
  Json::Array conditions;
  for (const Condition& condition : policy.conditions) {
    auto body = expr_to_json(*condition.body);
    if (!body.ok())
      return Error{body.error().code,
                   "condition " + std::to_string(conditions.size() + 1) + ": " + body.error().message};
    Json item{Json::Object()};
    add(item, "kind", Json(condition.is_unless ? "unless" : "when"));
    add(item, "body", std::move(body).value());
    conditions.push_back(std::move(item));
  }
  add(json, "conditions", Json(std::move(conditions)));
  if (!policy.annotations.empty()) add(json, "annotations", annotations(policy));
  return json;
}

Result<Json> policy_set_to_json(const PolicySet& set) {
  Json statics{Json::Object()};
  Json templates{Json::Object()};
  Json::Array links;
  for (const Policy& policy : set.policies()) {
    if (policy.is_link()) {
      links.push_back(link_json(policy));
    } else if (auto added = add_policy(statics, policy.id, *policy.body); !added.ok()) {
      return added.error();
    }
  }
  for (const PolicySet::NamedTemplate& t : set.templates())
    if (auto added = add_policy(templates, t.id, *t.body); !added.ok()) return added.error();
  Json json{Json::Object()};
  add(json, "staticPolicies", std::move(statics));
  add(json, "templates", std::move(templates));
  add(json, "templateLinks", Json(std::move(links)));
  return json;
}

}  // namespace cedar
