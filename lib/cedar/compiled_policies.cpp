#include "cedar/compiled_policies.h"

#include "cedar/compiler.h"

namespace cedar {

CompiledPolicies::CompiledPolicies(PolicySet policies) : source_(std::move(policies)) {
  const auto symbols = std::make_shared<Symbols>();
  index_ = ScopeIndex(source_.policies(), *symbols);
  Compiler compiler(code_, *symbols);
  begins_.reserve(source_.policies().size());
  effects_.reserve(source_.policies().size());
  for (const Policy& policy : source_.policies()) {
    begins_.push_back(compiler.policy(policy.body->conditions));
    effects_.push_back(policy.body->effect);
  }
  code_.instructions.shrink_to_fit();
  code_.constants.shrink_to_fit();
  symbols_ = symbols;
}

}  // namespace cedar
