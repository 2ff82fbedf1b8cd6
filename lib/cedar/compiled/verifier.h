#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "cedar/compiled/code.h"
#include "cedar/compiled/symbols.h"

namespace cedar {

// Checks the code of one policy, that of its conditions from `begin` to its kSatisfied, against what
// compiler.cpp promises of it and the machine relies on:
//
//   - the stack has the same height however an instruction is reached, never less than the operation takes
//     nor more than Code::stack_size; a kRequire finds one cell, a kSatisfied none;
//   - jumps go forward and stay inside the policy, and what lies below the cell they carry is not touched
//     before they land; every instruction can be reached;
//   - where kAnd and kOr land there is a Bool, whichever way was taken;
//   - arguments name what is there: a constant, a pattern, a path, a shape, a set of entities, a symbol.
//
// An operand of a kind that its operation can't take is no mistake: the policy then fails, as the language
// says. Nothing where the code keeps it all; else a sentence that says what is wrong, and where. Time is
// linear in the code, times the depth of its nesting; nothing of the code is run.
std::optional<std::string> find_mistake(const Code&, const Symbols&, std::uint32_t begin);

}  // namespace cedar
