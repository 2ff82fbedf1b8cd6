#pragma once
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/keyed_hash.h"
#include "cedar/cedar.h"

namespace authz {

// One action, and which calls of it the schema is known to describe.
struct DescribedCall {
  cedar::EntityUid action;
  std::vector<std::string> principals, resources;  // the types that it applies to

  // Whether cedar::check_request() would let pass a call by this principal on this resource, with a context
  // like those that the table was made from.
  bool describes(const cedar::EntityUid& principal, const cedar::EntityUid& resource) const;
};

// The calls that a schema describes whatever their values are, found out once, so that the guard need not
// check each of them. Immutable; shared by threads.
class DescribedCalls {
 public:
  DescribedCalls() = default;  // knows none

  // `contexts` are examples of all that a call's context may be like: the same attributes with values of the
  // same kinds. Time is that of checking each action with each of them.
  DescribedCalls(const cedar::Schema&, std::span<const cedar::Record> contexts);

  // Null where the action, or a context of it, isn't sure to be described: then ask check_request().
  const DescribedCall* find(std::string_view action) const;

 private:
  struct Equal {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const { return left == right; }
  };
  std::unordered_map<std::string, DescribedCall, base::KeyedHash, Equal> calls_;
};

}  // namespace authz
