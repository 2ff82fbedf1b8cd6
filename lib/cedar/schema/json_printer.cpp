#include <algorithm>
#include <unordered_map>

#include "base/keyed_hash.h"
#include "cedar/limits.h"
#include "cedar/schema/printer.h"

namespace cedar {

namespace {

class JsonPrinter {
 public:
  explicit JsonPrinter(const SchemaFragment& fragment) : fragment_(fragment) {}

  base::Result<std::string> run() {
    if (!fragment_.unprintable.empty()) return base::Error{base::ErrorCode::kInvalid, fragment_.unprintable};
    w_.begin_object();
    for (const NamespaceDecl& ns : fragment_.namespaces) {
      w_.name(ns.name);
      print_namespace(ns);
    }
    w_.end_object();
    if (is_full())
      return base::Error{base::ErrorCode::kInvalid, fragment_.source->name() +
                                                        ": the schema is larger than " +
                                                        std::to_string(kMaxSchemaText) + " bytes in JSON"};
    return w_.take();
  }

 private:
  bool is_full() const { return w_.text().size() > kMaxSchemaText; }

  void print_namespace(const NamespaceDecl& ns) {
    w_.begin_object();
    print_annotations(ns.annotations);
    if (!ns.common_types.empty()) {
      w_.name("commonTypes").begin_object();
      for (const CommonTypeDecl& decl : ns.common_types) {
        w_.name(decl.name).begin_object();
        print_type_members(*decl.type);
        print_annotations(decl.annotations);
        w_.end_object();
      }
      w_.end_object();
    }
    w_.name("entityTypes").begin_object();
    for (const EntityTypeDecl& decl : ns.entity_types) {
      if (is_full()) break;
      w_.name(decl.name).begin_object();
      print_entity_body(*decl.body);
      w_.end_object();
    }
    w_.end_object().name("actions").begin_object();
    for (const ActionDecl& decl : ns.actions) {
      if (is_full()) break;
      w_.name(decl.id).begin_object();
      print_action_body(*decl.body);
      w_.end_object();
    }
    w_.end_object().end_object();
  }

  void print_annotations(const Annotations& annotations) {
    if (annotations.empty()) return;
    w_.name("annotations").begin_object();
    for (const Annotation& annotation : annotations) {
      w_.name(annotation.key);
      if (annotation.value)
        w_.string(*annotation.value);
      else
        w_.null();
    }
    w_.end_object();
  }

  void print_names(std::string_view member, const std::vector<TypeNameRef>& refs) {
    w_.name(member).begin_array();
    for (const TypeNameRef& ref : refs) w_.string(ref.name);
    w_.end_array();
  }

  void print_entity_body(const EntityTypeBody& body) {
    if (body.is_external) w_.member("external", true);
    if (!body.enum_ids.empty()) w_.member("enum", body.enum_ids);
    if (!body.parents.empty()) print_names("memberOfTypes", body.parents);
    if (body.shape) print_type("shape", *body.shape);
    if (body.tags) print_type("tags", *body.tags);
    print_annotations(body.annotations);
  }

  void print_action_body(const ActionBody& body) {
    if (body.is_external) w_.member("external", true);
    if (!body.parents.empty()) {
      w_.name("memberOf").begin_array();
      for (const ActionRef& ref : body.parents) {
        w_.begin_object().member("id", ref.id);
        if (ref.type) w_.member("type", *ref.type);
        w_.end_object();
      }
      w_.end_array();
    }
    if (body.applies_to) {
      w_.name("appliesTo").begin_object();
      print_names("principalTypes", body.applies_to->principals);
      print_names("resourceTypes", body.applies_to->resources);
      if (body.applies_to->context) print_type("context", *body.applies_to->context);
      w_.end_object();
    }
    print_annotations(body.annotations);
  }

  void print_type(std::string_view member, const TypeExpr& type) {
    w_.name(member).begin_object();
    print_type_members(type);
    w_.end_object();
  }

  void print_type_members(const TypeExpr& type) {
    w_.name("type");
    if (const auto* basic = std::get_if<BasicType>(&type.node)) {
      print_basic(*basic);
    } else if (const auto* named = std::get_if<NamedTypeExpr>(&type.node)) {
      switch (named->kind) {
        case TypeNameKind::kCommon:
          w_.string(named->name);
          break;
        case TypeNameKind::kEntity:
          w_.string("Entity").member("name", named->name);
          break;
        case TypeNameKind::kAny:
          w_.string("EntityOrCommon").member("name", named->name);
          break;
      }
    } else if (const auto* set = std::get_if<SetTypeExpr>(&type.node)) {
      w_.string("Set");
      print_type("element", *set->element);
    } else if (const auto* record = std::get_if<RecordTypeExpr>(&type.node)) {
      w_.string("Record");
      print_attributes(*record);
    }
  }

  void print_basic(BasicType type) {
    switch (type) {
      case BasicType::kTrue:
      case BasicType::kFalse:
      case BasicType::kBool:
        w_.string("Boolean");
        return;
      case BasicType::kLong:
        w_.string("Long");
        return;
      case BasicType::kString:
        w_.string("String");
        return;
      case BasicType::kDecimal:
        w_.string("Extension").member("name", "decimal");
        return;
      case BasicType::kIpAddr:
        w_.string("Extension").member("name", "ipaddr");
        return;
      case BasicType::kDatetime:
        w_.string("Extension").member("name", "datetime");
        return;
      case BasicType::kDuration:
        w_.string("Extension").member("name", "duration");
        return;
    }
  }

  // Of equal names the last counts in Cedar's syntax; JSON may have only that.
  void print_attributes(const RecordTypeExpr& record) {
    std::unordered_map<std::string_view, const AttributeExpr*, base::KeyedHash> last;
    for (const AttributeExpr& attribute : record.attributes) last[attribute.name] = &attribute;
    w_.name("attributes").begin_object();
    for (const AttributeExpr& attribute : record.attributes) {
      if (last.at(attribute.name) != &attribute) continue;
      w_.name(attribute.name).begin_object();
      print_type_members(*attribute.type);
      if (!attribute.is_required) w_.member("required", false);
      print_annotations(attribute.annotations);
      w_.end_object();
    }
    w_.end_object();
  }

  const SchemaFragment& fragment_;
  base::JsonWriter w_;
};

}  // namespace

base::Result<std::string> to_json_text(const SchemaFragment& fragment) {
  return JsonPrinter(fragment).run();
}

}  // namespace cedar
