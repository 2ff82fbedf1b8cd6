#include "tests/support/compiled_answers.h"

#include <algorithm>
#include <vector>

#include "cedar/value_json.h"

namespace compiled_answers {

namespace {

// Neither lists ancestors nor is it compiled, as the entities of a store made on demand.
class Source final : public cedar::EntitySource {
 public:
  explicit Source(const cedar::Entities& entities) : entities_(entities) {}
  const cedar::Entity* find(const cedar::EntityUid& u) const override { return entities_.find(u); }
  bool has_ancestor(const cedar::EntityUid& below, const cedar::EntityUid& above) const override {
    return entities_.has_ancestor(below, above);
  }

 private:
  const cedar::Entities& entities_;
};

// A question whose parts can be left out one by one.
struct Case {
  std::vector<cedar::Policy> policies;
  std::vector<cedar::Entity> entities;
  cedar::Request request;

  World world() const {
    cedar::PolicySet set;
    // None of these fails: it is a part of what was a set.
    for (const cedar::Policy& policy : policies) {
      if (policy.is_link() && !set.find_template(policy.template_id))
        static_cast<void>(set.add(policy.template_id, policy.body));
      static_cast<void>(policy.is_link() ? set.link(policy.template_id, policy.id, policy.slots)
                                         : set.add(policy.id, policy.body));
    }
    return {std::move(set), cedar::Entities::make(entities).value()};
  }
  bool differs() const {
    const World made = world();
    return other_answer(request, made, plain_answer(request, made)).has_value();
  }
};

// Whether a verdict is of the same policies.
bool says(const cedar::Verdict& verdict, const World& world, const cedar::Response& response) {
  const auto id_of = [&](std::uint32_t policy) { return world.policies.policies()[policy].id; };
  const auto& [reasons, errors] = response.diagnostics;
  return verdict.decision == response.decision &&
         std::equal(verdict.reasons.begin(), verdict.reasons.end(), reasons.begin(), reasons.end(),
                    [&](std::uint32_t policy, const cedar::PolicyId& id) { return id_of(policy) == id; }) &&
         std::equal(
             verdict.errors.begin(), verdict.errors.end(), errors.begin(), errors.end(),
             [&](std::uint32_t policy, const cedar::PolicyError& e) { return id_of(policy) == e.policy; });
}

// Leaves out each of the parts without which the answers differ still.
template <typename T>
void leave_out(Case& of, std::vector<T> Case::*parts) {
  for (std::size_t i = (of.*parts).size(); i > 0; --i) {
    Case smaller = of;
    (smaller.*parts).erase((smaller.*parts).begin() + static_cast<std::ptrdiff_t>(i - 1));
    if (smaller.differs()) of = std::move(smaller);
  }
}

std::string text_of(const cedar::Policy& policy) {
  std::string text = to_text(*policy.body);
  if (policy.slots.principal) text += "\n// ?principal is " + to_text(*policy.slots.principal);
  if (policy.slots.resource) text += "\n// ?resource is " + to_text(*policy.slots.resource);
  return text + "\n";
}

std::string text_of(const std::vector<cedar::Entity>& entities) {
  base::Json::Array all;
  for (const cedar::Entity& entity : entities) {
    base::Json::Array parents;
    for (const cedar::EntityUid& parent : entity.parents) parents.push_back(cedar::to_json(parent));
    all.emplace_back(base::Json::Object{{"uid", cedar::to_json(entity.uid)},
                                        {"attrs", cedar::to_json(cedar::Value(entity.attrs))},
                                        {"parents", base::Json(std::move(parents))},
                                        {"tags", cedar::to_json(cedar::Value(entity.tags))}});
  }
  return to_text(base::Json(std::move(all)));
}

}  // namespace

std::string text_of(const cedar::Response& response) {
  std::string text(name_of(response.decision));
  for (const cedar::PolicyId& id : response.diagnostics.reasons) text += " " + id;
  for (const cedar::PolicyError& error : response.diagnostics.errors) text += "\n" + to_text(error);
  return text;
}

cedar::Response plain_answer(const cedar::Request& request, const World& world) {
  return cedar::Authorizer().is_authorized(request, world.policies, world.entities);
}

std::optional<std::string> other_answer(const cedar::Request& request, const World& world,
                                        const cedar::Response& plain) {
  for (const auto& policy : world.compiled.unverified()) return "not verified: " + policy.mistake;
  static cedar::AuthorizerScratch used;
  cedar::AuthorizerScratch fresh;
  const cedar::Authorizer authorizer;
  const Source on_demand(world.entities);
  const auto ask = [&](const char* way, const auto& entities,
                       cedar::AuthorizerScratch& scratch) -> std::optional<std::string> {
    if (says(authorizer.decide(request, world.compiled, entities, scratch), world, plain))
      return std::nullopt;
    return std::string(way) + ": " + text_of(authorizer.is_authorized(request, world.compiled, entities));
  };
  auto found = ask("entities", world.entities, fresh);
  if (!found) found = ask("entities on demand", on_demand, fresh);
  if (!found) found = ask("compiled entities", world.fast, fresh);
  if (!found) found = ask("entities, in used scratch", world.entities, used);
  if (!found) found = ask("compiled entities, in used scratch", world.fast, used);
  // A policy is read again for each text of an error, so one way is enough.
  const std::string texts = text_of(authorizer.is_authorized(request, world.compiled, world.fast));
  if (!found && texts != text_of(plain)) found = "texts: " + texts;
  return found;
}

std::string smallest_case(const cedar::Request& request, const World& world) {
  const auto policies = world.policies.policies();
  const auto entities = world.entities.all();
  Case smallest{{policies.begin(), policies.end()}, {entities.begin(), entities.end()}, request};
  leave_out(smallest, &Case::policies);
  leave_out(smallest, &Case::entities);
  std::string text;
  for (const cedar::Policy& policy : smallest.policies) text += text_of(policy);
  const World made = smallest.world();
  const cedar::Response plain = plain_answer(request, made);
  text += "entities: " + text_of(smallest.entities);
  text += "\nrequest: " + to_text(request.principal) + ", " + to_text(request.action) + ", " +
          to_text(request.resource) + ", " + to_text(cedar::Value(request.context));
  text += "\nplain: " + text_of(plain);
  return text + "\n" + other_answer(request, made, plain).value_or("no other answer");
}

}  // namespace compiled_answers
