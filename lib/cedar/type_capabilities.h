#pragma once
#include <cstdint>
#include <string>
#include <string_view>
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
  ExprId number(std::string key);
  void append_part(std::string& key, const Expr& part);

  std::unordered_map<std::string, ExprId, KeyedHash> numbers_;
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
  void add(const Capabilities&);
  void leave(std::size_t mark);  // forgets what was added since

 private:
  std::vector<std::uint32_t> count_;
  std::vector<ExprId> added_;
};

}  // namespace cedar
