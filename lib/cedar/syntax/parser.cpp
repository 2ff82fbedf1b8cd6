#include "cedar/parser.h"

#include <algorithm>

#include "base/nearest.h"
#include "cedar/limits.h"
#include "cedar/syntax/expr_parser.h"
#include "cedar/syntax/token_stream.h"

// Policies around their expressions: annotations, effect, scope, conditions.
namespace cedar {

namespace {

std::string in_backticks(std::string_view word) {
  return "`" + std::string(word) + "`";
}

class PolicyParser {
 public:
  PolicyParser(SourcePtr source, TokenStream& tokens, std::shared_ptr<ExprPool> pool)
      : source_(std::move(source)), tokens_(tokens), pool_(std::move(pool)), exprs_(tokens, *pool_) {}

  // Null after a mistake.
  TemplatePtr policy();

 private:
  bool annotations(Template& policy);
  bool annotation(Template& policy);
  bool effect(Template& policy);
  bool scope(Template& policy);
  bool variable(Variable which);
  bool entity_scope(Variable which, ScopeConstraint& out, SourceRange& at);
  bool is_scope(Variable which, ScopeConstraint& out);
  std::optional<EntityOrSlot> entity_or_slot(Variable which);
  bool action_scope(ActionConstraint& out, SourceRange& at);
  bool action_set(ActionConstraint& out);
  std::optional<EntityUid> action();
  bool check_end_of_scope(Variable which);
  bool condition(Template& policy);

  // Brackets around an entity or a slot; `closing` takes as many as `opening` did.
  std::optional<std::size_t> opening();
  bool closing(std::size_t count);

