#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "base/keyed_hash.h"
#include "cedar/ast.h"

namespace cedar {

// A number for an expression, the same for expressions that say the same, wherever they stand.
using ExprId = std::uint32_t;

// Numbers expressions. The capability that `e has a` gives is the number of `e.a`; that of `e.hasTag(k)` is
// the number of `e.getTag(k)`. The trees must outlive it.
class ExprNumbers {
 public:
  ExprNumbers();
  ExprId of(const Expr&);
  ExprId of_attribute(ExprId object, std::string_view name);
  ExprId of_tag(ExprId object, ExprId key);

 private:
  // An expression made of two things that have numbers.
  struct Pair {
    enum class Kind : std::uint32_t { kAttribute, kTag };
    Kind kind;
    ExprId first, second;
    bool operator==(const Pair&) const = default;
  };
  struct PairHash {
    std::size_t operator()(const Pair& pair) const {
      return base::KeyedHash()({reinterpret_cast<const char*>(&pair), sizeof pair});
    }
  };
  static_assert(std::has_unique_object_representations_v<Pair>);

  ExprId number(std::string key);
  ExprId number(const Pair& pair);
  ExprId next() { return next_++; }
  void append_part(std::string& key, const Expr& part);

  ExprId next_ = 0;
  std::unordered_map<std::string, ExprId, base::KeyedHash> numbers_;
  std::unordered_map<Pair, ExprId, PairHash> pairs_;
  std::unordered_map<std::string_view, std::uint32_t, base::KeyedHash> names_;  // of attributes
  std::unordered_map<ExprRef, ExprId> known_;
};

// What is known to be there when an expression turned out true: attributes and tags, by number.
using Capabilities = std::vector<ExprId>;

// Adds the second to the first; takes what both have.
void append(Capabilities& to, const Capabilities& more);
Capabilities intersection(Capabilities a, const Capabilities& b);

// The capabilities in force at one point of a walk. Scopes are entered and left like brackets.
class CapabilityScope {
 public:
  bool has(ExprId id) const { return id < count_.size() && count_[id] != 0; }
  std::size_t mark() const { return added_.size(); }
  void add(std::span<const ExprId>);
  void leave(std::size_t mark);  // forgets what was added since

 private:
  std::vector<std::uint32_t> count_;
  std::vector<ExprId> added_;
};

}  // namespace cedar
