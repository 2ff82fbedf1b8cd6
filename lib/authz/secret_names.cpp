#include "authz/secret_names.h"

#include <algorithm>
#include <variant>

namespace authz {
namespace {

using Names = std::vector<std::string>;

bool is_among(const std::string& name, const Names& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_member(const cedar::Value& value, const Names& names) {
  if (const cedar::Set* set = value.set())
    return std::any_of(set->elements().begin(), set->elements().end(),
                       [&](const cedar::Value& element) { return has_member(element, names); });
  const cedar::Record* const record = value.record();
  return record && std::any_of(record->fields().begin(), record->fields().end(),
                               [&](const cedar::Record::Field& field) {
                                 return is_among(field.first, names) || has_member(field.second, names);
                               });
}

bool reads_tag(const cedar::Binary& binary, const Names& names) {
  if (binary.op != cedar::BinaryOp::kGetTag && binary.op != cedar::BinaryOp::kHasTag) return false;
  const auto* literal = std::get_if<cedar::Literal>(&binary.right->node);
  const std::string* const tag = literal ? literal->value.string() : nullptr;
  return !tag || is_among(*tag, names);
}

}  // namespace

bool may_show(const cedar::Expr& expr, const std::vector<std::string>& secret_names) {
  if (secret_names.empty()) return false;
  if (const auto* get = std::get_if<cedar::GetAttribute>(&expr.node)) {
    if (is_among(get->name, secret_names)) return true;
  } else if (const auto* has = std::get_if<cedar::Has>(&expr.node)) {
    if (std::any_of(has->path.begin(), has->path.end(),
                    [&](const std::string& name) { return is_among(name, secret_names); }))
      return true;
  } else if (const auto* binary = std::get_if<cedar::Binary>(&expr.node)) {
    if (reads_tag(*binary, secret_names)) return true;
  } else if (const auto* literal = std::get_if<cedar::Literal>(&expr.node)) {
    return has_member(literal->value, secret_names);
  }
  bool shows = false;
  cedar::for_each_child(expr, [&](cedar::ExprRef child) { shows = shows || may_show(*child, secret_names); });
  return shows;
}

}  // namespace authz
