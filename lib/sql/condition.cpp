// Each expression becomes two conditions, whether it evaluates and whether it holds, since the language has
// errors and SQL has NULL, and neither is the other:
//
//   resource.size > 3        evaluates    r.size IS NOT NULL
//                            holds        r.size > 3
//   A || B                   evaluates    ok(A) AND (A OR ok(B))        B isn't reached where A is true
//                            holds        A OR B
//   !A                       evaluates    ok(A)
//                            holds        NOT A
//
// `evaluates` is never NULL, and `holds` is none where it evaluates: a column is compared only where it is
// there, so what the comparison says of NULL is masked by `evaluates` in front of it, FALSE AND NULL being
// FALSE. So NOT is what it looks like.
#include "sql/condition.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "cedar/declared_types.h"
#include "sql/operand.h"

namespace sql {

using cedar::Expr;
using cedar::ExprRef;

namespace {

constexpr std::size_t kMaxShown = 200;
constexpr std::size_t kNeighbours = 4;

const std::string& text_of(const cedar::Value& value) {
  return value.entity() ? value.entity()->id() : *value.string();
}

}  // namespace

Truth allows(const std::vector<Rule>& rules, bool failing_forbids, const Truth& below) {
  std::vector<Truth> permits, forbids;
  for (const Rule& rule : rules) {
    const Outcome& said = rule.outcome;
    const bool counts_failing = rule.forbids && failing_forbids;
    (rule.forbids ? forbids : permits)
        .push_back(counts_failing ? !said.evaluates || said.holds : said.evaluates && said.holds);
  }
  permits.push_back(below);
  return !any_of(std::move(forbids)) && any_of(std::move(permits));
}

class Conditions::Writer {
 public:
  Writer(const Table& table, const cedar::PartialRequest& request, const cedar::Schema& schema,
         const Hierarchy& hierarchy)
      : table_(table), request_(request), schema_(schema), hierarchy_(hierarchy) {}

  std::optional<Outcome> outcome(const cedar::Residual&);
  std::optional<Unsupported> unsupported;
  std::map<std::string, Truth> told_of;  // by their texts

 private:
  using Said = std::optional<Outcome>;

  Said say(const Expr&);
  Said say_chain(const Expr&, const cedar::Chain&);
  Said say_if(const cedar::If&);
  Said say_binary(const Expr&, const cedar::Binary&);
  Said say_equal(const Expr&, const cedar::Binary&);
  Said say_ordered(const Expr&, const cedar::Binary&);
  Said say_has(const Expr&, const cedar::Has&);
  Said say_like(const Expr&, const cedar::Like&);
  Said say_contains(const Expr&, const cedar::Binary&);
  Said say_in(const Expr&, const Expr& left, const Expr& right);
  Said resource_in(const Expr&, const std::vector<cedar::EntityUid>& groups);
  Said column_in(const Expr&, const Operand&, const std::vector<cedar::EntityUid>& groups);

  std::optional<Operand> operand(const Expr&);
  std::optional<Operand> resource_itself(const Expr&);
  std::optional<Operand> attribute(const Expr&, const cedar::GetAttribute&);
  std::optional<Operand> value(const Expr&, const cedar::Value&);
  std::optional<Truth> equal(const Expr&, const Operand&, const Operand&);
  std::optional<std::vector<cedar::EntityUid>> groups_in(const Expr&);
  std::optional<Truth> is_one_of(const Expr&, const Operand&, const std::set<std::string>& ids);
  std::optional<std::set<std::string>> gather(const Expr&, const std::vector<cedar::EntityUid>&,
                                              const cedar::Name& type, bool below);

  bool is_resource(const Expr& expr) const {
    const auto* variable = std::get_if<cedar::Variable>(&expr.node);
    return variable && *variable == cedar::Variable::kResource;
  }
  const cedar::Name& resource_type() const { return std::get<cedar::Name>(request_.resource); }
  std::nullopt_t no(const Expr&, std::string reason);
  bool fits(const Expr&, const Outcome&);

