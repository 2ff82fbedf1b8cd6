#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "cedar/syntax/expr_parser.h"
#include "cedar/values/extension_functions.h"
#include "cedar/values/quote.h"

// What operators stand between: literals, variables, entities, sets, records, attributes and calls.
namespace cedar {

namespace {

// The methods of sets and entities; those of extension types are in their own table.
struct Method {
  std::string_view name;
  std::optional<BinaryOp> op;  // nothing for isEmpty, which takes no argument
};
constexpr std::array<Method, 6> kMethods = {{
    {"contains", BinaryOp::kContains},
    {"containsAll", BinaryOp::kContainsAll},
    {"containsAny", BinaryOp::kContainsAny},
    {"getTag", BinaryOp::kGetTag},
    {"hasTag", BinaryOp::kHasTag},
    {"isEmpty", std::nullopt},
}};

const Method* find_method(std::string_view name) {
  for (const Method& method : kMethods)
    if (method.name == name) return &method;
  return nullptr;
}

std::optional<Variable> variable_of(Word word) {
  switch (word) {
    case Word::kPrincipal:
      return Variable::kPrincipal;
    case Word::kAction:
      return Variable::kAction;
    case Word::kResource:
      return Variable::kResource;
    case Word::kContext:
      return Variable::kContext;
    default:
      return std::nullopt;
  }
}

std::string in_backticks(std::string_view word) {
  return "`" + std::string(word) + "`";
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const Method& method : kMethods) names.emplace_back(method.name);
  for (const ExtFunctionInfo& f : extension_functions())
    if (f.is_method) names.emplace_back(f.name);
  return names;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names = {"ip", "decimal", "datetime", "duration"};
  for (std::string& name : method_names()) names.push_back(std::move(name));
  return names;
}

// The place in the list of a field whose name an earlier one has.
std::optional<std::size_t> find_duplicate(const RecordExpr& record) {
  std::vector<std::pair<std::string_view, std::size_t>> names;
  names.reserve(record.fields.size());
  for (const auto& field : record.fields) names.emplace_back(field.first, names.size());
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end(), [](const auto& left, const auto& right) {
    return left.first == right.first;
  });
  return twice != names.end() ? std::optional(std::next(twice)->second) : std::nullopt;
}

}  // namespace

EntityUid RecentUids::get(std::string_view type, std::string_view id) {
  std::optional<EntityUid>& place = uids_[std::hash<std::string_view>()(id) % uids_.size()];
  if (!place || place->id() != id || place->type().text() != type)
    place.emplace(Name::unchecked(std::string(type)), std::string(id));
  return *place;
}

ExprRef ExprParser::member() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef object = primary();
  return object ? accesses(object, begin) : nullptr;
}

ExprRef ExprParser::accesses(ExprRef object, std::uint32_t begin) {
  while (object) {
    if (tokens_.accept(TokenKind::kDot)) {
      object = attribute_or_method(object, begin);
    } else if (tokens_.accept(TokenKind::kLeftBracket)) {
      if (!tokens_.at(TokenKind::kString))
        return tokens_.fail_expected("an attribute's name in quotes"), nullptr;
      auto attribute = tokens_.string_value(tokens_.take());
      if (!attribute || !tokens_.expect(TokenKind::kRightBracket, "`]`")) return nullptr;
      object = make(GetAttribute{object, std::move(*attribute)}, begin);
    } else if (tokens_.at(TokenKind::kLeftParen)) {
      return fail(tokens_.begin(), "only functions and methods can be called, as `f(x)` and `x.f(y)`");
    } else {
      break;
    }
  }
  return object;
}

ExprRef ExprParser::attribute_or_method(ExprRef object, std::uint32_t begin) {
  if (!tokens_.at(TokenKind::kIdentifier)) return tokens_.fail_expected("a name after `.`"), nullptr;
  const Token token = tokens_.take();
  if (!check_not_reserved(token)) return nullptr;
  if (tokens_.at(TokenKind::kLeftParen)) return method(object, token, begin);
  return make(GetAttribute{object, std::string(tokens_.text(token))}, begin);
}

