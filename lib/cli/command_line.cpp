// One function for each command adds its flags to CLI11 and says what to run: CLI11 reports mistakes by
// exceptions, so nothing may run while it parses. A command's options are a struct of lib/app or of
// cedar_verbs.h, filled as its flags are read; the function chosen is called once parsing is over.
//
//   add_reload: `reeve reload --data DIR`  ->  app::Given{data: DIR}  ->  app::reload(given)
//
// Exit codes are a table, printed below each command's help. Wrong command lines are answered by
// usage_mistake.h, not by CLI11's own texts, and end with 64.
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/commands.h"
#include "base/version.h"
#include "cli/cedar_commands.h"
#include "cli/cedar_output.h"
#include "cli/connection_flags.h"
#include "cli/exit_code.h"
#include "cli/server_commands.h"
#include "cli/usage_mistake.h"
#include "cli/work.h"

namespace cli {
namespace {

// Where a configuration is looked for that --config doesn't name.
constexpr const char* kConfigHelp =
    "Configuration; else REEVE_CONFIG, /etc/reeve/reeve.yaml, what is built in";
constexpr const char* kDevConfigHelp =
    "Configuration; else REEVE_CONFIG, ./config/reeve.yaml, what is built in";
constexpr const char* kDataHelp = "Folder of the store instead of the configuration's";

// Behind an option's name only its value: what it requires and excludes is said when it is used wrongly.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(36); }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string& value = option->get_type_name();
    return (value.empty() ? "" : " " + value) + (option->get_required() ? " (required)" : "");
  }
};

void add_config(CLI::App* c, app::Given& given, const char* help = kConfigHelp) {
  c->add_option("--config", given.config, help)->type_name("FILE");
}
void add_data(CLI::App* c, app::Given& given, const char* help = kDataHelp) {
  c->add_option("--data", given.data, help)->type_name("DIR");
}

void add_allow_insecure(CLI::App* c, app::Given& given) {
  c->add_flag("--allow-insecure-permissions", given.allow_insecure_permissions,
              "Serve although everybody may write to the store or the configuration");
}

void add_serve(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand(
      "serve", "Serve until SIGTERM; SIGHUP reloads policies, permissions, roles, log level");
  auto o = std::make_shared<app::Given>();
  add_config(c, *o);
  c->add_option("--listen", o->listen, "Address instead of the configuration's; port 0 picks a free one")
      ->type_name("HOST:PORT");
  add_data(c, *o);
  add_allow_insecure(c, *o);
  does(c, o, app::serve, chosen);
}

void add_follow(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("follow", "Serve a read-only copy of another server's store, and keep it so");
  auto o = std::make_shared<app::FollowOptions>();
  auto* url =
      c->add_option("URL", o->url, "http(s)://HOST:PORT, or the path of a unix socket; else follow.url")
          ->type_name("");
  c->add_option("--credential-file", o->credential_file,
                "Of that server's platform: an API key, or CLIENT_ID:CLIENT_SECRET; mode 0600")
      ->type_name("FILE");
  c->add_option("--ca", o->authorities, "Certificates to trust instead of the system's")->type_name("FILE");
  c->add_flag("--insecure", o->insecure, "Send the credential over a network without TLS");
  add_config(c, o->given);
  c->add_option("--listen", o->given.listen,
                "Address instead of the configuration's; port 0 picks a free one")
      ->type_name("HOST:PORT");
  add_data(c, o->given);
  add_allow_insecure(c, o->given);
  c->add_flag("--promote", o->promote, "Serve nothing: make the copy a primary, for `reeve serve`")
      ->excludes(url);
  c->footer(
      "An empty folder begins with the server's change records, or with a backup of it. Changes are refused\n"
      "with the server's address. docs/following.md says what a copy answers, and when it doesn't any more.");
  does(c, o, app::follow, chosen);
}

void add_dev(CLI::App& root, const char* program, Work* chosen) {
  auto* c = root.add_subcommand("dev", "Serve on loopback with demo data, and print calls to paste");
  auto o = std::make_shared<app::DevOptions>();
  o->program = program;
  add_config(c, o->given, kDevConfigHelp);
  c->add_option("--listen", o->given.listen,
                "Address of this machine, by default 127.0.0.1:7400; port 0 picks a free one")
      ->type_name("HOST:PORT");
  c->add_flag("--tls", o->tls, "Serve HTTPS, with a certificate made anew that the printed calls trust");
  add_data(c, o->given, "Folder of the store, by default data/db in a checkout, else $XDG_DATA_HOME/reeve");
  add_allow_insecure(c, o->given);
  does(c, o, app::dev, chosen);
}

