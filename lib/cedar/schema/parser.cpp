// Cedar's schema syntax, by recursive descent; only types nest, and they no deeper than kMaxNesting.
//
//   schema     := { annotation* "namespace" Path "{" decl* "}" | decl }
//   decl       := annotation* ( entity | action | type | external )
//   entity     := "entity" Names ["in" (Path | "[" [Path {"," Path}] "]")] [["="] Record] ["tags" Type] ";"
//               | "entity" Names "enum" "[" STRING {"," STRING} "]" ";"
//   action     := "action" Name {"," Name} ["in" (Ref | "[" Ref {"," Ref} "]")]
//                 ["appliesTo" "{" Part {"," Part} [","] "}"] ["attributes" "{" "}"] ";"
//   external   := "external" "entity" Names ["in" …] ";" | "external" "action" Name {"," Name} ["in" …] ";"
//   type       := "type" IDENTIFIER "=" Type ";"
//   Type       := Path | "Set" "<" Type ">" | Record
//   Record     := "{" [annotation* Name ["?"] ":" Type {"," …} [","]] "}"
//
// The words of the syntax are not reserved: an attribute or entity type may be called `type`.
#include <algorithm>
#include <utility>

#include "base/nearest.h"
#include "cedar/limits.h"
#include "cedar/schema/ast.h"
#include "cedar/syntax/token_stream.h"

namespace cedar {

namespace {

class SchemaParser {
 public:
  explicit SchemaParser(SourcePtr source) : fragment_(std::make_shared<SchemaFragment>()), tokens_(*source) {
    fragment_->source = std::move(source);
  }

  base::Result<SchemaFragmentPtr> run() {
    NamespaceDecl empty;
    while (!is(TokenKind::kEnd)) {
      Annotations annotations;
      if (!parse_annotations(annotations)) return error();
      const bool ok = is_word("namespace") ? parse_namespace(std::move(annotations))
                                           : parse_declaration(empty, std::move(annotations));
      if (!ok) return error();
    }
    if (!empty.common_types.empty() || !empty.entity_types.empty() || !empty.actions.empty())
      fragment_->namespaces.insert(fragment_->namespaces.begin(), std::move(empty));
    return SchemaFragmentPtr(std::move(fragment_));
  }

 private:
  // --- tokens

  SchemaPlace here() const { return since(tokens_.begin(), tokens_.peek().at.end); }
  SchemaPlace since(std::uint32_t begin) const { return since(begin, tokens_.end()); }
  static SchemaPlace since(std::uint32_t begin, std::uint32_t end) { return {{begin, end}, nullptr}; }

  std::string_view text() const { return tokens_.text(tokens_.peek()); }
  bool is(TokenKind kind) const { return tokens_.at(kind); }
  bool is_word(std::string_view word) const { return tokens_.at_word(word); }
  bool take(TokenKind kind) { return tokens_.accept(kind); }
  bool take_word(std::string_view word) { return tokens_.accept_word(word); }
  bool expect(TokenKind kind, std::string_view wanted) { return tokens_.expect(kind, wanted); }
  bool unexpected(std::string_view wanted) { return tokens_.fail_expected(wanted); }
  bool fail(std::string what) { return tokens_.fail(tokens_.begin(), std::move(what)); }
  base::Error error() const { return {base::ErrorCode::kInvalid, tokens_.message()}; }

  // --- words, names and strings

  bool parse_identifier(std::string& out, std::string_view wanted) {
    if (!is(TokenKind::kIdentifier)) return unexpected(wanted);
    if (is_reserved(text()))
      return fail("`" + std::string(text()) + "` is a reserved word; " + std::string(wanted) +
                  " is wanted here");
    out = text();
    tokens_.take();
    return true;
  }

  bool parse_string(std::string& out, std::string_view wanted) {
    if (!is(TokenKind::kString)) return unexpected(wanted);
    std::optional<std::string> value = tokens_.string_value(tokens_.take());
    if (!value) return false;
    out = *std::move(value);
    return true;
  }

  // The name of an action or attribute: an identifier, or any text in quotes. `__cedar` is reserved only
  // where types and namespaces are named.
  bool parse_name(std::string& out, std::string_view wanted) {
    if (is(TokenKind::kString)) return parse_string(out, wanted);
    if (!take_word("__cedar")) return parse_identifier(out, wanted);
    out = "__cedar";
    return true;
  }

