#include "dialects/system/calls.h"
#include "api/service.h"

#include "base/json.h"
#include "base/version.h"
#include "dialects/copy_of.h"
#include "dialects/openapi.h"
#include "dialects/server_state.h"

namespace dialects::system {
namespace {

using enum http::Method;

constexpr std::string_view kWhat =
    "Reeve keeps roles and who holds them, and guards every change with policies.";
constexpr std::string_view kDocuments[] = {"README.md", "docs/configuration.md", "docs/operations.md",
                                           "docs/guard.md", "docs/proxy.md"};

// A browser names HTML; what takes anything, such as curl, names nothing and gets JSON.
bool wants_html(const http::Request& request) {
  return request.header("accept").value.find("text/html") != std::string_view::npos;
}

std::string start_as_json() {
  base::JsonWriter w;
  w.begin_object().member("name", "reeve").member("version", base::kVersion).member("about", kWhat);
  w.name("openapi").begin_array().string("/openapi.json").string("/openapi.yaml").end_array();
  w.name("health").begin_array().string("/livez").string("/readyz").end_array();
  return w.member("documents", kDocuments).end_object().take();
}

std::string start_as_html() {
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Reeve</title>\n<h1>Reeve ";
  page.append(base::kVersion).append("</h1>\n<p>").append(kWhat).append("</p>\n");
  page +=
      "<p>Every call is described in <a href=\"/openapi.json\">/openapi.json</a> and "
      "<a href=\"/openapi.yaml\">/openapi.yaml</a>; <a href=\"/readyz\">/readyz</a> says whether it is "
      "well.</p>\n"
      "<p>Pages that come with the sources:";
  for (const std::string_view name : kDocuments) page.append(" <code>").append(name).append("</code>");
  return page + "</p>\n</html>\n";
}

// What this is, for whoever opens its address: a page for browsers, else JSON.
Answer get_start(const Call& call, const ServerState&) {
  if (!wants_html(call.request)) return ok(start_as_json());
  Reply reply = ok(start_as_html());
  reply.content_type = "text/html; charset=utf-8";
  return reply;
}

// The process runs and answers; nothing else is looked at, since a restart would mend nothing else.
Answer get_live(const Call&, const ServerState&) {
  return ok(R"({"status":"ok"})");
}

// Why changes are refused, for whoever looks from outside; "" where they aren't. The log says more.
std::string_view reason_of(store::Room room) {
  switch (room) {
    case store::Room::kAmple:
      return "";
    case store::Room::kReserve:
      return "storage: less than the reserve is free; only deletions are taken";
    case store::Room::kNone:
      return "storage: full; nothing can be changed, nor refused, until there is room";
  }
  return "";
}

// 200 while the store can be read and takes changes, and of a copy while it follows; else 503, which of these
// fails, and for want of room and of a copy also why.
Answer get_ready(const Call&, const ServerState& state) {
  bool readable = false;
  const auto read =
      state.service.read_as(api::Service::itself(), {}, [&readable](const api::Read&) { readable = true; });
  const auto statistics = state.service.store().statistics();
  std::string reason(reason_of(state.service.store().room()));
  const bool writable = statistics.ok() && statistics->writing && reason.empty();
  const std::string hindrance = state.copy ? not_ready(*state.copy) : "";
  readable = readable && read.ok();
  const auto word = [](bool good) { return good ? "ok" : "failed"; };
  base::JsonWriter w;
  const bool is_ready = readable && writable && hindrance.empty();
  w.begin_object().member("status", word(is_ready)).name("checks").begin_object();
  w.member("store_reads", word(readable)).member("store_writes", word(writable));
  // Says so, and stays 200: a restart mends nothing, most answers are right, and what is damaged is refused.
  w.member("store_integrity", word(!state.service.store().is_damaged()));
  if (state.copy) w.member("follows", word(hindrance.empty()));
  w.end_object();
  if (state.copy) {
    const auto age = state.copy->age();
    w.member(
        "stale_seconds",
        age ? std::optional(std::chrono::duration_cast<std::chrono::seconds>(*age).count()) : std::nullopt);
  }
  if (!reason.empty() && !hindrance.empty()) reason += "; ";
  reason += hindrance;
  if (!reason.empty()) w.member("reason", reason);
  Reply reply = ok(w.end_object().take());
  reply.status = is_ready ? 200 : 503;
  return reply;
}

Answer get_openapi_json(const Call&, const ServerState& state) {
  Reply reply;
  reply.constant_body = openapi_json(state.v1beta1_names);
  return reply;
}

Answer get_openapi_yaml(const Call&, const ServerState& state) {
  Reply reply;
  reply.content_type = "application/yaml";
  reply.constant_body = openapi_yaml(state.v1beta1_names);
  return reply;
}

constexpr Route kCalls[] = {
    {.method = kGet, .path = "/", .id = "get_start", .handle = get_start},
    {.method = kGet, .path = "/livez", .id = "get_live", .handle = get_live},
    {.method = kGet, .path = "/readyz", .id = "get_ready", .handle = get_ready},
    {.method = kGet, .path = "/healthz", .id = "get_health", .handle = get_ready},
    {.method = kGet, .path = "/openapi.json", .id = "get_openapi_json", .handle = get_openapi_json},
    {.method = kGet, .path = "/openapi.yaml", .id = "get_openapi_yaml", .handle = get_openapi_yaml},
};

}  // namespace

std::span<const Route> calls() {
  return kCalls;
}

}  // namespace dialects::system
