// What can be done with a row of the table of keys, whatever its kind: read a value into Config, put the
// default in, compare two configurations, describe the key. Each is a std::visit over KeyKind, so that a new
// kind is a list of compile errors.
//
//   server.limits.body: 1MB      SizeKey, refused: must be a size such as `64KiB` or `1MiB`, not `1MB`; …
//
// Lists are read item by item, so that each bad item is reported at its own place. A default goes through
// YAML as a value of the file does: there is one reader, not two that could differ.
#include <cassert>
#include <filesystem>
#include <functional>
#include <set>

#include "base/nearest.h"
#include "config/keys.h"
#include "config/origin.h"
#include "config/public_url.h"
#include "config/units.h"

namespace config {
namespace {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

constexpr std::size_t kMaxListed = 1000;        // proxies or origins
constexpr std::size_t kLongestPairPath = 4095;  // PATH_MAX without its NUL

base::Error wrong(const std::string& what, const YamlNode& node) {
  return {base::ErrorCode::kInvalid, "must be " + what + ", not " + describe(node)};
}

// The text of a scalar, quoted or not.
base::Result<std::string> text_of(const YamlNode& node, const std::string& what) {
  if (node.kind != YamlNode::Kind::kScalar) return wrong(what, node);
  return node.text;
}

std::string resolve(const std::string& folder, const std::string& path) {
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

// A path, made relative to `folder`; "" stays "".
base::Result<std::string> path_of(const YamlNode& node, const std::string& folder, std::size_t longest,
                                  bool optional) {
  const auto path = text_of(node, "a path");
  if (!path.ok()) return path.error();
  if (path.value().empty() && !optional)
    return base::Error{base::ErrorCode::kInvalid, "must be a path, not empty"};
  for (const char c : path.value())
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return base::Error{base::ErrorCode::kInvalid, "must be a path without control characters"};
  std::string full = path.value().empty() ? "" : resolve(folder, path.value());
  if (full.size() > longest)
    return base::Error{base::ErrorCode::kInvalid, "must be a path of at most " + std::to_string(longest) +
                                                      " bytes, not " + std::to_string(full.size())};
  return full;
}

// Reads one value. What the functions return is the message's end, behind "server.threads: ".
class Setter {
 public:
  Setter(const YamlNode& node, const std::string& folder, Config& config)
      : node_(node), folder_(folder), config_(config) {}

  base::Result<void> operator()(const CountKey& key) const {
    const std::string what =
        "a whole number from " + std::to_string(key.least) + " to " + std::to_string(key.most);
    if (node_.kind != YamlNode::Kind::kScalar) return wrong(what, node_);
    const auto n = parse_count(node_.text);
    const bool fits = n.ok() && n.value() >= key.least && n.value() <= key.most;
    if (!fits) return wrong(what, node_);
    if (node_.quoted)
      return base::Error{base::ErrorCode::kInvalid, "must be a number, not a text; leave the quotes out"};
    key.of(config_) = static_cast<std::size_t>(n.value());
    return {};
  }

  base::Result<void> operator()(const SizeKey& key) const {
    if (node_.kind != YamlNode::Kind::kScalar) return wrong("a size such as `64KiB` or `1MiB`", node_);
    const auto bytes = parse_size(node_.text);
    if (!bytes.ok()) return bytes.error();
    if (bytes.value() < key.least || bytes.value() > key.most)
      return wrong("from " + format_size(key.least) + " to " + format_size(key.most), node_);
    key.of(config_) = static_cast<std::size_t>(bytes.value());
    return {};
  }

  base::Result<void> operator()(const DurationKey& key) const {
    if (node_.kind != YamlNode::Kind::kScalar) return wrong("a duration such as `500ms` or `10s`", node_);
    const auto duration = parse_duration(node_.text);
    if (!duration.ok()) return duration.error();
    if (duration.value() < key.least || duration.value() > key.most)
      return wrong("from " + format_duration(key.least) + " to " + format_duration(key.most), node_);
    key.of(config_) = duration.value();
    return {};
  }

  base::Result<void> operator()(const PathKey& key) const {
    auto path = path_of(node_, folder_, key.longest, key.optional);
    if (!path.ok()) return path.error();
    key.of(config_) = std::move(path).value();
    return {};
  }

  base::Result<void> operator()(const ChoiceKey& key) const {
    const std::vector<std::string> names(key.names.begin(), key.names.end());
    std::string all;
    for (std::size_t i = 0; i < names.size(); ++i)
      all += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
    if (node_.kind != YamlNode::Kind::kScalar) return wrong(all, node_);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != node_.text) continue;
      key.set(config_, i);
      return {};
    }
    std::string guess = base::did_you_mean(node_.text, names);
    for (const std::string& name : names)
      if (guess.empty() && node_.text.starts_with(name)) guess = "; did you mean `" + name + "`?";  // warning
    return base::Error{base::ErrorCode::kInvalid, wrong(all, node_).message + guess};
  }

