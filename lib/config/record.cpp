#include "config/record.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/utf8.h"
#include "names/characters.h"
#include "names/limits.h"

namespace config {
namespace {

void refuse_unknown_keys(const YamlNode& map, const std::string& label, const std::vector<std::string>& known,
                         Mistakes& mistakes) {
  for (const YamlNode& key : map.keys) {
    if (key.kind != YamlNode::Kind::kScalar) continue;
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    mistakes.add(key.place, label + shortened(key.text) + ": unknown key" +
                                (mistakes.full() ? "" : base::did_you_mean(key.text, known)));
  }
}

}  // namespace

std::vector<Record> records_of(const YamlNode& root, std::string_view key, std::string_view noun,
                               const std::vector<std::string>& known, std::size_t most, Mistakes& mistakes) {
  const std::string name(key);
  if (root.kind == YamlNode::Kind::kRefused) return {};
  if (root.kind != YamlNode::Kind::kMap) {
    mistakes.add(root.place, "must be a map with the key `" + name + "`, not " + describe(root));
    return {};
  }
  refuse_unknown_keys(root, "", {name}, mistakes);
  const YamlNode* list = root.find(key);
  if (list == nullptr) {
    if (mistakes.empty()) mistakes.add(root.place, name + ": is missing");
    return {};
  }
  if (list->kind == YamlNode::Kind::kRefused) return {};
  if (list->kind != YamlNode::Kind::kList) {
    mistakes.add(list->place, name + ": must be a list, not " + describe(*list));
    return {};
  }
  if (list->items.size() > most) {
    mistakes.add(list->place, name + ": must have at most " + std::to_string(most) + " items, not " +
                                  std::to_string(list->items.size()));
    return {};
  }
  std::vector<Record> records;
  for (const YamlNode& item : list->items) {
    const std::string label = std::string(noun) + " " + std::to_string(&item - list->items.data() + 1);
    if (item.kind == YamlNode::Kind::kRefused) continue;
    if (item.kind != YamlNode::Kind::kMap) {
      mistakes.add(item.place, label + ": must be a map with keys of its own, not " + describe(item));
      continue;
    }
    refuse_unknown_keys(item, label + ": ", known, mistakes);
    records.emplace_back(item, label, mistakes);
  }
  return records;
}

void Record::mistake(base::Place place, std::string_view key, const std::string& message) const {
  mistakes_.add(place, label_ + ": " + std::string(key) + ": " + message);
}

const YamlNode* Record::scalar(std::string_view key) const {
  const YamlNode* node = map_.find(key);
  if (node == nullptr) {
    mistake(map_.place, key, "is missing");
    return nullptr;
  }
  if (node->kind == YamlNode::Kind::kScalar) return node;
  if (node->kind != YamlNode::Kind::kRefused)
    mistake(node->place, key, "must be a text, not " + describe(*node));
  return nullptr;
}

std::string Record::text(std::string_view key, const YamlNode& node, std::size_t most) const {
  std::string text = node.text;
  while (text.ends_with('\n')) text.pop_back();
  const std::size_t length = base::utf8::is_valid(text) ? base::utf8::length(text) : most + 1;
  if (length > most) {
    mistake(node.place, key,
            "must have at most " + std::to_string(most) + " characters, not " + std::to_string(length));
  } else if (const auto refused = names::find_refused_in_prose(text)) {
    mistake(node.place, key, "must not have " + refused->to_string());
  } else {
    return text;
  }
  return "";
}

std::string Record::line(std::string_view key) const {
  const YamlNode* node = scalar(key);
  if (node == nullptr) return "";
  std::string line = text(key, *node, names::kMaxName);
  if (node->text.empty()) mistake(node->place, key, "must not be empty");
  if (line.find('\n') != std::string::npos) {
    mistake(node->place, key, "must be one line");
  } else if (const auto refused = names::find_refused_in_name(line)) {
    mistake(node->place, key, "must not have " + refused->to_string());
  } else {
    return line;
  }
  return "";
}

std::string Record::prose(std::string_view key) const {
  if (map_.find(key) == nullptr) return "";
  const YamlNode* node = scalar(key);
  return node == nullptr ? "" : text(key, *node, names::kMaxDescription);
}

void Record::list(std::string_view key, std::size_t most,
                  const std::function<void(const YamlNode&)>& each) const {
  const YamlNode* node = map_.find(key);
  if (node == nullptr || node->kind == YamlNode::Kind::kRefused) return;
  if (node->kind != YamlNode::Kind::kList)
    return mistake(node->place, key, "must be a list such as `[]` or `[a, b]`, not " + describe(*node));
  if (node->items.size() > most)
    return mistake(
        node->place, key,
        "must have at most " + std::to_string(most) + " items, not " + std::to_string(node->items.size()));
  for (const YamlNode& item : node->items) {
    if (item.kind == YamlNode::Kind::kScalar) {
      each(item);
    } else if (item.kind != YamlNode::Kind::kRefused) {
      mistake(item.place, key, "must be a text, not " + describe(item));
    }
  }
}

}  // namespace config
