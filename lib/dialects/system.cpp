#include "dialects/system.h"

#include "base/json.h"
#include "base/version.h"

namespace dialects {
namespace {

constexpr std::string_view kWhat = "Reeve keeps roles and who holds them, and guards every change with policies.";
constexpr std::string_view kDocuments[] = {"README.md", "docs/configuration.md", "docs/operations.md", "docs/guard.md",
                                           "docs/proxy.md"};

// A browser names HTML; what takes anything, such as curl, names nothing and gets JSON.
bool wants_html(const http::Request& request) {
  return request.header("accept").value.find("text/html") != std::string_view::npos;
}

std::string start_as_json() {
  JsonWriter w;
  w.begin_object().name("name").string("reeve").name("version").string(kVersion).name("about").string(kWhat);
  w.name("openapi").begin_array().string("/openapi.json").string("/openapi.yaml").end_array();
  w.name("health").begin_array().string("/livez").string("/readyz").end_array();
  w.name("documents").begin_array();
  for (const std::string_view name : kDocuments) w.string(name);
  return w.end_array().end_object().take();
}

std::string start_as_html() {
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Reeve</title>\n<h1>Reeve ";
  page.append(kVersion).append("</h1>\n<p>").append(kWhat).append("</p>\n");
  page +=
      "<p>Every call is described in <a href=\"/openapi.json\">/openapi.json</a> and "
      "<a href=\"/openapi.yaml\">/openapi.yaml</a>; <a href=\"/readyz\">/readyz</a> says whether it is well.</p>\n"
      "<p>Pages that come with the sources:";
  for (const std::string_view name : kDocuments) page.append(" <code>").append(name).append("</code>");
  return page + "</p>\n</html>\n";
}

}  // namespace

Answer get_start(const Call& call, const System&) {
  if (!wants_html(call.request)) return ok(start_as_json());
  Reply reply = ok(start_as_html());
  reply.content_type = "text/html; charset=utf-8";
  return reply;
}

Answer get_live(const Call&, const System&) {
  return ok(R"({"status":"ok"})");
}

Answer get_ready(const Call&, const System& system) {
  bool readable = false;
  const auto read = system.service().read_as(api::Service::itself(), {},
                                             [&readable](const api::Read&) { readable = true; });
  const auto statistics = system.service().store().statistics();
  const bool writable = statistics.ok() && statistics->writing;
  readable = readable && read.ok();
  const auto word = [](bool good) { return good ? "ok" : "failed"; };
  JsonWriter w;
  w.begin_object().name("status").string(word(readable && writable)).name("checks").begin_object();
  w.name("store_reads")
      .string(word(readable))
      .name("store_writes")
      .string(word(writable))
      .end_object()
      .end_object();
  Reply reply = ok(w.take());
  reply.status = readable && writable ? 200 : 503;
  return reply;
}

Answer get_openapi_json(const Call&, const System& system) {
  return ok(system.documents().json());
}

Answer get_openapi_yaml(const Call&, const System& system) {
  Reply reply = ok(system.documents().yaml());
  reply.content_type = "application/yaml";
  return reply;
}

}  // namespace dialects
