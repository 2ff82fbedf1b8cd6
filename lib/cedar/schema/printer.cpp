#include "cedar/schema/printer.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/keyed_hash.h"
#include "cedar/limits.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

std::string qualified(std::string_view ns, std::string_view name) {
  return ns.empty() ? std::string(name) : std::string(ns).append("::").append(name);
}

bool is_qualified(std::string_view name) {
  return name.find("::") != std::string_view::npos;
}

std::string_view builtin_name(BasicType type) {
  switch (type) {
    case BasicType::kTrue:
    case BasicType::kFalse:
    case BasicType::kBool:
      return "Bool";
    case BasicType::kLong:
      return "Long";
    case BasicType::kString:
      return "String";
    case BasicType::kDecimal:
      return "decimal";
    case BasicType::kIpAddr:
      return "ipaddr";
    case BasicType::kDatetime:
      return "datetime";
    case BasicType::kDuration:
      return "duration";
  }
  return {};
}

class CedarPrinter {
 public:
  explicit CedarPrinter(const SchemaFragment& fragment) : fragment_(fragment) {
    for (const NamespaceDecl& ns : fragment.namespaces) {
      for (const CommonTypeDecl& decl : ns.common_types)
        common_types_[qualified(ns.name, decl.name)] = {&decl, ns.name};
      for (const EntityTypeDecl& decl : ns.entity_types) entity_types_.insert(qualified(ns.name, decl.name));
      if (!ns.actions.empty()) entity_types_.insert(qualified(ns.name, "Action"));
    }
  }

  base::Result<std::string> run() {
    if (!fragment_.unprintable.empty()) return base::Error{base::ErrorCode::kInvalid, fragment_.unprintable};
    for (const NamespaceDecl& ns : fragment_.namespaces) {
      ns_ = ns.name;
      print_namespace(ns);
      if (error_) return *error_;
      if (out_.size() > kMaxSchemaText)
        return base::Error{base::ErrorCode::kInvalid,
                           fragment_.source->name() + ": the schema is larger than " +
                               std::to_string(kMaxSchemaText) + " bytes in Cedar's syntax"};
    }
    return std::move(out_);
  }

 private:
  struct CommonType {
    const CommonTypeDecl* decl;
    std::string_view name_space;
  };

  // --- layout

  void line(std::string_view text) { out_.append(indent_ * 2, ' ').append(text); }
  void separate() {
    if (!out_.empty() && !out_.ends_with("{\n")) out_ += '\n';
  }

  void print_annotations(const Annotations& annotations) {
    for (const Annotation& annotation : annotations) {
      line("@" + annotation.key);
      if (annotation.value) out_ += "(" + quote(*annotation.value) + ")";
      out_ += '\n';
    }
  }

  template <typename Item, typename ToText>
  void print_list(const std::vector<Item>& items, ToText to_item_text) {
    for (const Item& item : items) out_.append(&item == items.data() ? "" : ", ").append(to_item_text(item));
  }

  // The names of declarations that share one body, from `first` on; gives the one after the last.
  template <typename Decl>
  std::size_t print_names(const std::vector<Decl>& decls, std::size_t first,
                          std::string (*to_name)(const Decl&)) {
    std::size_t end = first;
    for (; end < decls.size() && decls[end].body == decls[first].body; ++end)
      out_.append(end == first ? "" : ", ").append(to_name(decls[end]));
    return end;
  }

  // --- declarations

  void print_namespace(const NamespaceDecl& ns) {
    const bool is_named = !ns.name.empty();
    if (is_named) {
      separate();
      print_annotations(ns.annotations);
      out_ += "namespace " + ns.name + " {\n";
      ++indent_;
    }
    for (const CommonTypeDecl& decl : ns.common_types) {
      separate();
      print_annotations(decl.annotations);
      line("type " + decl.name + " = ");
      print_type(*decl.type, ns.name);
      out_ += ";\n";
    }
    for (std::size_t i = 0; i < ns.entity_types.size();) i = print_entity_types(ns.entity_types, i);
    for (std::size_t i = 0; i < ns.actions.size();) i = print_actions(ns.actions, i);
    if (is_named) {
      --indent_;
      out_ += "}\n";
    }
  }

  std::size_t print_entity_types(const std::vector<EntityTypeDecl>& decls, std::size_t first) {
    const EntityTypeBody& body = *decls[first].body;
    separate();
    print_annotations(body.annotations);
    line(body.is_external ? "external entity " : "entity ");
    const std::size_t end =
        print_names<EntityTypeDecl>(decls, first, [](const EntityTypeDecl& d) { return d.name; });
    if (!body.enum_ids.empty()) {
      out_ += " enum [";
      print_list(body.enum_ids, [](const std::string& id) { return quote(id); });
      out_ += "];\n";
      return end;
    }
    if (!body.parents.empty()) {
      out_ += " in [";
      print_list(body.parents, [](const TypeNameRef& ref) { return ref.name; });
      out_ += ']';
    }
    if (body.shape) {
      out_ += ' ';
      print_shape(*body.shape);
    }
    if (body.tags) {
      out_ += " tags ";
      print_type(*body.tags, ns_);
    }
    out_ += ";\n";
    return end;
  }

