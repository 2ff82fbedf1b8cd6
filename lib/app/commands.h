#pragma once
#include <optional>
#include <string>
#include <vector>

// What the commands do that need the whole server or its store. Each answers the process's exit code: 0, or
// 1 with the reason on stderr.
namespace app {

// `reeve serve`: until SIGTERM or SIGINT.
struct ServeOptions {
  std::string config;                  // path of reeve.yaml
  std::optional<std::string> listen;   // HOST:PORT, instead of the configuration's
  std::optional<std::string> data;     // folder of the store, likewise
};
int serve(const ServeOptions&);

// `reeve dev`: serves on loopback with demo data, and prints calls to paste.
struct DevOptions {
  std::string config;  // path of reeve.yaml
  std::string listen;  // an address of this machine
  std::string data;    // folder of the store
};
int dev(const DevOptions&);

// `reeve check-config`: reads the configuration and all files it names.
int check_config(const std::string& config);

// `reeve credential create`: makes an API key while the server is stopped, and prints it once.
struct CredentialOptions {
  std::string config;
  std::optional<std::string> data;
  std::string tenant;               // id or slug; empty with platform
  std::string name;
  std::vector<std::string> scopes;  // any spelling; none: what its roles give it
  bool platform = false;
};
int create_credential(const CredentialOptions&);

// `reeve audit verify`: walks the chains and names the first bad entry of each.
struct AuditOptions {
  std::string config;
  std::optional<std::string> data;
};
int verify_audit(const AuditOptions&);

}  // namespace app
