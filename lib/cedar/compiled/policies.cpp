#include "cedar/compiled_policies.h"

#include <cassert>
#include <unordered_map>

#include "cedar/compiled/compiler.h"
#include "cedar/parser.h"

namespace cedar {

namespace {

// Bytes of a policy's text above which its tree is kept, so that a request on which it fails stays quick.
constexpr std::uint32_t kReadAgain = 4096;

// A head has no pool. What was not made from text is kept whole, and so what is large, in a pool of its own.
TemplatePtr whole_of(const TemplatePtr& head) {
  if (head->pool || !head->source) return head;
  auto again = parse_policy_at(head->source, head->at.begin);
  assert(again.ok());
  auto whole = std::make_shared<Template>(*head);
  whole->conditions = again.value()->conditions;
  whole->pool = again.value()->pool;
  return whole;
}

TemplatePtr head_of(const TemplatePtr& body) {
  if (!body->source) return body;
  auto head = std::make_shared<Template>(*body);
  head->conditions = {};
  head->pool.reset();
  return body->at.end - body->at.begin > kReadAgain ? whole_of(head) : head;
}

}  // namespace

CompiledPolicies::CompiledPolicies(const PolicySet& policies, Verifier verifier) {
  const auto symbols = std::make_shared<Symbols>();
  index_ = ScopeIndex(policies.policies(), *symbols);
  Compiler compiler(code_, *symbols);
  begins_.reserve(policies.policies().size());
  effects_.reserve(policies.policies().size());
  std::unordered_map<const Template*, std::uint32_t> begins;  // slots are in scopes only, so links share code
  std::unordered_map<const Template*, std::string> mistakes;
  for (const Policy& policy : policies.policies()) {
    const Template* body = policy.body.get();
    const auto [begin, is_new] = begins.try_emplace(body, 0);
    if (is_new) {
      begin->second = compiler.policy(body->conditions);
      if (auto mistake = verifier(code_, *symbols, begin->second)) {
        begin->second = kNoCode;
        mistakes.emplace(body, *std::move(mistake));
      }
    }
    if (begin->second == kNoCode)
      unverified_.push_back({static_cast<std::uint32_t>(begins_.size()), mistakes.at(body)});
    begins_.push_back(begin->second);
    effects_.push_back(body->effect);
  }
  code_.instructions.shrink_to_fit();
  code_.constants.shrink_to_fit();
  symbols_ = symbols;
  heads_ = policies.with_bodies(
      [&](const TemplatePtr& body) { return mistakes.contains(body.get()) ? body : head_of(body); });
}

Policy CompiledPolicies::policy(std::uint32_t number) const {
  Policy policy = heads_.policies()[number];
  policy.body = whole_of(policy.body);
  return policy;
}

PolicySet CompiledPolicies::source() const {
  return heads_.with_bodies([](const TemplatePtr& head) { return whole_of(head); });
}

}  // namespace cedar
