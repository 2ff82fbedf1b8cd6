// Looks up what the names of a schema mean. Declarations first, so that order does not matter; then common
// types, each when it is first wanted, with a mark that finds those which contain themselves; then entity
// types and actions; then who can be in whom.
//
// An unqualified name N in namespace NS is the common type NS::N, else the entity type NS::N, else the common
// type N, the entity type N, the built-in N. A qualified name is taken as it stands.
#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/keyed_hash.h"
#include "base/nearest.h"
#include "cedar/limits.h"
#include "cedar/schema/messages.h"
#include "cedar/schema/resolver.h"
#include "cedar/schema/tables.h"

namespace cedar {

namespace {

constexpr std::string_view kBuiltinNamespace = "__cedar::";
constexpr std::array<std::pair<std::string_view, BasicType>, 3> kBuiltins = {
    {{"Bool", BasicType::kBool}, {"Long", BasicType::kLong}, {"String", BasicType::kString}}};

std::optional<BasicType> find_builtin(std::string_view name) {
  for (const auto& [known, type] : kBuiltins)
    if (known == name) return type;
  return find_extension_type(name);
}

bool is_common_type_name(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kTaken = {"Bool", "Boolean", "Entity", "Extension",
                                                             "Long", "Record",  "Set",    "String"};
  return std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end();
}

std::string qualified(std::string_view name_space, std::string_view name) {
  if (name_space.empty()) return std::string(name);
  return std::string(name_space).append("::").append(name);
}

bool is_qualified(std::string_view name) {
  return name.find("::") != std::string_view::npos;
}

std::string action_text(const EntityUid& uid) {
  return "`" + to_text(uid) + "`";
}

}  // namespace

class SchemaResolver {
 public:
  explicit SchemaResolver(SchemaFragmentPtr fragment) { made_.fragment = std::move(fragment); }

  base::Result<Schema> run() {
    const bool ok = declare() && check_shadowing() && resolve_common_types() && resolve_entity_types() &&
                    resolve_actions() && close();
    if (!ok) return error_;
    return std::move(schema_);
  }

 private:
  using Index = std::uint32_t;
  enum class Progress : std::uint8_t { kNew, kOpen, kDone };
  struct CommonType {
    const CommonTypeDecl* decl;
    std::string_view name_space;
    Progress progress = Progress::kNew;
    TypeRef type = nullptr;
  };
  // What the types or actions of one declaration have in common, made once.
  struct EntityBody {
    TypeRef shape = nullptr;
    TypeRef tags = nullptr;
    std::shared_ptr<const std::vector<std::string>> enum_ids;
    std::vector<Index> parents;
  };

  const SchemaFragment& fragment() const { return *made_.fragment; }

  std::nullptr_t fail(const SchemaPlace& place, std::string_view what) {
    error_ = fragment().error(place, what);
    return nullptr;
  }
  bool refuse(const SchemaPlace& place, std::string_view what) {
    fail(place, what);
    return false;
  }

  // --- declarations

  bool declare() {
    std::unordered_set<std::string_view, base::KeyedHash> seen;
    for (const NamespaceDecl& ns : fragment().namespaces) {
      if (!seen.insert(ns.name).second)
        return refuse(ns.place, "namespace `" + ns.name + "` is declared twice; put all of it into one");
      if (!declare_common_types(ns) || !declare_entity_types(ns) || !declare_actions(ns)) return false;
    }
    return true;
  }

  bool declare_common_types(const NamespaceDecl& ns) {
    for (const CommonTypeDecl& decl : ns.common_types) {
      if (!is_common_type_name(decl.name))
        return refuse(decl.place,
                      "`" + decl.name + "` is a word of the schema language; give the type another name");
      CommonType entry;
      entry.decl = &decl;
      entry.name_space = ns.name;
      if (!common_types_.emplace(qualified(ns.name, decl.name), entry).second)
        return refuse(decl.place, "type `" + decl.name + "` is declared twice");
    }
    return true;
  }