  SourcePtr source_;
  TokenStream& tokens_;
  std::shared_ptr<ExprPool> pool_;
  ExprParser exprs_;
};

TemplatePtr PolicyParser::policy() {
  auto policy = std::make_shared<Template>();
  policy->source = source_;
  policy->at.begin = tokens_.begin();
  if (!annotations(*policy) || !effect(*policy) || !scope(*policy)) return nullptr;
  while (!tokens_.at(TokenKind::kSemicolon))
    if (!condition(*policy)) return nullptr;
  tokens_.take();
  policy->at.end = tokens_.end();
  policy->pool = pool_;
  return policy;
}

bool PolicyParser::annotations(Template& policy) {
  while (tokens_.accept(TokenKind::kAt))
    if (!annotation(policy)) return false;
  return true;
}

bool PolicyParser::annotation(Template& policy) {
  if (!tokens_.at(TokenKind::kIdentifier)) return tokens_.fail_expected("an annotation's name after `@`");
  const Token key = tokens_.take();
  const std::string_view name = tokens_.text(key);
  if (policy.annotation(name))
    return tokens_.fail(key.at.begin, "annotation " + in_backticks(name) + " stands twice");
  if (policy.annotations.size() == kMaxAnnotations)
    return tokens_.fail(key.at.begin,
                        "a policy has at most " + std::to_string(kMaxAnnotations) + " annotations");
  Annotation annotation{std::string(name), std::nullopt};
  if (tokens_.accept(TokenKind::kLeftParen)) {
    if (!tokens_.at(TokenKind::kString)) return tokens_.fail_expected("the annotation's value in quotes");
    annotation.value = tokens_.string_value(tokens_.take());
    if (!annotation.value || !tokens_.expect(TokenKind::kRightParen, "`)`")) return false;
  }
  policy.annotations.push_back(std::move(annotation));
  return true;
}

bool PolicyParser::effect(Template& policy) {
  static const std::vector<std::string> kEffects = {"permit", "forbid"};
  if (!tokens_.at(TokenKind::kIdentifier)) return tokens_.fail_expected("`permit` or `forbid`");
  const std::string_view word = tokens_.text(tokens_.peek());
  const bool is_permit = tokens_.at(Word::kPermit);
  if (!is_permit && !tokens_.at(Word::kForbid))
    return tokens_.fail(tokens_.begin(), "a policy begins with `permit` or `forbid`, not with " +
                                             in_backticks(word) + base::did_you_mean(word, kEffects));
  policy.effect = is_permit ? Effect::kPermit : Effect::kForbid;
  tokens_.take();
  return true;
}

bool PolicyParser::scope(Template& policy) {
  if (!tokens_.expect(TokenKind::kLeftParen, "`(`")) return false;
  if (!entity_scope(Variable::kPrincipal, policy.principal, policy.principal_at)) return false;
  if (!tokens_.expect(TokenKind::kComma, "`,` and `action`")) return false;
  if (!action_scope(policy.action, policy.action_at)) return false;
  if (!tokens_.expect(TokenKind::kComma, "`,` and `resource`")) return false;
  if (!entity_scope(Variable::kResource, policy.resource, policy.resource_at)) return false;
  tokens_.accept(TokenKind::kComma);
  return tokens_.expect(TokenKind::kRightParen, "`)`");
}

bool PolicyParser::variable(Variable which) {
  const std::string_view name = name_of(which);
  if (tokens_.accept(which == Variable::kPrincipal ? Word::kPrincipal
                     : which == Variable::kAction  ? Word::kAction
                                                   : Word::kResource))
    return true;
  if (!tokens_.at(TokenKind::kIdentifier)) return tokens_.fail_expected(in_backticks(name));
  const std::string_view word = tokens_.text(tokens_.peek());
  const bool is_other = word == "principal" || word == "action" || word == "resource";
  const std::string hint = is_other ? "; a scope names `principal`, `action` and `resource`, in this order"
                                    : base::did_you_mean(word, {std::string(name)});
  return tokens_.fail(tokens_.begin(),
                      "expected " + in_backticks(name) + ", found " + in_backticks(word) + hint);
}

bool PolicyParser::entity_scope(Variable which, ScopeConstraint& out, SourceRange& at) {
  at.begin = tokens_.begin();
  if (!variable(which)) return false;
  if (tokens_.accept(TokenKind::kEqual)) {
    auto entity = entity_or_slot(which);
    if (!entity) return false;
    out = ScopeEqual{std::move(*entity)};
  } else if (tokens_.accept(Word::kIn)) {
    auto entity = entity_or_slot(which);
    if (!entity) return false;
    out = ScopeIn{std::move(*entity)};
    if (tokens_.at(Word::kIs))
      return tokens_.fail(tokens_.begin(), "`is` stands before `in`, as `" + std::string(name_of(which)) +
                                               " is User in Group::\"id\"`");
  } else if (tokens_.accept(Word::kIs)) {
    if (!is_scope(which, out)) return false;
  }
  at.end = tokens_.end();
  return check_end_of_scope(which);
}

bool PolicyParser::is_scope(Variable which, ScopeConstraint& out) {
  auto type = exprs_.name("an entity type after `is`");
  if (!type) return false;
  if (!tokens_.accept(Word::kIn)) {
    out = ScopeIs{std::move(*type)};
    return true;
  }
  auto entity = entity_or_slot(which);
  if (!entity) return false;
  out = ScopeIsIn{std::move(*type), std::move(*entity)};
  return true;
}

// Whatever is not the end of a scope's part is something people try, so say what to do instead.
bool PolicyParser::check_end_of_scope(Variable which) {
  switch (tokens_.peek().kind) {
    case TokenKind::kAssign:
      return tokens_.fail(tokens_.begin(), "`=` is not an operator; did you mean `==`?");
    case TokenKind::kColon:
      return tokens_.fail(tokens_.begin(),
                          "a type is required with `is`, as `" + std::string(name_of(which)) + " is User`");
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessOrEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterOrEqual:
    case TokenKind::kAnd:
    case TokenKind::kOr:
    case TokenKind::kDot:
    case TokenKind::kIdentifier:
      break;
    default:
      return true;
  }
  const Word word = tokens_.peek().word;
  if (tokens_.at(TokenKind::kIdentifier) && word != Word::kIs && word != Word::kIn && word != Word::kHas &&
      word != Word::kLike)
    return true;
  if (which == Variable::kAction && tokens_.at(Word::kIs))
    return tokens_.fail(tokens_.begin(),
                        "the scope's action takes no `is`; write it as a condition in `when { … }`");
  const std::string_view kinds = which == Variable::kAction ? "`==` and `in`" : "`==`, `in` and `is`";
  return tokens_.fail(tokens_.begin(), "a scope compares with " + std::string(kinds) +
                                           " only; write other conditions in `when { … }`");
}

std::optional<std::size_t> PolicyParser::opening() {
  std::size_t count = 0;
  while (tokens_.at(TokenKind::kLeftParen)) {
    if (++count > kMaxNesting) {
      tokens_.fail(tokens_.begin(), "nested more deeply than " + std::to_string(kMaxNesting) + " levels");
      return std::nullopt;
    }
    tokens_.take();
  }
  return count;
}

bool PolicyParser::closing(std::size_t count) {
  for (; count > 0; --count)
    if (!tokens_.expect(TokenKind::kRightParen, "`)`")) return false;
  return true;
}

std::optional<EntityOrSlot> PolicyParser::entity_or_slot(Variable which) {
  const auto brackets = opening();
  if (!brackets) return std::nullopt;
  const std::string variable(name_of(which));
  if (tokens_.at(TokenKind::kLeftBracket)) {
    tokens_.fail(tokens_.begin(), "the scope's " + variable + " is compared with one entity, not with a set");
    return std::nullopt;
  }
  std::optional<EntityOrSlot> read;
  if (tokens_.at(TokenKind::kSlot)) {
    if (tokens_.text(tokens_.peek()) != "?" + variable) {
      tokens_.fail(tokens_.begin(), "the slot of " + in_backticks(variable) + " is `?" + variable +
                                        "`, not " + in_backticks(tokens_.text(tokens_.peek())));
      return std::nullopt;
    }
    tokens_.take();
    read = Slot{};
  } else if (auto entity = exprs_.entity()) {
    read = std::move(*entity);
  }
  if (!read || !closing(*brackets)) return std::nullopt;
  return read;
}

bool PolicyParser::action_scope(ActionConstraint& out, SourceRange& at) {
  at.begin = tokens_.begin();
  if (!variable(Variable::kAction)) return false;
  const bool is_equal = tokens_.accept(TokenKind::kEqual);
  if (is_equal || tokens_.accept(Word::kIn)) {
    const auto brackets = opening();
    if (!brackets) return false;
    if (!is_equal && tokens_.at(TokenKind::kLeftBracket)) {
      if (!action_set(out)) return false;
    } else {
      auto entity = action();
      if (!entity) return false;
      if (is_equal) {
        out = ActionEqual{std::move(*entity)};
      } else {
        out = ActionIn{std::move(*entity)};
      }
    }
    if (!closing(*brackets)) return false;
  }
  at.end = tokens_.end();
  return check_end_of_scope(Variable::kAction);
}

bool PolicyParser::action_set(ActionConstraint& out) {
  tokens_.take();
  ActionInSet set;
  while (!tokens_.accept(TokenKind::kRightBracket)) {
    const auto brackets = opening();
    if (!brackets) return false;
    auto entity = action();
    if (!entity || !closing(*brackets)) return false;
    set.actions.push_back(std::move(*entity));
    if (tokens_.accept(TokenKind::kRightBracket)) break;
    if (!tokens_.expect(TokenKind::kComma, "`,` or `]`")) return false;
  }
  out = std::move(set);
  return true;
}

std::optional<EntityUid> PolicyParser::action() {
  const std::uint32_t begin = tokens_.begin();
  if (tokens_.at(TokenKind::kSlot)) {
    tokens_.fail(begin, "the scope's action takes no slot");
    return std::nullopt;
  }
  auto entity = exprs_.entity();
  if (entity && !entity->is_action()) {
    tokens_.fail(begin, "an action's type is `Action` or ends in `::Action`, not " +
                            in_backticks(entity->type().text()));
    return std::nullopt;
  }
  return entity;
}

bool PolicyParser::condition(Template& policy) {
  static const std::vector<std::string> kWords = {"when", "unless"};
  Condition condition;
  condition.at.begin = tokens_.begin();
  if (!tokens_.at(TokenKind::kIdentifier)) return tokens_.fail_expected("`when`, `unless` or `;`");
  const std::string_view word = tokens_.text(tokens_.peek());
  condition.is_unless = tokens_.at(Word::kUnless);
  if (!condition.is_unless && !tokens_.at(Word::kWhen))
    return tokens_.fail(tokens_.begin(), "expected `when`, `unless` or `;`, found " + in_backticks(word) +
                                             base::did_you_mean(word, kWords));
  tokens_.take();
  if (!tokens_.expect(TokenKind::kLeftBrace, "`{`")) return false;
  if (tokens_.at(TokenKind::kRightBrace)) return tokens_.fail(tokens_.begin(), "the condition is empty");
  condition.body = exprs_.expression();
  if (!condition.body || !tokens_.expect(TokenKind::kRightBrace, "an operator or `}`")) return false;
  condition.at.end = tokens_.end();
  policy.conditions.push_back(condition);
  return true;
}

base::Result<void> check_size(const Source& source) {
  if (source.text().size() <= kMaxPolicyText) return {};
  return base::Error{base::ErrorCode::kInvalid,
                     source.name() + ": longer than " + std::to_string(kMaxPolicyText) + " bytes"};
}

}  // namespace

base::Result<std::vector<TemplatePtr>> parse_policies(SourcePtr source) {
  if (auto size = check_size(*source); !size.ok()) return size.error();
  TokenStream tokens(*source);
  PolicyParser parser(source, tokens, std::make_shared<ExprPool>());
  std::vector<TemplatePtr> policies;
  while (!tokens.at(TokenKind::kEnd)) {
    TemplatePtr policy = parser.policy();
    if (!policy) return base::Error{base::ErrorCode::kInvalid, tokens.message()};
    policies.push_back(std::move(policy));
  }
  return policies;
}

base::Result<TemplatePtr> parse_policy_at(SourcePtr source, std::size_t begin) {
  TokenStream tokens(*source, begin);
  TemplatePtr policy = PolicyParser(source, tokens, std::make_shared<ExprPool>()).policy();
  if (!policy) return base::Error{base::ErrorCode::kInvalid, tokens.message()};
  return policy;
}

base::Result<ParsedExpr> parse_expression(SourcePtr source) {
  if (auto size = check_size(*source); !size.ok()) return size.error();
  TokenStream tokens(*source);
  auto pool = std::make_shared<ExprPool>();
  const ExprRef root = ExprParser(tokens, *pool).expression();
  if (!root || !tokens.expect(TokenKind::kEnd, "an operator or the end of the text"))
    return base::Error{base::ErrorCode::kInvalid, tokens.message()};
  return ParsedExpr{std::move(pool), root};
}

base::Result<EntityUid> EntityUid::parse(std::string_view text) {
  const Source source("entity", std::string(text.substr(0, kMaxPolicyText)));
  TokenStream tokens(source);
  ExprPool pool;
  auto entity = ExprParser(tokens, pool).entity();
  if (!entity || !tokens.expect(TokenKind::kEnd, "the end of the text"))
    return base::Error{base::ErrorCode::kInvalid, tokens.message()};
  return std::move(*entity);
}

}  // namespace cedar
