// Links schemas that are resolved each by itself (RFC 116). First all declarations of each name are gathered,
// and must agree; then what is linked is made from the definitions, in types of its own; then who is in whom
// is closed over all, which may give no definition an ancestor that its own schema does not have.
//
// So of `entity User { email: String };` and `external entity User; entity Doc { owner: User };` comes a
// schema with both, in which the User of the second is the first's. A second definition is refused, with both
// places, and so is an external User that would be in a group of which its definition knows nothing.
//
// Names were looked up before: a common type of one schema is never seen by another.
#include <algorithm>
#include <map>
#include <utility>

#include "cedar/limits.h"
#include "cedar/schema/linked_fragment.h"
#include "cedar/schema/messages.h"
#include "cedar/schema/tables.h"

namespace cedar {

namespace {

std::string name_of(const SchemaEntityType& type) {
  return "entity type `" + type.name.text() + "`";
}
std::string name_of(const SchemaAction& action) {
  return "action `" + to_text(action.uid) + "`";
}

bool is_builtin(std::string_view name) {
  return name == "Bool" || name == "Long" || name == "String" || find_extension_type(name);
}

// What both say of a key stands on lines of its own.
void merge(Annotations& into, const Annotations& from) {
  for (const Annotation& annotation : from) {
    const auto known =
        std::find_if(into.begin(), into.end(), [&](const Annotation& a) { return a.key == annotation.key; });
    if (known == into.end()) {
      into.push_back(annotation);
    } else if (annotation.value && known->value && *annotation.value != *known->value) {
      known->value->append("\n").append(*annotation.value);
    } else if (annotation.value) {
      known->value = annotation.value;
    }
  }
}

}  // namespace

class SchemaLinker {
 public:
  explicit SchemaLinker(const std::vector<const Schema*>& parts) : parts_(parts) {}

  base::Result<Schema> run() {
    const bool ok = gather() && check_agreement() && check_names() && make_entity_types() && make_actions() &&
                    check_ancestors() && make_fragment();
    if (!ok) return error_;
    return std::move(schema_);
  }

 private:
  using Index = std::uint32_t;

  template <typename Thing>
  struct Declared {
    const Schema* schema;
    const Thing* thing;
  };
  // All declarations of one name, in the order of the schemas.
  template <typename Thing>
  struct Linked {
    std::vector<Declared<Thing>> all;
    bool is_defined = false;
    std::size_t own_at = 0;  // in `all`: the definition, or the first where there is none
    const Declared<Thing>& own() const { return all[own_at]; }
  };
  using LinkedType = Linked<SchemaEntityType>;
  using LinkedAction = Linked<SchemaAction>;

  bool refuse(const SchemaOrigin& origin, std::string_view what) {
    error_ = origin.error(what);
    return false;
  }

  // --- what is declared

  bool gather() {
    for (const Schema* part : parts_) {
      for (const SchemaEntityType& type : part->entity_types()) {
        const auto index = static_cast<Index>(types_.size());
        if (made_.entity_type_at.try_emplace(type.name.text(), index).second) types_.emplace_back();
        if (!add(types_[made_.entity_type_at.at(type.name.text())], {part, &type})) return false;
        if (types_.size() > kMaxEntityTypes) return too_many(type.origin, kMaxEntityTypes, "entity types");
      }
      for (const SchemaAction& action : part->actions()) {
        const auto index = static_cast<Index>(actions_.size());
        if (made_.action_at.try_emplace(action.uid, index).second) actions_.emplace_back();
        if (!add(actions_[made_.action_at.at(action.uid)], {part, &action})) return false;
        if (actions_.size() > kMaxActions) return too_many(action.origin, kMaxActions, "actions");
      }
    }
    return true;
  }

  bool too_many(const SchemaOrigin& origin, std::size_t limit, std::string_view what) {
    return refuse(origin, "a schema has at most " + std::to_string(limit) + " " + std::string(what));
  }

