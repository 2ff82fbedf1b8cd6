// The JSON schema format. Every object is closed: a member that is not of the format is a mistake, with a
// guess.
//
//   {"<namespace>": {"commonTypes"?: {"T": Type}, "entityTypes": {"E": Entity}, "actions": {"a": Action},
//                    "annotations"?: {}}}
//   Entity := {"memberOfTypes"?: ["E"], "shape"?: Type, "tags"?: Type, "external"?: false, "annotations"?}
//           | {"enum": ["id"], "external"?: false, "annotations"?}
//           | {"memberOfTypes"?: ["E"], "external": true, "annotations"?}
//   Action := {"appliesTo"?: {"principalTypes": [], "resourceTypes": [], "context"?: Type} | null,
//              "memberOf"?: [{"id", "type"?}], "external"?: false, "annotations"?}
//           | {"memberOf"?: [{"id", "type"?}], "external": true, "annotations"?}
//   Type   := {"type": "String|Long|Boolean|Bool"} | {"type": "Set", "element": Type}
//           | {"type": "Record", "attributes": {"a": Type + "required"?, "annotations"?}}
//           | {"type": "Entity|Extension|EntityOrCommon", "name": ""} | {"type": "<common type>"}
#include <initializer_list>
#include <utility>

#include "base/json_file.h"
#include "base/nearest.h"
#include "cedar/json/reader.h"
#include "cedar/limits.h"
#include "cedar/schema/ast.h"

namespace cedar {

namespace {

// A type has up to three levels of JSON per level of its own.
constexpr base::JsonLimits kJsonLimits = {3 * kMaxNesting + 16, 8'000'000};

class SchemaJsonReader : private JsonReader {
 public:
  // The fragment has its source and its JSON; what is read is added.
  explicit SchemaJsonReader(SchemaFragment& fragment)
      : JsonReader(fragment.source->name(), *fragment.json), fragment_(fragment) {}

  base::Result<void> run() {
    const base::Json::Object* namespaces = object(*fragment_.json, "a schema");
    if (!namespaces) return error();
    for (const auto& [name, value] : *namespaces)
      if (!read_namespace(name, value)) return error();
    return {};
  }

 private:
  // --- what every member needs

  bool check_identifier(const base::Json& at, const std::string& name, std::string_view what) {
    if (is_identifier(name) && !is_reserved(name)) return true;
    return fail(at, "`" + name + "` is not " + std::string(what) + ": " +
                        (is_identifier(name) ? "the word is reserved" : "an identifier is wanted"));
  }

  bool read_annotations(const base::Json& json, Annotations& annotations) {
    const base::Json* member = json.find("annotations");
    if (!member) return true;
    if (!object(*member, "annotations")) return false;
    if (member->object()->size() > kMaxAnnotations)
      return fail(*member, "at most " + std::to_string(kMaxAnnotations) + " annotations stand together");
    for (const auto& [key, value] : *member->object()) {
      if (!is_identifier(key))
        return fail(value, "`" + key + "` is not the name of an annotation: an identifier is wanted");
      if (!value.is_null() && !string(value, "an annotation's value")) return false;
      annotations.push_back({key, value.is_null() ? std::nullopt : std::optional(*value.string())});
    }
    return true;
  }

  bool read_type_names(const base::Json& json, std::string_view what, std::vector<TypeNameRef>& refs) {
    if (!array(json, what)) return false;
    for (const base::Json& item : *json.array()) {
      const std::string* name = string(item, "the name of an entity type");
      if (!name) return false;
      if (!Name::parse(*name)) return fail(item, "`" + *name + "` is not the name of an entity type");
      refs.push_back({*name, {{}, &item}});
    }
    return true;
  }

  // --- declarations

  bool read_namespace(const std::string& name, const base::Json& json) {
    if (!name.empty() && !Name::parse(name))
      return fail(json, "`" + name + "` is not the name of a namespace");
    if (!object(json, "a namespace") ||
        !has_only(json, {"commonTypes", "entityTypes", "actions", "annotations"}))
      return false;
    NamespaceDecl ns;
    ns.name = name;
    ns.place.json = &json;
    if (!read_annotations(json, ns.annotations)) return false;
    if (name.empty() && !ns.annotations.empty()) return fail(json, "the empty namespace has no annotations");
    if (const base::Json* types = json.find("commonTypes"))
      if (!read_common_types(*types, ns)) return false;
    const base::Json* entity_types = required(json, "entityTypes");
    if (!entity_types || !read_entity_types(*entity_types, ns)) return false;
    const base::Json* actions = required(json, "actions");
    if (!actions || !read_actions(*actions, ns)) return false;
    fragment_.namespaces.push_back(std::move(ns));
    return true;
  }

  bool read_common_types(const base::Json& json, NamespaceDecl& ns) {
    if (!object(json, "commonTypes")) return false;
    for (const auto& [name, value] : *json.object()) {
      CommonTypeDecl decl;
      decl.name = name;
      decl.place.json = &value;
      if (!check_identifier(value, name, "the name of a type")) return false;
      if (!(decl.type = read_type(value, 0, {"annotations"}))) return false;
      if (!read_annotations(value, decl.annotations)) return false;
      ns.common_types.push_back(std::move(decl));
    }
    return true;
  }

