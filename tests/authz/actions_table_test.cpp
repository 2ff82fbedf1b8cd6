// The table of actions in docs/guard.md is made of the operations' rows and the shipped schema.
#include <string>

#include "api/operations.h"
#include "authz/entities.h"
#include "authz/guard.h"
#include "base/file.h"
#include "cedar/schema/type.h"
#include "tests/support/catch.h"

namespace {

std::string code(std::string_view text) {
  return "`" + std::string(text.empty() ? "\"\"" : text) + "`";
}

// What follows is separated from what stands by a comma.
void add(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ", ") + item;
}

std::string resources_of(const cedar::Schema& schema, const cedar::SchemaAction& action) {
  std::string list;
  for (const auto type : action.applies_to->resources) add(list, schema.entity_types()[type].name.text());
  return list;
}

std::string proposed_of(const cedar::SchemaAction& action) {
  std::string list;
  for (const cedar::AttributeType& a : action.context->record()->find("proposed")->type->record()->attributes)
    add(list, code(a.name) + (a.is_required ? "" : "?"));
  return list;
}

std::string table() {
  const auto schema = authz::load_schema("config/reeve.cedarschema");
  REQUIRE(schema.ok());
  std::string text =
      "| action | group | resource | `context.scope` | `context.proposed` |\n"
      "|---|---|---|---|---|\n";
  for (const api::Operation& operation : api::all_operations()) {
    INFO(operation.action);
    const cedar::SchemaAction* action = (*schema)->find_action(authz::action_uid(operation.action));
    REQUIRE((action && action->applies_to));
    const bool writes = operation.kind == api::OperationKind::kWrite;
    text += "| " + code(operation.action) + " | " + (writes ? "write" : "read") + " | " +
            resources_of(**schema, *action) + " | " + code(operation.scope) + " | ";
    const std::string proposed = proposed_of(*action);
    text += proposed + (proposed.empty() ? "|\n" : " |\n");
  }
  return text;
}

}  // namespace

TEST_CASE("docs/guard.md holds the table of actions", "[authz]") {
  const auto page = base::read_file("docs/guard.md", 1 << 20);
  REQUIRE(page.ok());
  CHECK_THAT(page.value(), ContainsSubstring("\n\n" + table() + "\n"));
}
