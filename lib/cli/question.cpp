#include "cli/question.h"

#include <cstdlib>

#include "base/encoding.h"
#include "base/time.h"
#include "cli/cedar_output.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

constexpr const char* kTenant = "REEVE_TENANT";

base::Error wrong(const std::string& message) {
  return {base::ErrorCode::kInvalid, message};
}

}  // namespace

base::Result<EntityText> resource_of(const ResourceOptions& options) {
  if (options.resource) {
    auto named = parse_entity_text(*options.resource);
    if (!named) return wrong(*options.resource + ": must be TYPE:ID");
    return *std::move(named);
  }
  if (options.tenant) return EntityText{"tenant", *options.tenant};
  const char* const tenant = std::getenv(kTenant);
  if (tenant && *tenant) return EntityText{"tenant", tenant};
  return wrong("RESOURCE: missing; give it, or the tenant with --tenant or REEVE_TENANT");
}

base::Result<std::optional<std::string>> moment_of(const std::optional<std::string>& time) {
  if (!time) return std::optional<std::string>();
  if (!base::parse_timestamp(*time))
    return wrong("--at: " + *time + ": must be an RFC 3339 time, such as 2026-04-15T12:00:00Z");
  return std::optional("at=" + base::percent_encoded(*time));
}

base::Result<std::string> question_of(const QuestionOptions& options) {
  const auto subject = parse_subject_text(options.principal);
  if (!subject) return wrong(options.principal + ": must be TYPE:ID, or a user's ID");
  const auto resource = resource_of(options.on);
  if (!resource.ok()) return resource.error();
  base::JsonWriter w;
  w.begin_object();
  write_entity(w, "subject", *subject);
  write_action(w, options.action);
  write_entity(w, "resource", *resource);
  return w.end_object().take();
}

void write_entity(base::JsonWriter& w, std::string_view member, const EntityText& entity) {
  w.name(member).begin_object().member("type", entity.type).member("id", entity.id).end_object();
}

void write_action(base::JsonWriter& w, const std::string& name) {
  w.name("action").begin_object().member("name", name).end_object();
}

int wrong_options(const base::Error& error) {
  complain("reeve: " + error.message);
  return kUsage;
}

int call_failed(const base::Error& error) {
  complain("reeve: " + error.message);
  return error.code == base::ErrorCode::kIo ? kUnreachable : kFailure;
}

}  // namespace cli