ExprRef ExprParser::method(ExprRef object, const Token& token, std::uint32_t begin) {
  const std::string_view name = tokens_.text(token);
  const Method* core = find_method(name);
  const auto extension = find_extension_function(name);
  if (!core && !extension)
    return fail(token.at.begin,
                in_backticks(name) + " is not a method" + base::did_you_mean(name, method_names()));
  if (extension && !info(*extension).is_method)
    return fail(token.at.begin,
                in_backticks(name) + " is a function, not a method; write `" + std::string(name) + "(…)`");

  tokens_.take();
  std::vector<ExprRef> operands = {object};
  if (!arguments(operands, TokenKind::kRightParen, "`,` or `)`")) return nullptr;
  if (extension) return make(Call{*extension, std::move(operands)}, begin);
  const std::size_t wanted = core->op ? 1 : 0;
  if (operands.size() - 1 != wanted)
    return fail(token.at.begin, in_backticks(name) + " takes " +
                                    (core->op ? "one argument" : "no arguments") + ", not " +
                                    std::to_string(operands.size() - 1));
  if (core->op) return make(Binary{*core->op, object, operands[1]}, begin);
  return make(Unary{UnaryOp::kIsEmpty, object}, begin);
}

// Reads expressions up to the closing token, which is taken; a comma may stand behind the last.
bool ExprParser::arguments(std::vector<ExprRef>& out, TokenKind closing, std::string_view what) {
  while (!tokens_.accept(closing)) {
    const ExprRef next = expression();
    if (!next) return false;
    out.push_back(next);
    if (tokens_.accept(closing)) return true;
    if (!tokens_.expect(TokenKind::kComma, what)) return false;
  }
  return true;
}

ExprRef ExprParser::primary() {
  const std::uint32_t begin = tokens_.begin();
  switch (tokens_.peek().kind) {
    case TokenKind::kIdentifier:
      return name_like();
    case TokenKind::kNumber:
      return number(tokens_.take(), false, begin);
    case TokenKind::kString: {
      auto value = tokens_.string_value(tokens_.take());
      return value ? make(Literal{Value(std::move(*value))}, begin) : nullptr;
    }
    case TokenKind::kLeftParen: {
      tokens_.take();
      const ExprRef inside = expression();
      return inside && tokens_.expect(TokenKind::kRightParen, "`)`") ? inside : nullptr;
    }
    case TokenKind::kLeftBracket:
      return set();
    case TokenKind::kLeftBrace:
      return record();
    case TokenKind::kSlot:
      return fail(begin, "slots stand only in the scope, not in conditions");
    default:
      return tokens_.fail_expected("an expression"), nullptr;
  }
}

ExprRef ExprParser::set() {
  const std::uint32_t begin = tokens_.take().at.begin;
  SetExpr set;
  if (!arguments(set.elements, TokenKind::kRightBracket, "`,` or `]`")) return nullptr;
  return make(std::move(set), begin);
}

ExprRef ExprParser::record() {
  const std::uint32_t begin = tokens_.take().at.begin;
  RecordExpr record;
  std::vector<std::uint32_t> key_begins;
  while (!tokens_.accept(TokenKind::kRightBrace)) {
    key_begins.push_back(tokens_.begin());
    auto key = record_key();
    if (!key || !tokens_.expect(TokenKind::kColon, "`:`")) return nullptr;
    const ExprRef value = expression();
    if (!value) return nullptr;
    record.fields.emplace_back(std::move(*key), value);
    if (tokens_.accept(TokenKind::kRightBrace)) break;
    if (!tokens_.expect(TokenKind::kComma, "`,` or `}`")) return nullptr;
  }
  if (const auto twice = find_duplicate(record))
    return fail(key_begins[*twice], "the record has " + quote(record.fields[*twice].first) + " already");
  return make(std::move(record), begin);
}

std::optional<std::string> ExprParser::record_key() {
  if (tokens_.at(TokenKind::kString)) return tokens_.string_value(tokens_.take());
  return attribute_name("a name or a string");
}

std::optional<std::string> ExprParser::attribute_name(std::string_view what) {
  if (!tokens_.at(TokenKind::kIdentifier)) {
    tokens_.fail_expected(what);
    return std::nullopt;
  }
  const Token token = tokens_.take();
  if (!check_not_reserved(token)) return std::nullopt;
  return std::string(tokens_.text(token));
}