  base::Result<void> operator()(const EndpointKey& key) const {
    if (node_.kind != YamlNode::Kind::kScalar)
      return wrong("an address and a port such as `127.0.0.1:7400` or `\"[::1]:7400\"`", node_);
    auto endpoint = parse_endpoint(node_.text);
    if (!endpoint.ok()) return endpoint.error();
    key.of(config_) = std::move(endpoint).value();
    return {};
  }

  base::Result<void> operator()(const UrlKey& key) const {
    const auto text = text_of(node_, "a URL such as `https://reeve.example.com`");
    if (!text.ok()) return text.error();
    if (text->empty()) {
      key.of(config_).clear();
      return {};
    }
    auto url = parse_public_url(*text);
    if (!url.ok()) return url.error();
    key.of(config_) = std::move(url).value();
    return {};
  }

  base::Result<void> operator()(const UuidKey& key) const {
    if (node_.kind != YamlNode::Kind::kScalar) return wrong("a uuid", node_);
    const auto id = base::Uuid::parse(node_.text);
    if (!id && !node_.text.empty()) return wrong("a uuid", node_);
    if (id && id->is_nil()) return base::Error{base::ErrorCode::kInvalid, "must not be the nil uuid"};
    key.of(config_) = id;
    return {};
  }

 private:
  const YamlNode& node_;
  const std::string& folder_;
  Config& config_;
};

// Reads a list item by item, so that each bad item is reported at its own place.
template <typename T, typename Parse>
void set_list(std::string_view path, const YamlNode& node, Parse parse, std::vector<T>& into,
              Mistakes& mistakes) {
  if (node.kind == YamlNode::Kind::kRefused) return;
  const std::string name(path);
  if (node.kind != YamlNode::Kind::kList) {
    mistakes.add(node.place, name + ": must be a list such as `[]` or `[a, b]`, not " + describe(node));
    return;
  }
  if (node.items.size() > kMaxListed) {
    mistakes.add(node.place, name + ": must have at most " + std::to_string(kMaxListed) + " items, not " +
                                 std::to_string(node.items.size()));
    return;
  }
  into.clear();
  std::set<std::string> seen;
  for (const YamlNode& item : node.items) {
    if (item.kind == YamlNode::Kind::kRefused) continue;
    auto value =
        item.kind == YamlNode::Kind::kScalar ? parse(item.text) : base::Result<T>(wrong("a text", item));
    if (!value.ok()) {
      mistakes.add(item.place, name + ": " + value.error().message);
    } else if (!seen.insert(item.text).second) {
      mistakes.add(item.place, name + ": " + in_ticks(item.text) + " is listed twice");
    } else {
      into.push_back(std::move(value).value());
    }
  }
}

// A list of maps with two paths each.
void set_pairs(const Key& key, const PairsKey& kind, const YamlNode& node, const std::string& folder,
               Config& config, Mistakes& mistakes) {
  const std::string name(key.path);
  if (node.kind != YamlNode::Kind::kList) {
    mistakes.add(node.place,
                 name + ": must be a list of pairs such as `[{certificate: a.pem, key: a.key}]`, not " +
                     describe(node));
    return;
  }
  if (node.items.size() > kind.most) {
    mistakes.add(node.place, name + ": must have at most " + std::to_string(kind.most) + " pairs, not " +
                                 std::to_string(node.items.size()));
    return;
  }
  std::vector<CertificatePair> pairs;
  for (const YamlNode& item : node.items) {
    if (item.kind == YamlNode::Kind::kRefused) continue;
    if (item.kind != YamlNode::Kind::kMap) {
      mistakes.add(item.place, name + ": must be a pair such as `{certificate: a.pem, key: a.key}`, not " +
                                   describe(item));
      continue;
    }
    CertificatePair& pair = pairs.emplace_back();
    for (std::size_t i = 0; i < item.keys.size(); ++i)
      if (item.keys[i].text != "certificate" && item.keys[i].text != "key")
        mistakes.add(item.keys[i].place, name + ": unknown key " + in_ticks(item.keys[i].text) +
                                             "; a pair has `certificate` and `key`");
    const auto read = [&](std::string_view which, std::string& into) {
      const YamlNode* value = item.find(which);
      if (!value) return mistakes.add(item.place, name + ": the pair has no `" + std::string(which) + "`");
      if (value->kind == YamlNode::Kind::kRefused) return;
      auto path = path_of(*value, folder, kLongestPairPath, false);
      if (!path.ok())
        return mistakes.add(value->place, name + ": " + std::string(which) + ": " + path.error().message);
      into = std::move(path).value();
    };
    read("certificate", pair.certificate);
    read("key", pair.key);
  }
  kind.of(config) = std::move(pairs);
}

struct Description {
  std::string type;
  std::string unit;
};

Description describe_kind(const KeyKind& kind) {
  return std::visit(
      Overloaded{
          [](const CountKey& k) {
            return Description{"number, " + std::to_string(k.least) + " to " + std::to_string(k.most),
                               std::string(k.unit)};
          },
          [](const SizeKey& k) {
            return Description{"size, " + format_size(k.least) + " to " + format_size(k.most),
                               "B, KiB, MiB, GiB, TiB"};
          },
          [](const DurationKey& k) {
            return Description{"duration, " + format_duration(k.least) + " to " + format_duration(k.most),
                               k.most >= std::chrono::hours(24) ? "ms, s, m, h, d" : "ms, s, m, h"};
          },
          [](const PathKey&) {
            return Description{"path", ""};
          },
          [](const ChoiceKey& k) {
            std::string names;
            for (const auto name : k.names) names += (names.empty() ? "`" : ", `") + std::string(name) + "`";
            return Description{names, ""};
          },
          [](const EndpointKey&) {
            return Description{"address:port", ""};
          },
          [](const ProxiesKey&) {
            return Description{"list of networks and `unix`", ""};
          },
          [](const OriginsKey&) {
            return Description{"list of origins", ""};
          },
          [](const PairsKey&) {
            return Description{"list of pairs", ""};
          },
          [](const UuidKey&) {
            return Description{"uuid", ""};
          },
          [](const UrlKey&) {
            return Description{"URL", ""};
          },
      },
      kind);
}

}  // namespace

