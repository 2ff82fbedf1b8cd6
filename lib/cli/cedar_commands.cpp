#include "cli/cedar_commands.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "cli/cedar_verbs.h"

namespace cli {
namespace {

const std::map<std::string, Syntax> kSyntaxes = {{"cedar", Syntax::kCedar}, {"json", Syntax::kJson}};
const std::map<std::string, Direction> kDirections = {{"cedar-to-json", Direction::kCedarToJson},
                                                      {"json-to-cedar", Direction::kJsonToCedar}};

// An option whose values are words of a table; the help names them.
template <typename Value>
CLI::Option* add_choice(CLI::App* c, const std::string& flag, Value& value,
                        const std::map<std::string, Value>& words, const std::string& help) {
  std::string names;
  for (const auto& [word, meaning] : words) names += (names.empty() ? "" : "|") + word;
  return c->add_option(flag, value, help)
      ->transform(CLI::CheckedTransformer(words).description(""))
      ->type_name(names);
}

CLI::Option* add_policies(CLI::App* c, PoliciesInput& input) {
  auto* file = c->add_option("-p,--policies", input.file, "Policies; without this or with - standard input");
  file->type_name("FILE");
  add_choice(c, "--policy-format", input.syntax, kSyntaxes, "Form of the policies, by default cedar");
  return file;
}

CLI::Option* add_links(CLI::App* c, PoliciesInput& input, const std::string& help) {
  return c->add_option("-k,--template-linked", input.links, help)->type_name("FILE");
}

CLI::Option* add_schema(CLI::App* c, SchemaInput& input) {
  auto* file = c->add_option("-s,--schema", input.file, "Schema")->type_name("FILE");
  add_choice(c, "--schema-format", input.syntax, kSyntaxes, "Form of the schema, by default cedar");
  return file;
}

CLI::Option* add_entities(CLI::App* c, std::string& file) {
  return c->add_option("--entities", file, "Entities in JSON; checked against the schema if there is one")
      ->type_name("FILE");
}

void add_request(CLI::App* c, RequestInput& input) {
  auto* principal =
      c->add_option("-l,--principal", input.principal, "Such as User::\"alice\"")->type_name("UID");
  auto* action = c->add_option("-a,--action", input.action, "Such as Action::\"view\"")->type_name("UID");
  auto* resource = c->add_option("-r,--resource", input.resource, "Such as Photo::\"1\"")->type_name("UID");
  auto* context = c->add_option("-c,--context", input.context, "Context, a JSON object")->type_name("FILE");
  c->add_option("--request-json", input.request_json,
                "The request instead: {principal, action, resource, context}")
      ->type_name("FILE")
      ->excludes(principal)
      ->excludes(action)
      ->excludes(resource)
      ->excludes(context);
  c->add_option("--request-validation", input.is_validated,
                "Whether the schema judges the request, by default true")
      ->type_name("true|false");
}

void add_json(CLI::App* c, bool& json) {
  c->add_flag("--json", json, "Print the answer as JSON");
}

void add_authorize(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("authorize", "Decide one request; exit code 0 allow, 2 deny, 1 error");
  auto o = std::make_shared<CedarAuthorize>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  add_schema(c, o->schema);
  add_entities(c, o->entities);
  add_request(c, o->request);
  c->add_flag("--explain", o->is_explained, "Say what kept each policy from applying");
  add_json(c, o->json);
  does(c, o, cedar_authorize, chosen);
}

void add_evaluate(CLI::App* parent, Work* chosen) {
  auto* c =
      parent->add_subcommand("evaluate", "Evaluate one expression; exit code 0, or 1 where it has no value");
  auto o = std::make_shared<CedarEvaluate>();
  c->add_option("expression", o->expression, "As between the braces of when")
      ->required()
      ->type_name("EXPRESSION");
  add_schema(c, o->schema);
  add_entities(c, o->entities);
  add_request(c, o->request);
  add_json(c, o->json);
  does(c, o, cedar_evaluate, chosen);
}

void add_validate(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("validate",
                                   "Validate policies against a schema; exit code 0 valid, 3 not, 1 error");
  auto o = std::make_shared<CedarValidate>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  add_schema(c, o->schema)->required();
  c->add_option("--level", o->level, "How many entities may be visited one after the other (RFC 76)")
      ->type_name("N");
  c->add_flag("--deny-warnings", o->denies_warnings, "Exit with 3 for warnings too");
  add_json(c, o->json);
  does(c, o, cedar_validate, chosen);
}

void add_check_parse(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("check-parse",
                                   "Say where policies, schema or entities don't parse; exit code 0 or 1");
  auto o = std::make_shared<CedarCheckParse>();
  auto* policies = add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  add_schema(c, o->schema);
  add_entities(c, o->entities);
  add_json(c, o->json);
  does(c, o, cedar_check_parse, chosen);
  c->parse_complete_callback([o, policies] { o->has_policies = policies->count() > 0; });
}

void add_format(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("format", "Lay policies out anew; comments are kept");
  auto o = std::make_shared<CedarFormat>();
  auto* file = c->add_option("-p,--policies", o->policies, "Policies; without this or with - standard input");
  file->type_name("FILE");
  c->add_option("-l,--line-width", o->line_width, "Columns of a line, by default 80")
      ->check(CLI::Range(20, 1000))
      ->type_name("N");
  c->add_option("-i,--indent-width", o->indent_width, "Columns of a level, by default 2")
      ->check(CLI::Range(0, 16))
      ->type_name("N");
  c->add_flag("--check", o->is_check, "Print nothing; exit code 1 where the layout is another");
  auto* write = c->add_flag("-w,--write", o->is_written, "Write the file instead of printing");
  add_json(c, o->json);
  does(c, o, cedar_format, chosen);
  c->parse_complete_callback([o, write] {
    if (write->count() > 0 && o->policies == "-") throw CLI::RequiredError("--write needs --policies");
  });
}

void add_translate(CLI::App* parent, const char* name, const char* flag, const char* help,
                   int (*run)(const CedarTranslate&), Work* chosen) {
  auto* c = parent->add_subcommand(name, help);
  auto o = std::make_shared<CedarTranslate>();
  add_choice(c, "--direction", o->direction, kDirections, "From which form to which")->required();
  c->add_option(flag, o->file, "What to translate; without this or with - standard input")->type_name("FILE");
  does(c, o, run, chosen);
}

void add_link(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("link", "Print the policy that a template is with values for its slots");
  auto o = std::make_shared<CedarLink>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "File of links that this one is added to");
  c->add_option("--template-id", o->template_id, "The template")->required()->type_name("ID");
  c->add_option("-n,--new-id", o->new_id, "Id of the linked policy")->required()->type_name("ID");
  c->add_option("-a,--arguments", o->arguments, R"(Values in JSON: {"?principal": "User::\"alice\""})")
      ->required()
      ->type_name("JSON");
  add_json(c, o->json);
  does(c, o, cedar_link, chosen);
}