bool ExprParser::check_not_reserved(const Token& token) {
  return !is_reserved(token.word) ||
         tokens_.fail(token.at.begin, in_backticks(tokens_.text(token)) +
                                          " is a reserved word; as an attribute it is written in quotes");
}

// What begins with a name: a literal, a variable, an entity, a call.
ExprRef ExprParser::name_like() {
  const std::uint32_t begin = tokens_.begin();
  const Token token = tokens_.peek();
  if (token.word == Word::kIf) return fail(begin, "`if` as an operand needs brackets around it");
  if (token.word == Word::kTrue || token.word == Word::kFalse) {
    tokens_.take();
    if (!tokens_.at(TokenKind::kDoubleColon)) return make(Literal{Value(token.word == Word::kTrue)}, begin);
    return fail(begin, in_backticks(tokens_.text(token)) + " is a reserved word and names no type");
  }
  const auto read = path(true);
  if (!read) return nullptr;
  if (read->id) {
    auto id = tokens_.string_value(*read->id);
    return id ? make(Literal{Value(uids_.get(read->text, *id))}, begin) : nullptr;
  }
  if (tokens_.at(TokenKind::kLeftParen)) return function(*read);
  if (read->parts == 1) {
    if (const auto variable = variable_of(token.word)) return make(*variable, begin);
    static const std::vector<std::string> kVariables = {"principal", "action", "resource",
                                                        "context",   "true",   "false"};
    return fail(begin,
                "unknown variable " + in_backticks(read->text) + base::did_you_mean(read->text, kVariables));
  }
  return fail(
      begin, in_backticks(read->text) + " is a type, not a value; an entity is `" + read->text + "::\"id\"`");
}

ExprRef ExprParser::function(const Path& path) {
  const std::uint32_t begin = path.first.at.begin;
  const auto extension = find_extension_function(path.text);
  if (find_method(path.text) || (extension && info(*extension).is_method))
    return fail(begin,
                in_backticks(path.text) + " is a method, not a function; write `x." + path.text + "(…)`");
  if (!extension)
    return fail(begin, in_backticks(path.text) + " is not a function" +
                           base::did_you_mean(path.text, function_names()));
  tokens_.take();
  Call call{*extension, {}};
  if (!arguments(call.arguments, TokenKind::kRightParen, "`,` or `)`")) return nullptr;
  return make(std::move(call), begin);
}

std::optional<ExprParser::Path> ExprParser::path(bool may_have_id) {
  Path path;
  path.first = tokens_.peek();
  for (;;) {
    const bool is_id = may_have_id && path.parts > 0 && tokens_.at(TokenKind::kString);
    if (is_id) {
      path.id = tokens_.take();
      return path;
    }
    if (!tokens_.at(TokenKind::kIdentifier)) {
      tokens_.fail_expected(may_have_id ? "a name or an id in quotes after `::`" : "a name after `::`");
      return std::nullopt;
    }
    const Token part = tokens_.take();
    const std::string_view word = tokens_.text(part);
    if (is_reserved(part.word)) {
      tokens_.fail(part.at.begin, in_backticks(word) + " is a reserved word and names nothing");
      return std::nullopt;
    }
    if (path.parts++ > 0) path.text.append("::");
    path.text.append(word);
    if (!tokens_.accept(TokenKind::kDoubleColon)) return path;
  }
}

std::optional<EntityUid> ExprParser::entity() {
  if (!tokens_.at(TokenKind::kIdentifier)) {
    tokens_.fail_expected("an entity like `User::\"alice\"`");
    return std::nullopt;
  }
  auto read = path(true);
  if (!read) return std::nullopt;
  if (!read->id) {
    tokens_.fail(read->first.at.begin,
                 "expected an entity like `User::\"alice\"`, found " + in_backticks(read->text));
    return std::nullopt;
  }
  auto id = tokens_.string_value(*read->id);
  if (!id) return std::nullopt;
  return uids_.get(read->text, *id);
}

std::optional<Name> ExprParser::name(std::string_view what) {
  if (!tokens_.at(TokenKind::kIdentifier)) {
    tokens_.fail_expected(what);
    return std::nullopt;
  }
  auto read = path(false);
  if (!read) return std::nullopt;
  return Name::unchecked(std::move(read->text));
}

}  // namespace cedar