void set_key(const Key& key, const YamlNode& node, const std::string& folder, Config& config,
             Mistakes& mistakes) {
  if (node.kind == YamlNode::Kind::kRefused) return;
  const auto set_one = [&](const auto& kind) {
    const auto done = Setter(node, folder, config)(kind);
    if (!done.ok()) mistakes.add(node.place, std::string(key.path) + ": " + done.error().message);
  };
  std::visit(Overloaded{
                 [&](const ProxiesKey& k) { set_list(key.path, node, parse_proxy, k.of(config), mistakes); },
                 [&](const OriginsKey& k) { set_list(key.path, node, parse_origin, k.of(config), mistakes); },
                 [&](const PairsKey& k) { set_pairs(key, k, node, folder, config, mistakes); },
                 [&](const CountKey& k) { set_one(k); },
                 [&](const SizeKey& k) { set_one(k); },
                 [&](const DurationKey& k) { set_one(k); },
                 [&](const PathKey& k) { set_one(k); },
                 [&](const ChoiceKey& k) { set_one(k); },
                 [&](const EndpointKey& k) { set_one(k); },
                 [&](const UuidKey& k) { set_one(k); },
                 [&](const UrlKey& k) { set_one(k); },
             },
             key.kind);
}

void set_default(const Key& key, const std::string& folder, Config& config) {
  Mistakes mistakes("default", key.default_value);
  const auto node = parse_yaml(key.default_value, mistakes);
  assert(node && mistakes.empty());
  set_key(key, *node, folder, config, mistakes);
  assert(mistakes.empty() && "the table holds a default that it would refuse");
}

