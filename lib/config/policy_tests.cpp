#include "config/policy_tests.h"

#include <algorithm>
#include <filesystem>

#include "base/nearest.h"
#include "config/record.h"
#include "config/yaml_values.h"

namespace config {
namespace {

void refuse_unknown_keys(const YamlNode& map, const std::string& label, const std::vector<std::string>& known,
                         Mistakes& mistakes) {
  for (const YamlNode& key : map.keys)
    if (key.kind == YamlNode::Kind::kScalar && std::find(known.begin(), known.end(), key.text) == known.end())
      mistakes.add(key.place, label + shortened(key.text) + ": unknown key" +
                                  (mistakes.full() ? "" : base::did_you_mean(key.text, known)));
}

class Reader {
 public:
  Reader(const std::string& path, IsEntity is_entity, Mistakes& mistakes)
      : folder_(std::filesystem::path(path).parent_path()), is_entity_(is_entity), mistakes_(mistakes) {}

  PolicyTests read(const YamlNode& root) {
    PolicyTests out;
    if (root.kind != YamlNode::Kind::kMap) {
      if (root.kind != YamlNode::Kind::kRefused)
        mistakes_.add(root.place,
                      "must be a map with the keys `policies` and `tests`, not " + describe(root));
      return out;
    }
    refuse_unknown_keys(root, "", {"policies", "schema", "entities", "tests"}, mistakes_);
    const Record top(root, "file", mistakes_);
    if (!top.has("policies")) top.mistake(root.place, "policies", "is missing");
    top.list("policies", kMaxPolicyTestPaths,
             [&](const YamlNode& item) { out.policies.push_back(path(item.text)); });
    if (top.has("policies") && out.policies.empty() && mistakes_.empty())
      top.mistake(top.place_of("policies"), "policies", "must name at least one file");
    if (top.has("schema")) out.schema = path(top.line("schema"));
    if (top.has("entities")) out.entities = path(top.line("entities"));
    read_tests(top, root, out.tests);
    return out;
  }

 private:
  std::string path(const std::string& text) const { return text.empty() ? "" : (folder_ / text).string(); }

  void read_tests(const Record& top, const YamlNode& root, std::vector<PolicyTest>& out) {
    const YamlNode* list = root.find("tests");
    if (list == nullptr) return top.mistake(root.place, "tests", "is missing");
    if (list->kind != YamlNode::Kind::kList)
      return top.mistake(list->place, "tests", "must be a list, not " + describe(*list));
    if (list->items.size() > kMaxPolicyTests)
      return top.mistake(list->place, "tests",
                         "must have at most " + std::to_string(kMaxPolicyTests) + " items, not " +
                             std::to_string(list->items.size()));
    for (const YamlNode& item : list->items) {
      const std::string label = "test " + std::to_string(out.size() + 1);
      out.push_back(read_test(item, label));
    }
  }

  PolicyTest read_test(const YamlNode& node, const std::string& label) {
    PolicyTest test;
    test.place = node.place;
    if (node.kind != YamlNode::Kind::kMap) {
      if (node.kind != YamlNode::Kind::kRefused)
        mistakes_.add(node.place, label + ": must be a map with keys of its own, not " + describe(node));
      return test;
    }
    refuse_unknown_keys(
        node, label + ": ",
        {"name", "principal", "action", "resource", "context", "decision", "reasons", "errors"}, mistakes_);
    const Record record(node, label, mistakes_);
    test.name = record.line("name");
    test.principal = entity(record, "principal");
    test.action = entity(record, "action");
    test.resource = entity(record, "resource");
    test.decision = decision(record);
    if (const YamlNode* context = node.find("context")) test.context = read_context(record, *context);
    test.reasons = ids(record, "reasons");
    test.errors = ids(record, "errors");
    return test;
  }

  std::string entity(const Record& record, const char* key) const {
    const YamlNode* node = record.scalar(key);
    if (node == nullptr) return "";
    if (!is_entity_(node->text))
      record.mistake(node->place, key,
                     R"(must be an entity such as User::"alice", not )" + in_ticks(node->text));
    return node->text;
  }

  static std::string decision(const Record& record) {
    const YamlNode* node = record.scalar("decision");
    if (node == nullptr || node->text == "allow" || node->text == "deny") return node ? node->text : "";
    record.mistake(node->place, "decision",
                   "must be allow or deny, not " + in_ticks(node->text) +
                       base::did_you_mean(node->text, {"allow", "deny"}));
    return "";
  }

  static std::optional<std::vector<std::string>> ids(const Record& record, const char* key) {
    if (!record.has(key)) return std::nullopt;
    std::vector<std::string> out;
    record.list(key, kMaxPolicyTestIds, [&](const YamlNode& item) { out.push_back(item.text); });
    std::sort(out.begin(), out.end());
    return out;
  }

  static base::Json read_context(const Record& record, const YamlNode& node) {
    if (node.kind == YamlNode::Kind::kMap) {
      refuse_nulls(record, node);
      return to_json(node);
    }
    if (node.kind != YamlNode::Kind::kRefused)
      record.mistake(node.place, "context", "must be a map, not " + describe(node));
    return base::Json(base::Json::Object());
  }

  // Recurses as deep as YAML nests, which is bounded.
  static void refuse_nulls(const Record& record, const YamlNode& node) {
    if (node.kind == YamlNode::Kind::kNull) record.mistake(node.place, "context", "null is not a value");
    for (const YamlNode& item : node.items) refuse_nulls(record, item);
  }

  std::filesystem::path folder_;
  IsEntity is_entity_;
  Mistakes& mistakes_;
};

}  // namespace

base::Result<PolicyTests> parse_policy_tests(const std::string& path, std::string_view text,
                                             IsEntity is_entity) {
  if (text.size() > kMaxPolicyTestsText)
    return base::Error{base::ErrorCode::kInvalid,
                       path + ": larger than " + std::to_string(kMaxPolicyTestsText) + " bytes"};
  Mistakes mistakes(path, text);
  PolicyTests tests;
  if (const auto root = parse_yaml(text, mistakes)) tests = Reader(path, is_entity, mistakes).read(*root);
  if (!mistakes.empty()) return mistakes.error();
  return tests;
}

}  // namespace config
