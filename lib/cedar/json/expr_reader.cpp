#include <algorithm>
#include <array>
#include <optional>

#include "base/nearest.h"
#include "cedar/json/expr.h"
#include "cedar/json/expr_names.h"
#include "cedar/json/value.h"
#include "cedar/limits.h"
#include "cedar/values/extension_functions.h"

namespace cedar {

namespace {

// The place of a name in a list of names, which is its enumerator.
template <typename Op, std::size_t N>
std::optional<Op> find_op(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Op>(found - names.begin());
}

class ExprJsonReader {
 public:
  ExprJsonReader(JsonReader& json, ExprPool& pool) : json_(json), pool_(pool) {}

  // Every function answers null after a failure.
  ExprRef expr(const base::Json&);

 private:
  using Read = ExprRef (ExprJsonReader::*)(const base::Json&);
  struct Form {
    std::string_view name;
    Read read;
  };
  // The nodes that are neither operators nor calls.
  static const std::array<Form, 8> kForms;

  ExprRef operation(const std::string& name, const base::Json& operands);
  ExprRef unary(UnaryOp, const base::Json& operands);
  ExprRef call(ExtFunction, const base::Json& arguments);
  ExprRef unknown(const base::Json& at, const std::string& name);

  ExprRef variable(const base::Json&);
  ExprRef attribute(const base::Json&);
  ExprRef has(const base::Json&);
  ExprRef has_each(const Has&, const base::Json&);
  ExprRef like(const base::Json&);
  ExprRef is(const base::Json&);
  ExprRef if_then_else(const base::Json&);
  ExprRef set(const base::Json&);
  ExprRef record(const base::Json&);

  // A value as entities have it, made into the expression that yields it.
  ExprRef value(const base::Json&);
  ExprRef value_object(const base::Json&);
  ExprRef record_of(const base::Json& object, Read read_field);
  bool list(const base::Json& array, Read read_item, std::vector<ExprRef>& out);

  std::optional<Pattern> pattern(const base::Json&);
  ExprRef member(const base::Json& operands, std::string_view name);
  bool operands(const base::Json&, std::initializer_list<std::string_view> names);
  ExprRef make(ExprNode&& node, const base::Json& at);

  ExprRef fail(const base::Json& at, std::string_view what) {
    json_.fail(at, what);
    return nullptr;
  }

