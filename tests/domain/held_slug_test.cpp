#include "domain/held_slug.h"

#include "domain/tenant.h"
#include "store/key.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

std::string until_of(const TestStore& store, std::string_view slug, base::Timestamp now) {
  const auto held = get_held_slug(store.read(), slug, now);
  REQUIRE(held.ok());
  return *held ? std::to_string((*held)->until.ms) : "free";
}

}  // namespace

TEST_CASE("held slug: what a tenant gives up is held for thirty days, and what it takes is held no longer",
          "[domain]") {
  TestStore store;
  Tenant tenant = make_tenant(kTenant, "acme");
  const auto rename = [&](const std::string& slug) {
    tenant.slug = slug;
    std::int64_t at = 0;
    store.change([&](auto& txn) {
      at = txn.now().ms;
      return put_tenant(txn, tenant);
    });
    return at;
  };
  rename("acme");
  CHECK(until_of(store, "acme", {0}) == "free");
  const std::int64_t until = rename("apex") + kSlugHeldMs;
  CHECK(until_of(store, "acme", {until - 1}) == std::to_string(until));
  CHECK(until_of(store, "acme", {until}) == "free");
  CHECK(until_of(store, "apex", {0}) == "free");
  CHECK(found(get_held_slug(store.read(), "acme", {0})) == HeldSlug{"acme", kTenant, {until}});
  rename("acme");
  CHECK(until_of(store, "acme", {0}) == "free");
  CHECK(until_of(store, "apex", {0}) != "free");
  // Changed otherwise, it gives nothing up; deleted, it does.
  tenant.name = "Other";
  rename("acme");
  CHECK(store.tables().find("held_slug:1 held_slug_by_time:1") != std::string::npos);
  store.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
  CHECK(store.tables() == "held_slug:2 held_slug_by_time:2 deletion:1");
  // Another may take it, as far as the store is concerned.
  Tenant other = make_tenant(id(1), "acme");
  store.change([&](auto& txn) { return put_tenant(txn, other); });
  CHECK(until_of(store, "acme", {0}) == "free");
}

TEST_CASE("held slug: what is held no longer is removed, oldest first, so many at a time", "[domain]") {
  TestStore store;
  for (const std::int64_t n : {3, 1, 2})
    store.change([&](auto& txn) { return hold_slug(txn, {"s" + std::to_string(n), kTenant, {n * 1000}}); });
  store.change([&](auto& txn) { return hold_slug(txn, {"s3", kTenant, {4000}}); });  // again, for longer
  struct Row {
    std::int64_t now;
    std::size_t limit, removed;
    const char* left;
  };
  const Row rows[] = {
      {999, 9, 0, "held_slug:3 held_slug_by_time:3"},  {2000, 1, 1, "held_slug:2 held_slug_by_time:2"},
      {3999, 9, 1, "held_slug:1 held_slug_by_time:1"}, {3999, 9, 0, "held_slug:1 held_slug_by_time:1"},
      {-1, 9, 0, "held_slug:1 held_slug_by_time:1"},   {4000, 9, 1, ""},
  };
  for (const Row& row : rows) {
    INFO(row.now << " " << row.limit);
    std::size_t removed = 0;
    store.change([&](auto& txn) -> base::Result<void> {
      const auto n = expire_held_slugs(txn, {row.now}, row.limit);
      if (!n.ok()) return n.error();
      removed = *n;
      return {};
    });
    CHECK(removed == row.removed);
    CHECK(store.tables() == row.left);
  }
  store.change([&](auto& txn) { return release_slug(txn, "never"); });
}

TEST_CASE("held slug: what is damaged, or was held anew, holds up nothing", "[domain]") {
  TestStore store;
  for (const char* slug : {"good", "torn", "anew"})
    store.change([&](auto& txn) { return hold_slug(txn, {slug, kTenant, {1000}}); });
  store.change([](auto& txn) -> base::Result<void> {
    if (auto done = txn.put(store::Table::kHeldSlug, "torn", "no record"); !done.ok()) return done;
    return txn.put(store::Table::kHeldSlugByTime, store::Key().u64(900).text("anew"), {});
  });
  std::size_t removed = 0;
  const auto expire = [&](std::int64_t now) {
    store.change([&](auto& txn) -> base::Result<void> {
      const auto n = expire_held_slugs(txn, {now}, 9);
      if (!n.ok()) return n.error();
      removed = *n;
      return {};
    });
  };
  expire(950);
  CHECK(removed == 1);
  CHECK(until_of(store, "anew", {0}) == "1000");
  expire(1000);
  CHECK(removed == 3);
  CHECK(store.tables() == "");
}
