// Times in filters of the audit log: the same answers as looking at every entry, also where the clock was set
// back.
#include "domain/audit_hours.h"

#include <random>

#include "tests/domain/audit_look.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

constexpr std::int64_t kMinute = 60'000;

base::Timestamp minute(std::int64_t n) {
  return {kNow.ms / 3'600'000 * 3'600'000 + n * kMinute};
}

void append(TestStore& store, base::Timestamp at, std::uint64_t actor = 1, const Owner& tenant = kTenant) {
  store.change([&](auto& txn) {
    AuditEntry entry(tenant);
    entry.actor = as_user(id(actor));
    entry.action = "role:update";
    entry.created_at = at;
    return append_audit(txn, entry);
  });
}

AuditFilter between(std::optional<base::Timestamp> from, std::optional<base::Timestamp> to) {
  AuditFilter filter;
  filter.from = from;
  filter.to = to;
  return filter;
}

}  // namespace

TEST_CASE("audit hours: what is passed over, and what is looked at", "[domain]") {
  TestStore store;
  // As the head of audit_hours.cpp draws it, and a hundred entries two hours later.
  for (const std::int64_t at : {-2, -1, 0, 59, -59, -58}) append(store, minute(at));
  for (std::int64_t i = 0; i < 100; ++i) append(store, minute(120 + i % 60));
  struct Row {
    const char* name;
    AuditFilter filter;
    std::vector<std::uint64_t> passed;
    std::size_t looks;
  };
  const Row rows[] = {
      {"in the hour between", between(minute(10), minute(60)), {4}, 5},
      {"the hour that came twice", between(minute(-60), minute(0)), {6, 5, 2, 1}, 6},
      {"before everything", between({}, minute(-120)), {}, 4},
      {"behind everything", between(minute(300), {}), {}, 4},
      {"until an hour begins", between(minute(0), minute(0)), {}, 4},
      {"from its first minute", between(minute(0), minute(1)), {3}, 5},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const AuditLook looked = look(store, kTenant, 0, row.filter);
    CHECK(looked.passed == row.passed);
    CHECK(looked.looks == row.looks);
  }
}

TEST_CASE("audit hours: filters answer what looking at every entry answers", "[domain]") {
  std::mt19937_64 random(11);
  TestStore store;
  std::vector<base::Timestamp> times;
  std::int64_t now = 0;
  for (std::size_t n = 0; n < 150; ++n) {
    now += random() % 10 == 0 ? -static_cast<std::int64_t>(random() % 200)
                              : static_cast<std::int64_t>(random() % 40);
    times.push_back(minute(now));
    append(store, times.back(), 1 + n % 3);
    append(store, minute(static_cast<std::int64_t>(random() % 500)), 1, kOther);
  }
  for (int i = 0; i < 200; ++i) {
    AuditFilter filter = between(times[random() % times.size()], times[random() % times.size()]);
    if (i % 5 == 0) filter.from.reset();
    if (i % 7 == 0) filter.to.reset();
    if (i % 2 == 0) filter.actor = id(1 + random() % 4).uuid;
    const std::uint64_t before = i % 3 == 0 ? 0 : 1 + random() % 170;
    std::vector<std::uint64_t> expected;
    for (std::uint64_t seq = times.size(); seq > 0; --seq) {
      const base::Timestamp at = times[seq - 1];
      const bool its = !filter.actor || *filter.actor == id(1 + (seq - 1) % 3).uuid;
      if ((before == 0 || seq < before) && its && (!filter.from || at >= *filter.from) &&
          (!filter.to || at < *filter.to))
        expected.push_back(seq);
    }
    INFO(i);
    CHECK(look(store, kTenant, before, filter).passed == expected);
  }
}

TEST_CASE("audit hours: a time that no hour has is the nearest one", "[domain]") {
  TestStore store;
  for (const std::int64_t ms : {std::int64_t{-5}, std::int64_t{0}, std::int64_t{253'402'300'799'999}})
    append(store, {ms});
  CHECK(look(store, kTenant, 0, between(base::Timestamp{-5}, base::Timestamp{1})).passed ==
        std::vector<std::uint64_t>{2, 1});
  CHECK(look(store, kTenant, 0, between(base::Timestamp{1}, {})).passed == std::vector<std::uint64_t>{3});
}
