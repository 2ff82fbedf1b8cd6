#include "cedar/json/expr.h"
#include "cedar/json/value.h"
#include "cedar/policy_json.h"

namespace cedar {

namespace {

void add(base::Json& object, std::string_view name, base::Json value) {
  object.object()->emplace_back(std::string(name), std::move(value));
}

base::Json op(std::string_view name) {
  base::Json object{base::Json::Object()};
  add(object, "op", base::Json(name));
  return object;
}

// A constraint of the scope; a slot is named after its variable.
struct ScopeWriter {
  std::string_view slot;

  base::Json operator()(const ScopeAny&) const { return op("All"); }
  base::Json operator()(const ScopeEqual& c) const { return with(op("=="), c.entity); }
  base::Json operator()(const ScopeIn& c) const { return with(op("in"), c.entity); }
  base::Json operator()(const ScopeIs& c) const {
    base::Json json = op("is");
    add(json, "entity_type", base::Json(c.type.text()));
    return json;
  }
  base::Json operator()(const ScopeIsIn& c) const {
    base::Json json = (*this)(ScopeIs{c.type});
    add(json, "in", with(base::Json(base::Json::Object()), c.entity));
    return json;
  }
  base::Json operator()(const ActionEqual& c) const { return with(op("=="), c.action); }
  base::Json operator()(const ActionIn& c) const { return with(op("in"), c.action); }
  base::Json operator()(const ActionInSet& c) const {
    base::Json::Array entities;
    for (const EntityUid& action : c.actions) entities.push_back(to_json(action));
    base::Json json = op("in");
    add(json, "entities", base::Json(std::move(entities)));
    return json;
  }

 private:
  base::Json with(base::Json json, const EntityOrSlot& entity) const {
    const auto* uid = std::get_if<EntityUid>(&entity);
    if (uid) {
      add(json, "entity", to_json(*uid));
    } else {
      add(json, "slot", base::Json(slot));
    }
    return json;
  }
};

base::Json annotations(const Template& policy) {
  base::Json::Object object;
  for (const Annotation& a : policy.annotations)
    object.emplace_back(a.key, a.value ? base::Json(*a.value) : base::Json());
  return base::Json(std::move(object));
}

base::Json link_json(const Policy& link) {
  base::Json::Object values;
  if (link.slots.principal) values.emplace_back("?principal", to_json(*link.slots.principal));
  if (link.slots.resource) values.emplace_back("?resource", to_json(*link.slots.resource));
  base::Json::Object object;
  object.emplace_back("templateId", base::Json(link.template_id));
  object.emplace_back("newId", base::Json(link.id));
  object.emplace_back("values", base::Json(std::move(values)));
  return base::Json(std::move(object));
}

// Adds the policy to the object under its id.
base::Result<void> add_policy(base::Json& object, const PolicyId& id, const Template& policy) {
  auto json = policy_to_json(policy);
  if (!json.ok()) return base::Error{json.error().code, "policy " + id + ": " + json.error().message};
  add(object, id, std::move(json).value());
  return {};
}

}  // namespace

base::Result<base::Json> policy_to_json(const Template& policy) {
  base::Json json{base::Json::Object()};
  add(json, "effect", base::Json(policy.effect == Effect::kPermit ? "permit" : "forbid"));
  add(json, "principal", std::visit(ScopeWriter{"?principal"}, policy.principal));
  add(json, "action", std::visit(ScopeWriter{""}, policy.action));
  add(json, "resource", std::visit(ScopeWriter{"?resource"}, policy.resource));
  base::Json::Array conditions;
  for (const Condition& condition : policy.conditions) {
    auto body = expr_to_json(*condition.body);
    if (!body.ok())
      return base::Error{body.error().code,
                         "condition " + std::to_string(conditions.size() + 1) + ": " + body.error().message};
    base::Json item{base::Json::Object()};
    add(item, "kind", base::Json(condition.is_unless ? "unless" : "when"));
    add(item, "body", std::move(body).value());
    conditions.push_back(std::move(item));
  }
  add(json, "conditions", base::Json(std::move(conditions)));
  if (!policy.annotations.empty()) add(json, "annotations", annotations(policy));
  return json;
}

base::Result<base::Json> policy_set_to_json(const PolicySet& set) {
  base::Json statics{base::Json::Object()};
  base::Json templates{base::Json::Object()};
  base::Json::Array links;
  for (const Policy& policy : set.policies()) {
    if (policy.is_link()) {
      links.push_back(link_json(policy));
    } else if (auto added = add_policy(statics, policy.id, *policy.body); !added.ok()) {
      return added.error();
    }
  }
  for (const PolicySet::NamedTemplate& t : set.templates())
    if (auto added = add_policy(templates, t.id, *t.body); !added.ok()) return added.error();
  base::Json json{base::Json::Object()};
  add(json, "staticPolicies", std::move(statics));
  add(json, "templates", std::move(templates));
  add(json, "templateLinks", base::Json(std::move(links)));
  return json;
}

}  // namespace cedar