void add_reload(CLI::App& root, Work* chosen) {
  auto* c =
      root.add_subcommand("reload", "Make the server that has the store reload, and report the outcome");
  auto o = std::make_shared<app::Given>();
  add_config(c, *o);
  add_data(c, *o, "Folder of the store, to find the server by");
  does(c, o, app::reload, chosen);
}

void add_init(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("init", "Write the built-in configuration to a folder, to be edited");
  auto o = std::make_shared<app::InitOptions>();
  c->add_option("DIR", o->dir, "Folder; no file that is there is replaced")->required()->type_name("");
  c->add_option("--data", o->data, "Folder of the store, for reeve.yaml to name")->type_name("DIR");
  does(c, o, app::init, chosen);
}

void add_check_config(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("check-config",
                                "Read the configuration and all files it names; report every mistake");
  auto o = std::make_shared<app::Given>();
  add_config(c, *o);
  does(c, o, app::check_config, chosen);
}

void add_credential(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("credential", "Credentials, while the server is stopped");
  parent->require_subcommand(1);
  auto* c = parent->add_subcommand(
      "create",
      "Make an API key and print {\"client_id\", \"client_secret\"}, this once; the secret is the key");
  auto o = std::make_shared<app::CredentialOptions>();
  add_config(c, o->given);
  add_data(c, o->given);
  auto* tenant =
      c->add_option("--tenant", o->tenant, "Id or slug of the tenant it is for")->type_name("TENANT");
  c->add_option("--name", o->name, "What it is called in lists and the audit log")
      ->required()
      ->type_name("NAME");
  auto* scopes = c->add_option("--scopes", o->scopes, "What it may do, such as organization:get")
                     ->delimiter(',')
                     ->type_name("SCOPE");
  auto* platform = c->add_flag("--platform", o->platform, "For the platform itself: it may do everything");
  platform->excludes(tenant)->excludes(scopes);
  does(c, o, app::create_credential, chosen);
  c->parse_complete_callback([o] {
    if (o->tenant.empty() && !o->platform) throw CLI::RequiredError("--tenant or --platform");
  });
}

void add_tenant(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("tenant", "Tenants, whether or not the server runs");
  parent->require_subcommand(1);
  auto* c = parent->add_subcommand("create", "Make a tenant and print its id, or its first key");
  auto o = std::make_shared<app::TenantOptions>();
  c->add_option("NAME", o->name, "What people call it")->required()->type_name("");
  c->add_option("--slug", o->slug,
                "Its name in paths; by default made from NAME, with a number where that is taken")
      ->type_name("SLUG");
  c->add_flag("--admin-key", o->admin_key, "Make a key that may do everything in it; print that, this once");
  add_config(c, o->given);
  add_data(c, o->given);
  c->footer(
      "While a server has the store, it is asked, with the platform's credential in REEVE_CREDENTIAL\n"
      "(CLIENT_ID:CLIENT_SECRET) or in the store's bootstrap-credential.");
  does(c, o, app::create_tenant, chosen);
}

void add_audit(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("audit", "The audit log, whether or not the server runs");
  parent->require_subcommand(1);
  auto* c = parent->add_subcommand("verify", "Walk the hash chains; name the first bad entry of each");
  auto o = std::make_shared<app::AuditOptions>();
  add_config(c, o->given);
  add_data(c, o->given);
  c->add_option("--archive", o->archives, "Files of entries that were cut off, to be joined to the chains")
      ->type_name("FILE...");
  auto* against =
      c->add_option(
           "--against", o->against,
           "Files of heads that were published (audit.heads, or lines of the log); `-` is standard input")
          ->type_name("FILE...");
  c->add_option("--public-key", o->public_keys, "Ed25519 in PEM; one of them has to have signed each head")
      ->needs(against)
      ->type_name("FILE...");
  c->footer(
      "A chain that was made anew from some entry on is whole by itself, and found only by --against.\n"
      "docs/operations.md says what is and isn't found.");
  does(c, o, app::verify_audit, chosen);
}

