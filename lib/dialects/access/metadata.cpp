// What AuthZEN's clients look for first (RFC 8615): where the calls are. It is made of the configured URL and
// of the path that was asked for, never of the Host header, which anybody may send; and says the same of
// every tenant there could be, so that nobody learns which there are.
#include <string>

#include "base/encoding.h"
#include "base/json.h"
#include "base/keyed_hash.h"
#include "base/text.h"
#include "base/uuid.h"
#include "dialects/access/calls.h"
#include "dialects/server_state.h"

namespace dialects::access {
namespace {

using enum http::Method;

constexpr std::size_t kMaxSlug = 64;

// A uuid, or what may be a tenant's slug.
bool may_be_tenant(std::string_view text) {
  if (text.empty() || text.size() > kMaxSlug) return false;
  for (const char c : text)
    if (!base::is_letter_or_digit(c) && c != '-' && c != '_') return false;
  return base::is_letter_or_digit(text.front());
}

std::string metadata_of(const std::string& base_url) {
  base::JsonWriter w;
  w.begin_object()
      .member("policy_decision_point", base_url)
      .member("access_evaluation_endpoint", base_url + "/access/v1/evaluation")
      .member("access_evaluations_endpoint", base_url + "/access/v1/evaluations")
      .member("search_subject_endpoint", base_url + "/access/v1/search/subject")
      .member("search_resource_endpoint", base_url + "/access/v1/search/resource")
      .member("search_action_endpoint", base_url + "/access/v1/search/action")
      .end_object();
  return w.take();
}

// A strong tag of the text, the same on every server that gives it.
std::string tag_of(std::string_view text) {
  const std::uint64_t hash = base::stable_hash(text);
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(hash >> shift));
  return "\"" + base::to_hex(bytes) + "\"";
}

bool has_tag(const http::Request& request, std::string_view tag) {
  const std::string_view given = request.header("if-none-match").value;
  return given == "*" || given.find(tag) != std::string_view::npos;
}

Answer answer(const Call& call, const ServerState& state, const std::string& below) {
  if (state.public_url.empty())
    return api::error(api::Code::kNotFound,
                      "server.public_url: is not set; this call names what the configuration says there");
  std::string body = metadata_of(state.public_url + below);
  const std::string tag = tag_of(body);
  Reply reply = ok(std::move(body));
  reply.headers.push_back({"Cache-Control", "public, max-age=3600"});
  reply.headers.push_back({"ETag", tag});
  if (has_tag(call.request, tag)) {
    reply.status = 304;
    reply.body.clear();
  }
  return reply;
}

Answer get_metadata(const Call& call, const ServerState& state) {
  return answer(call, state, "");
}

Answer get_metadata_of_tenant(const Call& call, const ServerState& state) {
  const std::string& tenant = call.path("tenant");
  if (!may_be_tenant(tenant)) return api::error(api::Code::kNotFound, "tenant: neither a slug nor a uuid");
  return answer(call, state, "/" + tenant);
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/.well-known/authzen-configuration",
     .id = "get_authzen_configuration",
     .access = Access::kPublic,
     .handle = get_metadata},
    {.method = kGet,
     .path = "/.well-known/authzen-configuration/{tenant}",
     .id = "get_authzen_configuration_of_tenant",
     .access = Access::kPublic,
     .handle = get_metadata_of_tenant},
};

}  // namespace

std::span<const Route> metadata_calls() {
  return kCalls;
}

}  // namespace dialects::access