  bool too_many_annotations(const SchemaOrigin& origin) {
    return refuse(origin, "has more than " + std::to_string(kMaxAnnotations) + " annotations in all schemas");
  }

  template <typename Thing>
  bool add(Linked<Thing>& linked, Declared<Thing> next) {
    if (!next.thing->is_external()) {
      if (linked.is_defined)
        return refuse(next.thing->origin, name_of(*next.thing) + " is defined at " +
                                              linked.own().thing->origin.where() +
                                              " too; declare it `external` in all schemas but one");
      linked.is_defined = true;
      linked.own_at = linked.all.size();
    }
    linked.all.push_back(next);
    return true;
  }

  // --- whether declarations of one name agree

  bool check_agreement() {
    return std::all_of(types_.begin(), types_.end(), [&](const auto& type) { return check_parents(type); }) &&
           std::all_of(actions_.begin(), actions_.end(), [&](const auto& a) { return check_groups(a); });
  }

  bool check_parents(const LinkedType& linked) {
    if (!linked.is_defined) return true;
    const auto& [schema, type] = linked.own();
    for (const auto& [other_schema, other] : linked.all) {
      if (other == type) continue;
      if (type->enum_ids)
        return refuse(other->origin, name_of(*other) + " is an enumeration, by " + type->origin.where() +
                                         ", and those cannot be `external` elsewhere");
      for (const Index parent : other->parents) {
        const SchemaEntityType& wanted = other_schema->entity_types()[parent];
        const SchemaEntityType* known = schema->find_entity_type(wanted.name);
        if (!known || !schema->may_be_in(*type, *known))
          return refuse(other->origin, "external " + name_of(*other) + " is in `" + wanted.name.text() +
                                           "` here, but not where it is defined, at " + type->origin.where());
      }
    }
    return true;
  }

  // That groups themselves agree is checked for each of them, so that one step is enough here.
  bool check_groups(const LinkedAction& linked) {
    const auto& first = linked.all.front();
    for (const auto& other : linked.all)
      if (const SchemaAction* group = find_group_of_one(other, first))
        return differing_groups(other, "is in", *group, "is not", first);
      else if ((group = find_group_of_one(first, other)))
        return differing_groups(other, "is not in", *group, "is", first);
    return true;
  }

  // A group in which an action is in its schema, and not in the other.
  static const SchemaAction* find_group_of_one(const Declared<SchemaAction>& one,
                                               const Declared<SchemaAction>& other) {
    for (const Index index : one.thing->parents) {
      const SchemaAction& group = one.schema->actions()[index];
      const SchemaAction* known = other.schema->find_action(group.uid);
      if (!known || !other.schema->is_in(*other.thing, *known)) return &group;
    }
    return nullptr;
  }

  bool differing_groups(const Declared<SchemaAction>& here, std::string_view is, const SchemaAction& group,
                        std::string_view is_there, const Declared<SchemaAction>& there) {
    return refuse(here.thing->origin, name_of(*here.thing) + " " + std::string(is) + " `" +
                                          to_text(group.uid) + "` here, and at " +
                                          there.thing->origin.where() + " it " + std::string(is_there) +
                                          "; all declarations of an action have the same groups");
  }

  // --- whether names may stand together

  bool check_names() {
    for (const LinkedType& linked : types_) {
      const SchemaEntityType& type = *linked.all.front().thing;
      const std::string& name = type.name.text();
      if (is_builtin(name) && linked.all.size() < parts_.size())
        return refuse(type.origin, name_of(type) +
                                       " would take the name of a built-in type from schemas "
                                       "that do not declare it; rename it");
      if (name.find("::") == std::string::npos) continue;
      const auto outer = made_.entity_type_at.find(std::string(type.name.basename()));
      if (outer != made_.entity_type_at.end())
        return hides(linked, types_[outer->second],
                     outer->second > static_cast<Index>(&linked - types_.data()));
    }
    for (const LinkedAction& linked : actions_) {
      const EntityUid& uid = linked.all.front().thing->uid;
      if (uid.type().text() == "Action") continue;
      const auto outer = made_.action_at.find(EntityUid(Name::unchecked("Action"), uid.id()));
      if (outer != made_.action_at.end())
        return hides(linked, actions_[outer->second],
                     outer->second > static_cast<Index>(&linked - actions_.data()));
    }
    return true;
  }