  const Table table_;
  const cedar::PartialRequest& request_;
  const cedar::Schema& schema_;
  const Hierarchy& hierarchy_;
  std::size_t work_ = 0;
};

std::nullopt_t Conditions::Writer::no(const Expr& expr, std::string reason) {
  if (!unsupported)
    unsupported = Unsupported{base::utf8::shortened(to_text(expr), kMaxShown), std::move(reason)};
  return std::nullopt;
}

bool Conditions::Writer::fits(const Expr& expr, const Outcome& said) {
  const auto size = [](const Truth& truth) { return truth.is_known() ? 0 : truth.condition().text.size(); };
  const auto count = [](const Truth& truth) {
    return truth.is_known() ? 0 : truth.condition().parameters.size();
  };
  const bool fits = std::max(said.evaluates.depth(), said.holds.depth()) <= max_depth(table_.dialect) &&
                    size(said.evaluates) + size(said.holds) <= kMaxStatement &&
                    count(said.evaluates) + count(said.holds) <= kMaxParameters;
  if (!fits) no(expr, "needs a condition that is larger than one may be");
  work_ += size(said.evaluates) + size(said.holds);
  if (work_ <= kMaxWork) return fits;
  no(expr, "takes more work than all conditions together may");
  return false;
}

std::optional<Outcome> Conditions::Writer::outcome(const cedar::Residual& residual) {
  unsupported.reset();
  switch (residual.kind) {
    case cedar::Residual::Kind::kFalse:
      return Outcome{true, false};
    case cedar::Residual::Kind::kTrue:
      return Outcome{true, true};
    case cedar::Residual::Kind::kFails:
      return Outcome{false, false};
    case cedar::Residual::Kind::kOpen:
      return say(*residual.open);
  }
  return std::nullopt;
}

Conditions::Writer::Said Conditions::Writer::say(const Expr& expr) {
  if (failure_in(expr)) return Outcome{false, false};
  Said said;
  if (const auto* chain = std::get_if<cedar::Chain>(&expr.node)) {
    said = say_chain(expr, *chain);
  } else if (const auto* unary = std::get_if<cedar::Unary>(&expr.node)) {
    if (unary->op != cedar::UnaryOp::kNot) return no(expr, "arithmetic and sets can't be said in SQL");
    if ((said = say(*unary->operand))) said->holds = !said->holds;
  } else if (const auto* branch = std::get_if<cedar::If>(&expr.node)) {
    said = say_if(*branch);
  } else if (const auto* binary = std::get_if<cedar::Binary>(&expr.node)) {
    said = say_binary(expr, *binary);
  } else if (const auto* has = std::get_if<cedar::Has>(&expr.node)) {
    said = say_has(expr, *has);
  } else if (const auto* like = std::get_if<cedar::Like>(&expr.node)) {
    said = say_like(expr, *like);
  } else if (const auto* is = std::get_if<cedar::Is>(&expr.node)) {
    const auto object = operand(*is->object);
    if (!object) return std::nullopt;
    if (object->kind != Kind::kEntity) return no(expr, "asks for the type of what is no entity");
    if (object->type != is->type) return Outcome{object->evaluates, false};
    said = is->in ? say_in(expr, *is->object, *is->in) : Outcome{object->evaluates, true};
  } else {
    const auto truth = operand(expr);
    if (!truth) return std::nullopt;
    if (truth->kind != Kind::kTruth) return no(expr, "is no truth");
    said = Outcome{truth->evaluates, truth->holds};
  }
  if (said && !fits(expr, *said)) return std::nullopt;
  return said;
}

Conditions::Writer::Said Conditions::Writer::say_chain(const Expr& expr, const cedar::Chain& chain) {
  if (chain.op == cedar::ChainOp::kMultiply) return no(expr, "arithmetic may overflow");
  // From the right, since what is said of why it can't be is most telling behind the `has` that guards it.
  std::vector<Outcome> said;
  for (std::size_t i = chain.operands.size(); i-- > 0;) {
    const Said one = say(*chain.operands[i]);
    if (!one) return std::nullopt;
    said.push_back(*one);
  }
  std::reverse(said.begin(), said.end());
  // The first operand that settles it does, or fails, however they are bracketed: four neighbours become one,
  // and so on, which nests far less than one behind the other.
  const bool is_or = chain.op == cedar::ChainOp::kOr;
  while (said.size() > 1) {
    std::vector<Outcome> fewer;
    for (std::size_t begin = 0; begin < said.size(); begin += kNeighbours) {
      std::size_t i = std::min(begin + kNeighbours, said.size()) - 1;
      Outcome behind = said[i];
      while (i-- > begin) {
        const Outcome& first = said[i];
        const Truth is_settled = is_or ? first.holds : !first.holds;
        behind = {first.evaluates && (is_settled || behind.evaluates),
                  is_or ? first.holds || behind.holds : first.holds && behind.holds};
        if (!fits(expr, behind)) return std::nullopt;
      }
      fewer.push_back(std::move(behind));
    }
    said = std::move(fewer);
  }
  return said.front();
}

Conditions::Writer::Said Conditions::Writer::say_if(const cedar::If& branch) {
  const Said condition = say(*branch.condition);
  if (!condition) return std::nullopt;
  const Said then = say(*branch.then);
  if (!then) return std::nullopt;
  const Said otherwise = say(*branch.otherwise);
  if (!otherwise) return std::nullopt;
  // Where the condition evaluates exactly one of the two sides of each OR is asked.
  const auto choose = [&](const Truth& a, const Truth& b) {
    return (condition->holds && a) || (!condition->holds && b);
  };
  return Outcome{condition->evaluates && choose(then->evaluates, otherwise->evaluates),
                 choose(then->holds, otherwise->holds)};
}

Conditions::Writer::Said Conditions::Writer::say_binary(const Expr& expr, const cedar::Binary& binary) {
  switch (binary.op) {
    case cedar::BinaryOp::kEqual:
    case cedar::BinaryOp::kNotEqual:
      return say_equal(expr, binary);
    case cedar::BinaryOp::kLess:
    case cedar::BinaryOp::kLessOrEqual:
    case cedar::BinaryOp::kGreater:
    case cedar::BinaryOp::kGreaterOrEqual:
      return say_ordered(expr, binary);
    case cedar::BinaryOp::kIn:
      return say_in(expr, *binary.left, *binary.right);
    case cedar::BinaryOp::kContains:
      return say_contains(expr, binary);
    case cedar::BinaryOp::kContainsAll:
    case cedar::BinaryOp::kContainsAny:
      return no(expr, "a set can't be a column");
    case cedar::BinaryOp::kGetTag:
    case cedar::BinaryOp::kHasTag:
      return no(expr, "tags can't be columns");
  }
  return std::nullopt;
}

// Of values of different kinds, and of entities of different types, one is never the other.
std::optional<Truth> Conditions::Writer::equal(const Expr&, const Operand& left, const Operand& right) {
  if (left.kind != right.kind || (left.kind == Kind::kEntity && left.type != right.type)) return Truth(false);
  if (left.kind == Kind::kTruth) {
    if (left.holds.is_known()) return left.holds.is(true) ? right.holds : !right.holds;
    if (right.holds.is_known()) return right.holds.is(true) ? left.holds : !left.holds;
    return (left.holds && right.holds) || (!left.holds && !right.holds);
  }
  return Truth("(" + left.text + " = " + right.text + ")");
}

Conditions::Writer::Said Conditions::Writer::say_equal(const Expr& expr, const cedar::Binary& binary) {
  if (failure_in(*binary.left) || failure_in(*binary.right)) return Outcome{false, false};
  const auto left = operand(*binary.left);
  if (!left) return std::nullopt;
  const auto right = operand(*binary.right);
  if (!right) return std::nullopt;
  const auto same = equal(expr, *left, *right);
  if (!same) return std::nullopt;
  const bool is_not = binary.op == cedar::BinaryOp::kNotEqual;
  return Outcome{left->evaluates && right->evaluates, is_not ? !*same : *same};
}

Conditions::Writer::Said Conditions::Writer::say_ordered(const Expr& expr, const cedar::Binary& binary) {
  const auto left = operand(*binary.left);
  if (!left) return std::nullopt;
  const auto right = operand(*binary.right);
  if (!right) return std::nullopt;
  if (left->kind != Kind::kLong || right->kind != Kind::kLong) return no(expr, "orders what are no longs");
  const char* op = " >= ";
  if (binary.op == cedar::BinaryOp::kLess) op = " < ";
  if (binary.op == cedar::BinaryOp::kLessOrEqual) op = " <= ";
  if (binary.op == cedar::BinaryOp::kGreater) op = " > ";
  return Outcome{left->evaluates && right->evaluates, Truth("(" + left->text + op + right->text + ")")};
}

Conditions::Writer::Said Conditions::Writer::say_has(const Expr& expr, const cedar::Has& has) {
  if (!is_resource(*has.object) || has.path.size() != 1)
    return no(expr, "only attributes of the resource itself can be columns");
  const auto found = table_.columns.attributes.find(has.path.front());
  if (found == table_.columns.attributes.end())
    return no(expr, "`columns` doesn't name `" + has.path.front() + "`");
  return Outcome{true, Truth(Fragment{"(" + quoted(found->second, table_.dialect) + " IS NOT NULL)"})};
}

Conditions::Writer::Said Conditions::Writer::say_like(const Expr& expr, const cedar::Like& like) {
  const auto text = operand(*like.object);
  if (!text) return std::nullopt;
  if (text->kind != Kind::kText) return no(expr, "compares what is no text with a pattern");
  std::size_t bytes = 0;
  for (const std::string& piece : like.pattern.pieces) {
    bytes += piece.size() + 1;
    if (piece.find('\0') != std::string::npos) return no(expr, "has a text with a NUL");
  }
  if (bytes > kMaxPattern) return no(expr, "has a pattern that is longer than one may be");
  // Of a text in the policy it is known that it has none.
  if (const Truth is = is_matched(table_.dialect, text->text); !text->value && !is.is_known())
    told_of.emplace(is.condition().text, is);
  return Outcome{text->evaluates, matches(table_.dialect, text->text, like.pattern)};
}

Conditions::Writer::Said Conditions::Writer::say_contains(const Expr& expr, const cedar::Binary& binary) {
  const auto* set = std::get_if<cedar::SetExpr>(&binary.left->node);
  if (!set) return no(expr, "a set can't be a column");
  const auto wanted = operand(*binary.right);
  if (!wanted) return std::nullopt;
  std::vector<Truth> evaluate{wanted->evaluates}, hold;
  std::set<std::string> texts;
  for (const ExprRef element : set->elements) {
    const auto one = operand(*element);
    if (!one) return std::nullopt;
    evaluate.push_back(one->evaluates);
    const bool is_text = one->kind == Kind::kText || one->kind == Kind::kEntity;
    if (is_text && one->value && !wanted->value && one->kind == wanted->kind && one->type == wanted->type) {
      texts.insert(text_of(*one->value));
      continue;
    }
    const auto same = equal(expr, *wanted, *one);
    if (!same) return std::nullopt;
    hold.push_back(*same);
  }
  const auto listed = is_one_of(expr, *wanted, texts);
  if (!listed) return std::nullopt;
  hold.push_back(*listed);
  return Outcome{all_of(std::move(evaluate)), any_of(std::move(hold))};
}

// What `in` has on its right, where all of it is known.
std::optional<std::vector<cedar::EntityUid>> Conditions::Writer::groups_in(const Expr& expr) {
  std::vector<cedar::EntityUid> groups;
  const auto add = [&](const Expr& one) {
    const auto* literal = std::get_if<cedar::Literal>(&one.node);
    const cedar::EntityUid* const uid = literal ? literal->value.entity() : nullptr;
    if (uid) groups.push_back(*uid);
    return uid != nullptr;
  };
  const auto* set = std::get_if<cedar::SetExpr>(&expr.node);
  if (!set) return add(expr) ? std::optional(std::move(groups)) : std::nullopt;
  for (const ExprRef element : set->elements)
    if (!add(*element)) return std::nullopt;
  return groups;
}

Conditions::Writer::Said Conditions::Writer::say_in(const Expr& expr, const Expr& left, const Expr& right) {
  if (const auto groups = groups_in(right)) {
    if (is_resource(left)) return resource_in(expr, *groups);
    const auto entity = operand(left);
    if (!entity) return std::nullopt;
    if (entity->kind != Kind::kEntity) return no(expr, "asks what is no entity whether it is in something");
    if (entity->value) return no(expr, "asks for what can't be told of an entity");
    return column_in(expr, *entity, *groups);
  }
  // A known entity in what a column names.
  const auto* literal = std::get_if<cedar::Literal>(&left.node);
  const cedar::EntityUid* const uid = literal ? literal->value.entity() : nullptr;
  if (!uid) return no(expr, "has unknown entities on both sides of `in`");
  const auto group = operand(right);
  if (!group) return std::nullopt;
  if (group->kind != Kind::kEntity || group->value)
    return no(expr, "has something else than entities behind `in`");
  const auto ids = gather(expr, {*uid}, group->type, false);
  const auto listed = ids ? is_one_of(expr, *group, *ids) : std::nullopt;
  if (!listed) return std::nullopt;
  return Outcome{group->evaluates, *listed};
}

std::optional<std::set<std::string>> Conditions::Writer::gather(const Expr& expr,
                                                                const std::vector<cedar::EntityUid>& of,
                                                                const cedar::Name& type, bool below) {
  std::set<std::string> ids;
  for (const cedar::EntityUid& uid : of) {
    const auto more =
        below ? hierarchy_.below(uid, type, kMaxParameters) : hierarchy_.above(uid, type, kMaxParameters);
    if (more) ids.insert(more->begin(), more->end());
    if (!more || ids.size() > kMaxParameters)
      return no(expr, "needs all of more entities than " + std::to_string(kMaxParameters) +
                          ", or of some that can't be listed");
  }
  return ids;
}

// The row itself, or what its columns name as its parents.
Conditions::Writer::Said Conditions::Writer::resource_in(const Expr& expr,
                                                         const std::vector<cedar::EntityUid>& groups) {
  const cedar::SchemaEntityType* const type = schema_.find_entity_type(resource_type());
  if (!type) return no(expr, "the schema doesn't declare the resource's type");
  std::set<std::string> own;
  for (const cedar::EntityUid& group : groups)
    if (group.type() == resource_type()) own.insert(group.id());
  Outcome said{true, false};
  if (!own.empty()) {
    const auto resource = resource_itself(expr);
    const auto listed = resource ? is_one_of(expr, *resource, own) : std::nullopt;
    if (!listed) return std::nullopt;
    said.holds = resource->evaluates && *listed;
  }
  for (const std::uint32_t position : type->parents) {
    const cedar::SchemaEntityType& parent = schema_.entity_types()[position];
    std::vector<cedar::EntityUid> reached;
    for (const cedar::EntityUid& group : groups) {
      const cedar::SchemaEntityType* const of_group = schema_.find_entity_type(group.type());
      if (parent.name == group.type() || (of_group && schema_.may_be_in(parent, *of_group)))
        reached.push_back(group);
    }
    if (reached.empty()) continue;
    const auto found = table_.columns.parents.find(parent.name.text());
    if (found == table_.columns.parents.end())
      return no(expr, "`columns.parents` doesn't name `" + parent.name.text() + "`");
    const Operand above = column_operand(table_.dialect, found->second, Kind::kEntity, parent.name);
    const auto said_of_it = column_in(expr, above, reached);
    if (!said_of_it) return std::nullopt;
    said.holds = said.holds || (said_of_it->evaluates && said_of_it->holds);
  }
  return said;
}

Conditions::Writer::Said Conditions::Writer::column_in(const Expr& expr, const Operand& entity,
                                                       const std::vector<cedar::EntityUid>& groups) {
  const auto ids = gather(expr, groups, entity.type, true);
  const auto listed = ids ? is_one_of(expr, entity, *ids) : std::nullopt;
  if (!listed) return std::nullopt;
  return Outcome{entity.evaluates, *listed};
}

std::optional<Truth> Conditions::Writer::is_one_of(const Expr& expr, const Operand& column,
                                                   const std::set<std::string>& ids) {
  if (ids.empty()) return Truth(false);
  if (ids.size() > kMaxParameters)
    return no(expr, "needs more than " + std::to_string(kMaxParameters) + " values");
  Fragment list = "(" + column.text + (ids.size() == 1 ? " = " : " IN (");
  bool is_first = true;
  for (const std::string& id : ids) {
    if (id.find('\0') != std::string::npos) return no(expr, "has a text with a NUL");
    if (!std::exchange(is_first, false)) list += ", ";
    list += parameter(table_.dialect, id);
  }
  list += ids.size() == 1 ? ")" : "))";
  return Truth(std::move(list));
}

std::optional<Operand> Conditions::Writer::value(const Expr& expr, const cedar::Value& value) {
  if (const bool* b = value.boolean()) return Operand{Kind::kTruth, {}, true, {}, *b, value};
  if (const std::int64_t* n = value.integer())
    return Operand{Kind::kLong, {}, true, parameter(table_.dialect, *n), false, value};
  if (!value.string() && !value.entity()) return no(expr, "has a value that can't be a column's");
  const std::string& text = text_of(value);
  if (text.find('\0') != std::string::npos) return no(expr, "has a text with a NUL");
  const bool is_entity = value.entity() != nullptr;
  return Operand{is_entity ? Kind::kEntity : Kind::kText,
                 is_entity ? value.entity()->type() : cedar::Name(),
                 true,
                 parameter(table_.dialect, text),
                 false,
                 value};
}

std::optional<Operand> Conditions::Writer::resource_itself(const Expr& expr) {
  if (!table_.columns.id) return no(expr, "`columns` doesn't name `id`");
  return column_operand(table_.dialect, *table_.columns.id, Kind::kEntity, resource_type());
}

std::optional<Operand> Conditions::Writer::attribute(const Expr& expr, const cedar::GetAttribute& attribute) {
  if (!is_resource(*attribute.object))
    return no(expr, "only attributes of the resource itself can be columns");
  const auto found = table_.columns.attributes.find(attribute.name);
  if (found == table_.columns.attributes.end())
    return no(expr, "`columns` doesn't name `" + attribute.name + "`");
  const cedar::TypeRef type = type_in(expr, request_, schema_);
  if (!type) return no(expr, "the schema doesn't declare it");
  if (const cedar::Name* entity = cedar::entity_name_in(type))
    return column_operand(table_.dialect, found->second, Kind::kEntity, *entity);
  switch (cedar::kind_of(type).value_or(cedar::ValueKind::kSet)) {
    case cedar::ValueKind::kBool:
      return column_operand(table_.dialect, found->second, Kind::kTruth, {});
    case cedar::ValueKind::kLong:
      return column_operand(table_.dialect, found->second, Kind::kLong, {});
    case cedar::ValueKind::kString:
      return column_operand(table_.dialect, found->second, Kind::kText, {});
    default:
      return no(expr, "values of its type can't be in a column");
  }
}

std::optional<Operand> Conditions::Writer::operand(const Expr& expr) {
  if (failure_in(expr)) return Operand{Kind::kTruth, {}, false, {}, false};
  if (const auto* literal = std::get_if<cedar::Literal>(&expr.node)) return value(expr, literal->value);
  if (is_resource(expr)) return resource_itself(expr);
  if (const auto* read = std::get_if<cedar::GetAttribute>(&expr.node)) return attribute(expr, *read);
  const bool is_arithmetic = std::holds_alternative<cedar::Sum>(expr.node) ||
                             (std::holds_alternative<cedar::Unary>(expr.node) &&
                              std::get<cedar::Unary>(expr.node).op == cedar::UnaryOp::kNegate) ||
                             (std::holds_alternative<cedar::Chain>(expr.node) &&
                              std::get<cedar::Chain>(expr.node).op == cedar::ChainOp::kMultiply);
  if (is_arithmetic) return no(expr, "arithmetic may overflow");
  const bool is_truth =
      std::holds_alternative<cedar::Chain>(expr.node) || std::holds_alternative<cedar::Unary>(expr.node) ||
      std::holds_alternative<cedar::Binary>(expr.node) || std::holds_alternative<cedar::Has>(expr.node) ||
      std::holds_alternative<cedar::Like>(expr.node) || std::holds_alternative<cedar::Is>(expr.node);
  if (!is_truth) return no(expr, "can't be said in SQL");
  const auto said = say(expr);
  if (!said) return std::nullopt;
  return Operand{Kind::kTruth, {}, said->evaluates, {}, said->holds};
}

Conditions::Conditions(const Table& table, const cedar::PartialRequest& request, const cedar::Schema& schema,
                       const Hierarchy& hierarchy)
    : writer_(std::make_unique<Writer>(table, request, schema, hierarchy)) {}

Conditions::~Conditions() = default;

std::optional<Outcome> Conditions::outcome(const cedar::Residual& residual) {
  return writer_->outcome(residual);
}

Truth Conditions::told_of() const {
  std::vector<Truth> all;
  for (const auto& [text, is_told] : writer_->told_of) all.push_back(is_told);
  return all_of(std::move(all));
}

const std::optional<Conditions::Unsupported>& Conditions::unsupported() const {
  return writer_->unsupported;
}

}  // namespace sql
