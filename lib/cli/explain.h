#pragma once
#include <optional>
#include <string>

#include "cli/question.h"
#include "client/connection.h"

namespace cli {

// How what a server says of access is printed: as a table for people, or as the JSON that it answered.
enum class OutputForm { kTable, kJson };
std::optional<OutputForm> parse_output_form(const std::string& name);  // "table", "json"

// `reeve explain`: asks a running server why somebody may or may not do something (/v1/explain). Prints the
// sentence, the rules that came close and what would turn it, and ends with 0 where it may and 2 where not;
// with 8 where there is no answer, and 1 where that is none to the question.
struct ExplainOptions {
  QuestionOptions question;
  std::optional<std::string> time;  // as it was then, or will be: RFC 3339
  std::string form = "table";
};
int explain(const ExplainOptions&);

// `reeve who-can`: everybody of a type who may do something, by searching (/access/v1/search/subject). 0 also
// where it is nobody.
struct WhoCanOptions {
  client::Given at;
  std::string action;
  ResourceOptions on;
  std::string type = "user";
  std::string form = "table";
};
int who_can(const WhoCanOptions&);

// `reeve what-can`: the permissions of a user, service user or group, with the paths to each
// (/v1/users/{id}/effective).
struct WhatCanOptions {
  client::Given at;
  std::string principal;
  std::optional<std::string> tenant;  // its uuid; else REEVE_TENANT, else the credential's own
  std::optional<std::string> time;    // as of explain
  std::string form = "table";
};
int what_can(const WhatCanOptions&);

}  // namespace cli
