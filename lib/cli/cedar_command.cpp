#include "cli/cedar_command.h"

#include <cstdio>
#include <iostream>
#include <iterator>

#include "base/file.h"
#include "base/json.h"
#include "cedar/cedar.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

constexpr std::size_t kMaxFile = std::size_t{64} << 20;  // bytes; the language's own limits are lower

int fail(const std::string& message) {
  std::fprintf(stderr, "reeve: %s\n", message.c_str());
  return kFailure;
}

Result<std::string> read(const std::string& path) {
  if (path != "-") return read_file(path, kMaxFile);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

// Policies are called by their @id where they have one, as the official command does.
cedar::PolicyId id_of(const cedar::Template& policy, std::size_t index) {
  const std::string* id = policy.annotation("id");
  return id && !id->empty() ? *id : "policy" + std::to_string(index);
}

Result<cedar::PolicySet> read_policies(const std::string& path) {
  const auto text = read(path);
  if (!text.ok()) return text.error();
  return cedar::PolicySet::parse(text.value(), path == "-" ? "<stdin>" : path, id_of);
}

Result<cedar::EntityUid> read_uid(const char* flag, const std::string& text) {
  auto uid = cedar::parse_entity_uid(text);
  if (!uid.ok()) return Error{uid.error().code, std::string(flag) + ": " + uid.error().message};
  return uid;
}

Result<cedar::Request> read_request(const CedarAuthorize& options) {
  auto principal = read_uid("--principal", options.principal);
  if (!principal.ok()) return principal.error();
  auto action = read_uid("--action", options.action);
  if (!action.ok()) return action.error();
  auto resource = read_uid("--resource", options.resource);
  if (!resource.ok()) return resource.error();
  cedar::Record context;
  if (!options.context.empty()) {
    const auto text = read(options.context);
    if (!text.ok()) return text.error();
    auto read_context = cedar::context_from_json(text.value());
    if (!read_context.ok()) return Error{read_context.error().code, options.context + ": " + read_context.error().message};
    context = std::move(read_context).value();
  }
  return cedar::Request{std::move(principal).value(), std::move(action).value(), std::move(resource).value(),
                        std::move(context)};
}

std::string to_json(const cedar::Response& response) {
  JsonWriter w;
  w.begin_object().name("decision").string(cedar::name_of(response.decision)).name("reason").begin_array();
  for (const auto& id : response.diagnostics.reasons) w.string(id);
  w.end_array().name("errors").begin_array();
  for (const auto& error : response.diagnostics.errors)
    w.begin_object().name("policy").string(error.policy).name("message").string(error.message).end_object();
  return w.end_array().end_object().take();
}

}  // namespace

int cedar_authorize(const CedarAuthorize& options) {
  const auto policies = read_policies(options.policies);
  if (!policies.ok()) return fail(policies.error().message);
  cedar::Entities entities;
  if (!options.entities.empty()) {
    const auto text = read(options.entities);
    if (!text.ok()) return fail(text.error().message);
    auto made = cedar::Entities::from_json(text.value());
    if (!made.ok()) return fail(options.entities + ": " + made.error().message);
    entities = std::move(made).value();
  }
  const auto request = read_request(options);
  if (!request.ok()) return fail(request.error().message);

  const auto response = cedar::Authorizer().is_authorized(request.value(), policies.value(), entities);
  if (options.json) {
    std::printf("%s\n", to_json(response).c_str());
  } else {
    std::printf("%s\n", response.decision == cedar::Decision::kAllow ? "ALLOW" : "DENY");
    for (const auto& id : response.diagnostics.reasons) std::fprintf(stderr, "determined by %s\n", id.c_str());
    for (const auto& error : response.diagnostics.errors)
      std::fprintf(stderr, "%s\n", cedar::to_text(error).c_str());
  }
  return response.decision == cedar::Decision::kAllow ? kOk : kDeny;
}

int cedar_check_parse(const CedarCheckParse& options) {
  const auto policies = read_policies(options.policies);
  return policies.ok() ? int{kOk} : fail(policies.error().message);
}

}  // namespace cli
