// Lists are asked for page by page and printed as they come; as JSON they are one array at the end, so that
// what a program reads is whole or not there.
#include "cli/explain.h"

#include <signal.h>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/cedar_output.h"
#include "cli/entity_text.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

constexpr const char* kTenant = "REEVE_TENANT";

int failed(const std::string& message, int code) {
  complain("reeve: " + message);
  return code;
}

int failed(const base::Error& error) {
  return failed(error.message, error.code == base::ErrorCode::kIo ? kUnreachable : kFailure);
}

std::optional<EntityText> resource_of(const std::optional<std::string>& resource,
                                      const std::optional<std::string>& tenant) {
  if (resource) return parse_entity_text(*resource);
  if (tenant) return EntityText{"tenant", *tenant};
  const char* const named = std::getenv(kTenant);
  return named && *named ? std::optional(EntityText{"tenant", named}) : std::nullopt;
}

int wrong_resource(const std::optional<std::string>& resource) {
  return failed(resource ? *resource + ": must be TYPE:ID"
                         : "RESOURCE: missing; give it, or the tenant with --tenant or REEVE_TENANT",
                kUsage);
}

void write(base::JsonWriter& w, std::string_view role, const EntityText& name) {
  w.name(role).begin_object().member("type", name.type).member("id", name.id).end_object();
}

// What isn't there, or isn't a text, is "".
std::string text_at(const base::Json& json, std::string_view name) {
  const base::Json* const found = json.find(name);
  return found && found->string() ? *found->string() : std::string();
}

const base::Json::Array& array_at(const base::Json& json, std::string_view name) {
  static const base::Json::Array kNone;
  const base::Json* const found = json.find(name);
  return found && found->array() ? *found->array() : kNone;
}

bool is_true_at(const base::Json& json, std::string_view name) {
  const base::Json* const found = json.find(name);
  return found && found->boolean() && *found->boolean();
}

// A server's texts are shown without what a terminal would take for a command.
void print_line(const std::string& line) {
  std::string plain;
  for (const char c : line) plain.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
  std::printf("%s\n", plain.c_str());
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

void print_explanation(const base::Json& answer) {
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

std::string in_path(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (base::is_lower(c) || base::is_upper(c) || base::is_digit(c) || c == '-' || c == '_' || c == '.') {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.append({'%', kDigits[byte >> 4U], kDigits[byte & 0xfU]});
  }
  return encoded;
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
  return failed("--output: must be table or json, not " + form, kUsage);
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
  const auto subject = parse_subject_text(options.principal);
  if (!subject) return failed(options.principal + ": must be TYPE:ID, or a user's ID", kUsage);
  const auto resource = resource_of(options.resource, options.tenant);
  if (!resource) return wrong_resource(options.resource);
  base::JsonWriter w;
  w.begin_object();
  write(w, "subject", *subject);
  w.name("action").begin_object().member("name", options.action).end_object();
  write(w, "resource", *resource);

  const auto server = client::connection_of(options.at);
  if (!server.ok()) return failed(server.error().message, kFailure);
  const auto answer = server->call({"POST", "/v1/explain", {}, w.end_object().take()}, 200);
  if (!answer.ok()) return failed(answer.error());
  const base::Json* const decision = answer->find("decision");
  if (!decision || !decision->boolean())
    return failed(server->place.to_string() + ": answered what is no explanation", kFailure);
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
  const auto resource = resource_of(options.resource, options.tenant);
  if (!resource) return wrong_resource(options.resource);
  const auto server = client::connection_of(options.at);
  if (!server.ok()) return failed(server.error().message, kFailure);
  base::Json::Array all;
  const auto done = each_row(
      [&](const std::string& token) {
        base::JsonWriter w;
        w.begin_object().name("subject").begin_object().member("type", options.type).end_object();
        w.name("action").begin_object().member("name", options.action).end_object();
        write(w, "resource", *resource);
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
  if (!done.ok()) return failed(done.error());
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
    return failed(options.principal + ": must be user:ID, service_user:ID, group:ID, or a user's ID", kUsage);
  const auto server = client::connection_of(options.at);
  if (!server.ok()) return failed(server.error().message, kFailure);
  const std::string path =
      "/v1/" + std::string(noun) + "/" + in_path(who->id) + "/effective?by=scope&limit=250";
  base::Json::Array all;
  const auto done = each_row(
      [&](const std::string& cursor) {
        return server->call({"GET", cursor.empty() ? path : path + "&cursor=" + in_path(cursor), {}, ""},
                            200);
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
  if (!done.ok()) return failed(done.error());
  return *form == OutputForm::kJson ? print_all(all) : int{kOk};
}

}  // namespace cli
