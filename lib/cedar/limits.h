#pragma once
#include <cstddef>

// The bounds on what is read from outside. Each yields an error with its place, never a crash; the
// language itself names none.
namespace cedar {

// Nesting: of brackets and `if` in a text, and of nodes in a tree. Flat chains (`a && b && …`, `1 + 2 - …`)
// are one node and count once, however long. Everything that walks a tree may recurse this far.
constexpr std::size_t kMaxNesting = 200;

constexpr std::size_t kMaxPolicyText = 10U * 1024U * 1024U;  // bytes of one policy text
constexpr std::size_t kMaxParts = 2'000'000;  // nodes, names after `has` and pattern pieces of one text
constexpr std::size_t kMaxAnnotations = 100;  // of one policy, or one thing that a schema declares

// Nesting of JSON in the policy format: two levels for a node of the deepest tree, and those around it. A
// chain of n operands, flat in text, is n nodes deep there.
constexpr std::size_t kMaxPolicyJsonNesting = 2 * kMaxNesting + 16;

constexpr std::size_t kMaxEntitiesText = 64U * 1024U * 1024U;  // bytes of one entities or context text
// JSON values in one entities text: so many in any, and one more for each so many bytes. Real texts have one
// in ten bytes; a text with more than this is built to be expensive.
constexpr std::size_t kFreeEntityNodes = 1'000'000;
constexpr std::size_t kBytesPerEntityNode = 8;
constexpr std::size_t kMaxValueNesting = 64;  // of sets and records in entities and context

// How many ancestors are visited, and so listed, for all entities together; as many again when they are
// compiled.
constexpr std::size_t kMaxAncestorSteps = 20'000'000;

// Of describing why one policy failed: its text is read again.
constexpr std::size_t kStepsOfMessage = 1'000;

// A schema: bytes of its text, declarations, and how many types or groups all of them together are members
// of.
constexpr std::size_t kMaxSchemaText = 10U * 1024U * 1024U;
constexpr std::size_t kMaxEntityTypes = 10'000;
constexpr std::size_t kMaxActions = 10'000;
constexpr std::size_t kMaxMemberships = 1'000'000;

// One run of the validator: the steps it may take unless the caller says otherwise (a node in one request
// environment counts as kStepsPerNode, a scope as one; all of them take less than a second), and how many
// errors, and how many warnings, it keeps.
constexpr std::size_t kMaxValidationSteps = 140'000'000;
constexpr std::size_t kStepsPerNode = 10;
constexpr std::size_t kMaxFindings = 1'000;
constexpr std::size_t kMaxRepeated = 100'000;  // messages of one policy, by which repeated ones are known
constexpr std::size_t kMaxGuessed = 20'000;    // names that are looked at for "did you mean …?", in all

}  // namespace cedar
