#include "cli/check.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "cli/cedar_output.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

constexpr const char* kCall = "/access/v1/evaluation";
constexpr const char* kTenant = "REEVE_TENANT";
constexpr const char* kUserType = "user";

struct Name {
  std::string type, id;
};

// "Shop::Order:7" is of type Shop::Order: the first colon that isn't one of two.
std::optional<Name> parse_name(const std::string& text) {
  for (std::size_t at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
    if (at + 1 < text.size() && text[at + 1] == ':') {
      ++at;
      continue;
    }
    if (at == 0 || at + 1 == text.size()) return std::nullopt;
    return Name{text.substr(0, at), text.substr(at + 1)};
  }
  return std::nullopt;
}

std::optional<Name> resource_of(const CheckOptions& options) {
  if (options.resource) return parse_name(*options.resource);
  if (options.tenant) return Name{"tenant", *options.tenant};
  const char* const tenant = std::getenv(kTenant);
  return tenant && *tenant ? std::optional(Name{"tenant", tenant}) : std::nullopt;
}

void write(base::JsonWriter& w, std::string_view role, const Name& name) {
  w.name(role).begin_object().member("type", name.type).member("id", name.id).end_object();
}

int failed(const std::string& message, int code) {
  complain("reeve: " + message);
  return code;
}

}  // namespace

int check(const CheckOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  const bool is_name = options.principal.find(':') != std::string::npos;
  const auto subject = is_name ? parse_name(options.principal) : Name{kUserType, options.principal};
  if (!subject || subject->id.empty())
    return failed(options.principal + ": must be TYPE:ID, or a user's ID", kUsage);
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