void add_store(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("store", "The store itself, whether or not the server runs");
  parent->require_subcommand(1);
  auto* c = parent->add_subcommand("dump", "Print every record as a line of JSON, without what opens a door");
  auto o = std::make_shared<app::Given>();
  add_config(c, *o);
  add_data(c, *o);
  c->footer(
      "A line is {\"table\", \"key\", \"version\", \"value\"}; docs/operations.md has them. All lines are of "
      "one\n"
      "moment. Of hashes of credentials only the first digits are printed.");
  does(c, o, app::dump_store, chosen);

  c = parent->add_subcommand("check", "Read everything in it, and name what is wrong");
  o = std::make_shared<app::Given>();
  add_config(c, *o);
  add_data(c, *o);
  c->footer(
      "Every page of the file; every record and its checksum, every index entry against its record, every\n"
      "count, every audit chain.\n"
      "docs/operations.md says what is and isn't found.");
  does(c, o, app::check_store, chosen);
}

void add_backup_dir(CLI::App* c, app::BackupOptions& o) {
  c->add_option("--dir", o.dir, "Folder of backups instead of the configuration's backup.dir")
      ->type_name("DIR");
}

// The folder, or a server that is asked for what is in its own.
void add_backups_of_server(CLI::App* c, app::BackupOptions& o) {
  CLI::Option* const server = add_connection(c, o.at);
  for (const char* const local : {"--config", "--data", "--dir"})
    if (CLI::Option* const option = c->get_option_no_throw(local)) server->excludes(option);
}

void add_backup(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("backup", "Backups of the store, whether or not the server runs");
  parent->require_subcommand(1);
  auto* c = parent->add_subcommand("create", "Make a backup, check it, and print where it is");
  auto o = std::make_shared<app::BackupOptions>();
  add_config(c, o->given);
  add_data(c, o->given);
  add_backup_dir(c, *o);
  add_backups_of_server(c, *o);
  c->add_option("-o,--output", o->output, "A single file instead, a tar; `-` is standard output")
      ->type_name("FILE");
  c->footer(
      "A backup is copied, opened, checked as by `reeve store check`, and gets its name only then. It takes as\n"
      "much disk as the store; a single file does so for a while.\n" +
      std::string(kOfServer));
  does(c, o, app::create_backup, chosen);

  c = parent->add_subcommand("list", "Print the backups that there are, newest first");
  o = std::make_shared<app::BackupOptions>();
  add_config(c, o->given);
  add_backup_dir(c, *o);
  add_backups_of_server(c, *o);
  c->footer(kOfServer);
  does(c, o, app::list_backups, chosen);

  c = parent->add_subcommand("verify", "Read backups whole, and name what is wrong");
  o = std::make_shared<app::BackupOptions>();
  c->add_option("BACKUP", o->backups, "Names in the folder, or paths; by default the newest")->type_name("");
  add_config(c, o->given);
  add_backup_dir(c, *o);
  add_backups_of_server(c, *o);
  c->footer(
      "Bytes and SHA-256 against its manifest, then its contents as `reeve store check`, then counts, revision\n"
      "and audit heads; of a server's the bytes alone, which it sends.\n" +
      std::string(kOfServer));
  does(c, o, app::verify_backups, chosen);

  c = parent->add_subcommand("prune", "Remove the backups that backup.keep doesn't want");
  o = std::make_shared<app::BackupOptions>();
  c->add_flag("--dry-run", o->dry, "Only say which");
  add_config(c, o->given);
  add_backup_dir(c, *o);
  add_backups_of_server(c, *o);
  c->footer("The newest that verifies is looked for first, and stays. Where none does, none is removed.\n" +
            std::string(kOfServer));
  does(c, o, app::prune_backups, chosen);
}

void add_restore(CLI::App& root, Work* chosen) {
  auto* c =
      root.add_subcommand("restore", "Put a backup in the place of the store, while the server is stopped");
  auto o = std::make_shared<app::RestoreOptions>();
  c->add_option("BACKUP", o->backup, "Folder or single file of a backup; `-` is standard input")
      ->required()
      ->type_name("");
  c->add_flag("--revoke-credentials", o->revoke_credentials,
              "Revoke every credential, and print a new one of the platform on standard output");
  add_config(c, o->given);
  add_data(c, o->given);
  c->footer(
      "The backup is verified first. The store that was there stays, in before-restore-TIME/ in its folder.\n"
      "Credentials revoked since the backup was made are valid again, unless all are revoked.");
  does(c, o, app::restore, chosen);
}

