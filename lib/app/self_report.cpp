#include "app/self_report.h"

#include <unistd.h>

#include <string_view>
#include <utility>

#include "backup/files.h"
#include "config/keys.h"
#include "dialects/copy_of.h"

namespace app {
namespace {

constexpr std::string_view kSecretFile = "bootstrap.secret_file";
constexpr std::string_view kSecretFiles[] = {kSecretFile, "follow.credential_file", "audit.signing_key",
                                             "tls.key", "tls.more"};

// Somebody may have written the secret where its file's path belongs.
void mask_what_is_no_file(base::Json& value) {
  if (base::Json::Array* const list = value.array())
    for (base::Json& one : *list) mask_what_is_no_file(one);
  if (base::Json::Object* const members = value.object())  // of a pair, beside the certificate
    for (auto& [name, one] : *members)
      if (name == "key") mask_what_is_no_file(one);
  const std::string* const path = value.string();
  if (path && !path->empty() && ::access(path->c_str(), F_OK) != 0)
    value = base::Json(api::ConfigValue::kMasked);
}

api::ConfigValue::Origin origin_of(config::KeyOrigin::Kind kind) {
  switch (kind) {
    case config::KeyOrigin::Kind::kFile:
      return api::ConfigValue::Origin::kFile;
    case config::KeyOrigin::Kind::kCommandLine:
      return api::ConfigValue::Origin::kCommandLine;
    case config::KeyOrigin::Kind::kEnvironment:
      return api::ConfigValue::Origin::kEnvironment;
  }
  return api::ConfigValue::Origin::kDefault;
}

// Whether a reload has taken the key up, or would have. A server doesn't begin to speak TLS while it runs.
bool is_reloaded(const config::Key& key, const config::Config& running, const config::Config& loaded) {
  return key.reload && !(key.path.starts_with("tls.") && running.tls.on() != loaded.tls.on());
}

}  // namespace

SelfReport::SelfReport(const config::Config& running, base::Timestamp started)
    : running_(running), loaded_(running) {
  facts_.started_at = started;
  facts_.queue_limit = running.server.queue;
}

void SelfReport::serve(const http::front::Front* front, std::size_t connections_limit) {
  const std::lock_guard lock(mutex_);
  front_ = front;
  facts_.traffic.connections_limit = connections_limit;
}

void SelfReport::follow(const dialects::CopyOf& copy) {
  const std::lock_guard lock(mutex_);
  copy_ = &copy;
}

void SelfReport::note_certificates(std::vector<api::CertificateEnd> all) {
  const std::lock_guard lock(mutex_);
  facts_.certificates = std::move(all);
}

void SelfReport::note_heads(std::optional<base::Timestamp> published, bool is_signed) {
  const std::lock_guard lock(mutex_);
  facts_.heads_published_at = published;
  facts_.signs_heads = is_signed;
}

// Later snapshots see later commits: while the oldest sees the same one, it was there all the time.
void SelfReport::note_readers(const store::Statistics& statistics, base::Timestamp now) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t left_behind = statistics.oldest_behind > 0 ? statistics.oldest_commit : 0;
  if (left_behind == 0)
    facts_.oldest_reader_since.reset();
  else if (left_behind != oldest_commit_)
    facts_.oldest_reader_since = now;
  oldest_commit_ = left_behind;
}

void SelfReport::note_reload(api::Reload reload, const config::Config* taken_up) {
  const std::lock_guard lock(mutex_);
  facts_.reload = std::move(reload);
  if (taken_up) loaded_ = *taken_up;
}

api::ProcessFacts SelfReport::facts() const {
  std::unique_lock lock(mutex_);
  api::ProcessFacts facts = facts_;
  const dialects::CopyOf* const copy = copy_;
  if (front_) {
    const http::front::Counters c = front_->counters();
    api::Traffic& t = facts.traffic;
    t.connections = c.open;
    t.requests = c.requests;
    t.in_flight = c.in_flight;
    t.rejected_framing = c.rejected_framing;
    t.rejected_body = c.rejected_body;
    t.rejected_timeout = c.rejected_timeout;
    t.rejected_connections = c.rejected_connections;
    t.rejected_memory = c.rejected_memory;
    t.rejected_tls = c.rejected_tls;
    t.memory_bytes = c.memory;
  }
  lock.unlock();
  if (copy) facts.following = {copy->primary, copy->age(), copy->max_stale, copy->hindrance()};
  if (const auto room = backup::room_in(running_.store.dir); room.ok()) facts.disk_free = *room;
  return facts;
}

std::vector<api::ConfigValue> SelfReport::config() const {
  const config::Config loaded = [this] {
    const std::lock_guard lock(mutex_);
    return loaded_;
  }();
  std::vector<api::ConfigValue> all;
  for (const config::Key& key : config::keys()) {
    const config::Config& in_force = is_reloaded(key, running_, loaded) ? loaded : running_;
    api::ConfigValue& value = all.emplace_back();
    value.key = key.path;
    value.value = config::value_of(key, in_force);
    value.usual = config::default_of(key);
    value.needs_restart = !key.reload;
    value.description = key.description;
    if (const auto origin = in_force.origins.find(key.path); origin != in_force.origins.end()) {
      value.origin = origin_of(origin->second.kind);
      value.from = origin->second.name;
      value.line = origin->second.line;
    }
    if (key.path == kSecretFile && value.origin == api::ConfigValue::Origin::kEnvironment) {
      value.value = base::Json(api::ConfigValue::kMasked);
      continue;
    }
    if (!config::same_value(key, in_force, loaded)) value.next = config::value_of(key, loaded);
    if (std::find(std::begin(kSecretFiles), std::end(kSecretFiles), key.path) == std::end(kSecretFiles))
      continue;
    mask_what_is_no_file(value.value);
    if (value.next) mask_what_is_no_file(*value.next);
  }
  return all;
}

}  // namespace app
