#include "cli/cedar_commands.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"

namespace cli {
namespace {

// The words that an option takes, and what they mean.
template <typename Value>
using Words = std::vector<std::pair<std::string, Value>>;

const Words<Syntax> kSyntaxes = {{"cedar", Syntax::kCedar}, {"json", Syntax::kJson}};
const Words<Direction> kDirections = {{"cedar-to-json", Direction::kCedarToJson},
                                      {"json-to-cedar", Direction::kJsonToCedar}};
const Words<bool> kTruths = {{"true", true}, {"false", false}};

constexpr std::size_t kMaxLevel = 1000;

template <typename Value>
CLI::Option* add_choice(CLI::App* c, const std::string& flag, Value& value, const Words<Value>& words,
                        const std::string& help) {
  std::vector<std::string> names;
  for (const auto& [word, meaning] : words) names.push_back(word);
  const auto read = [flag, &value, words, names](const std::string& given) {
    for (const auto& [word, meaning] : words)
      if (word == given) {
        value = meaning;
        return;
      }
    throw CLI::ValidationError(flag, "must be " + names[0] + " or " + names[1] + ", not `" + given + "`" +
                                         base::did_you_mean(given, names));
  };
  return c->add_option_function<std::string>(flag, read, help)->type_name(names[0] + "|" + names[1]);
}

// Of a whole number within bounds.
CLI::Validator number_from(std::size_t least, std::size_t most) {
  return {[least, most](const std::string& given) -> std::string {
            std::size_t number = 0;
            const char* end = given.data() + given.size();
            const auto read = std::from_chars(given.data(), end, number);
            if (read.ec == std::errc() && read.ptr == end && number >= least && number <= most) return "";
            return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                   ", not `" + given + "`";
          },
          ""};
}

// A command's own lines below its flags.
void add_example(CLI::App* c, const std::string& lines) {
  c->footer("Example:\n" + lines);
}

template <typename Options>
void does_cedar(CLI::App* c, const std::shared_ptr<Options>& options, int (*run)(const Options&),
                Work* chosen) {
  c->callback([options, run, chosen] { *chosen = [options, run] { return finish(run(*options)); }; });
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
                "The whole request: {principal, action, resource, context}")
      ->type_name("FILE")
      ->excludes(principal)
      ->excludes(action)
      ->excludes(resource)
      ->excludes(context);
  add_choice(c, "--request-validation", input.is_validated, kTruths,
             "Whether the request is validated against the schema, by default true");
}

void add_json(CLI::App* c, bool& json) {
  c->add_flag("--json", json, "Print the answer as JSON");
}

void add_authorize(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("authorize", "Decide one request");
  auto o = std::make_shared<CedarAuthorize>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  add_schema(c, o->schema);
  add_entities(c, o->entities);
  add_request(c, o->request);
  c->add_flag("--explain", o->is_explained, "Say what kept each policy from applying");
  add_json(c, o->json);
  add_example(c, R"(  reeve cedar authorize -p photos.cedar --entities entities.json \
    -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')");
  does_cedar(c, o, cedar_authorize, chosen);
}

void add_evaluate(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("evaluate", "Evaluate one expression");
  auto o = std::make_shared<CedarEvaluate>();
  c->add_option("EXPRESSION", o->expression, "As between the braces of when; - is standard input")
      ->required()
      ->type_name("");
  add_schema(c, o->schema);
  add_entities(c, o->entities);
  add_request(c, o->request);
  add_json(c, o->json);
  add_example(c, R"(  reeve cedar evaluate '"alice" like "al*" && 1 + 2 == 3')");
  does_cedar(c, o, cedar_evaluate, chosen);
}

// The official command's flag. Its other modes are experiments there, and of one mode nothing is to be kept.
void add_validation_mode(CLI::App* c) {
  const auto read = [](const std::string& given) {
    if (given == "strict") return;
    const bool is_experimental = given == "permissive" || given == "partial";
    throw CLI::ValidationError(
        "--validation-mode",
        is_experimental ? "`" + given +
                              "` is an experimental mode of the language and not supported; "
                              "only strict is, which is the default"
                        : "must be strict, not `" + given + "`" + base::did_you_mean(given, {"strict"}));
  };
  c->add_option_function<std::string>("--validation-mode", read, "The only mode is strict")
      ->type_name("strict");
}

void add_validate(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("validate", "Validate policies against a schema");
  auto o = std::make_shared<CedarValidate>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  add_schema(c, o->schema)->required();
  add_validation_mode(c);
  c->add_option("--level", o->level, "How many entities may be visited one after the other (RFC 76)")
      ->check(number_from(0, kMaxLevel))
      ->type_name("N");
  c->add_flag("--deny-warnings", o->denies_warnings, "Exit with 3 for warnings too");
  add_json(c, o->json);
  add_example(c, "  reeve cedar validate -p photos.cedar -s photos.cedarschema");
  does_cedar(c, o, cedar_validate, chosen);
}

void add_check_parse(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("check-parse", "Say where policies, schema or entities don't parse");
  auto o = std::make_shared<CedarCheckParse>();
  auto* policies = add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  auto* expression = c->add_option("--expression", o->expression, "As between the braces of when");
  expression->type_name("EXPRESSION");
  add_schema(c, o->schema);
  add_entities(c, o->entities);
  add_json(c, o->json);
  add_example(c, "  reeve cedar check-parse -p photos.cedar -s photos.cedarschema --entities entities.json");
  does_cedar(c, o, cedar_check_parse, chosen);
  c->parse_complete_callback([o, policies, expression] {
    o->has_policies = policies->count() > 0;
    o->has_expression = expression->count() > 0;
  });
}

void add_format(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("format", "Format policies; comments are kept");
  auto o = std::make_shared<CedarFormat>();
  auto* file = c->add_option("-p,--policies", o->policies, "Policies; without this or with - standard input");
  file->type_name("FILE");
  c->add_option("-l,--line-width", o->line_width, "Columns of a line, by default 80")
      ->check(number_from(20, 1000))
      ->type_name("N");
  c->add_option("-i,--indent-width", o->indent_width, "Columns of a level, by default 2")
      ->check(number_from(0, 16))
      ->type_name("N");
  auto* check =
      c->add_flag("-c,--check", o->is_check, "Print nothing; exit with 1 where the file would change");
  c->add_flag("-w,--write", o->is_written, "Write the file instead of printing")->excludes(check);
  add_json(c, o->json);
  add_example(c, "  reeve cedar format --write -p photos.cedar");
  does_cedar(c, o, cedar_format, chosen);
  c->parse_complete_callback([o] {
    if (o->is_written && o->policies == "-")
      throw CLI::ValidationError("--write", "needs a file to write, given with --policies");
  });
}

void add_translate(CLI::App* parent, const char* name, const char* flag, const char* help,
                   const char* example, int (*run)(const CedarTranslate&), Work* chosen) {
  auto* c = parent->add_subcommand(name, help);
  auto o = std::make_shared<CedarTranslate>();
  add_choice(c, "--direction", o->direction, kDirections, "The forms to translate from and to")->required();
  c->add_option(flag, o->file, "What to translate; without this or with - standard input")->type_name("FILE");
  add_example(c, example);
  does_cedar(c, o, run, chosen);
}

void add_link(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("link", "Print a template with values in its slots, as a policy");
  auto o = std::make_shared<CedarLink>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "File of links that this one is added to");
  c->add_option("--template-id", o->template_id, "The template")->required()->type_name("ID");
  c->add_option("-n,--new-id", o->new_id, "Id of the linked policy")->required()->type_name("ID");
  c->add_option("-a,--arguments", o->arguments, R"(Values in JSON: {"?principal": "User::\"alice\""})")
      ->required()
      ->type_name("JSON");
  add_json(c, o->json);
  add_example(c, R"(  reeve cedar link -p photos.cedar --template-id shared -n shared-with-bob \
    -a '{"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}')");
  does_cedar(c, o, cedar_link, chosen);
}

