#include "http/system.h"

#include "base/json.h"

namespace http {

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

}  // namespace http
