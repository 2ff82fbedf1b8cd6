#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "config/config.h"
#include "config/mistakes.h"
#include "config/yaml.h"

// The one table of what reeve.yaml may hold. Reading, defaults, the reload's warning and the table in
// docs/configuration.md all come from it.
namespace config {

// The kinds of value, each with its bounds and the place in Config that it fills.
struct CountKey {
  std::uint64_t least, most;
  std::string_view unit;
  std::size_t& (*of)(Config&);
};
struct SizeKey {
  std::uint64_t least, most;  // bytes
  std::size_t& (*of)(Config&);
};
struct DurationKey {
  std::chrono::milliseconds least, most;
  std::chrono::milliseconds& (*of)(Config&);
};
struct PathKey {
  std::size_t longest;  // bytes, after it was made relative to the file's folder
  bool optional;        // "" is none
  std::string& (*of)(Config&);
};
struct ChoiceKey {
  std::span<const std::string_view> names;
  std::size_t (*get)(const Config&);  // index of a name
  void (*set)(Config&, std::size_t);
};
struct EndpointKey {
  Endpoint& (*of)(Config&);
};
struct ProxiesKey {
  std::vector<Proxy>& (*of)(Config&);
};
struct OriginsKey {
  std::vector<std::string>& (*of)(Config&);
};
struct PairsKey {
  std::size_t most;
  std::vector<CertificatePair>& (*of)(Config&);
};
struct UuidKey {
  std::optional<base::Uuid>& (*of)(Config&);  // "" is none
};
struct UrlKey {
  std::string& (*of)(Config&);  // "" is none
};
using KeyKind = std::variant<CountKey, SizeKey, DurationKey, PathKey, ChoiceKey, EndpointKey, ProxiesKey,
                             OriginsKey, PairsKey, UuidKey, UrlKey>;

struct Key {
  std::string_view path;           // "server.limits.body"
  std::string_view default_value;  // as it would be written in YAML
  bool reload;                     // SIGHUP takes it up
  std::string_view description;    // Markdown, one line
  KeyKind kind;
};

std::span<const Key> keys();
bool is_key(std::string_view path);  // or a section of keys: "server.threads", "server"

// Reads the node's value into `config`, or adds to `mistakes` what is wrong with it.
void set_key(const Key&, const YamlNode& node, const std::string& folder, Config& config, Mistakes& mistakes);

// Sets the key to its default. Relative paths become relative to `folder`.
void set_default(const Key&, const std::string& folder, Config& config);

// Whether both hold the same value for the key.
bool same_value(const Key&, const Config&, const Config&);

// The key's value as it could be written in the file behind the key's name, since JSON is YAML: a number, a
// truth value, a list, or a text such as "64KiB". Of a path it is what the relative one came to.
base::Json value_of(const Key&, const Config&);

// Its default, likewise; relative paths stay as the table has them.
base::Json default_of(const Key&);

// The keys as a Markdown table: key, type, unit, default, reload, meaning.
std::string keys_as_markdown();

}  // namespace config
