#pragma once
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

  // Null where there are no pointers.
  const Node* root() const { return root_.below_.empty() ? nullptr : &root_; }

 private:
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

}  // namespace decision_log