void add_symbols(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("symbols",
                                   "List the types, entities, actions, attributes and functions in policies");
  auto o = std::make_shared<CedarSymbols>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  add_schema(c, o->schema);
  add_json(c, o->json);
  does(c, o, cedar_symbols, chosen);
}

void add_test(CLI::App* parent, Work* chosen) {
  auto* c =
      parent->add_subcommand("test", "Run policy tests written in YAML; exit code 0 where all pass, else 1");
  auto o = std::make_shared<CedarTest>();
  c->add_option("files", o->files, "Files of tests")->required()->type_name("FILE");
  add_json(c, o->json);
  does(c, o, cedar_test, chosen);
}

}  // namespace

void add_cedar_commands(CLI::App& root, Work* chosen) {
  auto* parent = root.add_subcommand("cedar", "The Cedar language, without a server");
  parent->require_subcommand(1);
  add_authorize(parent, chosen);
  add_evaluate(parent, chosen);
  add_validate(parent, chosen);
  add_check_parse(parent, chosen);
  add_format(parent, chosen);
  add_translate(parent, "translate-policy", "-p,--policies",
                "Translate policies between Cedar's syntax and JSON", cedar_translate_policy, chosen);
  add_translate(parent, "translate-schema", "-s,--schema",
                "Translate a schema between Cedar's syntax and JSON", cedar_translate_schema, chosen);
  add_link(parent, chosen);
  add_symbols(parent, chosen);
  add_test(parent, chosen);
}

}  // namespace cli
