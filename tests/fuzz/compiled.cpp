// Compiled policies against the plain evaluator: every way to ask gives the same decision, reasons and
// errors. Input are choices of the generator, which makes policies, entities and requests that fit each
// other.
#include "tests/fuzz/fuzz.h"
#include "tests/support/cedar_generator.h"
#include "tests/support/compiled_answers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  CedarGenerator generator({data, size});
  const std::string text = generator.policies(8);
  auto parsed = cedar::PolicySet::parse(text, "generated");
  fuzz::require(parsed.ok(), "what is generated parses", text);
  generator.link_templates(*parsed);
  cedar::Entities entities = generator.entities();
  const compiled_answers::World world(std::move(parsed).value(), std::move(entities));
  for (int i = 0; i < 4; ++i) {
    const cedar::Request request = generator.request();
    const cedar::Response plain = plain_answer(request, world);
    if (other_answer(request, world, plain))
      fuzz::require(false, "compiled policies answer as plain ones", smallest_case(request, world));
    cedar::ExplainOptions all;
    all.max_policies = 100;
    const auto explanation = explain(request, world.policies, world.entities, all);
    fuzz::require(explanation.decision == plain.decision, "the explanation is of the decision", text);
  }
  return 0;
}
