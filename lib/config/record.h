#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/mistakes.h"
#include "config/yaml.h"

namespace config {

// Reading lists of records, such as permissions.yaml: one key at the top, and below it a list of maps that
// all have the same keys. Each function says in `mistakes` what is wrong, and gives something empty back.

// One record's values. `label` names it in messages.
class Record {
 public:
  Record(const YamlNode& map, std::string label, Mistakes& mistakes)
      : map_(map), label_(std::move(label)), mistakes_(mistakes) {}

  // A text of one line, 1 to names::kMaxName characters, that must be there.
  std::string line(std::string_view key) const;

  // A text of up to names::kMaxDescription characters that may have lines and may be missing. Without the
  // line end that YAML's blocks leave behind.
  std::string prose(std::string_view key) const;

  // Calls `each` for the scalars of a list that may be missing.
  void list(std::string_view key, std::size_t most, const std::function<void(const YamlNode&)>& each) const;

  // The node of a key that must be there, for a value of another kind; null where it isn't a scalar.
  const YamlNode* scalar(std::string_view key) const;

  void mistake(base::Place place, std::string_view key, const std::string& message) const;

  void rename(std::string label) { label_ = std::move(label); }
  bool has(std::string_view key) const { return map_.find(key) != nullptr; }
  base::Place place() const { return map_.place; }

  // Where a key's value stands. REQUIRES: has(key)
  base::Place place_of(std::string_view key) const { return map_.find(key)->place; }

 private:
  std::string text(std::string_view key, const YamlNode& node, std::size_t most) const;

  const YamlNode& map_;
  std::string label_;
  Mistakes& mistakes_;
};

// The maps of such a list. `key` is the one at the top, `known` are the keys a record may have, and `noun`
// says what one record is: the labels are "permission 1", "permission 2", ….
std::vector<Record> records_of(const YamlNode& root, std::string_view key, std::string_view noun,
                               const std::vector<std::string>& known, std::size_t most, Mistakes& mistakes);

}  // namespace config
