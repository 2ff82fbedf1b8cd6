#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/uuid.h"
#include "config/network.h"

// The settings of a server, as plain values: reeve.yaml, read and checked. What each one means, its unit,
// limits and default are rows of the table in config/keys.cpp and nowhere else; hence the members here are
// all zero until defaults() or load_config() fills them.
namespace config {

// The most that one tenant may have.
struct TenantLimits {
  std::size_t roles = 0;
  std::size_t groups = 0;
  std::size_t users = 0;
  std::size_t service_users = 0;
  std::size_t mappings = 0;
  std::size_t memberships = 0;
  std::size_t credentials = 0;
  std::size_t audit_bytes = 0;
  std::size_t policies = 0;
  std::size_t rules = 0;
  std::size_t entities = 0;
  std::size_t projects = 0;
  std::size_t grants = 0;
  std::size_t policy_tests = 0;
};

struct Limits {
  std::size_t request_line = 0;  // bytes
  std::size_t headers = 0;       // header fields
  std::size_t header_bytes = 0;
  std::size_t body = 0;    // bytes
  std::size_t memory = 0;  // bytes, of all bodies and unsent answers
  std::size_t connections = 0;
  std::size_t connections_per_address = 0;
  std::size_t failed_authentications_per_minute = 0;  // from one address
  std::size_t requests_per_second = 0;                // of one credential; 0: no limit
  TenantLimits tenant;
};

struct Timeouts {
  std::chrono::milliseconds head{};
  std::chrono::milliseconds body{};
  std::chrono::milliseconds idle{};
  std::chrono::milliseconds shutdown{};
};

struct ServerConfig {
  Endpoint listen;
  std::string unix_socket;       // a path; empty: none
  std::size_t threads = 0;       // that take requests and answer reads; 0: as many as there are processors
  std::size_t slow_threads = 0;  // that do slow work
  std::size_t queue = 0;         // changes that may wait
  std::vector<Proxy> trusted_proxies;
  bool insecure = false;                  // may listen for other machines without TLS and without a proxy
  std::vector<std::string> cors_origins;  // as a browser sends them in Origin
  std::string public_url;                 // under which clients reach the server; empty: not known
  Limits limits;
  Timeouts timeouts;
};

// A certificate in PEM, with its chain, and its private key. Paths.
struct CertificatePair {
  std::string certificate;
  std::string key;
  bool operator==(const CertificatePair&) const = default;
};

enum class TlsVersion { k12, k13 };

struct TlsConfig {
  CertificatePair first;  // both empty: no TLS
  TlsVersion min_version = TlsVersion::k12;
  std::vector<CertificatePair> more;  // chosen by the name that a client asks for

  bool on() const { return !first.certificate.empty(); }
  std::vector<CertificatePair> pairs() const;  // all, in order; none where it is off
};

struct StoreConfig {
  std::string dir;
  std::size_t map_size = 0;            // bytes
  std::size_t reserve = 0;             // bytes; 0: none
  std::chrono::milliseconds scrub{0};  // from one check of the running store to the next; 0: none
  std::chrono::milliseconds changes_kept{};
  std::size_t changes_most = 0;  // change records
};

struct AuditConfig {
  std::chrono::milliseconds keep{};  // 0: for ever
  std::string archive;               // a folder; empty: audit-archive in the store's
  std::string heads;                 // a file; empty: heads are published in the log alone
  std::string signing_key;           // a file; empty: they aren't signed
};

// How many backups stay, of so many days, weeks and months.
struct KeepConfig {
  std::size_t daily = 0;
  std::size_t weekly = 0;
  std::size_t monthly = 0;
};

struct BackupConfig {
  std::string dir;  // empty: none are made by themselves
  std::chrono::milliseconds every{};
  KeepConfig keep;
};

enum class FieldNames { kCamel, kProto };

struct HttpConfig {
  FieldNames v1beta1_field_names = FieldNames::kCamel;
};

struct LogConfig {
  base::logging::Level level = base::logging::Level::kInfo;
  base::logging::Format format = base::logging::Format::kText;
};

enum class OnError { kDeny, kCedar };

struct GuardConfig {
  OnError on_error = OnError::kDeny;
};

enum class UserIdForm { kUuid, kEmail };

struct DecisionsConfig {
  UserIdForm user_id = UserIdForm::kUuid;
  std::size_t log_size = 0;          // bytes; 0: there is no decision log
  std::string log_file, log_socket;  // paths; empty: entries stay in the log
};

// Of which server this one's store is a copy, where it is served by `reeve follow`.
struct FollowConfig {
  std::string url;              // empty: the command line says
  std::string credential_file;  // paths; empty: none
  std::string ca_file;
  std::chrono::milliseconds max_stale{};
};

struct ConsoleConfig {
  bool enabled = true;
};

struct BootstrapConfig {
  std::optional<base::Uuid> client_id;
  std::string secret_file;  // a path; empty: none
};

// What gave a key its value.
struct KeyOrigin {
  enum class Kind : std::uint8_t { kFile, kCommandLine, kEnvironment };
  Kind kind = Kind::kFile;
  std::string name;      // the file, the flag, the variable
  std::size_t line = 0;  // of the file, from 1
  bool operator==(const KeyOrigin&) const = default;
};

// Paths are absolute, or relative to the process's folder if the path given to load_config() was.
struct Config {
  ServerConfig server;
  TlsConfig tls;
  StoreConfig store;
  AuditConfig audit;
  BackupConfig backup;
  HttpConfig http;
  LogConfig log;
  GuardConfig guard;
  ConsoleConfig console;
  DecisionsConfig decisions;
  FollowConfig follow;
  BootstrapConfig bootstrap;
  std::string policies;  // folder of *.cedar
  std::string schema;    // what they are checked against
  std::string permissions;
  std::string roles;

  // Of the keys that something gave; all others have their default. Not a setting itself.
  std::map<std::string, KeyOrigin, std::less<>> origins;
};

inline constexpr std::size_t kMaxConfigFile = std::size_t{1} << 20;  // bytes, of each of the three YAML files

// What an empty reeve.yaml in `folder` means; relative paths are relative to it.
Config defaults(const std::string& folder);

// Reads reeve.yaml. Its mistakes are all in the one message, a blank line between them, each as
//
//   config/reeve.yaml:3:5: server.thraeds: unknown key; did you mean `threads`?
//     3 |     thraeds: 4
//       |     ^
//
// kNotFound or kIo where the file can't be read.
base::Result<Config> load_config(const std::string& path);

// The same for a text, whose name in messages is `path` and whose relative paths are relative to path's
// folder.
base::Result<Config> parse_config(const std::string& path, std::string_view text);

// Names of the keys that differ and which a reload can't take up, such as "server.threads", for a warning.
std::vector<std::string> changes_that_need_restart(const Config& running, const Config& loaded);

}  // namespace config
