// Compiled policies against the plain evaluator: every way to ask gives the same decision, reasons and
// errors. Input are choices of the generator, which makes policies, entities and requests that fit each
// other.
#include "tests/fuzz/fuzz.h"
#include "tests/support/cedar_generator.h"

namespace {

std::string text_of(const cedar::Response& response) {
  std::string text(name_of(response.decision));
  for (const cedar::PolicyId& id : response.diagnostics.reasons) text += " " + id;
  for (const cedar::PolicyError& error : response.diagnostics.errors) text += "\n" + to_text(error);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  CedarGenerator generator({data, size});
  const std::string text = generator.policies(8);
  auto parsed = cedar::PolicySet::parse(text, "generated");
  fuzz::require(parsed.ok(), "what is generated parses", text);
  const cedar::Entities entities = generator.entities();
  const cedar::CompiledPolicies compiled(*parsed);
  const cedar::CompiledEntities fast(compiled, entities);
  const cedar::Authorizer authorizer;
  for (int i = 0; i < 4; ++i) {
    const cedar::Request request = generator.request();
    const std::string plain = text_of(authorizer.is_authorized(request, *parsed, entities));
    fuzz::require(text_of(authorizer.is_authorized(request, compiled, entities)) == plain,
                  "compiled policies answer as plain ones", text);
    fuzz::require(text_of(authorizer.is_authorized(request, compiled, fast)) == plain,
                  "compiled entities answer as plain ones", text);
    cedar::ExplainOptions all;
    all.max_policies = 100;
    const auto explanation = explain(request, *parsed, entities, all);
    fuzz::require(plain.starts_with(name_of(explanation.decision)), "the explanation is of the decision",
                  text);
  }
  return 0;
}
