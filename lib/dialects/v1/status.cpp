#include "api/status.h"

#include <algorithm>
#include <string_view>

#include "base/json.h"
#include "base/version.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

// Whole seconds from then to now; 0 where a clock was set back.
std::int64_t seconds_since(base::Timestamp then, base::Timestamp now) {
  return std::max<std::int64_t>(0, (now.ms - then.ms) / 1000);
}

std::optional<std::int64_t> seconds_since(const std::optional<base::Timestamp>& then, base::Timestamp now) {
  return then ? std::optional(seconds_since(*then, now)) : std::nullopt;
}

std::string_view name_of(store::Room room) {
  switch (room) {
    case store::Room::kAmple:
      return "ample";
    case store::Room::kReserve:
      return "reserve";
    case store::Room::kNone:
      return "none";
  }
  return "";
}

std::string_view name_of(api::ConfigValue::Origin origin) {
  switch (origin) {
    case api::ConfigValue::Origin::kDefault:
      return "default";
    case api::ConfigValue::Origin::kFile:
      return "file";
    case api::ConfigValue::Origin::kCommandLine:
      return "command_line";
    case api::ConfigValue::Origin::kEnvironment:
      return "environment";
  }
  return "";
}

void write_store(base::JsonWriter& w, const api::Status& status, base::Timestamp now) {
  const store::Statistics& store = status.store;
  w.name("store").begin_object().member("map_bytes", store.map_bytes).member("used_bytes", store.used_bytes);
  w.member("used_percent", store.map_bytes == 0 ? 0 : store.used_bytes * 100 / store.map_bytes);
  w.member("file_bytes", store.file_bytes).member("disk_free_bytes", status.process.disk_free);
  w.member("room", name_of(status.room)).member("is_writable", store.writing);
  w.member("is_damaged", status.is_damaged).end_object();
  w.name("writer").begin_object().member("queued", store.queued);
  w.member("queue_limit", status.process.queue_limit).end_object();
  w.name("readers").begin_object().member("open", store.readers);
  w.member("oldest_commits_behind", store.oldest_behind);
  w.member("oldest_seconds", seconds_since(status.process.oldest_reader_since, now)).end_object();
}

void write_traffic(base::JsonWriter& w, const api::Traffic& t) {
  w.name("traffic").begin_object().member("connections", t.connections);
  w.member("connections_limit", t.connections_limit).member("requests", t.requests);
  w.member("in_flight", t.in_flight).member("memory_bytes", t.memory_bytes);
  w.name("rejected").begin_object().member("framing", t.rejected_framing).member("body", t.rejected_body);
  w.member("timeout", t.rejected_timeout).member("connections", t.rejected_connections);
  w.member("memory", t.rejected_memory).member("tls", t.rejected_tls).end_object().end_object();
}

void write_reload(base::JsonWriter& w, const std::optional<api::Reload>& reload) {
  w.name("reload");
  if (!reload) {
    w.null();
    return;
  }
  w.begin_object().member("number", reload->number).member("at", reload->at);
  w.member("outcome", reload->mistakes.empty() ? "done" : "refused").member("refused", reload->refused);
  w.name("mistakes").begin_array();
  for (const api::ConfigMistake& mistake : reload->mistakes) {
    const bool has_place = !mistake.file.empty();
    w.begin_object().member("file", has_place ? std::optional(mistake.file) : std::nullopt);
    w.member("line", has_place ? std::optional(mistake.line) : std::nullopt);
    w.member("column", has_place ? std::optional(mistake.column) : std::nullopt);
    w.member("message", mistake.message).end_object();
  }
  w.end_array().end_object();
}

void write_certificates(base::JsonWriter& w, const std::vector<api::CertificateEnd>& all,
                        base::Timestamp now) {
  constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;
  w.name("certificates").begin_array();
  for (const api::CertificateEnd& one : all) {
    const std::int64_t left = one.ends_at.ms - now.ms;
    w.begin_object().member("file", one.file).member("names", one.names).member("ends_at", one.ends_at);
    w.member("days_left", left >= 0 ? left / kDayMs : (left - kDayMs + 1) / kDayMs).end_object();
  }
  w.end_array();
}