  // RFC 70, told at whichever came later.
  template <typename Thing>
  bool hides(const Linked<Thing>& inner, const Linked<Thing>& outer, bool is_outer_later) {
    const Thing& in = *inner.all.front().thing;
    const Thing& out = *outer.all.front().thing;
    if (is_outer_later)
      return refuse(out.origin, name_of(out) + " of the empty namespace would be hidden by " + name_of(in) +
                                    ", at " + in.origin.where() +
                                    "; rename one, or move this into a namespace");
    return refuse(in.origin, name_of(in) + " would hide " + name_of(out) + " of the empty namespace, at " +
                                 out.origin.where() + "; rename one, or move that into a namespace");
  }

  // --- what is made of it

  TypeRef copy(TypeRef type) {
    if (const auto known = copies_.find(type); known != copies_.end()) return known->second;
    TypeRef made = nullptr;
    if (const auto* basic = std::get_if<BasicType>(&type->node)) {
      made = made_.types.basic(*basic);
    } else if (const SetType* set = type->set()) {
      made = made_.types.set(copy(set->element));
    } else if (const EntityType* entity = type->entity()) {
      made = made_.types.entity(entity->name);
    } else {
      std::vector<AttributeType> attributes = type->record()->attributes;
      for (AttributeType& attribute : attributes) attribute.type = copy(attribute.type);
      made = made_.types.record(std::move(attributes));
    }
    return copies_[type] = made;
  }

  // Positions in a schema as positions in what is linked, sorted and each once.
  std::vector<Index> moved(const Schema& from, const std::vector<Index>& entity_types) const {
    std::vector<Index> out;
    for (const Index type : entity_types)
      out.push_back(made_.entity_type_at.at(from.entity_types()[type].name.text()));
    std::sort(out.begin(), out.end());
    return out;
  }

  bool make_entity_types() {
    std::vector<std::vector<Index>> edges;
    std::size_t memberships = 0;
    for (const LinkedType& linked : types_) {
      const auto& [own_schema, own] = linked.own();
      SchemaEntityType& type = made_.entity_types.emplace_back(*own);
      type.shape = copy(own->shape);
      type.tags = own->tags ? copy(own->tags) : nullptr;
      type.parents.clear();
      for (const auto& [schema, other] : linked.all) {
        if (linked.is_defined && other != own) continue;
        std::vector<Index> all;
        const std::vector<Index> more = moved(*schema, other->parents);
        std::set_union(type.parents.begin(), type.parents.end(), more.begin(), more.end(),
                       std::back_inserter(all));
        type.parents = std::move(all);
      }
      edges.push_back(type.parents);
      if ((memberships += type.parents.size()) > kMaxMemberships)
        return too_many(type.origin, kMaxMemberships, "memberships");
    }
    made_.entity_type_ancestors = Reachability(edges);
    return true;
  }

  bool make_actions() {
    std::unordered_map<const SchemaAction::AppliesTo*, std::shared_ptr<const SchemaAction::AppliesTo>> made;
    std::vector<std::vector<Index>> edges;
    std::size_t memberships = 0;
    for (const LinkedAction& linked : actions_) {
      const auto& [own_schema, own] = linked.own();
      SchemaAction& action = made_.actions.emplace_back(*own);
      ++made_.action_types[action.uid.type().text()];
      action.context = copy(own->context);
      if (own->applies_to) {
        auto& applies_to = made[own->applies_to.get()];
        if (!applies_to)
          applies_to = std::make_shared<const SchemaAction::AppliesTo>(
              SchemaAction::AppliesTo{moved(*own_schema, own->applies_to->principals),
                                      moved(*own_schema, own->applies_to->resources)});
        action.applies_to = applies_to;
      }
      for (Index& parent : action.parents) parent = made_.action_at.at(own_schema->actions()[parent].uid);
      std::sort(action.parents.begin(), action.parents.end());
      edges.push_back(action.parents);
      if ((memberships += action.parents.size()) > kMaxMemberships)
        return too_many(action.origin, kMaxMemberships, "memberships");
    }
    // No cycle: an action has the same groups in all schemas, and is in itself in none.
    made_.action_ancestors = Reachability(edges);
    return true;
  }

