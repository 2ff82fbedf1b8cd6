#include "cli/check.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "cli/cedar_output.h"
#include "cli/entity_text.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

constexpr const char* kCall = "/access/v1/evaluation";
constexpr const char* kTenant = "REEVE_TENANT";

std::optional<EntityText> resource_of(const CheckOptions& options) {
  if (options.resource) return parse_entity_text(*options.resource);
  if (options.tenant) return EntityText{"tenant", *options.tenant};
  const char* const tenant = std::getenv(kTenant);
  return tenant && *tenant ? std::optional(EntityText{"tenant", tenant}) : std::nullopt;
}

void write(base::JsonWriter& w, std::string_view role, const EntityText& name) {
  w.name(role).begin_object().member("type", name.type).member("id", name.id).end_object();
}

int failed(const std::string& message, int code) {
  complain("reeve: " + message);
  return code;
}

}  // namespace

int check(const CheckOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  const auto subject = parse_subject_text(options.principal);
  if (!subject) return failed(options.principal + ": must be TYPE:ID, or a user's ID", kUsage);
  const auto resource = resource_of(options);
  if (!resource && options.resource) return failed(*options.resource + ": must be TYPE:ID", kUsage);
  if (!resource)
    return failed("RESOURCE: missing; give it, or the tenant with --tenant or REEVE_TENANT", kUsage);
  base::JsonWriter w;
  w.begin_object();
  write(w, "subject", *subject);
  w.name("action").begin_object().member("name", options.action).end_object();
  write(w, "resource", *resource);

  const auto server = client::connection_of(options.at);
  if (!server.ok()) return failed(server.error().message, kFailure);
  const auto answer = server->call({"POST", kCall, {}, w.end_object().take()}, 200);
  if (!answer.ok())
    return failed(answer.error().message,
                  answer.error().code == base::ErrorCode::kIo ? kUnreachable : kFailure);
  const base::Json* const decision = answer->find("decision");
  if (!decision || !decision->boolean())
    return failed(server->place.to_string() + ": answered what is no decision", kFailure);
  const bool allowed = *decision->boolean();
  std::printf("%s\n", allowed ? "allow" : "deny");
  return allowed ? kOk : kDeny;
}

}  // namespace cli