  // `A::B`; with `__cedar` in front where that may be.
  bool parse_path(std::string& out, std::string_view wanted, bool may_be_builtin = false) {
    if (may_be_builtin && take_word("__cedar")) {
      out = "__cedar";
    } else if (!parse_identifier(out, wanted)) {
      return false;
    }
    while (take(TokenKind::kDoubleColon)) {
      std::string part;
      if (!parse_identifier(part, "an identifier")) return false;
      out.append("::").append(part);
    }
    return true;
  }

  bool parse_type_ref(std::vector<TypeNameRef>& refs) {
    TypeNameRef ref;
    const std::uint32_t begin = tokens_.begin();
    if (!parse_path(ref.name, "the name of an entity type")) return false;
    ref.place = since(begin);
    refs.push_back(std::move(ref));
    return true;
  }

  // One item, or some in square brackets; a comma after the last is not part of the language here.
  template <typename ParseItem>
  bool parse_one_or_list(bool may_be_empty, ParseItem parse_item) {
    if (!take(TokenKind::kLeftBracket)) return parse_item();
    if (may_be_empty && take(TokenKind::kRightBracket)) return true;
    do {
      if (!parse_item()) return false;
    } while (take(TokenKind::kComma));
    return expect(TokenKind::kRightBracket, "`,` or `]`");
  }

  bool parse_annotations(Annotations& annotations) {
    while (is(TokenKind::kAt)) {
      if (annotations.size() == kMaxAnnotations)
        return fail("at most " + std::to_string(kMaxAnnotations) + " annotations stand together");
      tokens_.take();
      if (!is(TokenKind::kIdentifier)) return unexpected("the name of an annotation");
      Annotation annotation;
      annotation.key = text();
      const bool is_double = std::any_of(annotations.begin(), annotations.end(),
                                         [&](const Annotation& a) { return a.key == annotation.key; });
      if (is_double) return fail("annotation `@" + annotation.key + "` stands twice");
      tokens_.take();
      if (take(TokenKind::kLeftParen)) {
        std::string value;
        if (!parse_string(value, "a string") || !expect(TokenKind::kRightParen, "`)`")) return false;
        annotation.value = std::move(value);
      }
      annotations.push_back(std::move(annotation));
    }
    return true;
  }

  // --- declarations

  bool parse_namespace(Annotations annotations) {
    tokens_.take();
    NamespaceDecl ns;
    ns.annotations = std::move(annotations);
    const std::uint32_t begin = tokens_.begin();
    if (!parse_path(ns.name, "the name of a namespace")) return false;
    ns.place = since(begin);
    if (!expect(TokenKind::kLeftBrace, "`{`")) return false;
    while (!take(TokenKind::kRightBrace)) {
      Annotations inner;
      if (!parse_annotations(inner)) return false;
      if (is_word("namespace"))
        return fail("namespaces do not nest; write `namespace " + ns.name + "::…` beside this one");
      if (!parse_declaration(ns, std::move(inner))) return false;
    }
    fragment_->namespaces.push_back(std::move(ns));
    return true;
  }

  bool parse_declaration(NamespaceDecl& ns, Annotations annotations) {
    const bool is_external = take_word("external");
    if (take_word("entity")) return parse_entity(ns, std::move(annotations), is_external);
    if (take_word("action")) return parse_action(ns, std::move(annotations), is_external);
    if (is_external) return unexpected_word("`entity` or `action`", {"entity", "action"});
    if (take_word("type")) return parse_common_type(ns, std::move(annotations));
    return unexpected_word("`entity`, `action`, `type`, `external` or `namespace`",
                           {"entity", "action", "type", "external", "namespace"});
  }

  bool unexpected_word(const std::string& wanted, const std::vector<std::string>& words) {
    const std::string guess = base::did_you_mean(text(), words);
    if (!is(TokenKind::kIdentifier) || guess.empty()) return unexpected(wanted);
    return fail("expected " + wanted + ", found `" + std::string(text()) + "`" + guess);
  }

  bool parse_common_type(NamespaceDecl& ns, Annotations annotations) {
    CommonTypeDecl decl;
    decl.annotations = std::move(annotations);
    decl.place = here();
    if (!parse_identifier(decl.name, "the name of a type")) return false;
    if (!expect(TokenKind::kAssign, "`=`")) return false;
    if (!(decl.type = parse_type(0))) return false;
    if (!expect(TokenKind::kSemicolon, "`;`")) return false;
    ns.common_types.push_back(std::move(decl));
    return true;
  }

