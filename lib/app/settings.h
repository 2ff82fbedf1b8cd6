#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "config/config.h"

namespace app {

// What a command line says about the configuration; the rest is looked for.
struct Given {
  std::optional<std::string> config;  // path of reeve.yaml
  std::optional<std::string> listen;  // HOST:PORT, instead of the configuration's
  std::optional<std::string> data;    // folder of the store, likewise
  bool allow_insecure_permissions =
      false;  // serve although everybody may write to the store or configuration
};

inline constexpr const char* kInstalledConfig = "/etc/reeve/reeve.yaml";
inline constexpr const char* kCheckoutConfig = "config/reeve.yaml";

// The variable whose value comes before what bootstrap.secret_file holds.
inline constexpr const char* kBootstrapSecret = "REEVE_BOOTSTRAP_SECRET";

// Where a configuration is read from.
struct Source {
  std::string path;      // of reeve.yaml; empty: what config/ held when this program was built
  std::string found_by;  // "--config" or "REEVE_CONFIG"; empty: neither was given

  bool is_built_in() const { return path.empty(); }
  std::string to_string() const;  // for people: "/etc/reeve/reeve.yaml", "… (REEVE_CONFIG)", "built in"
};

// The first of these: the file that --config names, the one that REEVE_CONFIG names, `usual` where there is
// such a file, what is built in. A named file that is missing is reported by load_settings().
Source find_source(const Given&, const std::string& usual = kInstalledConfig);

struct Settings {
  Source source;
  config::Config config;
};

// Reads the source; what the command line gives replaces what it says. The built-in configuration has its
// store in /var/lib/reeve for root, and for others in data_home(). On an error the message has every mistake.
base::Result<Settings> load_settings(const Source&, const Given&);
inline base::Result<Settings> load_settings(const Given& given) {
  return load_settings(find_source(given), given);
}

// Folder of the store where no configuration names one.
base::Result<std::string> default_store();

// $XDG_DATA_HOME/reeve, or ~/.local/share/reeve where that isn't set. Fails where HOME isn't set either.
base::Result<std::string> data_home();

// The text of a file as it was built in: "config/reeve.yaml". REQUIRES: there is one
std::string_view built_in(std::string_view path);

}  // namespace app
