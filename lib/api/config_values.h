#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"

namespace api {

namespace op {
inline constexpr Operation get_config = {
    .action = "server:config", .kind = kRead, .scope = kPlatformScope, .resource = "server"};

inline constexpr Operation kConfigValues[] = {get_config};
}  // namespace op

// A key of the configuration and what it is now.
struct ConfigValue {
  enum class Origin : std::uint8_t { kDefault, kFile, kCommandLine, kEnvironment };

  std::string key;
  base::Json value;  // as it could stand in the file; of a secret, kMasked
  base::Json usual;  // the default
  Origin origin = Origin::kDefault;
  std::string from;                // the file, the flag, the variable; empty: it is the default
  std::uint64_t line = 0;          // of the file; 0: none
  bool needs_restart = false;      // a reload doesn't take it up
  std::optional<base::Json> next;  // what it will be at the next start, where that is something else
  std::string description;

  static constexpr std::string_view kMasked = "***";
};

// The configuration in force, in the order of config/reeve.yaml, for the platform only.
Outcome<std::vector<ConfigValue>> get_config(const Read&, const std::function<std::vector<ConfigValue>()>&);

}  // namespace api
