#include "config/yaml_values.h"

#include <utility>

namespace config {
namespace {

base::Json scalar(const YamlNode& node) {
  if (node.quoted) return base::Json(node.text);
  auto json = base::parse_json(node.text);
  const bool is_one = json.ok() && (json->boolean() || json->integer() || json->number());
  return is_one ? std::move(json).value() : base::Json(node.text);
}

}  // namespace

// Recurses as deep as YAML nests, which is bounded.
base::Json to_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
    case YamlNode::Kind::kRefused:
      return {};
    case YamlNode::Kind::kScalar:
      return scalar(node);
    case YamlNode::Kind::kList: {
      base::Json::Array items;
      for (const YamlNode& item : node.items) items.push_back(to_json(item));
      return base::Json(std::move(items));
    }
    case YamlNode::Kind::kMap:
      break;
  }
  base::Json::Object members;
  for (std::size_t i = 0; i < node.items.size(); ++i)
    members.emplace_back(node.keys[i].text, to_json(node.items[i]));
  return base::Json(std::move(members));
}

base::Result<base::Json> parse_values(const std::string& path, std::string_view text) {
  Mistakes mistakes(path, text);
  const auto root = parse_yaml(text, mistakes);
  if (!mistakes.empty()) return mistakes.error();
  return root ? to_json(*root) : base::Json();
}

}  // namespace config