void add_version(CLI::App& root, Work* chosen) {
  root.add_subcommand("version", "Print the version")->callback([chosen] {
    *chosen = [] {
      std::printf("reeve %s\n", base::kVersion);
      return int{kOk};
    };
  });
}

// What a command ends with, below its help. The codes of most are the same.
struct ExitCodes {
  const char* command;
  const char* codes;
};
constexpr const char* kUsualCodes = "0 done, 1 failed";
constexpr ExitCodes kCodes[] = {
    {"serve", "0 stopped by a signal, 1 failed, 3 the store is damaged"},
    {"dev", "0 stopped by a signal, 1 failed, 3 the store is damaged"},
    {"reload", "0 taken up, 1 refused, or there is no server"},
    {"check-config", "0 all good, 1 a mistake"},
    {"store dump", "0 all of it, 1 a record can't be read, or the store can't"},
    {"store check", "0 nothing is wrong, 3 something is, 1 the store can't be read"},
    {"audit verify", "0 nothing is wrong, 3 something is, 1 the store or a file can't be read"},
    {"backup create", "0 made, 3 the store's check finds something, 1 failed"},
    {"backup verify", "0 nothing is wrong, 3 something is, 1 it can't be read"},
    {"backup prune", "0 done, 3 no backup verifies, so none is removed, 1 failed"},
    {"restore", "0 restored, 3 the backup is not right, so nothing has changed, 1 failed"},
    {"check", "0 allow, 2 deny, 8 the server doesn't answer, 1 it answers that it can't tell"},
    {"explain", "0 allow, 2 deny, 8 the server doesn't answer, 1 it answers that it can't tell"},
    {"who-can", "0 done, 8 the server doesn't answer, 1 failed"},
    {"what-can", "0 done, 8 the server doesn't answer, 1 failed"},
    {"console", "0 done, 8 the server doesn't answer, 1 failed"},
    {"test", "0 all tests pass, 1 one fails, or can't be read, 8 the server doesn't answer"},
    {"replay", "0 no answer changes, 2 one does, 8 the server doesn't answer, 1 something can't be read"},
    {"undo", "0 done, 8 the server doesn't answer, 1 it refuses"},
    {"cedar authorize", "0 allow, 2 deny, 1 failed"},
    {"cedar evaluate", "0 it has a value, 1 it has none, or failed"},
    {"cedar validate", "0 valid, 3 not valid, 1 failed"},
    {"cedar check-parse", "0 all of it parses, 1 something doesn't"},
    {"cedar format", "0 done, 1 failed, or with --check: a file would change"},
    {"cedar test", "0 all tests pass, 1 one fails, or can't be read"},
};

void add_exit_codes(CLI::App& command, const std::string& name) {
  const auto below = command.get_subcommands([](const CLI::App*) { return true; });
  for (CLI::App* c : below) add_exit_codes(*c, name.empty() ? c->get_name() : name + " " + c->get_name());
  if (!below.empty()) return;
  std::string codes = kUsualCodes;
  for (const ExitCodes& row : kCodes)
    if (row.command == name) codes = row.codes;
  const std::string& before = command.get_footer();
  command.footer((before.empty() ? "" : before + "\n\n") + "Exit codes: " + codes +
                 ", 64 wrong command line.");
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app(
      "Reeve keeps roles and role mappings, guards every change with Cedar policies, and says who may do "
      "what.",
      "reeve");
  app.require_subcommand(1);
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("--version", std::string("reeve ") + base::kVersion);
  Work chosen;
  add_serve(app, &chosen);
  add_follow(app, &chosen);
  add_dev(app, argv[0], &chosen);
  add_reload(app, &chosen);
  add_init(app, &chosen);
  add_check_config(app, &chosen);
  add_tenant(app, &chosen);
  add_credential(app, &chosen);
  add_audit(app, &chosen);
  add_store(app, &chosen);
  add_backup(app, &chosen);
  add_restore(app, &chosen);
  add_server_commands(app, &chosen);
  add_cedar_commands(app, &chosen);
  add_version(app, &chosen);
  add_exit_codes(app, "");
  app.set_help_all_flag("--help-all", "Print the help of every command");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);
    complain("reeve: " + usage_mistake(app, e));
    return kUsage;
  }
  return chosen ? chosen() : int{kUsage};
}

}  // namespace cli
