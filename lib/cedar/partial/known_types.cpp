#include "cedar/partial/known_types.h"

#include <algorithm>

#include "cedar/schema/type.h"
#include "cedar/values/extension_functions.h"

namespace cedar {

namespace {

const PartialEntity* entity_of(Variable variable, const PartialRequest& request) {
  if (variable == Variable::kPrincipal) return &request.principal;
  return variable == Variable::kResource ? &request.resource : nullptr;
}

bool is_entity(const Expr& expr) {
  const auto* literal = std::get_if<Literal>(&expr.node);
  return literal && literal->value.entity();
}

bool are_entities(const Expr& expr) {
  const auto* set = std::get_if<SetExpr>(&expr.node);
  return is_entity(expr) || (set && std::all_of(set->elements.begin(), set->elements.end(),
                                                [](ExprRef element) { return is_entity(*element); }));
}

}  // namespace

const Name* KnownTypes::unknown_type(const Expr& expr) const {
  const auto* variable = std::get_if<Variable>(&expr.node);
  const PartialEntity* entity = variable ? entity_of(*variable, request_) : nullptr;
  return entity ? std::get_if<Name>(entity) : nullptr;
}

bool KnownTypes::can_be_in(const Name& type, const EntityUid& group) const {
  if (!schema_ || type == group.type()) return true;
  const SchemaEntityType* const declared = schema_->find_entity_type(type);
  const SchemaEntityType* const of_group = schema_->find_entity_type(group.type());
  return !declared || !of_group || schema_->may_be_in(*declared, *of_group);
}

TypeRef KnownTypes::attributes_of(const Expr& expr) const {
  if (!schema_) return nullptr;
  if (const Name* type = unknown_type(expr)) {
    const SchemaEntityType* const declared = schema_->find_entity_type(*type);
    return declared ? declared->shape : nullptr;
  }
  const auto* variable = std::get_if<Variable>(&expr.node);
  if (!variable || *variable != Variable::kContext || request_.context) return nullptr;
  const SchemaAction* const action = schema_->find_action(request_.action);
  return action ? action->context : nullptr;
}

const SchemaEntityType* KnownTypes::entity_type_of(const Expr& expr) const {
  if (!schema_) return nullptr;
  if (const Name* type = unknown_type(expr)) return schema_->find_entity_type(*type);
  if (const auto* literal = std::get_if<Literal>(&expr.node)) {
    const EntityUid* const uid = literal->value.entity();
    return uid ? schema_->find_entity_type(uid->type()) : nullptr;
  }
  const TypeRef type = type_of(expr);
  const EntityType* const entity = type ? type->entity() : nullptr;
  return entity ? schema_->find_entity_type(entity->name) : nullptr;
}

TypeRef KnownTypes::type_of(const Expr& expr) const {
  if (!schema_) return nullptr;
  if (const auto* attribute = std::get_if<GetAttribute>(&expr.node)) {
    TypeRef record = attributes_of(*attribute->object);
    if (!record) {
      const SchemaEntityType* const entity = entity_type_of(*attribute->object);
      record = entity ? entity->shape : type_of(*attribute->object);
    }
    const RecordType* const members = record ? record->record() : nullptr;
    const AttributeType* const member = members ? members->find(attribute->name) : nullptr;
    return member ? member->type : nullptr;
  }
  const auto* binary = std::get_if<Binary>(&expr.node);
  if (!binary || binary->op != BinaryOp::kGetTag) return nullptr;
  const SchemaEntityType* const entity = entity_type_of(*binary->left);
  return entity ? entity->tags : nullptr;
}

bool KnownTypes::is_truth(const Expr& expr) const {
  if (const auto* literal = std::get_if<Literal>(&expr.node)) return literal->value.boolean() != nullptr;
  if (const auto* unary = std::get_if<Unary>(&expr.node)) return unary->op != UnaryOp::kNegate;
  if (const auto* binary = std::get_if<Binary>(&expr.node); binary && binary->op != BinaryOp::kGetTag)
    return true;
  if (const auto* chain = std::get_if<Chain>(&expr.node)) return chain->op != ChainOp::kMultiply;
  if (const auto* call = std::get_if<Call>(&expr.node))
    return info(call->function).result == ValueKind::kBool;
  if (const auto* branch = std::get_if<If>(&expr.node))
    return is_truth(*branch->then) && is_truth(*branch->otherwise);
  if (std::holds_alternative<Has>(expr.node) || std::holds_alternative<Like>(expr.node) ||
      std::holds_alternative<Is>(expr.node))
    return true;
  const TypeRef type = type_of(expr);
  return type && type->is_bool();
}

bool KnownTypes::cannot_fail(const Expr& expr) const {
  if (std::holds_alternative<Literal>(expr.node) || std::holds_alternative<Variable>(expr.node)) return true;
  if (const auto* has = std::get_if<Has>(&expr.node))
    return has->path.size() == 1 && std::holds_alternative<Variable>(has->object->node);
  if (const auto* unary = std::get_if<Unary>(&expr.node))
    return unary->op == UnaryOp::kNot && is_truth(*unary->operand) && cannot_fail(*unary->operand);
  if (const auto* binary = std::get_if<Binary>(&expr.node)) {
    if (binary->op == BinaryOp::kIn)
      return (unknown_type(*binary->left) || is_entity(*binary->left)) && are_entities(*binary->right);
    const bool is_total = binary->op == BinaryOp::kEqual || binary->op == BinaryOp::kNotEqual;
    return is_total && cannot_fail(*binary->left) && cannot_fail(*binary->right);
  }
  const auto* chain = std::get_if<Chain>(&expr.node);
  return chain && chain->op != ChainOp::kMultiply &&
         std::all_of(chain->operands.begin(), chain->operands.end(),
                     [&](ExprRef operand) { return is_truth(*operand) && cannot_fail(*operand); });
}

TypeRef type_in(const Expr& expr, const PartialRequest& request, const Schema& schema) {
  return KnownTypes(request, &schema).type_of(expr);
}

}  // namespace cedar