  std::size_t print_actions(const std::vector<ActionDecl>& decls, std::size_t first) {
    const ActionBody& body = *decls[first].body;
    separate();
    print_annotations(body.annotations);
    line(body.is_external ? "external action " : "action ");
    const std::size_t end =
        print_names<ActionDecl>(decls, first, [](const ActionDecl& d) { return name_or_quoted(d.id); });
    if (!body.parents.empty()) {
      out_ += " in [";
      print_list(body.parents, [](const ActionRef& ref) {
        return ref.type ? *ref.type + "::" + quote(ref.id) : name_or_quoted(ref.id);
      });
      out_ += ']';
    }
    if (body.applies_to && !body.applies_to->principals.empty() && !body.applies_to->resources.empty())
      print_applies_to(*body.applies_to);
    out_ += ";\n";
    return end;
  }

  void print_applies_to(const ActionBody::AppliesTo& applies_to) {
    const auto name = [](const TypeNameRef& ref) { return ref.name; };
    out_ += " appliesTo {\n";
    ++indent_;
    line("principal: [");
    print_list(applies_to.principals, name);
    out_ += "],\n";
    line("resource: [");
    print_list(applies_to.resources, name);
    out_ += "],\n";
    if (applies_to.context) {
      line("context: ");
      print_type(*applies_to.context, ns_);
      out_ += ",\n";
    }
    --indent_;
    line("}");
  }

  // --- types; `home` is the namespace in which a type was written, where that is not the one being printed

  // The record itself, where a shape is a name: names stand for names at most as often as there are common
  // types.
  void print_shape(const TypeExpr& shape) {
    const TypeExpr* expr = &shape;
    std::string_view home = ns_;
    for (std::size_t steps = 0; steps <= common_types_.size(); ++steps) {
      const auto* named = std::get_if<NamedTypeExpr>(&expr->node);
      const CommonType* common = named ? find_common(named->name, home) : nullptr;
      if (!common) break;
      expr = common->decl->type;
      home = common->name_space;
    }
    print_type(*expr, home);
  }

  const CommonType* find_common(const std::string& name, std::string_view home) const {
    if (!is_qualified(name)) {
      const auto own = common_types_.find(qualified(home, name));
      if (own != common_types_.end()) return &own->second;
    }
    const auto found = common_types_.find(name);
    return found == common_types_.end() ? nullptr : &found->second;
  }

  bool is_declared(const std::string& name) const {
    return common_types_.contains(name) || entity_types_.contains(name);
  }

  void print_type(const TypeExpr& expr, std::string_view home) {
    if (error_ || out_.size() > kMaxSchemaText) return;
    if (const auto* basic = std::get_if<BasicType>(&expr.node)) {
      const std::string name(builtin_name(*basic));
      const bool is_hidden = is_declared(name) || is_declared(qualified(ns_, name));
      out_.append(is_hidden ? "__cedar::" : "").append(name);
    } else if (const auto* named = std::get_if<NamedTypeExpr>(&expr.node)) {
      print_name(*named, expr.place, home);
    } else if (const auto* set = std::get_if<SetTypeExpr>(&expr.node)) {
      out_ += "Set<";
      print_type(*set->element, home);
      out_ += '>';
    } else if (const auto* record = std::get_if<RecordTypeExpr>(&expr.node)) {
      print_record(*record, home);
    }
  }

  void print_name(const NamedTypeExpr& named, const SchemaPlace& place, std::string_view home) {
    if (named.kind == TypeNameKind::kEntity && find_common(named.name, home))
      error_ = fragment_.error(place, "entity type `" + named.name + "` and common type `" + named.name +
                                          "` cannot be told apart in Cedar's syntax; rename one");
    const bool is_elsewhere =
        home != ns_ && !is_qualified(named.name) && is_declared(qualified(home, named.name));
    out_ += is_elsewhere ? qualified(home, named.name) : named.name;
  }

  void print_record(const RecordTypeExpr& record, std::string_view home) {
    if (record.attributes.empty()) {
      out_ += "{}";
      return;
    }
    out_ += "{\n";
    ++indent_;
    for (const AttributeExpr& attribute : record.attributes) {
      print_annotations(attribute.annotations);
      line(name_or_quoted(attribute.name) + (attribute.is_required ? ": " : "?: "));
      print_type(*attribute.type, home);
      out_ += ",\n";
    }
    --indent_;
    line("}");
  }

  const SchemaFragment& fragment_;
  std::unordered_map<std::string, CommonType, base::KeyedHash> common_types_;  // by qualified name
  std::unordered_set<std::string, base::KeyedHash> entity_types_;
  std::string_view ns_;
  std::size_t indent_ = 0;
  std::string out_;
  std::optional<base::Error> error_;
};

}  // namespace

base::Result<std::string> to_cedar_text(const SchemaFragment& fragment) {
  return CedarPrinter(fragment).run();
}

}  // namespace cedar
