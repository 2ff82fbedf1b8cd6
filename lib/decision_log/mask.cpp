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

bool Mask::hides(std::string_view part, std::string_view member) const {
  const Node* const of_part = root_.below(part);
  const Node* const node = of_part ? of_part->below(member) : nullptr;
  return node && node->hides();
}

Mask::Beside Mask::hides_beside() const {
  Beside beside;
  const bool resource_type = hides("resource", "type");
  beside.subject = hides("subject", "type") || hides("subject", "id");
  beside.permission = resource_type || hides("action", "name");
  beside.grants = beside.subject || resource_type || hides("resource", "id");
  return beside;
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

// On the way down, from where a text is only made once it is needed.
struct SecretMembers::Place {
  const Place* up;        // null: this is the value itself
  std::string_view name;  // of a member; of the value itself its whole place
  std::size_t index = 0;  // in an array
  bool in_array = false;

  std::string text() const {
    if (!up) return std::string(name);
    return up->text() + "/" + (in_array ? std::to_string(index) : base::pointer_token(name));
  }
};

struct SecretMembers::Noting {
  std::vector<std::string>& places;
  std::size_t bytes = 0;
};

SecretMembers::SecretMembers(const std::vector<std::string>& names) : names_(names.begin(), names.end()) {
  std::sort(names_.begin(), names_.end());
}

bool SecretMembers::has(std::string_view name) const {
  return std::binary_search(names_.begin(), names_.end(), name);
}

bool SecretMembers::are_in(const base::Json& value) const {
  if (const base::Json::Object* const object = value.object())
    return std::any_of(object->begin(), object->end(), [&](const base::Json::Member& member) {
      return has(member.first) || are_in(member.second);
    });
  const base::Json::Array* const array = value.array();
  return array && std::any_of(array->begin(), array->end(),
                              [&](const base::Json& element) { return are_in(element); });
}

// The recursions are as deep as what is sent may be.
void SecretMembers::take_out(base::Json& value, const Place& at, Noting& noting) const {
  if (base::Json::Object* const object = value.object()) {
    for (const base::Json::Member& member : *object)
      if (has(member.first) && noting.bytes < kMostNoted) {
        noting.places.push_back(Place{&at, member.first}.text());
        noting.bytes += noting.places.back().size();
      }
    std::erase_if(*object, [&](const base::Json::Member& member) { return has(member.first); });
    for (base::Json::Member& member : *object) take_out(member.second, Place{&at, member.first}, noting);
  } else if (base::Json::Array* const array = value.array()) {
    for (std::size_t i = 0; i < array->size(); ++i) take_out((*array)[i], Place{&at, {}, i, true}, noting);
  }
}

void SecretMembers::take_out(base::Json& value, std::string_view at, std::vector<std::string>& masked) const {
  if (names_.empty()) return;
  Noting noting{masked};
  take_out(value, Place{nullptr, at}, noting);
}

const base::Json& SecretMembers::without(const base::Json& value, std::string_view at,
                                         std::vector<std::string>& masked, base::Json& copy) const {
  if (names_.empty() || !are_in(value)) return value;
  copy = value;
  take_out(copy, at, masked);
  return copy;
}

}  // namespace decision_log