  bool read_entity_types(const base::Json& json, NamespaceDecl& ns) {
    if (!object(json, "entityTypes")) return false;
    for (const auto& [name, value] : *json.object()) {
      if (!check_identifier(value, name, "the name of an entity type")) return false;
      auto body = std::make_shared<EntityTypeBody>();
      if (!object(value, "an entity type") || !read_entity_body(value, *body)) return false;
      ns.entity_types.push_back({name, std::move(body), {{}, &value}});
    }
    return true;
  }

  // Whether something is external, and then has nothing that only its definition may have.
  bool read_external(const base::Json& json, std::string_view what, Names of_definitions, bool& is_external) {
    const base::Json* member = json.find("external");
    if (!member) return true;
    if (!boolean(*member, "external")) return false;
    is_external = *member->boolean();
    if (!is_external) return true;
    for (const std::string_view name : of_definitions)
      if (const base::Json* other = json.find(name); other && !other->is_null())
        return fail(*other, std::string(what) + " has no `" + std::string(name) +
                                "` here; that stands where it is defined");
    return true;
  }

  bool read_entity_body(const base::Json& json, EntityTypeBody& body) {
    if (!read_annotations(json, body.annotations)) return false;
    if (!read_external(json, "an external entity type", {"shape", "tags", "enum"}, body.is_external))
      return false;
    if (const base::Json* ids = json.find("enum")) {
      if (!has_only(json, {"enum", "external", "annotations"}) || !array(*ids, "enum")) return false;
      if (ids->array()->empty()) return fail(*ids, "an enumeration has at least one id");
      for (const base::Json& item : *ids->array()) {
        const std::string* id = string(item, "the id of an entity");
        if (!id) return false;
        body.enum_ids.push_back(*id);
      }
      return true;
    }
    if (!has_only(json, {"memberOfTypes", "shape", "tags", "enum", "external", "annotations"})) return false;
    if (const base::Json* parents = json.find("memberOfTypes"))
      if (!read_type_names(*parents, "memberOfTypes", body.parents)) return false;
    if (const base::Json* shape = json.find("shape"))
      if (!(body.shape = read_type(*shape, 0, {}))) return false;
    if (const base::Json* tags = json.find("tags"))
      if (!(body.tags = read_type(*tags, 0, {}))) return false;
    return true;
  }

  bool read_actions(const base::Json& json, NamespaceDecl& ns) {
    if (!object(json, "actions")) return false;
    for (const auto& [id, value] : *json.object()) {
      auto body = std::make_shared<ActionBody>();
      if (!object(value, "an action") || !read_action_body(value, *body)) return false;
      ns.actions.push_back({id, std::move(body), {{}, &value}});
    }
    return true;
  }

  bool read_action_body(const base::Json& json, ActionBody& body) {
    if (!has_only(json, {"appliesTo", "memberOf", "attributes", "external", "annotations"})) return false;
    if (!read_annotations(json, body.annotations)) return false;
    const base::Json* external = json.find("external");
    if (external && !external->is_null() &&
        !read_external(json, "an external action", {"attributes", "appliesTo"}, body.is_external))
      return false;
    const base::Json* attributes = json.find("attributes");
    if (attributes && !attributes->is_null())
      return fail(*attributes, "actions have no attributes; leave the member out");
    const base::Json* groups = json.find("memberOf");
    if (groups && !groups->is_null() && !read_groups(*groups, body.parents)) return false;
    const base::Json* applies_to = json.find("appliesTo");
    return !applies_to || applies_to->is_null() || read_applies_to(*applies_to, body.applies_to);
  }

  bool read_groups(const base::Json& json, std::vector<ActionRef>& refs) {
    if (!array(json, "memberOf")) return false;
    for (const base::Json& item : *json.array()) {
      if (!object(item, "an action's group") || !has_only(item, {"id", "type"})) return false;
      const base::Json* id = required(item, "id");
      if (!id || !string(*id, "id")) return false;
      ActionRef ref;
      ref.id = *id->string();
      ref.place.json = &item;
      if (const base::Json* type = item.find("type"); type && !type->is_null()) {
        if (!string(*type, "type")) return false;
        if (!Name::parse(*type->string()))
          return fail(*type, "`" + *type->string() + "` is not the name of a type");
        ref.type = *type->string();
      }
      refs.push_back(std::move(ref));
    }
    return true;
  }

  bool read_applies_to(const base::Json& json, std::optional<ActionBody::AppliesTo>& out) {
    if (!object(json, "appliesTo") || !has_only(json, {"principalTypes", "resourceTypes", "context"}))
      return false;
    ActionBody::AppliesTo applies_to;
    const base::Json* principals = required(json, "principalTypes");
    if (!principals || !read_type_names(*principals, "principalTypes", applies_to.principals)) return false;
    const base::Json* resources = required(json, "resourceTypes");
    if (!resources || !read_type_names(*resources, "resourceTypes", applies_to.resources)) return false;
    if (const base::Json* context = json.find("context"))
      if (!(applies_to.context = read_type(*context, 0, {}))) return false;
    out = std::move(applies_to);
    return true;
  }

