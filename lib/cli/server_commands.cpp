#include "cli/server_commands.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/check.h"
#include "cli/connection_flags.h"
#include "cli/console.h"
#include "cli/explain.h"
#include "cli/question.h"
#include "cli/replay.h"
#include "cli/test.h"
#include "cli/undo.h"

namespace cli {
namespace {

void add_action(CLI::App* c, std::string& action) {
  c->add_option("ACTION", action, "Its name, such as read or document:read")->required()->type_name("");
}

void add_resource(CLI::App* c, ResourceOptions& on) {
  c->add_option("RESOURCE", on.resource, "TYPE:ID, such as Folder:7; by default the tenant")->type_name("");
  c->add_option("--tenant", on.tenant, "Its uuid, where RESOURCE is left out; else REEVE_TENANT")
      ->type_name("TENANT");
}

void add_question(CLI::App* c, QuestionOptions& question) {
  c->add_option("PRINCIPAL", question.principal,
                "TYPE:ID, such as service_user:billing; an ID alone is a user's")
      ->required()
      ->type_name("");
  add_action(c, question.action);
  add_resource(c, question.on);
}

void add_check(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("check", "Ask a server whether somebody may do something");
  auto o = std::make_shared<QuestionOptions>();
  add_question(c, *o);
  add_connection(c, o->at);
  c->footer(kOfServer);
  does(c, o, check, chosen);
}

void add_output_form(CLI::App* c, std::string& form) {
  c->add_option("-o,--output", form, "table, for people, or json, for programs")->type_name("FORM");
}

void add_moment(CLI::App* c, std::optional<std::string>& time) {
  c->add_option("--at", time, "As it was then, or will be: an RFC 3339 time")->type_name("TIME");
}

void add_console(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("console", "Print a link that logs a browser in to a server's console, once");
  auto o = std::make_shared<ConsoleOptions>();
  add_connection(c, o->at);
  c->footer(std::string("The session acts as the credential that it was asked for with.\n") + kOfServer);
  does(c, o, console, chosen);
}

void add_explain(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("explain", "Ask a server why somebody may do something, or may not");
  auto o = std::make_shared<ExplainOptions>();
  add_question(c, o->question);
  add_moment(c, o->time);
  add_output_form(c, o->form);
  add_connection(c, o->question.at);
  c->footer(
      "Prints a sentence, the rules that came close, and what would turn it, each of which was tried.\n" +
      std::string(kOfServer));
  does(c, o, explain, chosen);

  c = root.add_subcommand("who-can", "Ask a server who may do something");
  auto who = std::make_shared<WhoCanOptions>();
  add_action(c, who->action);
  add_resource(c, who->on);
  c->add_option("--type", who->type,
                "Of whom: user, by default, service_user, or a type of the application's")
      ->type_name("TYPE");
  add_output_form(c, who->form);
  add_connection(c, who->at);
  c->footer(kOfServer);
  does(c, who, who_can, chosen);

  c = root.add_subcommand("what-can", "Ask a server what somebody holds, and by which paths");
  auto what = std::make_shared<WhatCanOptions>();
  c->add_option("PRINCIPAL", what->principal, "user:ID, service_user:ID or group:ID; an ID alone is a user's")
      ->required()
      ->type_name("");
  c->add_option("--tenant", what->tenant, "Its id; else REEVE_TENANT, else the credential's own")
      ->type_name("ID");
  add_moment(c, what->time);
  add_output_form(c, what->form);
  add_connection(c, what->at);
  c->footer("Of roles; what rules say as well is asked with `reeve check` and `reeve who-can`.\n" +
            std::string(kOfServer));
  does(c, what, what_can, chosen);
}

void add_test(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("test", "Ask what files of tests ask, and compare the answers");
  auto o = std::make_shared<TestOptions>();
  c->add_option("PATH", o->paths,
                "Folders with tests, tenant.yaml and *.cedar, or files of tests; a URL is that of --server")
      ->required()
      ->type_name("");
  c->add_option("--config", o->config, "Permissions, roles and guard instead of what is built in")
      ->type_name("FILE");
  c->add_option("--junit", o->junit, "Write the results there, as JUnit has them")->type_name("FILE");
  add_connection(c, o->at);
  c->add_option("--tenant", o->tenant, "Id or slug, of that server; by default the credential's own")
      ->type_name("TENANT");
  c->footer(
      "Without a server the folder's policies, people and things are put into a store that is removed again.\n"
      "With --server, or a URL among the paths, that server is asked, with the credential in REEVE_CREDENTIAL\n"
      "or in the file of --credential-file or REEVE_CREDENTIAL_FILE (0600); with a URL alone, the tests that its\n"
      "tenant has. docs/deciding.md has the files.");
  does(c, o, test, chosen);
  c->parse_complete_callback([o] {
    const auto is_url = [](const std::string& path) {
      return path.starts_with("http://") || path.starts_with("https://");
    };
    for (const std::string& path : o->paths) {
      if (!is_url(path)) continue;
      if (o->at.server) throw CLI::ExcludesError("--server", path);
      o->at.server = path;
    }
    std::erase_if(o->paths, is_url);
    if (o->at.server && o->config) throw CLI::ExcludesError("--server", "--config");
    if (!o->at.server && o->tenant) throw CLI::RequiresError("--tenant", "--server");
  });
}

void add_replay(CLI::App& root, Work* chosen) {
  auto* c =
      root.add_subcommand("replay", "Ask what a decision log has of other policies; print what changes");
  auto o = std::make_shared<ReplayOptions>();
  auto* file =
      c->add_option("FILE", o->file, "Entries, a line of JSON each; `-` is standard input")->type_name("");
  auto* last = c->add_option("--last", o->last, "So many of a server's instead, the newest")
                   ->type_name("N")
                   ->excludes(file);
  c->add_option("--policies", o->policies, "Folder with *.cedar and tenant.yaml, as for `reeve test`")
      ->required()
      ->type_name("DIR");
  c->add_option("--config", o->config,
                "Permissions, roles and guard of that folder instead of what is built in")
      ->type_name("FILE");
  add_connection(c, o->at);
  auto* tenant = c->add_option("--tenant", o->tenant, "Its uuid, of that server; --last needs it")
                     ->needs(last)
                     ->type_name("TENANT");
  last->needs(tenant);
  c->footer(
      "The folder is put into a store that is removed again, and asked at the time of each entry. Whom and\n"
      "what it doesn't have is unknown there: docs/decision-log.md.\n" +
      std::string(kOfServer));
  does(c, o, replay, chosen);
  c->parse_complete_callback([o] {
    if (!o->file && !o->last) throw CLI::RequiredError("FILE or --last");
  });
}

void add_undo(CLI::App& root, Work* chosen) {
  auto* c = root.add_subcommand("undo", "Have a server undo a change");
  auto o = std::make_shared<UndoOptions>();
  c->add_option("REVISION", o->revision, "The change's, as GET /v1/changes and X-Revision have it")
      ->required()
      ->type_name("");
  c->add_flag("--dry-run", o->dry_run, "Say what undoing it would do, and change nothing");
  c->add_option("--tenant", o->tenant, "Its uuid; else REEVE_TENANT, else the credential's own")
      ->type_name("TENANT");
  add_output_form(c, o->form);
  add_connection(c, o->at);
  c->footer("Refused where something later depends on the change: docs/foreseeing.md.\n" +
            std::string(kOfServer));
  does(c, o, undo, chosen);
}

}  // namespace

void add_server_commands(CLI::App& root, Work* chosen) {
  add_check(root, chosen);
  add_explain(root, chosen);
  add_console(root, chosen);
  add_test(root, chosen);
  add_replay(root, chosen);
  add_undo(root, chosen);
}

}  // namespace cli
