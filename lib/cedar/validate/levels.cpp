// Level validation (RFC 76): how many entities are visited one after the other. `principal.manager.name`
// visits the principal, then its manager, so it needs level 2; `context.user.name` visits one. A literal uid
// is not visited but compared, and asking it for data is refused, unless it is the action.
//
// It walks the tree that the type checker has been through, and only what that reached: where an expression
// has an entity's type and something is asked of it (an attribute, a tag, `in`), the level is that of the
// entity. Records in between cost nothing; the path of attributes still to be taken is kept, so that `{a:
// principal, b: x}.a` counts a alone.
#include "cedar/validate/levels.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace cedar {

namespace {

class LevelChecker {
 public:
  LevelChecker(const TypeChecker& types, std::size_t limit, Findings& findings)
      : types_(types), limit_(limit), findings_(findings) {}

  // Looks for entities that are asked for something. What was not reached has no type and is left alone.
  void check(const Expr& expr) {
    if (!types_.type_of(expr)) return;
    if (const auto* has = std::get_if<Has>(&expr.node)) return check_has(*has);
    const ExprRef entity = asked_entity(expr);
    if (entity) ask(*entity);
    for_each_child(expr, [&](ExprRef child) {
      if (child != entity) check(*child);
    });
  }

 private:
  using Path = std::vector<std::string_view>;  // attributes of records still to be taken, the next one last

  bool is_entity(const Expr& expr) const {
    const TypeRef type = types_.type_of(expr);
    return type && type->entity();
  }

  // The entity whose data an expression needs; null where it needs none.
  ExprRef asked_entity(const Expr& expr) const {
    if (const auto* binary = std::get_if<Binary>(&expr.node)) {
      const bool asks =
          binary->op == BinaryOp::kIn || binary->op == BinaryOp::kGetTag || binary->op == BinaryOp::kHasTag;
      return asks ? binary->left : nullptr;
    }
    if (const auto* is = std::get_if<Is>(&expr.node)) {
      const bool is_in_reached = is->in && types_.type_of(*is->in);
      return is_in_reached ? is->object : nullptr;
    }
    if (const auto* get = std::get_if<GetAttribute>(&expr.node))
      return is_entity(*get->object) ? get->object : nullptr;
    return nullptr;
  }

  // The level of an entity that is asked for something, which must be below the limit.
  std::size_t ask(const Expr& entity) {
    Path path;
    const std::size_t level = level_of(entity, path);
    check_level(entity.at, level);
    return level;
  }

  void check_level(SourceRange at, std::size_t level) {
    if (level >= limit_) refuse_level(at, level, limit_, findings_);
  }

  // `x has a.b.c` asks x, and also x.a and x.a.b where these are entities.
  void check_has(const Has& has) {
    TypeRef type = types_.type_of(*has.object);
    std::optional<std::size_t> level;  // of the entity met last
    if (type->entity()) level = ask(*has.object);
    for (std::size_t i = 0; i + 1 < has.path.size(); ++i) {
      const RecordType* attributes = types_.attributes_of(type);
      const AttributeType* attribute = attributes ? attributes->find(has.path[i]) : nullptr;
      if (!attribute) break;
      type = attribute->type;
      if (!type->entity()) continue;
      if (level) {
        ++*level;
      } else {
        Path path(has.path.rend() - static_cast<std::ptrdiff_t>(i) - 1, has.path.rend());
        level = level_of(*has.object, path);
      }
      check_level(has.object->at, *level);
    }
    if (!level) check(*has.object);
  }

  // How many entities were visited on the way to this one, or to what `path` takes out of this record.
  std::size_t level_of(const Expr& expr, Path& path) {
    if (const auto* get = std::get_if<GetAttribute>(&expr.node)) {
      if (is_entity(*get->object)) return ask(*get->object) + 1;
      path.push_back(get->name);
      return level_of(*get->object, path);
    }
    if (const auto* node = std::get_if<If>(&expr.node)) return level_of_if(*node, path);
    if (const auto* record = std::get_if<RecordExpr>(&expr.node)) return level_of_field(*record, path);
    if (const auto* binary = std::get_if<Binary>(&expr.node); binary && binary->op == BinaryOp::kGetTag) {
      check(*binary->right);
      return ask(*binary->left) + 1;
    }
    if (std::holds_alternative<Literal>(expr.node)) {
      const EntityUid* uid = types_.entity_of(expr);
      if (uid && *uid != types_.environment().action->uid)
        findings_.error_in_environment(
            expr.at, "nothing may be asked of `" + findings_.text(expr.at) +
                         "` under a limit of levels: entities that only a policy names are not loaded");
    }
    return 0;
  }

  std::size_t level_of_if(const If& node, const Path& path) {
    check(*node.condition);
    Path then_path = path;
    Path otherwise_path = path;
    const std::size_t then = types_.type_of(*node.then) ? level_of(*node.then, then_path) : 0;
    return std::max(then, types_.type_of(*node.otherwise) ? level_of(*node.otherwise, otherwise_path) : 0);
  }

  std::size_t level_of_field(const RecordExpr& record, Path& path) {
    std::size_t level = 0;
    const std::string_view wanted = path.empty() ? std::string_view() : path.back();
    const bool is_wanted_known = !path.empty();
    if (is_wanted_known) path.pop_back();
    for (const auto& [name, value] : record.fields) {
      if (is_wanted_known && name == wanted)
        level = level_of(*value, path);
      else
        check(*value);
    }
    return level;
  }

  const TypeChecker& types_;
  const std::size_t limit_;
  Findings& findings_;
};

}  // namespace

void refuse_level(SourceRange at, std::size_t level, std::size_t limit, Findings& findings) {
  findings.error_in_environment(at, "`" + findings.text(at) + "` needs data of an entity of level " +
                                        std::to_string(level) + ", and the limit allows only levels below " +
                                        std::to_string(limit) +
                                        "; raise the limit, or pass the value in the context");
}

void check_levels(const Template& policy, const TypeChecker& types, std::size_t level, Findings& findings) {
  LevelChecker checker(types, level, findings);
  for (const Condition& condition : policy.conditions) checker.check(*condition.body);
}

}  // namespace cedar
