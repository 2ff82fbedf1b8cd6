#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/cedar_input.h"

// The commands `reeve cedar …`, one function each: options in, exit code out. Flags, output and exit codes
// are those that users of the language's official command know; docs/cedar-cli.md describes them. What was
// asked for goes to stdout, what went wrong to stderr.
namespace cli {

// Decides one request: 0 allow, 2 deny, 1 error.
struct CedarAuthorize {
  PoliciesInput policies;
  SchemaInput schema;
  std::string entities;  // file; empty: none
  RequestInput request;
  bool is_explained = false;  // say what kept each policy from applying
  bool json = false;
};
int cedar_authorize(const CedarAuthorize&);

// Evaluates one expression, as between the braces of `when`, and prints its value: 0, or 1 where it has none.
struct CedarEvaluate {
  std::string expression;  // `-` is standard input
  SchemaInput schema;
  std::string entities;
  RequestInput request;  // any part may be missing that the expression does not use
  bool json = false;
};
int cedar_evaluate(const CedarEvaluate&);

// Validates policies against a schema: 0 valid, 3 not; 1 where something cannot be read.
struct CedarValidate {
  PoliciesInput policies;
  SchemaInput schema;
  std::optional<std::size_t> level;
  bool denies_warnings = false;
  bool json = false;
};
int cedar_validate(const CedarValidate&);

// 0 where policies, expression, schema and entities, as far as they are given, parse; else 1 with the mistake
// in each.
struct CedarCheckParse {
  PoliciesInput policies;  // read where `has_policies`, or where nothing else is given
  std::string expression;
  SchemaInput schema;
  std::string entities;
  bool has_policies = false;
  bool has_expression = false;
  bool json = false;
};
int cedar_check_parse(const CedarCheckParse&);

// Formats policies: 0, or 1 where they don't parse or, with `is_check`, would change.
struct CedarFormat {
  std::string policies = "-";
  std::size_t line_width = 80;
  std::size_t indent_width = 2;
  bool is_check = false;    // print and write nothing
  bool is_written = false;  // back to the file
  bool json = false;
};
int cedar_format(const CedarFormat&);

enum class Direction { kCedarToJson, kJsonToCedar };

struct CedarTranslate {
  std::string file = "-";
  Direction direction = Direction::kCedarToJson;
};
int cedar_translate_policy(const CedarTranslate&);
int cedar_translate_schema(const CedarTranslate&);

// Links a template: prints it as a policy with the slots' values in it, and adds the link to the file of
// links.
struct CedarLink {
  PoliciesInput policies;  // links: file that the link is added to; made where it is absent
  std::string template_id;
  std::string new_id;
  std::string arguments;  // JSON: {"?principal": "User::\"alice\""}
  bool json = false;
};
int cedar_link(const CedarLink&);

// Prints the one schema that schemas link to: 0, or 1 where one cannot be read, they don't link, or with
// `must_be_complete` something stays external.
struct CedarLinkSchemas {
  std::vector<std::string> files;
  bool must_be_complete = false;
  bool json = false;
};
int cedar_link_schemas(const CedarLinkSchemas&);

// Lists what policies name: entity types, entities, actions, attributes, functions; and, with a schema,
// whether it declares the types and actions.
struct CedarSymbols {
  PoliciesInput policies;
  SchemaInput schema;
  bool json = false;
};
int cedar_symbols(const CedarSymbols&);

// Runs policy tests written in YAML: 0 where all pass, else 1.
struct CedarTest {
  std::vector<std::string> files;
  bool json = false;
};
int cedar_test(const CedarTest&);

}  // namespace cli
