#include "cedar/explain.h"
#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

void write(base::JsonWriter& json, const cedar::PolicyError& error) {
  json.begin_object().member("policy", error.policy).member("message", error.message);
  if (!error.file.empty()) {
    json.member("file", error.file);
    write_place(json, error.place);
  }
  json.end_object();
}

void print_json(const cedar::Response& response, const std::optional<cedar::Explanation>& explanation) {
  base::JsonWriter json;
  json.begin_object().member("decision", cedar::name_of(response.decision));
  json.member("reason", response.diagnostics.reasons).name("errors").begin_array();
  for (const auto& error : response.diagnostics.errors) write(json, error);
  json.end_array();
  if (explanation) json.member("explanation", cedar::to_json(*explanation));
  print(json.end_object());
}

void print_text(const cedar::Response& response, const std::optional<cedar::Explanation>& explanation) {
  print(response.decision == cedar::Decision::kAllow ? "ALLOW\n" : "DENY\n");
  if (explanation) return print("\n" + cedar::to_text(*explanation) + "\n");
  for (const auto& id : response.diagnostics.reasons) complain("determined by " + id);
  for (const auto& error : response.diagnostics.errors) complain(cedar::to_text(error));
}

}  // namespace

int cedar_authorize(const CedarAuthorize& options) {
  CedarInput input;
  const auto policies = input.policies(options.policies);
  if (!policies.ok()) return fail(policies.error());
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return fail(schema.error());
  const auto entities = input.entities(options.entities, schema->get());
  if (!entities.ok()) return fail(entities.error());
  const auto request = input.request(options.request, schema->get());
  if (!request.ok()) return fail(request.error());

  const auto response =
      cedar::Authorizer().is_authorized(*request, cedar::CompiledPolicies(*policies), *entities);
  std::optional<cedar::Explanation> explanation;
  if (options.is_explained) explanation = cedar::explain(*request, *policies, *entities);
  options.json ? print_json(response, explanation) : print_text(response, explanation);
  return response.decision == cedar::Decision::kAllow ? kOk : kDeny;
}

}  // namespace cli