  bool declare_entity_types(const NamespaceDecl& ns) {
    for (const EntityTypeDecl& decl : ns.entity_types) {
      if (decl.name == "Action")
        return refuse(decl.place,
                      "entity type `Action`: that name is for actions; declare them with `action`");
      if (made_.entity_types.size() >= kMaxEntityTypes)
        return refuse(decl.place,
                      "a schema has at most " + std::to_string(kMaxEntityTypes) + " entity types");
      std::string name = qualified(ns.name, decl.name);
      const auto index = static_cast<Index>(made_.entity_types.size());
      if (!made_.entity_type_at.emplace(name, index).second)
        return refuse(decl.place, "entity type `" + decl.name + "` is declared twice");
      SchemaEntityType type;
      type.name = Name::unchecked(std::move(name));
      type.declaration = decl.body;
      type.origin = {made_.fragment, decl.place};
      made_.entity_types.push_back(std::move(type));
      entity_places_.push_back({&decl, ns.name});
    }
    return true;
  }

  bool declare_actions(const NamespaceDecl& ns) {
    const Name type = Name::unchecked(qualified(ns.name, "Action"));
    for (const ActionDecl& decl : ns.actions) {
      if (made_.actions.size() >= kMaxActions)
        return refuse(decl.place, "a schema has at most " + std::to_string(kMaxActions) + " actions");
      SchemaAction action{EntityUid(type, decl.id), nullptr, nullptr, {}, decl.body, {}};
      action.origin = {made_.fragment, decl.place};
      if (!made_.action_at.emplace(action.uid, static_cast<Index>(made_.actions.size())).second)
        return refuse(decl.place, "action " + action_text(action.uid) + " is declared twice");
      ++made_.action_types[type.text()];
      made_.actions.push_back(std::move(action));
      action_places_.push_back({&decl, ns.name});
    }
    return true;
  }

  // RFC 70: a name of the empty namespace would mean something else inside a namespace that declares it too.
  bool check_shadowing() {
    for (const NamespaceDecl& ns : fragment().namespaces) {
      if (ns.name.empty()) continue;
      for (const CommonTypeDecl& decl : ns.common_types)
        if (!check_not_shadowing(ns, decl.name, decl.place)) return false;
      for (const EntityTypeDecl& decl : ns.entity_types)
        if (!check_not_shadowing(ns, decl.name, decl.place)) return false;
      for (const ActionDecl& decl : ns.actions) {
        const EntityUid outer(Name::unchecked("Action"), decl.id);
        if (made_.action_at.contains(outer))
          return refuse(decl.place,
                        action_text(EntityUid(Name::unchecked(qualified(ns.name, "Action")), decl.id)) +
                            " would hide " + action_text(outer) +
                            " of the empty namespace; rename one, or move that into a namespace");
      }
    }
    return true;
  }

  bool check_not_shadowing(const NamespaceDecl& ns, const std::string& name, const SchemaPlace& place) {
    if (!common_types_.contains(name) && !made_.entity_type_at.contains(name)) return true;
    return refuse(place, "`" + qualified(ns.name, name) + "` would hide `" + name +
                             "` of the empty namespace; rename one, or move that into a namespace");
  }

  // --- types

  bool resolve_common_types() {
    // In the order written, so that the first mistake of the text is the one that is told.
    for (const NamespaceDecl& ns : fragment().namespaces)
      for (const CommonTypeDecl& decl : ns.common_types)
        if (!common_type(common_types_.at(qualified(ns.name, decl.name)), decl.place, 0)) return false;
    return true;
  }

  TypeRef common_type(CommonType& common, const SchemaPlace& wanted_at, std::size_t depth) {
    if (common.progress == Progress::kDone) return common.type;
    if (common.progress == Progress::kOpen)
      return fail(wanted_at, "type `" + common.decl->name +
                                 "` contains itself; only entity types can refer to themselves");
    common.progress = Progress::kOpen;
    common.type = resolve(common.decl->type, common.name_space, depth);
    common.progress = Progress::kDone;
    return common.type;
  }

