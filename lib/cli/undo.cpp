#include "cli/undo.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/json.h"
#include "cli/answer_text.h"
#include "cli/cedar_output.h"
#include "cli/exit_code.h"
#include "cli/explain.h"
#include "cli/question.h"
#include "cli/tenant_calls.h"

namespace cli {
namespace {

std::string told(const std::string& change) {
  if (change == "created") return "put back";
  if (change == "deleted") return "removed";
  return "changed back";
}

void print_undone(const base::Json& undone) {
  for (const base::Json& change : array_at(undone, "changes")) {
    std::string line = told(text_at(change, "change"));
    line.append(line.size() < 14 ? 14 - line.size() : 1, ' ');
    line += text_at(change, "resource_type") + " " + text_at(change, "resource_id");
    for (const char* const holder : {"group", "policy"})
      if (const std::string id = text_at(change, std::string(holder) + "_id"); !id.empty())
        line += " in " + std::string(holder) + " " + id;
    print_line(line);
  }
  for (const base::Json& credential : array_at(undone, "left")) {
    print_line("not back      " + text_at(credential, "resource_type") + " " +
               text_at(credential, "resource_id"));
  }
}

void print_impact(const base::Json& answer) {
  const base::Json* const impact = answer.find("impact");
  if (!impact) return;
  for (const char* const side : {"gain", "lose"}) {
    const base::Json* const held = impact->find(side);
    const base::Json* const people = held ? held->find("principals") : nullptr;
    if (people && people->integer())
      print_line(std::string("would ") + side + "    " + std::to_string(*people->integer()));
  }
}

}  // namespace

int undo(const UndoOptions& options) {
  const auto form = parse_output_form(options.form);
  if (!form)
    return wrong_options({base::ErrorCode::kInvalid, "--output: must be table or json, not " + options.form});
  auto server = client::connection_of(options.at);
  if (!server.ok()) return fail(server.error());
  auto tenant = tenant_asked_about(*server, options.tenant);
  if (!tenant.ok()) return call_failed(tenant.error());
  const TenantCalls calls{std::move(server).value(), std::move(tenant).value(), ""};
  const std::string path =
      "/v1/changes/" + std::to_string(options.revision) + "/undo" + (options.dry_run ? "?dry_run=true" : "");
  const auto answer = calls.call("POST", path, base::Json(), 200);
  if (!answer.ok()) return call_failed(answer.error());
  if (*form == OutputForm::kJson) {
    std::printf("%s\n", to_text(*answer).c_str());
    return kOk;
  }
  const base::Json* const would = answer->find("would");
  print_undone(would ? *would : *answer);
  print_impact(*answer);
  return kOk;
}

}  // namespace cli
