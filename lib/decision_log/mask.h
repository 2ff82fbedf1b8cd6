#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace decision_log {

// What of a request is left out of its entry: JSON pointers (RFC 6901) into {"subject", "action", "resource",
// "context"}. A pointer that leads nowhere hides nothing. Immutable; for several threads.
class Mask {
 public:
  explicit Mask(const std::vector<std::string>& pointers);

  // What a pointer leads to, or through.
  class Node {
   public:
    bool hides() const { return hides_; }
    const Node* below(std::string_view name) const;  // null: nothing is hidden there

   private:
    friend class Mask;
    bool hides_ = false;
    std::vector<std::pair<std::string, Node>> below_;
  };

  // What stands beside the request in an entry, or is counted, and would tell what is hidden: a permission
  // names its action and the resource's type, a grant whom it is to and what it is on.
  struct Beside {
    bool subject = false;  // who it is, where something else names the same
    bool permission = false;
    bool grants = false;
  };
  Beside hides_beside() const;

  // Null where there are no pointers.
  const Node* root() const { return root_.below_.empty() ? nullptr : &root_; }

 private:
  bool hides(std::string_view part, std::string_view member) const;

  Node root_;
};

// Writes a member of the request, or the whole of a value below it, without what the mask hides, and notes in
// `masked` the place of each thing that was there and is left out. `at` is the value's own place.
class MaskedWriter {
 public:
  MaskedWriter(base::JsonWriter& json, std::vector<std::string>& masked) : json_(json), masked_(masked) {}

  // A member of the object that is being written.
  void member(std::string_view name, const base::Json& value, const Mask::Node* parent, std::string_view at);
  void member(std::string_view name, std::string_view value, const Mask::Node* parent, std::string_view at);

 private:
  bool is_hidden(const Mask::Node*, std::string_view at, std::string_view name);
  void write(const base::Json& value, const Mask::Node*, const std::string& at);

  base::JsonWriter& json_;
  std::vector<std::string>& masked_;
};

// What a tenant calls secret: members of those names, however deep in properties or a context.
class SecretMembers {
 public:
  // The names outlive this.
  explicit SecretMembers(const std::vector<std::string>& names);

  // Takes them out of the value, whose own place is `at`, and notes the places of what was there in `masked`:
  // of so many bytes together, since they may be more than all of the rest.
  static constexpr std::size_t kMostNoted = std::size_t{64} << 10U;
  void take_out(base::Json& value, std::string_view at, std::vector<std::string>& masked) const;

  // The same for a value that stays as it is: itself, or `copy`, which becomes one without them.
  const base::Json& without(const base::Json& value, std::string_view at, std::vector<std::string>& masked,
                            base::Json& copy) const;

 private:
  struct Place;
  struct Noting;
  bool has(std::string_view name) const;
  bool are_in(const base::Json&) const;
  void take_out(base::Json&, const Place&, Noting&) const;

  std::vector<std::string_view> names_;  // sorted
};

}  // namespace decision_log
