#pragma once
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "app/retention.h"
#include "domain/audit.h"
#include "domain/check.h"
#include "tests/domain/support.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"

inline constexpr std::int64_t kDay = 86'400'000;

// A store with audit chains of which a part is old, and what cuts them.
class AuditWorld {
 public:
  AuditWorld() {
    auto options = store_options(dir_ / "db");
    options.clock = &clock_;
    store_ = open_store(options);
    config_.store.dir = dir_ / "db";
    config_.store.changes_kept = std::chrono::hours(1);
    config_.store.changes_most = 1'000'000;
    config_.audit.keep = std::chrono::hours(2400);
    config_.audit.archive = dir_ / "archive";
  }

  void append(const domain::Owner& tenant, int count) {
    for (int i = 0; i < count; ++i)
      REQUIRE(store_
                  ->write([&](store::WriteTxn& txn) {
                    domain::AuditEntry entry(tenant);
                    entry.id = id(++made_);
                    entry.actor = as_user(id(made_ % 3));
                    entry.action = "role:update";
                    entry.resource_id = "r" + std::to_string(made_ % 5);
                    entry.created_at = txn.now();
                    return append_audit(txn, entry);
                  })
                  .ok());
  }

  // So many beats of a process that then ends, each of one step.
  void beats(int count) {
    app::Retention retention(*store_, config_, clock_, random_, std::chrono::milliseconds(0));
    for (int i = 0; i < count; ++i) retention.beat();
  }

  std::string faults() const {
    std::string out;
    const auto txn = store_->read();
    const auto checked = domain::check_store(*txn, [&](const domain::StoreFault& fault) {
      out += fault.what + "\n";
      return true;
    });
    return checked.ok() ? out : checked.error().message;
  }

  std::string left(const domain::Owner& tenant) const {
    std::string out;
    REQUIRE(
        domain::each_audit(*store_->read(), tenant, 0, {}, [&](std::uint64_t seq, domain::AuditEntry* entry) {
          if (entry) out = std::to_string(seq) + (entry->action == "audit:seal" ? "S" : "") + " " + out;
          return true;
        }).ok());
    return out;
  }

  std::set<std::string> archives() const {
    std::set<std::string> names;
    if (std::filesystem::exists(config_.audit.archive))
      for (const auto& file : std::filesystem::directory_iterator(config_.audit.archive))
        names.insert(file.path().filename().string());
    return names;
  }

  // The paths of the archives of a chain, the oldest first.
  std::vector<std::string> files(const domain::Owner& tenant) const {
    std::vector<std::string> paths;
    const std::string name = (tenant.is_platform() ? "platform" : to_string(tenant)) + "-";
    const auto from = [&](const std::string& path) {
      return std::stoi(path.substr(config_.audit.archive.size() + 1 + name.size()));
    };
    for (const std::string& one : archives())
      if (one.starts_with(name)) paths.push_back(config_.audit.archive + "/" + one);
    std::sort(paths.begin(), paths.end(), [&](auto& a, auto& b) { return from(a) < from(b); });
    return paths;
  }

  ManualClock clock_;
  config::Config config_;
  TempDir dir_;
  std::unique_ptr<store::Store> store_;
  SeededRandom random_;
  std::uint64_t made_ = 0;
};
