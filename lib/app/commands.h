#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "client/connection.h"

// What the commands do that need the whole server or its store. Each answers the process's exit code: 0, or
// 1 with the reason on stderr.
namespace app {

// `reeve serve`: until SIGTERM or SIGINT.
int serve(const Given&);

// `reeve follow`: serves a copy of another server's store, as serve() does (docs/following.md).
struct FollowOptions {
  Given given;
  std::optional<std::string> url;  // these three instead of the configuration's
  std::optional<std::string> credential_file;
  std::optional<std::string> authorities;
  bool insecure = false;  // send the credential over a network in clear
  bool promote = false;   // don't serve: make the copy a primary, while no server has it
};
int follow(const FollowOptions&);

// `reeve dev`: serves on loopback with demo data, and prints calls to paste.
struct DevOptions {
  Given given;
  std::string program = "reeve";  // as this program was called, for the commands to paste
  bool tls = false;               // with a certificate made anew, which the printed calls trust
};
int dev(const DevOptions&);

// `reeve reload`: makes the server that holds the store reload, and prints the outcome. `listen` is ignored.
int reload(const Given&);

// `reeve init`: writes the configuration that is built in to a folder, to be edited.
struct InitOptions {
  std::string dir;
  std::optional<std::string> data;  // folder of the store, written into reeve.yaml
};
int init(const InitOptions&);

// `reeve check-config`: reads the configuration and all files it names. `listen` is ignored.
int check_config(const Given&);

// `reeve credential create`: makes an API key while the server is stopped, and prints it once.
struct CredentialOptions {
  Given given;
  std::string tenant;  // id or slug; empty with platform
  std::string name;
  std::vector<std::string> scopes;  // any spelling; none: what its roles give it
  bool platform = false;
};
int create_credential(const CredentialOptions&);

// `reeve tenant create`: makes a tenant, in the store while no server has it, else by asking that server with
// REEVE_CREDENTIAL or the store's bootstrap-credential. `listen` is ignored.
struct TenantOptions {
  Given given;
  std::string name;
  std::optional<std::string> slug;
  bool admin_key = false;  // also make a key that may do everything in it, and print that instead of the id
};
int create_tenant(const TenantOptions&);

// `reeve store dump`: prints everything in the store as JSON lines; also while a server has it.
int dump_store(const Given&);

// `reeve store check`: reads everything in the store and holds it against itself; also while a server has it.
// Ends with 3 where something is wrong.
int check_store(const Given&);

// `reeve backup …`. The folder is the configuration's, unless `dir` names another. With `at`, or REEVE_SERVER
// where nothing names a configuration, store or folder, it is a server's, which is asked.
struct BackupOptions {
  Given given;
  client::Given at;
  std::optional<std::string> dir;
  std::optional<std::string> output;  // of create: a single file, or "-" for standard output
  std::vector<std::string> backups;   // of verify: names in the folder, or paths; none: the newest
  bool dry = false;                   // of prune: only says what it would do
};

// Makes a backup, also while a server has the store.
int create_backup(const BackupOptions&);

// Prints what is there, newest first, as a table.
int list_backups(const BackupOptions&);

// Ends with 3 where a backup is not what was written.
int verify_backups(const BackupOptions&);

// Removes the backups that the configuration doesn't keep.
int prune_backups(const BackupOptions&);

// `reeve restore`: puts a backup in the place of the store while the server is stopped. Ends with 3 where the
// backup is not right, and then the store is as it was.
struct RestoreOptions {
  Given given;
  std::string backup;  // a folder or a single file, "-" for standard input
  bool revoke_credentials = false;
};
int restore(const RestoreOptions&);

// `reeve audit verify`: walks the chains and names the first bad entry of each, joins archives to them, and
// holds published heads against them; also while a server has the store. Ends with 3 where something is
// wrong.
struct AuditOptions {
  Given given;
  std::vector<std::string> archives;  // files; none: what was cut off isn't looked at
  std::vector<std::string> against;   // files of published heads; "-" is standard input
  std::vector<std::string>
      public_keys;  // files; where there are any, one of them has to have signed each head
};
int verify_audit(const AuditOptions&);

}  // namespace app
