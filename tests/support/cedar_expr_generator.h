#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/cedar_forms.h"
#include "tests/support/choices.h"

namespace cedar_generator {

enum class Kind : std::uint8_t {
  kBool,
  kLong,
  kString,
  kEntity,
  kLongs,     // a set
  kEntities,  // a set
  kRecord,
  kDecimal,
  kIp,
  kDatetime,
  kDuration
};
constexpr std::size_t kKinds = 11;

// What generated policies, entities and requests talk of: few things, so that they often meet.
constexpr const char* kTypes[] = {"User", "Group", "Doc", "App::Doc"};
constexpr const char* kIds[] = {"a", "b", "c", ""};
constexpr const char* kActions[] = {"view", "edit", "read", "all"};
// An attribute's or tag's name says its usual kind, in the order of the kinds.
constexpr const char* kAttributes[kKinds] = {"b", "n", "s", "e", "l", "g", "r", "d", "ip", "t", "u"};
constexpr const char* kTexts[] = {"a",   "ab",  "b",    "n",
                                  "1.0", "a*b", "view", "a long text, longer than any small buffer holds"};

// Of any uid, the first few being likelier.
const char* type_of_uid(Choices&);
const char* id_of_uid(Choices&);

// Makes the text of expressions that can be an operand anywhere. Most have a value, since operands are of the
// kind that is wanted there; now and then one is not.
class ExprGenerator {
 public:
  enum class Leaves : std::uint8_t { kAny, kConstant, kVarying };  // kVarying: at least one

  // The choices must outlive it.
  explicit ExprGenerator(Choices& choices) : choices_(choices) {}

  std::string expr(Kind kind, int depth, Leaves leaves = Leaves::kAny);

  // A condition's body in which an expression of the form stands at the place: where it is mostly reached,
  // and mostly decides what the body gives. REQUIRES: can_stand(form, place)
  std::string with(const cedar_forms::Form& form, const cedar_forms::Place& place);

 private:
  using Node = cedar_forms::Node;
  static constexpr std::size_t kNoOperand = 255;

  // A node on its way to text.
  struct Parts {
    Node node;
    Kind kind;                       // that it gives
    std::vector<Kind> kinds;         // of operands
    std::vector<std::string> texts;  // of operands, "" where there is none yet
    std::size_t added = kNoOperand;  // a sum's term whose sign is settled
    std::size_t subtracted = kNoOperand;
  };

  Kind any_kind() { return static_cast<Kind>(choices_.pick(kKinds)); }
  Kind set_kind() { return choices_.one_in(2) ? Kind::kLongs : Kind::kEntities; }
  Kind ordered_kind(Kind wish);

  Node node_giving(Kind kind);
  Kind kind_given(Node node, Kind wish);
  // Of a node that gives a kind; `wish` where any would do, "at least" so many where there may be some.
  std::vector<Kind> operand_kinds(Node node, Kind kind, Kind wish, std::size_t at_least);
  std::vector<Kind> call_kinds(Node node, Kind wish, std::size_t at_least);
  void fill(Parts& parts, int depth, Leaves leaves);
  std::string operand(const Parts& parts, std::size_t i, int depth, Leaves leaves);

  std::string constant(Kind kind);
  std::string varying(Kind kind);
  std::string record_constant();
  std::string entities_constant(std::size_t at_least);
  std::string element();  // of a set that is not of one kind
  std::string failing_constant();
  std::string of_leaf(Node node);
  std::string variable();
  std::string uid();
  std::string action();
  std::string key(Kind kind);      // of a tag, in quotes
  std::string text_of(Kind kind);  // that its function makes a value of, in quotes
  std::string path(std::size_t at_least);
  std::string type_said_of(const std::string& entity);

  std::string print(const Parts& parts);
  std::string print_sum(const Parts& parts);
  std::string print_list(const Parts& parts);
  std::string print_call(const Parts& parts);

  Node node_called(std::size_t argument, Kind wish);
  void let_reach(Parts& parts, std::size_t at);
  std::string of_form(const cedar_forms::Form& form, Kind wish);
  std::string as_test(const std::string& text, Kind kind);

  Choices& choices_;
};

}  // namespace cedar_generator
