// The pointers are a tree by their tokens, and a value is written along it: where no pointer leads, which is
// nearly everywhere, the value is written as it is.
#include "decision_log/mask.h"

#include <algorithm>

#include "base/text.h"

namespace decision_log {
namespace {

// "~1" is "/", "~0" is "~".
std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      text.push_back(token[++i] == '1' ? '/' : '~');
    } else {
      text.push_back(token[i]);
    }
  }
  return text;
}

}  // namespace

Mask::Mask(const std::vector<std::string>& pointers) {
  for (const std::string& pointer : pointers) {
    Node* node = &root_;
    for (std::size_t from = 1; from <= pointer.size();) {
      const std::size_t to = std::min(pointer.find('/', from), pointer.size());
      const std::string token = unescaped(std::string_view(pointer).substr(from, to - from));
      const auto found = std::find_if(node->below_.begin(), node->below_.end(),
                                      [&](const auto& each) { return each.first == token; });
      if (found != node->below_.end()) {
        node = &found->second;
      } else {
        node->below_.emplace_back(token, Node());
        node = &node->below_.back().second;
      }
      from = to + 1;
    }
    node->hides_ = true;
  }
}

const Mask::Node* Mask::Node::below(std::string_view name) const {
  for (const auto& [token, node] : below_)
    if (token == name) return &node;
  return nullptr;
}

bool MaskedWriter::is_hidden(const Mask::Node* node, std::string_view at, std::string_view name) {
  if (!node || !node->hides()) return false;
  masked_.push_back(std::string(at) + "/" + base::pointer_token(name));
  return true;
}

void MaskedWriter::member(std::string_view name, const base::Json& value, const Mask::Node* parent,
                          std::string_view at) {
  const Mask::Node* const node = parent ? parent->below(name) : nullptr;
  if (is_hidden(node, at, name)) return;
  json_.name(name);
  if (!node)
    json_.value(value);
  else
    write(value, node, std::string(at) + "/" + base::pointer_token(name));
}

void MaskedWriter::member(std::string_view name, std::string_view value, const Mask::Node* parent,
                          std::string_view at) {
  if (!is_hidden(parent ? parent->below(name) : nullptr, at, name)) json_.member(name, value);
}

// The recursion is as deep as the deepest pointer, which is bounded.
void MaskedWriter::write(const base::Json& value, const Mask::Node* node, const std::string& at) {
  if (const base::Json::Object* const object = value.object()) {
    json_.begin_object();
    for (const auto& [name, each] : *object) member(name, each, node, at);
    json_.end_object();
  } else if (const base::Json::Array* const array = value.array()) {
    json_.begin_array();
    for (std::size_t i = 0; i < array->size(); ++i) {
      const std::string name = std::to_string(i);
      const Mask::Node* const below = node->below(name);
      if (is_hidden(below, at, name))
        json_.null();  // so that the others keep their places
      else if (below)
        write((*array)[i], below, at + "/" + name);
      else
        json_.value((*array)[i]);
    }
    json_.end_array();
  } else {
    json_.value(value);
  }
}

}  // namespace decision_log