bool same_value(const Key& key, const Config& a, const Config& b) {
  Config left = a;
  Config right = b;
  const auto same = [&](const auto& k) { return k.of(left) == k.of(right); };
  return std::visit(Overloaded{
                        [&](const CountKey& k) { return same(k); },
                        [&](const SizeKey& k) { return same(k); },
                        [&](const DurationKey& k) { return same(k); },
                        [&](const PathKey& k) { return same(k); },
                        [&](const ChoiceKey& k) { return k.get(a) == k.get(b); },
                        [&](const EndpointKey& k) { return same(k); },
                        [&](const ProxiesKey& k) { return same(k); },
                        [&](const OriginsKey& k) { return same(k); },
                        [&](const PairsKey& k) { return same(k); },
                        [&](const UuidKey& k) { return same(k); },
                        [&](const UrlKey& k) { return same(k); },
                    },
                    key.kind);
}

base::Json value_of(const Key& key, const Config& config) {
  using base::Json;
  Config copy = config;  // which the table's functions take
  const auto list = [](const auto& values, const auto& text) {
    Json::Array all;
    for (const auto& value : values) all.emplace_back(text(value));
    return Json(std::move(all));
  };
  const auto name_of_proxy = [](const Proxy& proxy) { return proxy.to_string(); };
  const auto pair = [](const CertificatePair& p) {
    return Json(Json::Object{{"certificate", Json(p.certificate)}, {"key", Json(p.key)}});
  };
  return std::visit(
      Overloaded{
          [&](const CountKey& k) { return Json(static_cast<std::int64_t>(k.of(copy))); },
          [&](const SizeKey& k) { return Json(format_size(k.of(copy))); },
          [&](const DurationKey& k) { return Json(format_duration(k.of(copy))); },
          [&](const PathKey& k) { return Json(k.of(copy)); },
          [&](const ChoiceKey& k) {
            const std::string_view name = k.names[k.get(config)];
            return name == "true" || name == "false" ? Json(name == "true") : Json(name);
          },
          [&](const EndpointKey& k) { return Json(k.of(copy).to_string()); },
          [&](const ProxiesKey& k) { return list(k.of(copy), name_of_proxy); },
          [&](const OriginsKey& k) { return list(k.of(copy), std::identity()); },
          [&](const PairsKey& k) { return list(k.of(copy), pair); },
          [&](const UuidKey& k) { return Json(k.of(copy) ? k.of(copy)->to_string() : std::string()); },
          [&](const UrlKey& k) { return Json(k.of(copy)); },
      },
      key.kind);
}

base::Json default_of(const Key& key) {
  Config config;
  set_default(key, "", config);
  return value_of(key, config);
}

std::string keys_as_markdown() {
  std::string out =
      "| key | type | unit | default | SIGHUP | meaning |\n"
      "|---|---|---|---|---|---|\n";
  for (const Key& key : keys()) {
    const Description kind = describe_kind(key.kind);
    out += "| `" + std::string(key.path) + "` | " + kind.type + " | " + kind.unit + " | `" +
           std::string(key.default_value) + "` | " + (key.reload ? "yes" : "no") + " | " +
           std::string(key.description) + " |\n";
  }
  return out;
}

}  // namespace config
