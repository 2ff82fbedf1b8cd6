// Of which change an audit entry is: however many changes are made at one moment, and however many entries a
// change makes, each has its own.
#include <map>

#include "api/audit.h"
#include "api/groups.h"
#include "api/mapping_batch.h"
#include "tests/support/api_world.h"
#include "tests/support/ticking_clock.h"

namespace {

using C = api::Change;

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme(), globex = world.globex();
  std::map<std::string, store::Revision> by_group;  // that made it

  void make(const domain::TenantId& tenant, const std::string& name) {
    const auto group = world.add_group(tenant, name);
    by_group[group.to_string()] = world.service().store().revision();
  }

  struct Listed {
    std::vector<domain::AuditEntry> entries;
    std::vector<std::optional<store::Revision>> revisions;
    std::size_t pages = 0;
  };
  Listed list(std::size_t limit, const api::PageLimits& limits, std::chrono::nanoseconds step) {
    Listed all;
    std::string after;
    do {
      const auto page = ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) {
        const TickingClock clock(step);
        const api::Read read{r.txn, r.now, r.catalogue, r.guard, r.caller, r.origin, limits, clock};
        return api::list_audit(read, acme, {}, {limit, after});
      }));
      REQUIRE(page.revisions.size() == page.data.size());
      all.entries.insert(all.entries.end(), page.data.begin(), page.data.end());
      all.revisions.insert(all.revisions.end(), page.revisions.begin(), page.revisions.end());
      after = page.next;
      REQUIRE(++all.pages < 500);
    } while (!after.empty());
    return all;
  }
};

}  // namespace

TEST_CASE("audit: each entry has the revision of its own change", "[api][audit]") {
  Scene s;
  s.world.add_role(s.acme, "small", {"group:get"});
  std::vector<domain::UserId> people;
  for (const char* const name : {"ann", "bob", "cyd"}) people.push_back(s.world.add_user(s.acme, name));
  for (int n = 0; n < 12; ++n) {
    s.make(n % 3 == 0 ? s.globex : s.acme, "g" + std::to_string(n));
    if (n % 4 == 3) s.world.clock().advance(n % 8 == 3 ? 1 : 50);
  }
  CHECK(!s.world
             .change(s.world.caller(s.acme, {"group:get"}),
                     [&](C& c) {
                       return api::create_group(c, s.acme, {"Refused", {}, {}, {}, {}});
                     })
             .ok());
  api::MappingBatch batch;
  for (const domain::UserId& who : people) batch.create.push_back({"small", who, "", {}, {}, {}, {}});
  ApiWorld::must(s.world.change(s.world.platform(), [&](C& c) {
    return api::change_mappings(c, s.acme, batch, api::IfUnknown::kRefuse);
  }));
  const store::Revision of_batch = s.world.service().store().revision();

  constexpr api::PageLimits kAmple{1'000'000, std::chrono::hours(1), std::size_t{1} << 30U,
                                   std::size_t{1} << 30U};
  const auto whole = s.list(250, kAmple, std::chrono::nanoseconds(0));
  std::size_t groups = 0, mappings = 0;
  for (std::size_t i = 0; i < whole.entries.size(); ++i) {
    const domain::AuditEntry& entry = whole.entries[i];
    INFO(entry.action << " " << entry.resource_id);
    CHECK(whole.revisions[i].has_value() == entry.allowed);
    if (entry.action == "mapping:create") {
      CHECK(whole.revisions[i] == of_batch);
      ++mappings;
    }
    if (const auto made = s.by_group.find(entry.resource_id); made != s.by_group.end()) {
      CHECK(whole.revisions[i] == made->second);
      ++groups;
    }
  }
  CHECK(groups == 8);
  CHECK(mappings == 3);
  // The same in whatever pages.
  for (const std::size_t limit : {1, 2, 5}) CHECK(s.list(limit, kAmple, {}).revisions == whole.revisions);
  // What is found for entries takes the page's time.
  const api::PageLimits short_time{1'000'000, std::chrono::milliseconds(5), std::size_t{1} << 30U,
                                   std::size_t{1} << 30U};
  const auto slow = s.list(250, short_time, std::chrono::milliseconds(2));
  CHECK(slow.revisions == whole.revisions);
  CHECK(slow.pages > 3);
}
