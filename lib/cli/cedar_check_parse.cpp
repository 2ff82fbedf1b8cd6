#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

// The mistakes in all that is given, each with its place.
std::vector<base::Error> mistakes_in(const CedarCheckParse& options) {
  CedarInput input;
  std::vector<base::Error> mistakes;
  const auto note = [&](const auto& read) {
    if (!read.ok()) mistakes.push_back(read.error());
  };
  const bool has_others = options.has_expression || !options.schema.file.empty() || !options.entities.empty();
  if (options.has_policies || !has_others) note(input.policies(options.policies));
  if (options.has_expression)
    note(cedar::parse_expression(std::make_shared<const cedar::Source>("expression", options.expression)));
  const auto schema = input.schema(options.schema);
  note(schema);
  if (!options.entities.empty())
    note(input.entities(options.entities, schema.ok() ? schema->get() : nullptr));
  return mistakes;
}

}  // namespace

int cedar_check_parse(const CedarCheckParse& options) {
  const std::vector<base::Error> mistakes = mistakes_in(options);
  if (options.json) {
    base::JsonWriter json;
    json.begin_object().member("ok", mistakes.empty()).name("errors").begin_array();
    for (const base::Error& mistake : mistakes) json.string(mistake.message);
    print(json.end_array().end_object());
  } else {
    for (const base::Error& mistake : mistakes) fail(mistake);
  }
  return mistakes.empty() ? kOk : kFailure;
}

}  // namespace cli
