// The file is walked along the table of keys (keys.h), not the other way round: each entry of the YAML makes
// a dotted path with the sections around it, and is a key, the beginning of one (a section), or unknown.
//
//   server:                server          begins server.listen, …: a section
//     thraeds: 4           server.thraeds  unknown; a neighbour is spelled alike: did you mean `threads`?
//
// A guess is first a key of that very name in another section, then a neighbour, then any key spelled alike.
// Nothing stops at the first mistake, and nothing is returned if there was one: a server runs with all of its
// file or not at all.
#include "config/config.h"

#include <filesystem>

#include "base/file.h"
#include "base/nearest.h"
#include "config/keys.h"
#include "config/mistakes.h"
#include "config/yaml.h"

namespace config {
namespace {

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

// Walks the sections of the file along the table.
class Reader {
 public:
  Reader(std::string path, Mistakes& mistakes, Config& config)
      : path_(std::move(path)), folder_(folder_of(path_)), mistakes_(mistakes), config_(config) {}

  // `prefix` is "" for the whole file, and "server." for the section server.
  void read_section(const std::string& prefix, const YamlNode& map) {
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      if (map.keys[i].kind == YamlNode::Kind::kScalar) read_entry(prefix, map.keys[i], map.items[i]);
    }
  }

 private:
  void read_entry(const std::string& prefix, const YamlNode& name, const YamlNode& value) {
    const std::string path = prefix + name.text;
    const bool is_dotted = name.text.find('.') != std::string::npos;
    for (const Key& key : keys()) {
      if (is_dotted) continue;
      if (key.path == path) {
        config_.origins[path] = {KeyOrigin::Kind::kFile, path_, name.place.line};
        return set_key(key, value, folder_, config_, mistakes_);
      }
      if (key.path.starts_with(path + ".")) return read_subsection(path, value);
    }
    mistakes_.add(name.place,
                  shortened(path) + ": unknown key" + (mistakes_.full() ? "" : guess(prefix, name.text)));
  }

  void read_subsection(const std::string& path, const YamlNode& value) {
    switch (value.kind) {
      case YamlNode::Kind::kMap:
        return read_section(path + ".", value);
      case YamlNode::Kind::kNull:  // all of it may be commented out
      case YamlNode::Kind::kRefused:
        return;
      case YamlNode::Kind::kScalar:
      case YamlNode::Kind::kList:
        break;
    }
    mistakes_.add(value.place, path + ": must be a section with keys of its own, not " + describe(value));
  }

  // A key of this very name in another section; else a neighbour spelled alike; else any key spelled alike.
  static std::string guess(const std::string& prefix, const std::string& name) {
    if (name.find('.') != std::string::npos) return "; sections are made by indenting lines, not by dots";
    std::vector<std::string> neighbours, lasts;
    for (const Key& key : keys()) {
      const std::string path(key.path);
      const std::string last = path.substr(path.rfind('.') + 1);
      if (last == name) return "; did you mean `" + path + "`?";
      lasts.push_back(last);
      if (!path.starts_with(prefix)) continue;
      const std::string rest = path.substr(prefix.size());
      neighbours.push_back(rest.substr(0, rest.find('.')));
    }
    if (const auto near = base::nearest(name, neighbours)) return "; did you mean `" + *near + "`?";
    const auto far = base::nearest(name, lasts);
    for (std::size_t i = 0; far && i < lasts.size(); ++i)
      if (lasts[i] == *far) return "; did you mean `" + std::string(keys()[i].path) + "`?";
    return "";
  }

  const std::string path_, folder_;
  Mistakes& mistakes_;
  Config& config_;
};

// What no key can say by itself: a certificate and its key go together.
void check_tls(const TlsConfig& tls, const YamlNode& root, Mistakes& mistakes) {
  const YamlNode* const section = root.find("tls");
  if (!section || !mistakes.empty()) return;
  if (tls.first.certificate.empty() != tls.first.key.empty())
    mistakes.add(section->place, tls.on() ? "tls.key: is missing; tls.certificate has its certificate"
                                          : "tls.certificate: is missing; tls.key has its key");
  else if (!tls.on() && !tls.more.empty())
    mistakes.add(section->place,
                 "tls.more: there is no tls.certificate for clients that ask for none of these");
}

// Each folder has a lock of its own.
void check_backup(const Config& config, const YamlNode& root, Mistakes& mistakes) {
  const YamlNode* const section = root.find("backup");
  if (!section || !mistakes.empty() || config.backup.dir != config.store.dir) return;
  mistakes.add(section->place, "backup.dir: is store.dir; give the backups a folder of their own");
}

}  // namespace

std::vector<CertificatePair> TlsConfig::pairs() const {
  if (!on()) return {};
  std::vector<CertificatePair> all = {first};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Config defaults(const std::string& folder) {
  Config config;
  for (const Key& key : keys()) set_default(key, folder, config);
  return config;
}

base::Result<Config> parse_config(const std::string& path, std::string_view text) {
  const std::string folder = folder_of(path);
  Config config = defaults(folder);
  Mistakes mistakes(path, text);
  if (const auto root = parse_yaml(text, mistakes)) {
    if (root->kind == YamlNode::Kind::kMap) {
      Reader(path, mistakes, config).read_section("", *root);
      check_tls(config.tls, *root, mistakes);
      check_backup(config, *root, mistakes);
    } else if (root->kind == YamlNode::Kind::kScalar || root->kind == YamlNode::Kind::kList)
      mistakes.add(root->place, "must hold sections such as `server:`, not " + describe(*root));
  }
  if (!mistakes.empty()) return mistakes.error();
  return config;
}

base::Result<Config> load_config(const std::string& path) {
  const auto text = base::read_file(path, kMaxConfigFile);
  if (!text.ok()) return text.error();
  return parse_config(path, text.value());
}

std::vector<std::string> changes_that_need_restart(const Config& running, const Config& loaded) {
  std::vector<std::string> changed;
  for (const Key& key : keys())
    if (!key.reload && !same_value(key, running, loaded)) changed.emplace_back(key.path);
  return changed;
}

}  // namespace config
