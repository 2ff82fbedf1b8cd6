// One walk from the first instruction to the last is enough, since jumps only go forward: when an instruction
// is reached, every way to it has been seen. The walk keeps the stack of one way, the one that falls through,
// and of each jump under way where it lands and with what height. That is sound because a jump's cells are
// untouched while it is under way (the floor below): at its landing they are those of the stack that is kept.
//
// Of `a && b`, that is: a, And(4), b, Bool, end, the walk at And notes a landing at 4 with the height of a
// and a Bool on top; b comes with the same height, and Bool makes its kind the same. Had b left another cell
// behind, the heights would differ at 4, and the code would be refused.
//
// Values are not followed, only their kinds, and those only as far as jumps carry them: an operand of a wrong
// kind is the policy's own failure, which the machine finds.
#include "cedar/compiled/verifier.h"

#include <algorithm>
#include <vector>

#include "cedar/values/extension_functions.h"

namespace cedar {

namespace {

// A cell's kind where it is known.
using Kind = std::optional<ValueKind>;

// How many cells an operation pops and pushes, and the kind of what it pushes where that is always one.
struct Effects {
  std::size_t pops = 0;
  std::size_t pushes = 0;
  Kind result{};
};

constexpr Effects kTest{1, 1, ValueKind::kBool};      // of one operand
constexpr Effects kRelation{2, 1, ValueKind::kBool};  // of two
constexpr Effects kArithmetic{2, 1, ValueKind::kLong};

class Walk {
 public:
  Walk(const Code& code, const Symbols& symbols, std::uint32_t begin)
      : code_(code), symbols_(symbols), at_(begin) {}

  std::optional<std::string> mistake() {
    for (; at_ < code_.instructions.size(); ++at_) {
      const Instruction instruction = code_.instructions[at_];
      if (!land() || !has_its_argument(instruction) || !step(instruction)) return wrong_;
      if (instruction.op == Op::kSatisfied) return std::nullopt;
    }
    wrong("the code has no end");
    return wrong_;
  }

 private:
  // A jump under way, or several to one place.
  struct Landing {
    std::uint32_t target;
    std::size_t height;
    std::size_t floor;  // how many cells are not to be touched before
    Kind carried;       // the kind of the topmost cell, which the jump brings along
    bool is_bool;       // kAnd or kOr: whatever comes here is a Bool
  };

  bool wrong(const std::string& what) {
    wrong_ = "instruction " + std::to_string(at_) + ": " + what;
    return false;
  }

  // Joins the ways that meet at this instruction.
  bool land() {
    // Landings of inner expressions come first, and are the last in the list.
    for (std::size_t i = landings_.size(); i-- > 0;) {
      if (landings_[i].target != at_) continue;
      const Landing landing = landings_[i];
      landings_.erase(landings_.begin() + static_cast<std::ptrdiff_t>(i));
      find_floor();
      if (!is_reached_) {
        kinds_.resize(landing.height);
        if (landing.height > landing.floor) kinds_.back() = landing.carried;
        is_reached_ = true;
      } else if (kinds_.size() != landing.height) {
        return wrong("the stack has " + std::to_string(kinds_.size()) + " cells one way and " +
                     std::to_string(landing.height) + " another");
      } else if (landing.height > landing.floor && kinds_.back() != landing.carried) {
        kinds_.back() = std::nullopt;
      }
      if (landing.is_bool && kinds_.back() != ValueKind::kBool)
        return wrong("a jump brings a bool where another kind of value may be");
    }
    return is_reached_ || wrong("it can't be reached");
  }

  bool step(Instruction instruction) {
    switch (instruction.op) {
      case Op::kSatisfied:
        if (!landings_.empty()) return wrong("a jump goes beyond the end");
        return kinds_.empty() || wrong("the stack isn't empty at the end");
      case Op::kRequire:
        return (kinds_.size() == 1 ||
                wrong("a condition ends with " + std::to_string(kinds_.size()) + " cells on the stack")) &&
               apply({1, 0});
      case Op::kAnd:
      case Op::kOr:
        return needs(1) && jump(instruction.argument, kinds_.size(), ValueKind::kBool, true) && apply({1, 0});
      case Op::kBranch:
        return apply({1, 0}) && jump(instruction.argument, kinds_.size(), std::nullopt, false, 0);
      case Op::kJump:
        if (!needs(1) || !jump(instruction.argument, kinds_.size(), kinds_.back(), false)) return false;
        is_reached_ = false;
        return true;
      case Op::kIsElse:
        return needs(1) && jump(at_ + 2, kinds_.size(), ValueKind::kEntity, false) && apply(kTest);
      default:
        return apply(effects(instruction));
    }
  }