  JsonReader& json_;
  ExprPool& pool_;
};

const std::array<ExprJsonReader::Form, 8> ExprJsonReader::kForms = {{
    {"Var", &ExprJsonReader::variable},
    {".", &ExprJsonReader::attribute},
    {"has", &ExprJsonReader::has},
    {"like", &ExprJsonReader::like},
    {"is", &ExprJsonReader::is},
    {"if-then-else", &ExprJsonReader::if_then_else},
    {"Set", &ExprJsonReader::set},
    {"Record", &ExprJsonReader::record},
}};

ExprRef ExprJsonReader::expr(const base::Json& json) {
  const base::Json::Object* members = json_.object(json, "an expression");
  if (!members) return nullptr;
  if (members->empty())
    return fail(json, "an expression has one member, which says what it is; this has none");
  if (members->size() > 1)
    return fail(json, "an expression has one member; this has `" + members->front().first + "` and `" +
                          (*members)[1].first + "`");
  const auto& [name, operands] = members->front();
  if (name == "Value") return value(operands);
  for (const Form& form : kForms)
    if (form.name == name) return (this->*form.read)(operands);
  if (name == "Slot") return fail(json, "slots stand only in the scope, not in conditions");
  return operation(name, operands);
}

ExprRef ExprJsonReader::operation(const std::string& name, const base::Json& json) {
  if (const auto op = find_op<UnaryOp>(kJsonUnary, name)) return unary(*op, json);
  if (const auto function = find_extension_function(name)) return call(*function, json);

  const auto binary = find_op<BinaryOp>(kJsonBinary, name);
  const auto chain = find_op<ChainOp>(kJsonChain, name);
  if (!binary && !chain && name != "+" && name != "-") return unknown(json, name);
  if (!operands(json, {"left", "right"})) return nullptr;
  const ExprRef left = member(json, "left");
  const ExprRef right = left ? member(json, "right") : nullptr;
  if (!right) return nullptr;
  if (binary) return make(Binary{*binary, left, right}, json);
  if (chain) return make(Chain{*chain, {left, right}}, json);
  return make(Sum{{{false, left}, {name == "-", right}}}, json);
}

ExprRef ExprJsonReader::unknown(const base::Json& at, const std::string& name) {
  std::vector<std::string> known = {"Value", "+", "-"};
  for (const Form& form : kForms) known.emplace_back(form.name);
  known.insert(known.end(), kJsonUnary.begin(), kJsonUnary.end());
  known.insert(known.end(), kJsonBinary.begin(), kJsonBinary.end());
  known.insert(known.end(), kJsonChain.begin(), kJsonChain.end());
  for (const ExtFunctionInfo& f : extension_functions()) known.emplace_back(f.name);
  return fail(at, "`" + name + "` is neither an operator nor a function" + base::did_you_mean(name, known));
}

ExprRef ExprJsonReader::unary(UnaryOp op, const base::Json& json) {
  const ExprRef operand = operands(json, {"arg"}) ? member(json, "arg") : nullptr;
  return operand ? make(Unary{op, operand}, json) : nullptr;
}

ExprRef ExprJsonReader::call(ExtFunction function, const base::Json& json) {
  Call call{function, {}};
  if (!json_.array(json, "a list of arguments") || !list(json, &ExprJsonReader::expr, call.arguments))
    return nullptr;
  return make(std::move(call), json);
}

ExprRef ExprJsonReader::variable(const base::Json& json) {
  const std::string* name = json_.string(json, "a variable's name");
  if (!name) return nullptr;
  if (const auto found = find_op<Variable>(kJsonVariables, *name)) return make(*found, json);
  return fail(json, "there is no variable `" + *name + "`" +
                        base::did_you_mean(*name, {kJsonVariables.begin(), kJsonVariables.end()}));
}

ExprRef ExprJsonReader::attribute(const base::Json& json) {
  if (!operands(json, {"left", "attr"})) return nullptr;
  const ExprRef object = member(json, "left");
  const std::string* name = object ? json_.string(*json.find("attr"), "an attribute's name") : nullptr;
  return name ? make(GetAttribute{object, *name}, json) : nullptr;
}

ExprRef ExprJsonReader::has(const base::Json& json) {
  if (!operands(json, {"left", "attr"})) return nullptr;
  Has has{member(json, "left"), {}};
  if (!has.object) return nullptr;
  const base::Json& attribute = *json.find("attr");
  if (const std::string* name = attribute.string()) {
    has.path.push_back(*name);
    return make(std::move(has), json);
  }
  if (!attribute.array() || attribute.array()->empty())
    return fail(attribute, "`has` needs an attribute's name, or an array of at least one");
  bool is_writable = true;
  for (const base::Json& item : *attribute.array()) {
    const std::string* name = json_.string(item, "an attribute's name");
    if (!name) return nullptr;
    is_writable = is_writable && is_identifier(*name) && !is_reserved(*name);
    has.path.push_back(*name);
  }
  return is_writable || has.path.size() == 1 ? make(std::move(has), json) : has_each(has, json);
}

// Text has no path with a name in quotes, so such a path becomes what it means:
// `x has "a b" && x["a b"] has c`.
ExprRef ExprJsonReader::has_each(const Has& has, const base::Json& json) {
  Chain chain{ChainOp::kAnd, {}};
  ExprRef object = has.object;
  for (const std::string& name : has.path) {
    const ExprRef part = make(Has{object, {name}}, json);
    object = part ? make(GetAttribute{object, name}, json) : nullptr;
    if (!object) return nullptr;
    chain.operands.push_back(part);
  }
  return make(std::move(chain), json);
}

ExprRef ExprJsonReader::like(const base::Json& json) {
  if (!operands(json, {"left", "pattern"})) return nullptr;
  const ExprRef object = member(json, "left");
  auto read = object ? pattern(*json.find("pattern")) : std::nullopt;
  return read ? make(Like{object, std::move(*read)}, json) : nullptr;
}

std::optional<Pattern> ExprJsonReader::pattern(const base::Json& json) {
  const base::Json::Array* items = json_.array(json, "a pattern");
  if (!items) return std::nullopt;
  Pattern pattern{{""}};
  for (const base::Json& item : *items) {
    const std::string* word = item.string();
    const base::Json* literal = item.find("Literal");
    if (word && *word == "Wildcard") {
      pattern.pieces.emplace_back();
    } else if (literal && literal->string() && item.object()->size() == 1) {
      pattern.pieces.back().append(*literal->string());
    } else {
      json_.fail(item, R"(a pattern is made of "Wildcard" and {"Literal": "text"})");
      return std::nullopt;
    }
  }
  return pattern;
}

ExprRef ExprJsonReader::is(const base::Json& json) {
  if (!json_.object(json, "what belongs to `is`") || !json_.has_only(json, {"left", "entity_type", "in"}))
    return nullptr;
  const base::Json* type = json_.required(json, "entity_type");
  const ExprRef object = type ? member(json, "left") : nullptr;
  auto name = object ? read_type_name(*type, json_) : std::nullopt;
  if (!name) return nullptr;
  Is is{object, std::move(*name), nullptr};
  if (json.find("in") && !(is.in = member(json, "in"))) return nullptr;
  return make(std::move(is), json);
}

ExprRef ExprJsonReader::if_then_else(const base::Json& json) {
  if (!operands(json, {"if", "then", "else"})) return nullptr;
  If node{member(json, "if"), nullptr, nullptr};
  if (!node.condition || !(node.then = member(json, "then")) || !(node.otherwise = member(json, "else")))
    return nullptr;
  return make(std::move(node), json);
}

ExprRef ExprJsonReader::set(const base::Json& json) {
  SetExpr set;
  if (!json_.array(json, "a set") || !list(json, &ExprJsonReader::expr, set.elements)) return nullptr;
  return make(std::move(set), json);
}

ExprRef ExprJsonReader::record(const base::Json& json) {
  return json_.object(json, "a record") ? record_of(json, &ExprJsonReader::expr) : nullptr;
}

// The members of a JSON object have no order, so the fields are sorted: equal JSON gives equal trees.
ExprRef ExprJsonReader::record_of(const base::Json& json, Read read_field) {
  RecordExpr record;
  for (const auto& [name, field] : *json.object()) {
    const ExprRef read = (this->*read_field)(field);
    if (!read) return nullptr;
    record.fields.emplace_back(name, read);
  }
  std::sort(record.fields.begin(), record.fields.end(),
            [](const auto& l, const auto& r) { return l.first < r.first; });
  return make(std::move(record), json);
}

bool ExprJsonReader::list(const base::Json& array, Read read_item, std::vector<ExprRef>& out) {
  out.reserve(array.array()->size());
  for (const base::Json& item : *array.array()) {
    const ExprRef read = (this->*read_item)(item);
    if (!read) return false;
    out.push_back(read);
  }
  return true;
}

ExprRef ExprJsonReader::value(const base::Json& json) {
  switch (json.kind()) {
    case base::Json::Kind::kBool:
      return make(Literal{Value(*json.boolean())}, json);
    case base::Json::Kind::kInteger:
      return make(Literal{Value(*json.integer())}, json);
    case base::Json::Kind::kString:
      return make(Literal{Value(*json.string())}, json);
    case base::Json::Kind::kNull:
      return fail(json, "null is not a value");
    case base::Json::Kind::kNumber:
      return fail(json, "numbers are integers from -2^63 to 2^63 - 1");
    case base::Json::Kind::kObject:
      return value_object(json);
    case base::Json::Kind::kArray:
      break;
  }
  SetExpr set;
  return list(json, &ExprJsonReader::value, set.elements) ? make(std::move(set), json) : nullptr;
}

// An escape, where the object has that one member alone and the member is well shaped; else a record.
ExprRef ExprJsonReader::value_object(const base::Json& json) {
  if (const auto withdrawn = find_withdrawn_escape(json, false)) return fail(json, *withdrawn);
  if (json.object()->size() == 1) {
    const auto& [name, inside] = json.object()->front();
    const base::Json* type = inside.find("type");
    const base::Json* id = inside.find("id");
    if (name == "__entity" && type && type->string() && id && id->string()) {
      auto uid = read_uid(json, json_);
      return uid ? make(Literal{Value(std::move(*uid))}, json) : nullptr;
    }
    const auto extension = name == "__extn" ? extension_call_from_json(inside) : std::nullopt;
    if (extension) {
      const auto function = find_extension_function(*extension->function);
      if (!function) return unknown(json, *extension->function);
      Call call{*function, {}};
      for (const base::Json* argument : extension->arguments) {
        const ExprRef read = value(*argument);
        if (!read) return nullptr;
        call.arguments.push_back(read);
      }
      return make(std::move(call), json);
    }
  }
  return record_of(json, &ExprJsonReader::value);
}

// Whether the object has exactly these members.
bool ExprJsonReader::operands(const base::Json& json, std::initializer_list<std::string_view> names) {
  if (!json_.object(json, "what an operator is applied to") || !json_.has_only(json, names)) return false;
  return std::all_of(names.begin(), names.end(),
                     [&](std::string_view name) { return json_.required(json, name); });
}

ExprRef ExprJsonReader::member(const base::Json& operands, std::string_view name) {
  const base::Json* json = json_.required(operands, name);
  return json ? expr(*json) : nullptr;
}

ExprRef ExprJsonReader::make(ExprNode&& node, const base::Json& at) {
  const ExprRef made = pool_.add(std::move(node), {});
  if (!made) json_.fail(at, "nested more deeply than " + std::to_string(kMaxNesting) + " levels");
  return made;
}

}  // namespace

ExprRef expr_from_json(const base::Json& json, JsonReader& reader, ExprPool& pool) {
  return ExprJsonReader(reader, pool).expr(json);
}

std::optional<EntityUid> read_uid(const base::Json& json, JsonReader& reader) {
  auto uid = uid_from_json(json);
  if (uid.ok()) return std::move(uid).value();
  reader.fail(json, uid.error().message);
  return std::nullopt;
}

std::optional<Name> read_type_name(const base::Json& json, JsonReader& reader) {
  const std::string* text = reader.string(json, "an entity type");
  if (!text) return std::nullopt;
  auto name = Name::parse(*text);
  if (!name)
    reader.fail(json, "`" + *text + "` is not an entity type; one is written as `User` or `App::User`");
  return name;
}

}  // namespace cedar
