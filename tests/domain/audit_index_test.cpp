// The audit log by actor and by resource: the same answers as looking at every entry, for fewer looks.
#include "domain/audit_index.h"

#include <random>

#include "store/key.h"
#include "tests/domain/audit_look.h"
#include "tests/domain/golden.h"
#include "tests/domain/support.h"

using namespace domain;
using store::Key;
using store::Table;

namespace {

// The n-th entry, by one of few actors (0: nobody) on one of few resources.
AuditEntry make_entry(const Owner& tenant, std::uint64_t n, std::uint64_t actor, std::uint64_t resource) {
  AuditEntry entry(tenant);
  entry.id = id(n);
  if (actor != 0) entry.actor = as_user(id(actor));
  entry.action = n % 3 == 0 ? "role:update" : "group:create";
  entry.resource_type = "role";
  entry.resource_id = resource == 0 ? "" : "r" + std::to_string(resource);
  entry.created_at = {kNow.ms + static_cast<std::int64_t>(n)};
  return entry;
}

void append(TestStore& store, AuditEntry entry) {
  store.change([&](auto& txn) { return append_audit(txn, entry); });
}

AuditFilter filter_by(std::optional<std::uint64_t> actor, std::optional<std::string> resource,
                      std::optional<std::string> action = std::nullopt) {
  AuditFilter filter;
  if (actor) filter.actor = id(*actor).uuid;
  filter.resource_id = std::move(resource);
  filter.action = std::move(action);
  return filter;
}

// By looking at every entry.
std::vector<std::uint64_t> passing(const TestStore& store, const Owner& tenant, std::uint64_t before,
                                   const AuditFilter& filter) {
  std::vector<std::uint64_t> seqs;
  REQUIRE(each_audit(store.read(), tenant, before, {}, [&](std::uint64_t seq, AuditEntry* entry) {
            REQUIRE(entry);
            const bool passes = (!filter.actor || (entry->actor && entry->actor->id == *filter.actor)) &&
                                (!filter.resource_id || entry->resource_id == *filter.resource_id) &&
                                (!filter.action || entry->action == *filter.action);
            if (passes) seqs.push_back(seq);
            return true;
          }).ok());
  return seqs;
}

}  // namespace

TEST_CASE("audit index: filters answer what looking at every entry answers", "[domain]") {
  std::mt19937_64 random(7);
  TestStore store;
  for (std::uint64_t n = 1; n <= 300; ++n)
    append(store, make_entry(random() % 2 == 0   ? Owner(kTenant)
                             : random() % 2 == 0 ? Owner(kOther)
                                                 : Owner(Platform{}),
                             n, random() % 4, random() % 5));
  for (const Owner& tenant : {Owner(kTenant), Owner(kOther), Owner(Platform{})})
    for (std::uint64_t actor = 0; actor <= 5; ++actor)
      for (const char* resource : {"", "r1", "r4", "r9", "-"})
        for (const std::uint64_t before : {0U, 1U, 2U, 40U, 1'000U}) {
          INFO(actor << " " << resource << " " << before);
          const auto who = actor == 0 ? std::nullopt : std::optional(actor);
          const auto what = resource[0] == '-' ? std::nullopt : std::optional<std::string>(resource);
          for (const auto& filter : {filter_by(who, what), filter_by(who, what, "role:update")})
            CHECK(look(store, tenant, before, filter).passed == passing(store, tenant, before, filter));
        }
}

TEST_CASE("audit index: how many entries a filter looks at", "[domain]") {
  TestStore store;
  // Ann makes all but every fiftieth, which is Bob's; of ten resources in turn.
  for (std::uint64_t n = 1; n <= 200; ++n) append(store, make_entry(kTenant, n, n % 50 == 0 ? 2 : 1, n % 10));
  struct Row {
    const char* name;
    AuditFilter filter;
    std::size_t passed, looks;
  };
  const Row rows[] = {
      {"nobody's", filter_by(9, {}), 0, 0},
      {"on nothing", filter_by({}, "r99"), 0, 0},
      {"nobody's on something", filter_by(9, "r1"), 0, 0},
      {"somebody's on nothing", filter_by(1, "r99"), 0, 0},
      {"a rare actor", filter_by(2, {}), 4, 4},
      {"a resource", filter_by({}, "r1"), 20, 20},
      {"a rare actor on a resource that isn't his", filter_by(2, "r1"), 0, 4},
      {"a rare actor on his", filter_by(2, ""), 4, 8},
      {"by an actor, all but the action", filter_by(2, {}, "no:action"), 0, 4},
      {"an action alone is looked for", filter_by({}, {}, "no:action"), 0, 200},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const AuditLook looked = look(store, kTenant, 0, row.filter);
    CHECK(looked.passed.size() == row.passed);
    CHECK(looked.looks <= row.looks);
  }
}

TEST_CASE("audit index: another's entry under the same hash doesn't pass, nor is it missed", "[domain]") {
  TestStore store;
  for (std::uint64_t n = 1; n <= 4; ++n) append(store, make_entry(kTenant, n, n % 2 + 1, n % 2));
  // As if every seq, and one that the chain hasn't, were Ann's too.
  store.change([&](auto& txn) -> base::Result<void> {
    std::vector<std::string> prefixes;
    for (const Table table : {Table::kAuditByActor, Table::kAuditByResource}) {
      prefixes.clear();
      if (auto done = txn.scan(table, {},
                               [&](std::string_view key, std::string_view) {
                                 prefixes.emplace_back(key.substr(0, 5));
                                 return true;
                               });
          !done.ok())
        return done;
      for (const std::string& prefix : prefixes)
        for (const std::uint64_t seq : {1U, 2U, 3U, 4U, 99U})
          if (auto done = txn.put(table, Key().bytes(prefix).u40(seq), {}); !done.ok()) return done;
    }
    return {};
  });
  for (const auto& filter : {filter_by(1, {}), filter_by({}, "r1"), filter_by(2, "r1")})
    CHECK(look(store, kTenant, 0, filter).passed == passing(store, kTenant, 0, filter));
}

TEST_CASE("audit index: a place beyond what a key has room for is the end", "[domain]") {
  TestStore store;
  append(store, make_entry(kTenant, 1, 1, 1));
  for (const std::uint64_t before :
       {std::uint64_t{1} << 40U, (std::uint64_t{1} << 40U) + 1, ~std::uint64_t{0}})
    CHECK(look(store, kTenant, before, filter_by(1, {})).passed == std::vector<std::uint64_t>{1});
}

TEST_CASE("audit index: that of a store of 0.1.0 is made when it is opened", "[domain]") {
  TestStore store([](const std::string& dir) { make_raw_store(dir, 2, 20, read_golden("store-0.1.0.txt")); });
  std::vector<AuditEntry> all;
  const auto gather = [&](const Owner& tenant) {
    REQUIRE(each_audit(store.read(), tenant, 0, {}, [&](auto, AuditEntry* e) {
              return all.push_back(*e), true;
            }).ok());
  };
  gather(Platform{});
  std::vector<TenantId> tenants;
  REQUIRE(each_tenant(store.read(), nullptr, [&](Tenant&& t) { return tenants.push_back(t.id), true; }).ok());
  for (const TenantId& tenant : tenants) gather(tenant);
  CHECK(all.size() == 36);
  for (const AuditEntry& entry : all) {
    AuditFilter filter;
    filter.resource_id = entry.resource_id;
    if (entry.actor) filter.actor = entry.actor->id;
    CHECK(look(store, entry.tenant, 0, filter).passed == passing(store, entry.tenant, 0, filter));
  }
}