  Effects effects(Instruction instruction) const {
    switch (instruction.op) {
      case Op::kConstant:
        return {0, 1, code_.constants[instruction.argument].kind};
      case Op::kVariable:
        return {0, 1, instruction.operand == 3 ? ValueKind::kRecord : ValueKind::kEntity};
      case Op::kVariableAttribute:
      case Op::kFail:
        return {0, 1};
      case Op::kAttribute:
        return {1, 1};
      case Op::kGetTag:
        return {2, 1};
      case Op::kNegate:
        return {1, 1, ValueKind::kLong};
      case Op::kHas:
      case Op::kNot:
      case Op::kIsEmpty:
      case Op::kInSet:
      case Op::kBool:
      case Op::kLike:
      case Op::kIs:
      case Op::kIsElse:
        return kTest;
      case Op::kCompare:
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kIn:
      case Op::kContains:
      case Op::kContainsAll:
      case Op::kContainsAny:
      case Op::kHasTag:
        return kRelation;
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
        return kArithmetic;
      case Op::kSet:
        return {instruction.argument, 1, ValueKind::kSet};
      case Op::kRecord:
        return {code_.shapes[instruction.argument].size(), 1, ValueKind::kRecord};
      case Op::kCall:
        return {instruction.argument, 1, info(static_cast<ExtFunction>(instruction.operand)).result};
      case Op::kAnd:
      case Op::kOr:
      case Op::kBranch:
      case Op::kJump:
      case Op::kRequire:
      case Op::kSatisfied:
        break;
    }
    return {};
  }

  bool has_its_argument(Instruction instruction) {
    switch (instruction.op) {
      case Op::kConstant:
        return is_below(instruction.argument, code_.constants.size(), "constant");
      case Op::kVariable:
        return is_below(instruction.operand, 4, "variable");
      case Op::kVariableAttribute:
        return is_below(instruction.operand, 4, "variable") &&
               is_below(instruction.argument, symbols_.names.size(), "name");
      case Op::kAttribute:
        return is_below(instruction.argument, symbols_.names.size(), "name");
      case Op::kHas:
        return has_path(instruction.argument);
      case Op::kInSet:
        return is_below(instruction.argument, code_.entity_sets.size(), "set of entities") &&
               has_entities(code_.entity_sets[instruction.argument]);
      case Op::kLike:
        return is_below(instruction.argument, code_.patterns.size(), "pattern");
      case Op::kIs:
      case Op::kIsElse:
        return is_below(instruction.argument, symbols_.types.size(), "type");
      case Op::kRecord:
        return is_below(instruction.argument, code_.shapes.size(), "shape");
      case Op::kCall:
        return is_below(instruction.operand, extension_functions().size(), "function");
      case Op::kCompare: {
        const auto op = static_cast<BinaryOp>(instruction.operand);
        return (op >= BinaryOp::kLess && op <= BinaryOp::kGreaterOrEqual) ||
               wrong("there is no such comparison");
      }
      default:
        return true;
    }
  }

  bool is_below(std::size_t number, std::size_t size, const char* what) {
    return number < size || wrong("there is no " + std::string(what) + " " + std::to_string(number));
  }

  bool has_path(std::size_t begin) {
    if (!is_below(begin, code_.paths.size(), "path")) return false;
    const std::size_t length = code_.paths[begin];
    if (length == 0 || length >= code_.paths.size() - begin)
      return wrong("a path goes beyond the end of all paths");
    for (std::size_t i = 1; i <= length; ++i)
      if (!is_below(code_.paths[begin + i], symbols_.names.size(), "name")) return false;
    return true;
  }

  // The machine searches them, so they must be in order.
  bool has_entities(const std::vector<SymbolId>& entities) {
    if (!std::is_sorted(entities.begin(), entities.end())) return wrong("a set of entities is not in order");
    return entities.empty() || is_below(entities.back(), symbols_.uids.size(), "uid");
  }

  bool needs(std::size_t cells) {
    if (kinds_.size() < cells) return wrong("the stack has too few cells");
    return kinds_.size() - cells >= floor_ || wrong("it takes a cell that a jump over it leaves alone");
  }

  bool apply(Effects effects) {
    if (!needs(effects.pops)) return false;
    kinds_.resize(kinds_.size() - effects.pops);
    kinds_.resize(kinds_.size() + effects.pushes, effects.result);
    return kinds_.size() <= code_.stack_size || wrong("the stack is too small");
  }

  // `carries`: how many cells the jump brings along that were not there before.
  bool jump(std::uint32_t target, std::size_t height, Kind carried, bool is_bool, std::size_t carries = 1) {
    if (target <= at_) return wrong("it jumps back");
    const Landing landing{target, height, height - carries, carried, is_bool};
    for (auto known = landings_.rbegin(); known != landings_.rend(); ++known) {
      if (known->target != target || known->height != height || known->floor != landing.floor ||
          known->is_bool != is_bool)
        continue;
      if (known->carried != carried) known->carried = std::nullopt;
      return true;
    }
    landings_.push_back(landing);
    find_floor();
    return true;
  }

  void find_floor() {
    floor_ = 0;
    for (const Landing& landing : landings_) floor_ = std::max(floor_, landing.floor);
  }

  const Code& code_;
  const Symbols& symbols_;
  std::uint32_t at_;
  std::vector<Kind> kinds_;        // the stack
  std::vector<Landing> landings_;  // no more than a few for each level of nesting
  std::size_t floor_ = 0;          // the highest of theirs
  bool is_reached_ = true;
  std::optional<std::string> wrong_;
};

}  // namespace

std::optional<std::string> find_mistake(const Code& code, const Symbols& symbols, std::uint32_t begin) {
  return Walk(code, symbols, begin).mistake();
}

}  // namespace cedar