  bool parse_entity(NamespaceDecl& ns, Annotations annotations, bool is_external) {
    const std::size_t first = ns.entity_types.size();
    do {
      EntityTypeDecl decl;
      decl.place = here();
      if (!parse_identifier(decl.name, "the name of an entity type")) return false;
      ns.entity_types.push_back(std::move(decl));
    } while (take(TokenKind::kComma));

    auto body = std::make_shared<EntityTypeBody>();
    body->annotations = std::move(annotations);
    body->is_external = is_external;
    if (!(!is_external && take_word("enum") ? parse_enum(*body) : parse_entity_body(*body))) return false;
    for (std::size_t i = first; i < ns.entity_types.size(); ++i) ns.entity_types[i].body = body;
    return true;
  }

  bool parse_enum(EntityTypeBody& body) {
    if (!expect(TokenKind::kLeftBracket, "`[`")) return false;
    do {
      std::string id;
      if (!parse_string(id, "the id of an entity, as a string")) return false;
      body.enum_ids.push_back(std::move(id));
    } while (take(TokenKind::kComma));
    return expect(TokenKind::kRightBracket, "`,` or `]`") && expect(TokenKind::kSemicolon, "`;`");
  }

  bool parse_entity_body(EntityTypeBody& body) {
    std::string wanted = body.is_external ? "`in` or `;`" : "`in`, `{`, `tags` or `;`";
    if (take_word("in")) {
      if (!parse_one_or_list(true, [&] { return parse_type_ref(body.parents); })) return false;
      wanted = body.is_external ? "`;`" : "`{`, `tags` or `;`";
    }
    if (body.is_external) {
      if (is(TokenKind::kAssign) || is(TokenKind::kLeftBrace) || is_word("tags") || is_word("enum"))
        return fail("an external entity type has only parents here; the rest stands where it is defined");
      return expect(TokenKind::kSemicolon, wanted);
    }
    const bool has_assign = take(TokenKind::kAssign);
    if (has_assign && !is(TokenKind::kLeftBrace)) return unexpected("`{`");
    if (is(TokenKind::kLeftBrace)) {
      if (!(body.shape = parse_record(0))) return false;
      wanted = "`tags` or `;`";
    }
    if (take_word("tags")) {
      if (!(body.tags = parse_type(0))) return false;
      wanted = "`;`";
    }
    return expect(TokenKind::kSemicolon, wanted);
  }

  bool parse_action(NamespaceDecl& ns, Annotations annotations, bool is_external) {
    const std::size_t first = ns.actions.size();
    do {
      ActionDecl decl;
      decl.place = here();
      if (!parse_name(decl.id, "the name of an action")) return false;
      ns.actions.push_back(std::move(decl));
    } while (take(TokenKind::kComma));

    auto body = std::make_shared<ActionBody>();
    body->annotations = std::move(annotations);
    body->is_external = is_external;
    std::string wanted = is_external ? "`in` or `;`" : "`in`, `appliesTo` or `;`";
    if (take_word("in")) {
      if (!parse_one_or_list(false, [&] { return parse_action_ref(body->parents); })) return false;
      wanted = is_external ? "`;`" : "`appliesTo` or `;`";
    }
    if (is_external && (is_word("appliesTo") || is_word("attributes")))
      return fail("an external action has only groups here; the rest stands where it is defined");
    if (take_word("appliesTo")) {
      if (!parse_applies_to(*body, ns.actions[first])) return false;
      wanted = "`;`";
    }
    if (take_word("attributes")) {
      if (!expect(TokenKind::kLeftBrace, "`{`")) return false;
      if (!is(TokenKind::kRightBrace)) return fail("actions have no attributes; the braces must be empty");
      tokens_.take();
      wanted = "`;`";
    }
    if (!expect(TokenKind::kSemicolon, wanted)) return false;
    for (std::size_t i = first; i < ns.actions.size(); ++i) ns.actions[i].body = body;
    return true;
  }

