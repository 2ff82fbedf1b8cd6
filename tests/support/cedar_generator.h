#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cedar/cedar.h"
#include "tests/support/cedar_expr_generator.h"

// So many bytes that look random, the same for the same seed.
std::vector<std::uint8_t> choosing_bytes(std::uint64_t seed, std::size_t size);

// Makes policies, entities and requests that fit each other well enough to be interesting: out of bytes, so
// that seeded tests and fuzzers can both drive it. When the bytes are used up it makes the simplest thing.
// The bytes must outlive it.
class CedarGenerator {
 public:
  explicit CedarGenerator(std::span<const std::uint8_t> bytes) : choices_(bytes), exprs_(choices_) {}
  CedarGenerator(const CedarGenerator&) = delete;
  CedarGenerator& operator=(const CedarGenerator&) = delete;

  // From now on conditions go through all pairs of a form and a place, from this one on, instead of choosing
  // them; so that a number of sets has all of them about as often.
  void go_through_pairs(std::size_t from) { next_pair_ = from; }

  std::string policies(std::size_t most);  // text of one to so many, some of them templates; it always parses
  void link_templates(cedar::PolicySet&);  // each of those never, once or twice
  cedar::Entities entities();              // a few, most of those that policies name
  cedar::Request request();

 private:
  using Kind = cedar_generator::Kind;

  std::string policy(bool may_forbid);
  std::string condition();
  std::string scope(const char* variable);
  std::string entity_or_slot(const std::string& variable);
  std::string action_scope();
  std::string uid_text();
  std::string action_text();

  cedar::EntityUid uid();
  cedar::Value value(Kind kind, int depth);
  cedar::Value mixed_set();
  cedar::Record attributes(int depth);

  std::string condition_with_pair(bool& is_unless);

  Choices choices_;
  std::optional<std::size_t> next_pair_;
  cedar_generator::ExprGenerator exprs_;
};
