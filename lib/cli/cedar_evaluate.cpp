#include "cedar/evaluator.h"
#include "cedar/value_json.h"
#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

// The first variable of the expression that the request has no value for.
struct Missing {
  cedar::Variable variable;
  cedar::SourceRange at;
};
std::optional<Missing> find_missing(const cedar::Expr& expr, const PartialRequest& request) {
  if (const auto* variable = std::get_if<cedar::Variable>(&expr.node)) {
    const bool is_given = *variable == cedar::Variable::kPrincipal  ? request.principal.has_value()
                          : *variable == cedar::Variable::kAction   ? request.action.has_value()
                          : *variable == cedar::Variable::kResource ? request.resource.has_value()
                                                                    : true;
    if (!is_given) return Missing{*variable, expr.at};
  }
  std::optional<Missing> missing;
  cedar::for_each_child(expr, [&](cedar::ExprRef child) {
    if (!missing) missing = find_missing(*child, request);
  });
  return missing;
}

int fail_evaluation(const CedarEvaluate& options, const std::string& what, const std::string& message) {
  if (!options.json) return fail({base::ErrorCode::kInvalid, message});
  base::JsonWriter json;
  print(json.begin_object().member("error", what).end_object());
  return kFailure;
}

}  // namespace

int cedar_evaluate(const CedarEvaluate& options) {
  CedarInput input;
  const bool is_piped = options.expression == "-";
  auto text = is_piped ? input.text("-") : base::Result<std::string>(options.expression);
  if (!text.ok()) return fail(text.error());
  const auto source = std::make_shared<const cedar::Source>(is_piped ? shown_name("-") : "expression",
                                                            std::move(text).value());
  const auto expr = cedar::parse_expression(source);
  if (!expr.ok()) return fail_evaluation(options, expr.error().message, expr.error().message);
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return fail(schema.error());
  const auto entities = input.entities(options.entities, schema->get());
  if (!entities.ok()) return fail(entities.error());
  const auto partial = input.partial_request(options.request, schema->get());
  if (!partial.ok()) return fail(partial.error());

  if (const auto missing = find_missing(*expr->root, *partial)) {
    const std::string name(cedar::name_of(missing->variable));
    const std::string what = "`" + name + "` has no value; give it with --" + name;
    return fail_evaluation(options, what, source->message(missing->at.begin, what));
  }
  // What the expression does not name is never looked at.
  const cedar::EntityUid none(cedar::Name::unchecked("None"), "");
  const cedar::Request request{partial->principal.value_or(none), partial->action.value_or(none),
                               partial->resource.value_or(none), partial->context};
  const auto value = cedar::evaluate(*expr->root, request, *entities);
  if (!value.ok())
    return fail_evaluation(options, value.error().message,
                           source->message(value.error().at.begin, value.error().message));
  base::JsonWriter json;
  if (options.json) {
    print(json.begin_object().member("value", cedar::to_json(*value)).end_object());
  } else {
    print(cedar::to_text(*value) + "\n");
  }
  return kOk;
}

}  // namespace cli
