#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "cli/entity_text.h"
#include "client/connection.h"

// What commands ask a running server about access.
namespace cli {

// What something is done to, as it is written on a command line.
struct ResourceOptions {
  std::optional<std::string> resource;  // "TYPE:ID"; none: the tenant
  std::optional<std::string> tenant;    // its uuid; else REEVE_TENANT
};

// Fails where it is malformed, or isn't said at all.
base::Result<EntityText> resource_of(const ResourceOptions&);

// May somebody do something?
struct QuestionOptions {
  client::Given at;
  std::string principal;  // "TYPE:ID", or the ID of a user
  std::string action;
  ResourceOptions on;
};

// The query of a call about another time than now: "at=2026-11-01T00%3A00%3A00Z"; none where no time is
// given. Fails where it is no RFC 3339 time.
base::Result<std::optional<std::string>> moment_of(const std::optional<std::string>& time);

// The body of an evaluation. Fails where something of it is malformed.
base::Result<std::string> question_of(const QuestionOptions&);

// A member of an object that is open: an entity by its type and id, an action by its name.
void write_entity(base::JsonWriter&, std::string_view member, const EntityText&);
void write_action(base::JsonWriter&, const std::string& name);

// Prints "reeve: message" on stderr, and returns the exit code for it: kUsage where options are wrong, and of
// what a call ended with kUnreachable where there was no answer.
int wrong_options(const base::Error&);
int call_failed(const base::Error&);

}  // namespace cli