  // --- who is in whom

  bool check_ancestors() {
    for (Index i = 0; i < types_.size(); ++i) {
      const auto& [own_schema, own] = types_[i].own();
      const auto own_index = static_cast<Index>(own - own_schema->entity_types().data());
      if (types_[i].is_defined &&
          made_.entity_type_ancestors.count(i) > own_schema->tables().entity_type_ancestors.count(own_index))
        return new_ancestor(i);
    }
    const auto found = made_.find_external_in_enum();
    if (!found) return true;
    return refuse(found->first->origin, external_in_enum(*found->first, *found->second));
  }

  // Some parent is external to the definition's schema, or new to something itself, and leads there.
  bool new_ancestor(Index type) {
    const auto& [own_schema, own] = types_[type].own();
    for (const SchemaEntityType& ancestor : made_.entity_types) {
      const SchemaEntityType* known = own_schema->find_entity_type(ancestor.name);
      const SchemaEntityType& linked = made_.entity_types[type];
      if (!schema_.may_be_in(linked, ancestor) || (known && own_schema->may_be_in(*own, *known))) continue;
      const auto through = std::find_if(linked.parents.begin(), linked.parents.end(), [&](Index parent) {
        return schema_.may_be_in(made_.entity_types[parent], ancestor);
      });
      const std::string& parent = made_.entity_types[*through].name.text();
      return refuse(own->origin, name_of(*own) + " would be in `" + ancestor.name.text() +
                                     "` too, through `" + parent + "`; its own schema has to say that `" +
                                     parent + "` is in `" + ancestor.name.text() + "`");
    }
    return false;
  }

  // --- its text

  bool make_fragment() {
    LinkedFragment fragment(schema_);
    const auto annotations = [&](const auto& linked) {
      Annotations merged;
      for (const auto& declared : linked.all) merge(merged, declared.thing->declaration->annotations);
      return merged;
    };
    const auto write = [&](auto& thing, const auto& linked) {
      const Annotations merged = annotations(linked);
      if (merged.size() > kMaxAnnotations) return too_many_annotations(thing.origin);
      thing.declaration = fragment.add(thing, merged);
      return true;
    };
    for (Index i = 0; i < types_.size(); ++i)
      if (!write(made_.entity_types[i], types_[i])) return false;
    for (Index i = 0; i < actions_.size(); ++i)
      if (!write(made_.actions[i], actions_[i])) return false;
    std::map<std::string, Annotations> of_namespaces;
    for (const Schema* part : parts_)
      for (const NamespaceDecl& ns : part->tables().fragment->namespaces) {
        Annotations& merged = of_namespaces[ns.name];
        merge(merged, ns.annotations);
        if (merged.size() > kMaxAnnotations) return too_many_annotations({part->tables().fragment, ns.place});
      }
    for (const auto& [name, merged] : of_namespaces) fragment.annotate(name, merged);
    made_.fragment = fragment.take();
    return true;
  }

  const std::vector<const Schema*>& parts_;
  std::vector<LinkedType> types_;  // in the order in which names are first declared
  std::vector<LinkedAction> actions_;
  std::unordered_map<TypeRef, TypeRef> copies_;
  Schema schema_;
  Schema::Tables& made_ = *schema_.tables_;
  base::Error error_;
};

base::Result<Schema> Schema::link(const std::vector<const Schema*>& schemas) {
  return SchemaLinker(schemas).run();
}

}  // namespace cedar
