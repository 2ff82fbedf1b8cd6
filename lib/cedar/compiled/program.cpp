// Compiles a policy set: the index of its scopes, the code of its conditions, and what is kept of each policy
// to be asked about it. Links of a template have their scopes by themselves, and its code together, since
// slots are in scopes only.
//
// Of a policy that was read from text no tree is kept, unless it is long: a request on which it fails wants
// the tree for the message, and reading a short one again takes microseconds.
#include "cedar/compiled/program.h"

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <utility>

#include "cedar/compiled/compiler.h"
#include "cedar/parser.h"

namespace cedar {

namespace {

using Program = CompiledPolicies::Program;

// Bytes of a policy's text above which its tree is kept, so that a request on which it fails stays quick.
constexpr std::uint32_t kReadAgain = 4096;

// What is made of a body once, for a static policy or all links of a template.
struct Compiled {
  std::uint32_t begin = Program::kNoCode;
  std::uint32_t length = 0;
  std::string mistake;
  TemplatePtr tree;
  std::span<const Annotation> annotations;
};

// A tree of its own, since one from a text shares its pool with all others of that text.
TemplatePtr read_again(const SourcePtr& source, SourceRange at) {
  auto again = parse_policy_at(source, at.begin);
  assert(again.ok());
  return std::move(again).value();
}

TemplatePtr kept_tree(const TemplatePtr& body, bool has_code) {
  if (!body->source || !has_code) return body;
  return body->at.end - body->at.begin > kReadAgain ? read_again(body->source, body->at) : nullptr;
}

PolicyScope scope_of(const Policy& policy) {
  const Template& body = *policy.body;
  if (!policy.is_link()) return {body.principal, body.action, body.resource};
  Template linked = linked_policy(policy);
  return {std::move(linked.principal), std::move(linked.action), std::move(linked.resource)};
}

}  // namespace

std::shared_ptr<const Program> compile(const PolicySet& policies, Verifier verifier) {
  const auto program = std::make_shared<Program>();
  const auto symbols = std::make_shared<Symbols>();
  program->symbols = symbols;
  program->index = ScopeIndex(policies.policies(), *symbols);
  const std::size_t size = policies.policies().size();
  program->begins.reserve(size);
  program->lengths.reserve(size);
  program->effects.reserve(size);
  program->heads.reserve(size);
  program->trees.reserve(size);
  Compiler compiler(program->code, *symbols);
  std::unordered_map<const Template*, Compiled> known;
  for (const Policy& policy : policies.policies()) {
    const auto [entry, is_new] = known.try_emplace(policy.body.get());
    Compiled& compiled = entry->second;
    if (is_new) {
      compiled.begin = compiler.policy(policy.body->conditions);
      compiled.length = static_cast<std::uint32_t>(program->code.instructions.size()) - compiled.begin;
      if (auto mistake = verifier(program->code, *symbols, compiled.begin)) {
        compiled.begin = Program::kNoCode;
        compiled.mistake = *std::move(mistake);
      }
      compiled.tree = kept_tree(policy.body, compiled.begin != Program::kNoCode);
      if (!policy.body->annotations.empty())
        compiled.annotations = program->annotations.emplace_back(policy.body->annotations);
    }
    if (compiled.begin == Program::kNoCode)
      program->unverified.push_back({static_cast<std::uint32_t>(program->begins.size()), compiled.mistake});
    program->begins.push_back(compiled.begin);
    program->lengths.push_back(compiled.length);
    program->effects.push_back(policy.body->effect);
    program->heads.push_back({policy.id, policy.body->effect, compiled.annotations, scope_of(policy),
                              policy.body->source, policy.body->at});
    program->trees.push_back(compiled.tree);
  }
  program->code.instructions.shrink_to_fit();
  program->code.constants.shrink_to_fit();
  return program;
}

Policy Program::policy(std::uint32_t number) const {
  const PolicyHead& head = heads[number];
  auto body = std::make_shared<Template>(trees[number] ? *trees[number] : *read_again(head.source, head.at));
  body->principal = head.scope.principal;
  body->resource = head.scope.resource;
  return {head.id, std::move(body), {}, {}};
}

const std::string* PolicyHead::annotation(std::string_view key) const {
  static const std::string kNone;
  const auto found = std::find_if(annotations.begin(), annotations.end(),
                                  [&](const Annotation& annotation) { return annotation.key == key; });
  if (found == annotations.end()) return nullptr;
  return found->value ? &*found->value : &kNone;
}

CompiledPolicies::CompiledPolicies(const PolicySet& policies) : program_(compile(policies)) {}

std::span<const PolicyHead> CompiledPolicies::heads() const {
  return program_->heads;
}

Policy CompiledPolicies::policy(std::uint32_t number) const {
  return program_->policy(number);
}

std::span<const CompiledPolicies::Unverified> CompiledPolicies::unverified() const {
  return program_->unverified;
}

}  // namespace cedar
