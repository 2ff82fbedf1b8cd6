#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/backups.h"
#include "api/service.h"
#include "base/json.h"
#include "crypto/random.h"
#include "decision_log/log.h"
#include "dialects/dispatcher.h"
#include "http/front/front.h"
#include "store/store.h"
#include "tests/support/raw_client.h"
#include "tests/support/temp_dir.h"

// The system's time, moved ahead as a test says.
class ShiftedClock final : public base::Clock {
 public:
  base::Timestamp now() const override { return {base::SystemClock().now().ms + ahead_ms_.load()}; }
  void advance(std::int64_t ms) { ahead_ms_ += ms; }

 private:
  std::atomic<std::int64_t> ahead_ms_{0};
};

// A request as tests write it; the blank between method and path.
struct Ask {
  std::string line;                  // "POST /v1/groups"
  std::string body;                  // sent as application/json where there is one
  std::vector<std::string> headers;  // "X-Tenant-ID: …"; a Content-Type here replaces that of the body
};

struct TestServerOptions {
  // As many reactors as ThreadSanitizer wants to see at work together.
  TestServerOptions() {
    front.reactors = 3;
    http.public_url = "https://reeve.example.com";
  }

  dialects::DispatcherOptions http;
  http::front::FrontOptions front;
  std::size_t queue = 4096;                                       // changes that wait
  std::size_t slow_places = 1024;                                 // slow work that waits
  const base::MonotonicClock* wait_ticks = &api::kSteadyClock;    // of reads that wait for a revision
  const base::MonotonicClock* change_ticks = &api::kSteadyClock;  // of those who wait for changes
  std::size_t change_places = 1024;                               // likewise
  std::size_t map_bytes = 1u << 30;
  std::size_t reserve = 0;
  std::optional<std::string> backup_folder{};  // none: one of its own; "": not set
  std::uint64_t backup_spare = 0;
  std::size_t log_room = std::size_t{8} << 20U;  // bytes of decisions that wait to be logged
};

// A whole server as `reeve serve` runs one: the real store in a folder of its own, the definitions of
// config/, and the front on a free port of 127.0.0.1. Throws std::runtime_error where it can't start.
class TestServer {
 public:
  static constexpr std::string_view kClientId = "01900000-0000-7000-8000-000000000001";
  static constexpr std::string_view kSecret = "rvs_test-test-test-test-test-test-test-test";

  explicit TestServer(const TestServerOptions& options = {});
  ~TestServer();

  std::uint16_t port() const { return front_->port(); }
  ShiftedClock& clock() { return clock_; }
  api::Service& service() { return *service_; }
  store::Store& store() { return *store_; }
  decision_log::Log& decision_log() { return *decision_log_; }
  api::KeyUses& key_uses() { return *key_uses_; }
  std::string store_file() const { return dir_ / "db/data.mdb"; }
  http::front::Front& front() { return *front_; }
  std::size_t waiting_for_changes() const { return change_waits_->waiting(); }
  api::Backups& backups() { return *backups_; }
  std::string backup_folder() const { return dir_ / "backups"; }

  // Asks on a connection that is kept. `credential` is a whole header line; empty: none.
  RawResponse ask(const Ask&, std::string_view credential);
  // With the platform's credential, and X-Tenant-ID where a tenant is given.
  RawResponse ask(const Ask&);
  // The same for what must go well: throws with the answer where its status isn't 2xx.
  base::Json made(const Ask&, std::string_view credential);
  base::Json made(const Ask& a) { return made(a, platform()); }

  // Header lines.
  static std::string bearer(std::string_view key) { return "Authorization: Bearer " + std::string(key); }
  static std::string tenant(std::string_view id) { return "X-Tenant-ID: " + std::string(id); }
  static std::string platform() { return bearer(kSecret); }

  // Makes a tenant, or an API key in one; the key's secret.
  std::string make_tenant(const std::string& slug);
  std::string make_key(const std::string& tenant, const std::string& scopes_json,
                       const std::string& expires_at = "");

 private:
  TempDir dir_;
  ShiftedClock clock_;
  crypto::SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<decision_log::Log> decision_log_;
  std::unique_ptr<api::KeyUses> key_uses_;
  std::unique_ptr<api::Service> service_;
  std::unique_ptr<api::Backups> backups_;
  std::unique_ptr<dialects::Dispatcher> server_;
  const dialects::ChangeWaits* change_waits_ = nullptr;  // the dispatcher has it
  std::unique_ptr<http::front::Front> front_;
  std::unique_ptr<RawClient> client_;
};

// The string at a path of member names, "role.id"; "" where there is none.
std::string text_at(const base::Json& json, std::string_view path);

// The request's bytes.
std::string bytes_of(const Ask&, std::string_view credential);
