#include <cstdio>

#include "cedar/explain.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

Json to_json(const cedar::Response& response) {
  Json::Array reasons;
  for (const auto& id : response.diagnostics.reasons) reasons.emplace_back(id);
  Json::Array errors;
  for (const auto& error : response.diagnostics.errors) {
    Json::Object item;
    item.emplace_back("policy", Json(error.policy));
    item.emplace_back("message", Json(error.message));
    errors.emplace_back(std::move(item));
  }
  Json::Object out;
  out.emplace_back("decision", Json(cedar::name_of(response.decision)));
  out.emplace_back("reason", Json(std::move(reasons)));
  out.emplace_back("errors", Json(std::move(errors)));
  return Json(std::move(out));
}

void print(const cedar::Response& response, const std::optional<cedar::Explanation>& explanation) {
  std::printf("%s\n", response.decision == cedar::Decision::kAllow ? "ALLOW" : "DENY");
  if (explanation) {
    std::printf("\n%s\n", cedar::to_text(*explanation).c_str());
    return;
  }
  for (const auto& id : response.diagnostics.reasons) std::fprintf(stderr, "determined by %s\n", id.c_str());
  for (const auto& error : response.diagnostics.errors)
    std::fprintf(stderr, "%s\n", cedar::to_text(error).c_str());
}

}  // namespace

int cedar_authorize(const CedarAuthorize& options) {
  CedarInput input;
  const auto policies = input.policies(options.policies);
  if (!policies.ok()) return fail(policies.error());
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return fail(schema.error());
  const cedar::Schema* types = schema->has_value() ? &**schema : nullptr;
  const auto entities = input.entities(options.entities, types);
  if (!entities.ok()) return fail(entities.error());
  const auto request = input.request(options.request, types);
  if (!request.ok()) return fail(request.error());

  const auto response = cedar::Authorizer().is_authorized(*request, *policies, *entities);
  std::optional<cedar::Explanation> explanation;
  if (options.is_explained) explanation = cedar::explain(*request, *policies, *entities);
  if (options.json) {
    Json json = to_json(response);
    if (explanation) json.object()->emplace_back("explanation", cedar::to_json(*explanation));
    print_json(json);
  } else {
    print(response, explanation);
  }
  return response.decision == cedar::Decision::kAllow ? kOk : kDeny;
}

}  // namespace cli