  bool parse_action_ref(std::vector<ActionRef>& refs) {
    ActionRef ref;
    const std::uint32_t begin = tokens_.begin();
    if (is(TokenKind::kString) || is_word("__cedar")) {
      if (!parse_name(ref.id, "an action")) return false;
    } else {
      std::string path;
      if (!parse_identifier(path, "the name of an action")) return false;
      while (take(TokenKind::kDoubleColon)) {
        if (is(TokenKind::kString)) {
          if (!parse_string(ref.id, "an action")) return false;
          ref.type = std::move(path);
          ref.place = since(begin);
          refs.push_back(std::move(ref));
          return true;
        }
        std::string part;
        if (!parse_identifier(part, "an identifier, or the action's id as a string")) return false;
        path.append("::").append(part);
      }
      if (path.find("::") != std::string::npos) return unexpected("`::` and the action's id as a string");
      ref.id = std::move(path);
    }
    ref.place = since(begin);
    refs.push_back(std::move(ref));
    return true;
  }

  bool parse_applies_to(ActionBody& body, const ActionDecl& action) {
    if (!expect(TokenKind::kLeftBrace, "`{`")) return false;
    ActionBody::AppliesTo applies_to;
    do {
      if (!applies_to.principals.empty() && !applies_to.resources.empty() && is(TokenKind::kRightBrace))
        break;
      const std::string part(text());
      if (is_word("principal") || is_word("resource")) {
        auto& refs = part == "principal" ? applies_to.principals : applies_to.resources;
        if (!refs.empty()) return fail("`" + part + "` is given twice");
        tokens_.take();
        if (!expect(TokenKind::kColon, "`:`")) return false;
        if (!parse_one_or_list(false, [&] { return parse_type_ref(refs); })) return false;
      } else if (is_word("context")) {
        if (applies_to.context) return fail("`context` is given twice");
        tokens_.take();
        if (!expect(TokenKind::kColon, "`:`")) return false;
        if (!(applies_to.context = parse_type(0))) return false;
      } else {
        return unexpected("`principal`, `resource` or `context`");
      }
    } while (take(TokenKind::kComma));
    for (const auto& [refs, part] :
         {std::pair{&applies_to.principals, "principal"}, {&applies_to.resources, "resource"}})
      if (refs->empty())
        return fail("action `" + action.id + "` applies to no " + part + "; add `" + part +
                    ": …` to its appliesTo");
    if (!expect(TokenKind::kRightBrace, "`,` or `}`")) return false;
    body.applies_to = std::move(applies_to);
    return true;
  }

  // --- types; null is failure

  TypeExprRef add(TypeExpr type) { return &fragment_->types.emplace_back(std::move(type)); }

  TypeExprRef parse_type(std::size_t depth) {
    if (is(TokenKind::kLeftBrace)) return parse_record(depth);
    const std::uint32_t begin = tokens_.begin();
    std::string path;
    if (!parse_path(path, "a type", true)) return nullptr;
    if (path != "Set" || !take(TokenKind::kLess))
      return add({NamedTypeExpr{TypeNameKind::kAny, std::move(path)}, since(begin)});
    if (depth >= kMaxNesting) return too_deep();
    const TypeExprRef element = parse_type(depth + 1);
    if (!element || !expect(TokenKind::kGreater, "`>`")) return nullptr;
    return add({SetTypeExpr{element}, since(begin)});
  }

  TypeExprRef parse_record(std::size_t depth) {
    if (depth >= kMaxNesting) return too_deep();
    const std::uint32_t begin = tokens_.begin();
    tokens_.take();
    RecordTypeExpr record;
    while (!is(TokenKind::kRightBrace)) {
      AttributeExpr attribute;
      if (!parse_annotations(attribute.annotations)) return nullptr;
      if (!parse_name(attribute.name, "the name of an attribute, or `}`")) return nullptr;
      attribute.is_required = !take(TokenKind::kQuestion);
      if (!expect(TokenKind::kColon, attribute.is_required ? "`:` or `?:`" : "`:`")) return nullptr;
      if (!(attribute.type = parse_type(depth + 1))) return nullptr;
      record.attributes.push_back(std::move(attribute));
      if (take(TokenKind::kComma)) continue;
      if (!is(TokenKind::kRightBrace)) {
        unexpected("`,` or `}`");
        return nullptr;
      }
    }
    tokens_.take();
    return add({std::move(record), since(begin)});
  }

  TypeExprRef too_deep() {
    fail("types nest more deeply than " + std::to_string(kMaxNesting) + " levels here");
    return nullptr;
  }

  std::shared_ptr<SchemaFragment> fragment_;
  TokenStream tokens_;
};

}  // namespace

base::Result<SchemaFragmentPtr> parse_schema(SourcePtr source) {
  return SchemaParser(std::move(source)).run();
}

}  // namespace cedar
