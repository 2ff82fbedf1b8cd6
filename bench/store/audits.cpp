// What a filter costs over an audit log of 100,000 entries, of 1,000 people and 10,000 resources: looking for
// what isn't there, for what there is little of, and for what no index knows, which looks at every entry.
#include "bench/store/audits.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "bench/store/own_store.h"
#include "crypto/random.h"
#include "domain/audit.h"
#include "store/store.h"

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::uint64_t kEntries = 100'000, kTogether = 1'000, kPeople = 1'000, kResources = 10'000;

class Log {
 public:
  explicit Log(store::Store& store) : store_(store) {
    for (std::uint64_t i = 0; i <= kPeople; ++i)
      people_.emplace_back(random_.uuid(base::SystemClock().now()));
  }

  bool fill() {
    for (std::uint64_t begin = 0; begin < kEntries; begin += kTogether) {
      const auto done = store_.write([&](store::WriteTxn& txn) -> base::Result<void> {
        for (std::uint64_t n = begin; n < begin + kTogether; ++n)
          if (auto appended = append(txn, n); !appended.ok()) return appended;
        return {};
      });
      if (done.ok()) continue;
      std::fprintf(stderr, "%s\n", done.error().message.c_str());
      return false;
    }
    return true;
  }

  bool print(const char* name, const domain::AuditFilter& filter) const {
    const auto txn = store_.read();
    if (!txn.ok()) return false;
    std::uint64_t looks = 0, passed = 0;
    const auto begin = Steady::now();
    const auto done = domain::each_audit(txn.value(), tenant_, 0, filter,
                                         [&](std::uint64_t, const domain::AuditEntry* entry) {
                                           ++looks;
                                           passed += entry ? 1U : 0U;
                                           return true;
                                         });
    const double ms = std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
    std::printf("%-34s %8llu pass  %8llu looked at  %10.3f ms\n", name,
                static_cast<unsigned long long>(passed), static_cast<unsigned long long>(looks), ms);
    return done.ok();
  }

  domain::AuditFilter by(std::optional<base::Uuid> actor, std::optional<std::string> resource) const {
    domain::AuditFilter filter;
    filter.actor = actor;
    filter.resource_id = std::move(resource);
    return filter;
  }
  base::Uuid person(std::uint64_t n) const { return people_[n]; }  // that of kPeople did nothing

 private:
  base::Result<void> append(store::WriteTxn& txn, std::uint64_t n) {
    domain::AuditEntry entry(tenant_);
    entry.id = domain::AuditEntryId(random_.uuid(txn.now()));
    entry.actor = domain::Principal(domain::UserId(people_[n % kPeople]));
    entry.actor_name = "Person Number " + std::to_string(n % kPeople);
    entry.action = "group:update";
    entry.resource_type = "group";
    entry.resource_id = "resource-" + std::to_string(n * 7 % kResources);
    entry.policies = {"holds-scope"};
    entry.before = R"({"name":"Operations","description":"Who carries the phone","source":"local"})";
    entry.after = R"({"name":"Operations","description":"Who carries two phones","source":"local"})";
    entry.request_id = random_.uuid(txn.now()).to_string();
    entry.ip = "192.0.2.17";
    entry.created_at = txn.now();
    return append_audit(txn, entry);
  }

  store::Store& store_;
  crypto::SystemRandom random_;
  const domain::TenantId tenant_ = domain::TenantId(random_.uuid(base::SystemClock().now()));
  std::vector<base::Uuid> people_;
};

bool print_rows(store::Store& store) {
  Log log(store);
  if (!log.fill()) return false;
  domain::AuditFilter action;
  action.action = "no:action";
  return log.print("an actor who did nothing", log.by(log.person(kPeople), {})) &&
         log.print("a resource that nobody touched", log.by({}, "nothing")) &&
         log.print("an actor", log.by(log.person(3), {})) &&
         log.print("a resource", log.by({}, "resource-5")) &&
         log.print("an actor on a resource", log.by(log.person(3), "resource-21")) &&
         log.print("an action that nobody did: no index", action);
}

}  // namespace

bool print_audits(const std::string& dir) {
  return with_own_store(dir, print_rows);
}