  // --- types; null is failure. `extra` are the members that the type's owner keeps in the same object.

  TypeExprRef add(std::variant<BasicType, NamedTypeExpr, SetTypeExpr, RecordTypeExpr> node,
                  const base::Json& json) {
    return &fragment_.types.emplace_back(TypeExpr{std::move(node), {{}, &json}});
  }

  TypeExprRef read_type(const base::Json& json, std::size_t depth, Names extra) {
    if (depth > kMaxNesting) {
      fail(json, "types nest more deeply than " + std::to_string(kMaxNesting) + " levels here");
      return nullptr;
    }
    if (!object(json, "a type")) return nullptr;
    const base::Json* type = required(json, "type");
    if (!type || !string(*type, "type")) return nullptr;
    const std::string& word = *type->string();
    if (word == "Set") {
      const base::Json* element =
          has_only(json, {"type", "element"}, extra) ? required(json, "element") : nullptr;
      const TypeExprRef read = element ? read_type(*element, depth + 1, {}) : nullptr;
      return read ? add(SetTypeExpr{read}, json) : nullptr;
    }
    if (word == "Record") return read_record(json, depth, extra);
    if (word == "Entity" || word == "EntityOrCommon" || word == "Extension")
      return read_named(json, word, extra);
    if (!has_only(json, {"type"}, extra)) return nullptr;
    if (word == "String") return add(BasicType::kString, json);
    if (word == "Long") return add(BasicType::kLong, json);
    if (word == "Boolean" || word == "Bool") return add(BasicType::kBool, json);
    return is_type_name(*type, word) ? add(NamedTypeExpr{TypeNameKind::kCommon, word}, json) : nullptr;
  }

  // `A::B`, or `__cedar::Long`.
  bool is_type_name(const base::Json& at, const std::string& name) {
    constexpr std::string_view kBuiltin = "__cedar::";
    const bool is_builtin = name.starts_with(kBuiltin);
    if (Name::parse(is_builtin ? name.substr(kBuiltin.size()) : name)) return true;
    return fail(at, "`" + name + "` is not the name of a type");
  }

  TypeExprRef read_named(const base::Json& json, std::string_view word, Names extra) {
    const base::Json* name = has_only(json, {"type", "name"}, extra) ? required(json, "name") : nullptr;
    if (!name || !string(*name, "name")) return nullptr;
    if (word == "Extension") {
      if (const auto basic = find_extension_type(*name->string())) return add(*basic, json);
      fail(*name, "extension type `" + *name->string() + "` is not known" +
                      base::did_you_mean(*name->string(), {"decimal", "ipaddr", "datetime", "duration"}));
      return nullptr;
    }
    if (!is_type_name(*name, *name->string())) return nullptr;
    const TypeNameKind kind = word == "Entity" ? TypeNameKind::kEntity : TypeNameKind::kAny;
    return add(NamedTypeExpr{kind, *name->string()}, json);
  }

  TypeExprRef read_record(const base::Json& json, std::size_t depth, Names extra) {
    if (!has_only(json, {"type", "attributes", "additionalAttributes"}, extra)) return nullptr;
    if (const base::Json* more = json.find("additionalAttributes");
        more && (!more->boolean() || *more->boolean())) {
      fail(*more, "records are closed; only `false` may stand here");
      return nullptr;
    }
    const base::Json* attributes = required(json, "attributes");
    if (!attributes || !object(*attributes, "attributes")) return nullptr;
    RecordTypeExpr record;
    for (const auto& [name, value] : *attributes->object()) {
      AttributeExpr attribute;
      attribute.name = name;
      if (!(attribute.type = read_type(value, depth + 1, {"required", "annotations"}))) return nullptr;
      if (!read_annotations(value, attribute.annotations)) return nullptr;
      if (const base::Json* is_required = value.find("required")) {
        if (!boolean(*is_required, "required")) return nullptr;
        attribute.is_required = *is_required->boolean();
      }
      record.attributes.push_back(std::move(attribute));
    }
    return add(std::move(record), json);
  }

  SchemaFragment& fragment_;
};

}  // namespace

base::Result<SchemaFragmentPtr> schema_from_json(SourcePtr source) {
  auto json = base::parse_json_file(source->text(), source->name(), kJsonLimits);
  if (!json.ok()) return json.error();
  const auto fragment = std::make_shared<SchemaFragment>();
  fragment->source = std::move(source);
  fragment->json = std::make_shared<const base::Json>(std::move(json).value());
  if (auto read = SchemaJsonReader(*fragment).run(); !read.ok()) return read.error();
  return SchemaFragmentPtr(fragment);
}

}  // namespace cedar
