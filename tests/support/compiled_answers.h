#pragma once
#include <optional>
#include <string>
#include <utility>

#include "cedar/cedar.h"

// The ways to ask compiled policies, which must all answer as the plain evaluator does.
namespace compiled_answers {

// A decision, its reasons and its errors as a text.
std::string text_of(const cedar::Response&);

// Policies and entities, with what is compiled of them.
struct World {
  World(cedar::PolicySet policy_set, cedar::Entities all)
      : policies(std::move(policy_set)),
        entities(std::move(all)),
        compiled(policies),
        fast(compiled, entities) {}

  const cedar::PolicySet policies;
  const cedar::Entities entities;
  const cedar::CompiledPolicies compiled;
  const cedar::CompiledEntities fast;
};

// The plain evaluator's answer.
cedar::Response plain_answer(const cedar::Request&, const World&);

// What another way answers, where that is not `plain`: "compiled entities: deny"; or that a policy's code did
// not verify. Nothing where all is well. Some ways have a room where earlier questions left their things, so
// one thread asks at a time.
std::optional<std::string> other_answer(const cedar::Request&, const World&, const cedar::Response& plain);

// REQUIRES: there is another answer. What it takes to see it again, without what can be left out: policies,
// links, entities, request and both answers.
std::string smallest_case(const cedar::Request&, const World&);

}  // namespace compiled_answers