  TypeRef resolve(TypeExprRef expr, std::string_view ns, std::size_t depth) {
    if (depth > kMaxNesting) return too_deep(expr->place);
    if (const auto* basic = std::get_if<BasicType>(&expr->node)) return made_.types.basic(*basic);
    if (const auto* named = std::get_if<NamedTypeExpr>(&expr->node))
      return resolve_name(*named, expr->place, ns, depth);
    TypeRef made = nullptr;
    if (const auto* set = std::get_if<SetTypeExpr>(&expr->node)) {
      const TypeRef element = resolve(set->element, ns, depth + 1);
      if (!element) return nullptr;
      made = made_.types.set(element);
    } else if (const auto* record = std::get_if<RecordTypeExpr>(&expr->node)) {
      std::vector<AttributeType> attributes;
      for (const AttributeExpr& attribute : record->attributes) {
        const TypeRef type = resolve(attribute.type, ns, depth + 1);
        if (!type) return nullptr;
        attributes.push_back({attribute.name, type, attribute.is_required});
      }
      made = made_.types.record(std::move(attributes));
    }
    return made ? made : too_deep(expr->place);
  }

  TypeRef too_deep(const SchemaPlace& place) {
    return fail(place, "types nest more deeply than " + std::to_string(kMaxNesting) + " levels here");
  }

  TypeRef resolve_name(const NamedTypeExpr& named, const SchemaPlace& place, std::string_view ns,
                       std::size_t depth) {
    const std::string& name = named.name;
    if (name.starts_with(kBuiltinNamespace)) {
      const auto builtin = find_builtin(std::string_view(name).substr(kBuiltinNamespace.size()));
      if (builtin && named.kind != TypeNameKind::kEntity) return made_.types.basic(*builtin);
      return unknown_type(named, place, ns);
    }
    std::vector<std::string> candidates = {name};
    if (!is_qualified(name) && !ns.empty()) candidates.insert(candidates.begin(), qualified(ns, name));
    for (const std::string& candidate : candidates) {
      if (named.kind != TypeNameKind::kEntity) {
        const auto common = common_types_.find(candidate);
        if (common != common_types_.end()) return common_type(common->second, place, depth + 1);
      }
      if (named.kind != TypeNameKind::kCommon &&
          (made_.entity_type_at.contains(candidate) || made_.action_types.contains(candidate)))
        return made_.types.entity(Name::unchecked(candidate));
    }
    if (named.kind != TypeNameKind::kEntity)
      if (const auto builtin = find_builtin(name)) return made_.types.basic(*builtin);
    return unknown_type(named, place, ns);
  }

  TypeRef unknown_type(const NamedTypeExpr& named, const SchemaPlace& place, std::string_view ns) {
    if (named.kind == TypeNameKind::kEntity) {
      unknown_entity_type(named.name, place, ns);
      return nullptr;
    }
    std::vector<std::string> known;
    for (const auto& [name, type] : kBuiltins) known.emplace_back(name);
    for (const std::string_view name : {"decimal", "ipaddr", "datetime", "duration"})
      known.emplace_back(name);
    for (const auto& [name, type] : common_types_) add_visible(known, name, ns);
    if (named.kind == TypeNameKind::kAny)
      for (const SchemaEntityType& type : made_.entity_types) add_visible(known, type.name.text(), ns);
    std::sort(known.begin(), known.end());
    std::string what = "type `" + named.name + "` is not declared";
    if (named.kind == TypeNameKind::kCommon && made_.entity_type_at.contains(named.name))
      what +=
          R"( as a common type; for the entity type write {"type": "Entity", "name": ")" + named.name + "\"}";
    else if (named.name == "Boolean")
      what += "; in this syntax it is `Bool`";
    else if (named.name == "Set")
      what += "; a set names what it holds, as in `Set<String>`";
    else
      what += base::did_you_mean(named.name, known);
    return fail(place, what);
  }

  static void add_visible(std::vector<std::string>& known, const std::string& name, std::string_view ns) {
    known.push_back(name);
    if (!ns.empty() && name.starts_with(std::string(ns) + "::")) known.push_back(name.substr(ns.size() + 2));
  }

