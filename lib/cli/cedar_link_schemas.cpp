#include "cedar/schema.h"
#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

// What is wrong with each schema is said.
std::optional<std::vector<std::shared_ptr<const cedar::Schema>>> read_all(
    const std::vector<std::string>& files) {
  CedarInput input;
  std::vector<std::shared_ptr<const cedar::Schema>> schemas;
  for (const std::string& file : files) {
    auto schema = input.schema({file, syntax_of(file)});
    if (schema.ok())
      schemas.push_back(std::move(schema).value());
    else
      fail(schema.error());
  }
  if (schemas.size() < files.size()) return std::nullopt;
  return schemas;
}

std::vector<std::string> external_names(const cedar::Schema& schema) {
  std::vector<std::string> names;
  for (const auto* type : schema.external_entity_types()) names.push_back(type->name.text());
  for (const auto* action : schema.external_actions()) names.push_back(cedar::to_text(action->uid));
  return names;
}

int print_text(const cedar::Schema& schema) {
  const auto text = cedar::to_cedar_text(schema);
  if (!text.ok()) return fail(text.error());
  print(*text);
  std::string names;
  for (const std::string& name : external_names(schema)) names += (names.empty() ? "`" : ", `") + name + "`";
  if (!names.empty()) complain("still external: " + names);
  return kOk;
}

int print_json(const cedar::Schema& schema) {
  const auto text = cedar::to_json_text(schema);
  if (!text.ok()) return fail(text.error());
  base::JsonWriter json;
  json.begin_object().member("complete", external_names(schema).empty());
  json.name("external_entity_types").begin_array();
  for (const auto* type : schema.external_entity_types()) json.string(type->name.text());
  json.end_array().name("external_actions").begin_array();
  for (const auto* action : schema.external_actions()) json.string(cedar::to_text(action->uid));
  print(json.end_array().name("schema").raw(*text).end_object());
  return kOk;
}

}  // namespace

int cedar_link_schemas(const CedarLinkSchemas& options) {
  const auto schemas = read_all(options.files);
  if (!schemas) return kFailure;
  std::vector<const cedar::Schema*> parts;
  for (const auto& schema : *schemas) parts.push_back(schema.get());
  const auto linked = cedar::Schema::link(parts);
  if (!linked.ok()) return fail(linked.error());
  if (options.must_be_complete)
    if (const auto complete = linked->check_complete(); !complete.ok()) return fail(complete.error());
  return options.json ? print_json(*linked) : print_text(*linked);
}

}  // namespace cli
