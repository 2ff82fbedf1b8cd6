// Lists are asked for page by page and printed as they come; as JSON they are one array at the end, so that
// what a program reads is whole or not there.
#include "cli/explain.h"

#include <signal.h>

#include <cstdio>
#include <functional>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/answer_text.h"
#include "cli/cedar_output.h"
#include "cli/entity_text.h"
#include "cli/exit_code.h"
#include "cli/tenant_calls.h"

namespace cli {
namespace {

bool is_true_at(const base::Json& json, std::string_view name) {
  const base::Json* const found = json.find(name);
  return found && found->boolean() && *found->boolean();
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

void print_rule(const base::Json& rule) {
  const std::string missing = text_at(rule, "missing");
  print_line("  " + padded(text_at(rule, "effect"), 8) + padded(text_at(rule, "outcome"), 16) +
             (missing.empty() ? "" : "lacks " + missing + "  ") + "rule " + text_at(rule, "rule"));
  for (const base::Json& part : array_at(rule, "parts")) {
    print_line("    " + padded(text_at(part, "kind") + " " + text_at(part, "outcome"), 18) +
               text_at(part, "text"));
    for (const base::Json& seen : array_at(part, "seen"))
      print_line("      " + text_at(seen, "expression") +
                 (is_true_at(seen, "hidden") ? " is a " + text_at(seen, "type") + " that you may not see"
                                             : " is " + text_at(seen, "value")));
  }
}

// Of an answer about another time.
void print_moment(const base::Json& answer) {
  const base::Json* const as_of = answer.find("as_of");
  const base::Json* const revision = as_of ? as_of->find("revision") : nullptr;
  if (!revision) return;
  print_line("As of " + text_at(*as_of, "time") + ", revision " + to_text(*revision) +
             "; the catalogue and the guard are those of today.");
}

void print_explanation(const base::Json& answer) {
  print_moment(answer);
  print_line(text_at(answer, "sentence"));
  if (const auto& rules = array_at(answer, "rules"); !rules.empty()) {
    std::printf("\nRules that came close:\n");
    for (const base::Json& rule : rules) print_rule(rule);
  }
  if (const auto& changes = array_at(answer, "changes"); !changes.empty()) {
    std::printf("\nAny of these would turn it:\n");
    for (const base::Json& change : changes) {
      const base::Json* const radius = change.find("blast_radius");
      print_line("  " + padded(text_at(change, "kind"), 12) + text_at(change, "text") +
                 (radius ? " Risk: " + text_at(*radius, "level") + "." : ""));
    }
  }
}

// Gives `take` each row of a list; `ask(token)` answers a page, and `next` finds the token of the one behind
// it, "" at the end.
base::Result<void> each_row(const std::function<base::Result<base::Json>(const std::string&)>& ask,
                            const std::function<std::string(const base::Json&)>& next, const char* rows,
                            const std::function<void(const base::Json&)>& take) {
  std::string token;
  do {
    const auto page = ask(token);
    if (!page.ok()) return page.error();
    for (const base::Json& row : array_at(*page, rows)) take(row);
    token = next(*page);
  } while (!token.empty());
  return {};
}

// "Berlin > Finance > accountant on Folder:7 until 2026-11-01T00:00:00.000Z (soon)"
std::string path_text(const base::Json& path) {
  std::string text;
  for (const base::Json& group : array_at(path, "through")) text += text_at(group, "name") + " > ";
  text += path.find("credential_id") ? "API key" : text_at(path, "role");
  if (const std::string on = text_at(path, "resource"); !on.empty()) text += " on " + on;
  if (const std::string end = text_at(path, "expires_at"); !end.empty()) text += " until " + end;
  return text + (is_true_at(path, "ends_soon") ? " (soon)" : "");
}

int print_all(const base::Json::Array& rows) {
  std::printf("%s\n", to_text(base::Json(rows)).c_str());
  return kOk;
}

int wrong_form(const std::string& form) {
  return wrong_options({base::ErrorCode::kInvalid, "--output: must be table or json, not " + form});
}

}  // namespace

std::optional<OutputForm> parse_output_form(const std::string& name) {
  if (name == "table") return OutputForm::kTable;
  if (name == "json") return OutputForm::kJson;
  return std::nullopt;
}

int explain(const ExplainOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  const auto form = parse_output_form(options.form);
  if (!form) return wrong_form(options.form);
  const auto question = question_of(options.question);
  if (!question.ok()) return wrong_options(question.error());
  const auto moment = moment_of(options.time);
  if (!moment.ok()) return wrong_options(moment.error());
  const auto server = client::connection_of(options.question.at);
  if (!server.ok()) return fail(server.error());
  const auto tenant = tenant_asked_about(*server, options.question.on.tenant);
  if (!tenant.ok()) return call_failed(tenant.error());
  const std::string path = *moment ? "/v1/explain?" + **moment : "/v1/explain";
  const auto answer = server->call({"POST", path, {{"X-Tenant-ID", *tenant}}, *question}, 200);
  if (!answer.ok()) return call_failed(answer.error());
  const base::Json* const decision = answer->find("decision");
  if (!decision || !decision->boolean())
    return fail({base::ErrorCode::kInvalid, server->place.to_string() + ": answered what is no explanation"});
  if (*form == OutputForm::kJson)
    std::printf("%s\n", to_text(*answer).c_str());
  else
    print_explanation(*answer);
  return *decision->boolean() ? kOk : kDeny;
}

int who_can(const WhoCanOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  const auto form = parse_output_form(options.form);
  if (!form) return wrong_form(options.form);
  const auto resource = resource_of(options.on);
  if (!resource.ok()) return wrong_options(resource.error());
  const auto server = client::connection_of(options.at);
  if (!server.ok()) return fail(server.error());
  base::Json::Array all;
  const auto done = each_row(
      [&](const std::string& token) {
        base::JsonWriter w;
        w.begin_object().name("subject").begin_object().member("type", options.type).end_object();
        write_action(w, options.action);
        write_entity(w, "resource", *resource);
        if (!token.empty()) w.name("page").begin_object().member("token", token).end_object();
        return server->call({"POST", "/access/v1/search/subject", {}, w.end_object().take()}, 200);
      },
      [](const base::Json& answer) {
        const base::Json* const page = answer.find("page");
        return page ? text_at(*page, "next_token") : std::string();
      },
      "results",
      [&](const base::Json& row) {
        if (*form == OutputForm::kJson)
          all.push_back(row);
        else
          print_line(text_at(row, "type") + ":" + text_at(row, "id"));
      });
  if (!done.ok()) return call_failed(done.error());
  return *form == OutputForm::kJson ? print_all(all) : int{kOk};
}

int what_can(const WhatCanOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  const auto form = parse_output_form(options.form);
  if (!form) return wrong_form(options.form);
  const auto who = parse_subject_text(options.principal);
  const char* const noun = !who                          ? nullptr
                           : who->type == "user"         ? "users"
                           : who->type == "service_user" ? "service-users"
                           : who->type == "group"        ? "groups"
                                                         : nullptr;
  if (!noun)
    return wrong_options(
        {base::ErrorCode::kInvalid,
         options.principal + ": must be user:ID, service_user:ID, group:ID, or a user's ID"});
  const auto moment = moment_of(options.time);
  if (!moment.ok()) return wrong_options(moment.error());
  const auto server = client::connection_of(options.at);
  if (!server.ok()) return fail(server.error());
  const auto tenant = tenant_asked_about(*server, options.tenant);
  if (!tenant.ok()) return call_failed(tenant.error());
  std::string path =
      "/v1/" + std::string(noun) + "/" + base::percent_encoded(who->id) + "/effective?by=scope&limit=250";
  if (*moment) path += "&" + **moment;
  base::Json::Array all;
  const auto done = each_row(
      [&](const std::string& cursor) {
        const std::string from = cursor.empty() ? "" : "&cursor=" + base::percent_encoded(cursor);
        auto page = server->call({"GET", path + from, {{"X-Tenant-ID", *tenant}}, ""}, 200);
        if (page.ok() && cursor.empty() && *form == OutputForm::kTable) print_moment(*page);
        return page;
      },
      [](const base::Json& page) { return text_at(page, "next_cursor"); }, "data",
      [&](const base::Json& row) {
        if (*form == OutputForm::kJson) {
          all.push_back(row);
          return;
        }
        std::string scope = padded(text_at(row, "scope"), 32) + padded(text_at(row, "risk"), 8);
        for (const base::Json& each : array_at(row, "paths")) {
          print_line(scope + path_text(each));
          scope.assign(40, ' ');
        }
      });
  if (!done.ok()) return call_failed(done.error());
  return *form == OutputForm::kJson ? print_all(all) : int{kOk};
}

}  // namespace cli