void add_link_schemas(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("link-schemas",
                                   "Print the one schema that schemas with external declarations link to");
  auto o = std::make_shared<CedarLinkSchemas>();
  c->add_option("FILE", o->files, "Schemas, in JSON where the name ends in .json; - is standard input")
      ->required()
      ->type_name("");
  c->add_flag("--complete", o->must_be_complete, "Exit with 1 where something stays external");
  add_json(c, o->json);
  add_example(c, "  reeve cedar link-schemas base.cedarschema tenant.cedarschema");
  does_cedar(c, o, cedar_link_schemas, chosen);
}

void add_symbols(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("symbols",
                                   "List the types, entities, actions, attributes and functions in policies");
  auto o = std::make_shared<CedarSymbols>();
  add_policies(c, o->policies);
  add_links(c, o->policies, "Links of the policies' templates");
  add_schema(c, o->schema);
  add_json(c, o->json);
  add_example(c, "  reeve cedar symbols -p photos.cedar -s photos.cedarschema");
  does_cedar(c, o, cedar_symbols, chosen);
}

void add_test(CLI::App* parent, Work* chosen) {
  auto* c = parent->add_subcommand("test", "Run policy tests written in YAML");
  auto o = std::make_shared<CedarTest>();
  c->add_option("FILE", o->files, "Files of tests; - is standard input")->required()->type_name("");
  add_json(c, o->json);
  add_example(c, "  reeve cedar test photos_test.yaml");
  does_cedar(c, o, cedar_test, chosen);
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
                "Translate policies between Cedar's syntax and JSON",
                "  reeve cedar translate-policy --direction cedar-to-json -p photos.cedar",
                cedar_translate_policy, chosen);
  add_translate(parent, "translate-schema", "-s,--schema",
                "Translate a schema between Cedar's syntax and JSON",
                "  reeve cedar translate-schema --direction cedar-to-json -s photos.cedarschema",
                cedar_translate_schema, chosen);
  add_link(parent, chosen);
  add_link_schemas(parent, chosen);
  add_symbols(parent, chosen);
  add_test(parent, chosen);
}

}  // namespace cli
