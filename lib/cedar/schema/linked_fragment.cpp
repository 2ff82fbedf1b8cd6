#include "cedar/schema/linked_fragment.h"

#include <algorithm>
#include <utility>

namespace cedar {

LinkedFragment::LinkedFragment(const Schema& schema)
    : schema_(schema), fragment_(std::make_shared<SchemaFragment>()) {
  fragment_->source = std::make_shared<const Source>("the linked schema", "");
}

LinkedFragment::Parts LinkedFragment::split(std::string_view name) {
  const std::size_t at = name.rfind("::");
  if (at == std::string_view::npos) return {"", name};
  return {name.substr(0, at), name.substr(at + 2)};
}

NamespaceDecl& LinkedFragment::name_space(std::string_view name) {
  const auto [at, is_new] = namespace_at_.try_emplace(std::string(name), fragment_->namespaces.size());
  if (is_new) fragment_->namespaces.emplace_back().name = name;
  return fragment_->namespaces[at->second];
}

void LinkedFragment::annotate(const std::string& name_space, const Annotations& annotations) {
  const auto found = namespace_at_.find(name_space);
  if (found != namespace_at_.end()) fragment_->namespaces[found->second].annotations = annotations;
}

std::shared_ptr<const EntityTypeBody> LinkedFragment::add(const SchemaEntityType& type,
                                                          const Annotations& annotations) {
  const Parts name = split(type.name.text());
  auto& [body, parents] = entity_bodies_[type.declaration.get()];
  if (!body || parents != type.parents || body->annotations != annotations) {
    parents = type.parents;
    body = std::make_shared<EntityTypeBody>();
    body->parents = names_of(type.parents);
    body->shape = record(type.shape, name.name_space);
    if (type.tags) body->tags = checked_expr(type.tags, name.name_space);
    body->enum_ids = type.declaration->enum_ids;
    body->is_external = type.is_external();
    body->annotations = annotations;
  }
  name_space(name.name_space).entity_types.push_back({std::string(name.name), body, {}});
  return body;
}

std::shared_ptr<const ActionBody> LinkedFragment::add(const SchemaAction& action,
                                                      const Annotations& annotations) {
  const Parts type = split(action.uid.type().text());
  auto& [body, parents] = action_bodies_[action.declaration.get()];
  if (!body || parents != action.parents || body->annotations != annotations) {
    parents = action.parents;
    body = std::make_shared<ActionBody>();
    for (const std::uint32_t parent : action.parents) {
      const EntityUid& uid = schema_.actions()[parent].uid;
      body->parents.push_back({uid.type().text(), uid.id(), {}});
    }
    if (action.applies_to)
      body->applies_to = {names_of(action.applies_to->principals), names_of(action.applies_to->resources),
                          record(action.context, type.name_space)};
    body->is_external = action.is_external();
    body->annotations = annotations;
  }
  name_space(type.name_space).actions.push_back({action.uid.id(), body, {}});
  return body;
}

SchemaFragmentPtr LinkedFragment::take() {
  std::stable_partition(fragment_->namespaces.begin(), fragment_->namespaces.end(),
                        [](const NamespaceDecl& ns) { return ns.name.empty(); });
  return std::move(fragment_);
}

std::vector<TypeNameRef> LinkedFragment::names_of(const std::vector<std::uint32_t>& entity_types) const {
  std::vector<TypeNameRef> names;
  for (const std::uint32_t type : entity_types)
    names.push_back({schema_.entity_types()[type].name.text(), {}});
  return names;
}

TypeExprRef LinkedFragment::record(TypeRef type, std::string_view ns) {
  return type->record()->attributes.empty() ? nullptr : checked_expr(type, ns);
}

TypeExprRef LinkedFragment::checked_expr(TypeRef type, std::string_view ns) {
  const TypeExprRef made = expr(type);
  const std::string inner = std::string(ns) + "::Action";
  if (!ns.empty() && of_outer_actions_.contains(type) && schema_.has_action_type(Name::unchecked(inner)))
    fragment_->unprintable = "the linked schema has no text: `Action` in namespace `" + std::string(ns) +
                             "` would be `" + inner + "`, and that of the empty namespace is meant";
  return made;
}

TypeExprRef LinkedFragment::expr(TypeRef type) {
  if (const auto known = exprs_.find(type); known != exprs_.end()) return known->second;
  TypeExpr made;
  bool is_of_outer_action = false;
  const auto part = [&](TypeRef of) {
    const TypeExprRef read = expr(of);
    is_of_outer_action = is_of_outer_action || of_outer_actions_.contains(of);
    return read;
  };
  if (const auto* basic = std::get_if<BasicType>(&type->node)) {
    made.node = *basic;
  } else if (const SetType* set = type->set()) {
    made.node = SetTypeExpr{part(set->element)};
  } else if (const EntityType* entity = type->entity()) {
    made.node = NamedTypeExpr{TypeNameKind::kEntity, entity->name.text()};
    is_of_outer_action = entity->name.text() == "Action";
  } else if (const RecordType* record = type->record()) {
    RecordTypeExpr attributes;
    for (const AttributeType& attribute : record->attributes)
      attributes.attributes.push_back({attribute.name, attribute.is_required, part(attribute.type), {}});
    made.node = std::move(attributes);
  }
  if (is_of_outer_action) of_outer_actions_.insert(type);
  return exprs_[type] = &fragment_->types.emplace_back(std::move(made));
}

}  // namespace cedar