  TypeRef resolve_record(TypeExprRef expr, std::string_view ns, std::string_view what) {
    if (!expr) return made_.types.record({});
    const TypeRef type = resolve(expr, ns, 0);
    if (!type || type->record()) return type;
    return fail(expr->place, std::string(what) + " must be a record, but this is `" + to_text(type) + "`");
  }

  // --- entity types

  bool resolve_entity_types() {
    std::unordered_map<const EntityTypeBody*, EntityBody> bodies;
    std::vector<std::vector<Index>> edges(made_.entity_types.size());
    std::size_t memberships = 0;
    for (Index i = 0; i < edges.size(); ++i) {
      const auto& [decl, ns] = entity_places_[i];
      const auto [body, is_new] = bodies.try_emplace(decl->body.get());
      if (is_new && !resolve_entity_body(*decl->body, ns, body->second)) return false;
      SchemaEntityType& type = made_.entity_types[i];
      type.shape = body->second.shape;
      type.tags = body->second.tags;
      type.enum_ids = body->second.enum_ids;
      type.parents = edges[i] = body->second.parents;
      if ((memberships += edges[i].size()) > kMaxMemberships) return too_many_memberships(decl->place);
    }
    made_.entity_type_ancestors = Reachability(edges);
    const auto found = made_.find_external_in_enum();
    if (!found) return true;
    return refuse(found->first->origin.place, external_in_enum(*found->first, *found->second));
  }

  bool resolve_entity_body(const EntityTypeBody& body, std::string_view ns, EntityBody& made) {
    for (const TypeNameRef& parent : body.parents) {
      const SchemaEntityType* type = entity_type(parent, ns);
      if (!type) return false;
      made.parents.push_back(static_cast<Index>(type - made_.entity_types.data()));
    }
    sort_once(made.parents);
    made.shape = resolve_record(body.shape, ns, "the attributes of an entity type");
    if (!made.shape) return false;
    if (body.tags && !(made.tags = resolve(body.tags, ns, 0))) return false;
    if (!body.enum_ids.empty()) {
      std::vector<std::string> ids = body.enum_ids;
      std::sort(ids.begin(), ids.end());
      made.enum_ids = std::make_shared<const std::vector<std::string>>(std::move(ids));
    }
    return true;
  }

  const SchemaEntityType* entity_type(const TypeNameRef& ref, std::string_view ns) {
    if (!is_qualified(ref.name) && !ns.empty()) {
      const auto own = made_.entity_type_at.find(qualified(ns, ref.name));
      if (own != made_.entity_type_at.end()) return &made_.entity_types[own->second];
    }
    const auto found = made_.entity_type_at.find(ref.name);
    if (found != made_.entity_type_at.end()) return &made_.entity_types[found->second];
    return unknown_entity_type(ref.name, ref.place, ns);
  }

  std::nullptr_t unknown_entity_type(const std::string& name, const SchemaPlace& place, std::string_view ns) {
    std::vector<std::string> known;
    for (const SchemaEntityType& type : made_.entity_types) add_visible(known, type.name.text(), ns);
    const bool is_common = common_types_.contains(name) || common_types_.contains(qualified(ns, name));
    return fail(place, is_common
                           ? "`" + name + "` is a common type, and an entity type is wanted here"
                           : "entity type `" + name + "` is not declared" + base::did_you_mean(name, known));
  }

  static void sort_once(std::vector<Index>& indexes) {
    std::sort(indexes.begin(), indexes.end());
    indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
  }

  bool too_many_memberships(const SchemaPlace& place) {
    return refuse(place, "a schema has at most " + std::to_string(kMaxMemberships) + " memberships");
  }

  // --- actions

