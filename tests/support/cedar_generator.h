#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "cedar/cedar.h"

// Makes policies, entities and requests that fit each other well enough to be interesting: out of bytes, so
// that seeded tests and fuzzers can both drive it. When the bytes are used up it makes the simplest thing.
// The bytes must outlive it.
class CedarGenerator {
 public:
  explicit CedarGenerator(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::string policies(std::size_t most);  // text of one to so many; it always parses
  cedar::Entities entities();              // a few, some of those that policies name
  cedar::Request request();

  bool is_used_up() const { return bytes_.empty(); }

 private:
  enum class Kind : std::uint8_t {
    kBool,
    kLong,
    kString,
    kEntity,
    kSet,
    kRecord,
    kDecimal,
    kIp,
    kDatetime,
    kDuration
  };

  std::size_t pick(std::size_t count);  // less than count
  bool one_in(std::size_t count) { return pick(count) == count - 1; }
  template <std::size_t N>
  std::string choose(const char* const (&texts)[N]) {
    return texts[pick(N)];
  }

  std::string policy();
  std::string scope(const char* variable);
  std::string action_scope();
  std::string uid_text();
  std::string action_text();
  Kind any_kind() { return static_cast<Kind>(pick(10)); }

  std::string expr(Kind kind, int depth);  // one of another kind now and then
  std::string leaf(Kind kind);
  std::string bool_expr(int depth);
  std::string test(int depth);
  std::string call_test(int depth);
  std::string long_expr(int depth);
  std::string set_expr(int depth);
  std::string record_expr(int depth);
  std::string object_expr(int depth);
  std::string attribute();

  cedar::EntityUid uid();
  cedar::Value value(Kind kind, int depth);
  cedar::Record attributes(int depth);

  std::span<const std::uint8_t> bytes_;
};
