#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/cedar_forms.h"

namespace cedar_forms {

// Counts which forms of expressions were evaluated at which places, so that a test of what evaluates knows
// what it has tried. It walks the tree by itself and asks the plain evaluator for what decides the way.
class ReachedOperands {
 public:
  ReachedOperands();

  // Counts what is evaluated of a policy whose scope matches.
  void count(const cedar::Policy&, const cedar::Request&, const cedar::EntitySource&);

  // Every pair that there is and that was counted from `least` to `most` times:
  // "in: right, if with a constant else: 7 times".
  std::vector<std::string> counted(std::size_t least, std::size_t most) const;

 private:
  struct World {
    const cedar::Request& request;
    const cedar::EntitySource& entities;
  };
  void count_at(const Place&, const cedar::Expr&, const World&);

  std::size_t index(const Place&, const Form&) const;

  std::vector<std::size_t> times_;        // by place, then form
  std::vector<std::size_t> place_index_;  // by node and operand
  std::vector<std::size_t> form_index_;   // by node and variety
};

}  // namespace cedar_forms