  bool resolve_actions() {
    struct Body {
      TypeRef context = nullptr;
      std::shared_ptr<const SchemaAction::AppliesTo> applies_to;
      std::vector<Index> parents;
    };
    std::unordered_map<const ActionBody*, Body> bodies;
    std::size_t memberships = 0;
    for (Index i = 0; i < made_.actions.size(); ++i) {
      const auto& [decl, ns] = action_places_[i];
      const auto [body, is_new] = bodies.try_emplace(decl->body.get());
      if (is_new) {
        if (!resolve_groups(*decl->body, ns, body->second.parents)) return false;
        if (!resolve_applies_to(*decl->body, ns, body->second.applies_to)) return false;
        const auto& applies_to = decl->body->applies_to;
        body->second.context =
            resolve_record(applies_to ? applies_to->context : nullptr, ns, "the context of an action");
        if (!body->second.context) return false;
      }
      SchemaAction& action = made_.actions[i];
      action.context = body->second.context;
      action.applies_to = body->second.applies_to;
      action.parents = body->second.parents;
      if ((memberships += action.parents.size()) > kMaxMemberships) return too_many_memberships(decl->place);
    }
    return true;
  }

  bool resolve_groups(const ActionBody& body, std::string_view ns, std::vector<Index>& made) {
    for (const ActionRef& ref : body.parents) {
      const std::optional<Index> found = group(ref, ns);
      if (!found) return false;
      made.push_back(*found);
    }
    sort_once(made);
    return true;
  }

  std::optional<Index> group(const ActionRef& ref, std::string_view ns) {
    const std::string type = ref.type.value_or("Action");
    if (Name::unchecked(type).basename() != "Action") {
      fail(ref.place, "`" + type + "` is no type of actions, and only an action can be an action's group");
      return std::nullopt;
    }
    std::vector<std::string> candidates = {type};
    if (!is_qualified(type) && !ns.empty()) candidates.insert(candidates.begin(), qualified(ns, type));
    for (std::string& candidate : candidates) {
      const auto found = made_.action_at.find(EntityUid(Name::unchecked(std::move(candidate)), ref.id));
      if (found != made_.action_at.end()) return found->second;
    }
    std::vector<std::string> known;
    for (const SchemaAction& action : made_.actions) known.push_back(action.uid.id());
    fail(ref.place, "action " + action_text(EntityUid(Name::unchecked(type), ref.id)) + " is not declared" +
                        base::did_you_mean(ref.id, known));
    return std::nullopt;
  }

  bool resolve_applies_to(const ActionBody& body, std::string_view ns,
                          std::shared_ptr<const SchemaAction::AppliesTo>& made) {
    if (!body.applies_to) return true;
    SchemaAction::AppliesTo applies_to;
    const auto resolve_list = [&](const std::vector<TypeNameRef>& refs, std::vector<Index>& indexes) {
      for (const TypeNameRef& ref : refs) {
        const SchemaEntityType* type = entity_type(ref, ns);
        if (!type) return false;
        indexes.push_back(static_cast<Index>(type - made_.entity_types.data()));
      }
      sort_once(indexes);
      return true;
    };
    if (!resolve_list(body.applies_to->principals, applies_to.principals)) return false;
    if (!resolve_list(body.applies_to->resources, applies_to.resources)) return false;
    made = std::make_shared<const SchemaAction::AppliesTo>(std::move(applies_to));
    return true;
  }

  bool close() {
    std::vector<std::vector<Index>> edges;
    for (const SchemaAction& action : made_.actions) edges.push_back(action.parents);
    made_.action_ancestors = Reachability(edges);
    for (Index i = 0; i < made_.actions.size(); ++i)
      if (made_.action_ancestors.reaches(i, i))
        return refuse(action_places_[i].first->place,
                      "action " + action_text(made_.actions[i].uid) + " is in itself, through its groups");
    return true;
  }

  Schema schema_;
  Schema::Tables& made_ = *schema_.tables_;
  base::Error error_;
  std::unordered_map<std::string, CommonType, base::KeyedHash> common_types_;
  std::vector<std::pair<const EntityTypeDecl*, std::string_view>> entity_places_;
  std::vector<std::pair<const ActionDecl*, std::string_view>> action_places_;
};

base::Result<Schema> resolve(SchemaFragmentPtr fragment) {
  return SchemaResolver(std::move(fragment)).run();
}

}  // namespace cedar