void write_backups(base::JsonWriter& w, const std::optional<api::BackupsStatus>& backups,
                   base::Timestamp now) {
  w.name("backups");
  if (!backups) {
    w.null();
    return;
  }
  w.begin_object().member("whole", backups->whole).member("damaged", backups->damaged);
  w.member("is_busy", backups->is_busy);
  w.member("failure", backups->failure.empty() ? std::nullopt : std::optional(backups->failure));
  w.name("last");
  if (const auto& last = backups->last) {
    // A backup gets its name once it was read whole and found right.
    w.begin_object().member("name", last->name).member("created_at", last->made);
    w.member("age_seconds", seconds_since(last->made, now)).member("verified_at", last->made);
    w.member("bytes", last->manifest->bytes)
        .member("revision", last->manifest->contents.revision)
        .end_object();
  } else {
    w.null();
  }
  w.end_object();
}

void write_following(base::JsonWriter& w, const std::optional<api::Following>& following) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  w.name("following");
  if (!following) {
    w.null();
    return;
  }
  const auto& age = following->age;
  w.begin_object().member("primary", following->primary);
  w.member("stale_seconds", age ? std::optional(duration_cast<seconds>(*age).count()) : std::nullopt);
  w.member("max_stale_seconds", duration_cast<seconds>(following->max_stale).count());
  w.member("hindrance", following->hindrance.empty() ? std::nullopt : std::optional(following->hindrance));
  w.end_object();
}

Answer get_status(const Call& call, const api::Read& read, const ServerState& state) {
  const auto status = api::get_status(read, state.service.store(), state.backups, state.facts);
  if (!status.ok()) return status.error();
  const api::ProcessFacts& process = status->process;
  const base::Timestamp now = call.now;
  base::JsonWriter w;
  w.begin_object().member("version", base::kVersion).member("started_at", process.started_at);
  w.member("uptime_seconds", seconds_since(process.started_at, now)).member("at", now);
  w.member("revision", status->store.revision);
  write_store(w, *status, now);
  write_traffic(w, process.traffic);
  write_reload(w, process.reload);
  write_certificates(w, process.certificates, now);
  write_backups(w, status->backups, now);
  w.name("audit").begin_object().member("heads_published_at", process.heads_published_at);
  w.member("heads_age_seconds", seconds_since(process.heads_published_at, now));
  w.member("signs_heads", process.signs_heads).end_object();
  w.name("decision_log").begin_object().member("lost", status->decisions_lost).end_object();
  write_following(w, process.following);
  return ok(w.end_object().take());
}

Answer get_config(const Call&, const api::Read& read, const ServerState& state) {
  const auto all = api::get_config(read, state.config);
  if (!all.ok()) return all.error();
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  for (const api::ConfigValue& key : *all) {
    w.begin_object().member("key", key.key).member("value", key.value).member("default", key.usual);
    w.member("origin", name_of(key.origin));
    w.member("from", key.from.empty() ? std::nullopt : std::optional(key.from));
    w.member("line", key.line == 0 ? std::nullopt : std::optional(key.line));
    w.member("needs_restart", key.needs_restart).member("at_next_start", key.next);
    w.member("description", key.description).end_object();
  }
  return ok(w.end_array().end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/status",
     .id = "get_status",
     .operation = op::get_status,
     .access = Access::kCredential,
     .place = Place::kPool,
     .handle = get_status},
    {.method = kGet,
     .path = "/v1/config",
     .id = "get_config",
     .operation = op::get_config,
     .access = Access::kCredential,
     .place = Place::kPool,
     .handle = get_config},
};

}  // namespace

std::span<const Route> status_calls() {
  return kCalls;
}

}  // namespace dialects::v1
