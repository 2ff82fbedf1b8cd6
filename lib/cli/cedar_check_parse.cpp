#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

Result<void> check(const CedarCheckParse& options) {
  CedarInput input;
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return schema.error();
  const bool has_others = !options.schema.file.empty() || !options.entities.empty();
  if (options.has_policies || !has_others)
    if (const auto policies = input.policies(options.policies); !policies.ok()) return policies.error();
  if (options.entities.empty()) return {};
  const auto entities = input.entities(options.entities, schema->has_value() ? &**schema : nullptr);
  if (!entities.ok()) return entities.error();
  return {};
}

}  // namespace

int cedar_check_parse(const CedarCheckParse& options) {
  const auto checked = check(options);
  if (!options.json) return checked.ok() ? int{kOk} : fail(checked.error());
  Json::Object out;
  out.emplace_back("ok", Json(checked.ok()));
  if (!checked.ok()) out.emplace_back("error", Json(checked.error().message));
  print_json(Json(std::move(out)));
  return checked.ok() ? kOk : kFailure;
}

}  // namespace cli
