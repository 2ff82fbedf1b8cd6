#include "tests/support/hostile_reader.h"

#include <algorithm>

#include "cedar/cedar.h"

namespace hostile {

namespace {

const cedar::Schema& schema() {
  static const cedar::Schema made = [] {
    std::string names = "User";
    for (int i = 0; i < 100; ++i) names += ", User" + std::to_string(i);
    return cedar::Schema::parse("entity " + names +
                                    " { name?: String, a?: Bool, b?: Bool } tags String; entity Doc;"
                                    "action view appliesTo { principal: [" +
                                    names +
                                    "], resource: Doc, context: "
                                    "{ a?: Bool } };",
                                "world")
        .value();
  }();
  return made;
}

cedar::Request request() {
  return {cedar::EntityUid::parse("User::\"a\"").value(),
          cedar::EntityUid::parse("Action::\"view\"").value(),
          cedar::EntityUid::parse("Doc::\"d\"").value(),
          {}};
}

void note_message(Answer& answer, const std::string& message) {
  answer.message_bytes = std::max(answer.message_bytes, message.size());
}

void look_at(const cedar::PolicySet& policies, Answer& answer) {
  const cedar::Entities none;
  const auto plain = cedar::Authorizer().is_authorized(request(), policies, none);
  for (const cedar::PolicyError& error : plain.diagnostics.errors) note_message(answer, error.message);
  answer.printed_bytes += to_text(explain(request(), policies, none)).size();
  const cedar::CompiledPolicies compiled(policies);
  cedar::Authorizer().is_authorized(request(), compiled, none);
  const cedar::ValidationResult valid = cedar::Validator(schema()).validate(policies);
  for (const cedar::ValidationFinding& finding : valid.errors) note_message(answer, finding.message);
  // A link's text is its template's.
  for (const cedar::Policy& policy : policies.policies())
    if (!policy.is_link()) answer.printed_bytes += to_text(*policy.body).size();
  if (const auto json = policy_set_to_json(policies); json.ok())
    answer.printed_bytes += to_text(*json).size();
}

template <typename T>
bool is_refused(const base::Result<T>& result, Answer& answer) {
  if (!result.ok()) note_message(answer, result.error().message);
  return !result.ok();
}

void look_at(const cedar::Schema& read, Answer& answer) {
  if (const auto text = to_cedar_text(read); text.ok()) answer.printed_bytes += text->size();
  if (const auto json = to_json_text(read); json.ok()) answer.printed_bytes += json->size();
  const auto policies = cedar::PolicySet::parse(
      "permit(principal is Userr, action == Action::\"wiew\", resource) when "
      "{ principal.name == resource.owner };",
      "p");
  const auto found = cedar::Validator(read).validate(*policies);
  for (const cedar::ValidationFinding& finding : found.errors) note_message(answer, finding.message);
}

void look_at(const cedar::Entities& entities, Answer& answer) {
  const cedar::EntityUid nowhere = cedar::EntityUid::parse("E::\"nowhere\"").value();
  for (std::size_t i = 0; i < std::min<std::size_t>(entities.all().size(), 3); ++i)
    entities.has_ancestor(entities.all()[i].uid, nowhere);
  const auto policies = cedar::PolicySet::parse("permit(principal in E::\"last\", action, resource);", "p");
  const cedar::CompiledPolicies compiled(*policies);
  const cedar::CompiledEntities fast(compiled, entities);
  for (const cedar::Entity& entity : entities.all()) is_refused(check_entity(entity, schema()), answer);
}

}  // namespace

Answer read(Kind kind, const std::string& text, Extent extent) {
  Answer answer;
  const auto use = [&](const auto& read) {
    if (!is_refused(read, answer) && extent == Extent::kUsed) look_at(*read, answer);
  };
  switch (kind) {
    case Kind::kPolicyText:
      use(cedar::PolicySet::parse(text, "p"));
      if (extent == Extent::kUsed) is_refused(cedar::format_policies(text, "p"), answer);
      break;
    case Kind::kPolicyJson:
      use(cedar::policy_set_from_json(text, "p"));
      break;
    case Kind::kSchemaText:
      use(cedar::Schema::parse(text, "s"));
      break;
    case Kind::kSchemaJson:
      use(cedar::Schema::from_json(text, "s"));
      break;
    case Kind::kEntities:
      use(cedar::Entities::from_json(text));
      if (extent == Extent::kUsed) is_refused(cedar::Entities::from_json(text, schema()), answer);
      break;
    case Kind::kContext:
      is_refused(cedar::context_from_json(text), answer);
      if (extent == Extent::kUsed)
        is_refused(cedar::context_from_json(text, schema(), request().action), answer);
      break;
  }
  return answer;
}

}  // namespace hostile
