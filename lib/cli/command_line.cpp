#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/commands.h"
#include "base/version.h"
#include "cli/cedar_commands.h"
#include "cli/cedar_output.h"
#include "cli/exit_code.h"
#include "cli/usage_mistake.h"
#include "cli/work.h"

namespace cli {
namespace {

constexpr const char* kConfig = "/etc/reeve/reeve.yaml";

constexpr const char* kFooter =
    "Exit codes: 0 done (cedar authorize: allow), 1 failed, 2 deny (cedar authorize), 3 invalid (cedar "
    "validate), "
    "64 wrong command line.";

// Behind an option's name only its value: what it requires and excludes is said when it is used wrongly.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(36); }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string& value = option->get_type_name();
    return (value.empty() ? "" : " " + value) + (option->get_required() ? " (required)" : "");
  }
};

void add_serve(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand(
      "serve", "Serve until SIGTERM; SIGHUP reloads policies, permissions, roles, log level");
  auto o = std::make_shared<app::ServeOptions>();
  c->add_option("--config", o->config, "Configuration file")->required()->type_name("FILE");
  c->add_option("--listen", o->listen, "Address instead of the configuration's; port 0 picks a free one")
      ->type_name("HOST:PORT");
  c->add_option("--data", o->data, "Folder of the store instead of the configuration's")->type_name("DIR");
  does(c, o, app::serve, chosen);
}

void add_dev(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("dev", "Serve on loopback with demo data, and print calls to paste");
  auto o = std::make_shared<app::DevOptions>();
  o->config = "config/reeve.yaml";
  o->listen = "127.0.0.1:7400";
  o->data = "data/db";
  c->add_option("--config", o->config, "Configuration file")->capture_default_str()->type_name("FILE");
  c->add_option("--listen", o->listen, "Address of this machine; port 0 picks a free one")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  c->add_option("--data", o->data, "Folder of the store")->capture_default_str()->type_name("DIR");
  does(c, o, app::dev, chosen);
}

void add_check_config(CLI::App& root, Work* chosen) {
  auto* c =
      root.add_subcommand("check-config", "Read the configuration and all files it names; say every mistake");
  auto o = std::make_shared<std::string>();
  c->add_option("--config", *o, "Configuration file")->required()->type_name("FILE");
  does(c, o, app::check_config, chosen);
}

void add_credential(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("credential", "Credentials, while the server is stopped");
  parent->require_subcommand(1);
  auto* c = parent->add_subcommand("create", "Make an API key and print it, once");
  auto o = std::make_shared<app::CredentialOptions>();
  o->config = kConfig;
  c->add_option("--config", o->config, "Configuration file")->capture_default_str()->type_name("FILE");
  c->add_option("--data", o->data, "Folder of the store instead of the configuration's")->type_name("DIR");
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

void add_audit(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("audit", "The audit log, while the server is stopped");
  parent->require_subcommand(1);
  auto* c = parent->add_subcommand("verify", "Walk the hash chains; name the first bad entry of each");
  auto o = std::make_shared<app::AuditOptions>();
  o->config = kConfig;
  c->add_option("--config", o->config, "Configuration file")->capture_default_str()->type_name("FILE");
  c->add_option("--data", o->data, "Folder of the store instead of the configuration's")->type_name("DIR");
  does(c, o, app::verify_audit, chosen);
}

void add_version(CLI::App& root, Work* chosen) {
  root.add_subcommand("version", "Print the version")->callback([chosen] {
    *chosen = [] {
      std::printf("reeve %s\n", kVersion);
      return int{kOk};
    };
  });
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app(
      "Reeve keeps roles and role mappings, guards every change with Cedar policies, and says who may do "
      "what.",
      "reeve");
  app.require_subcommand(1);
  app.footer(kFooter);
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("--version", std::string("reeve ") + kVersion);
  Work chosen;
  add_serve(app, &chosen);
  add_dev(app, &chosen);
  add_check_config(app, &chosen);
  add_credential(app, &chosen);
  add_audit(app, &chosen);
  add_cedar_commands(app, &chosen);
  add_version(app, &chosen);
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
