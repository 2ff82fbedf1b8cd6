// Which refused changes have an audit entry of their own, and what becomes of the others.
#include "api/refusals.h"

#include <algorithm>

#include "api/audit.h"
#include "domain/audit.h"
#include "tests/support/api_world.h"
#include "tests/support/writer_gate.h"

namespace {

using api::Refusals;
using C = api::Change;

const domain::TenantId kAcme = domain::TenantId(*base::Uuid::parse("00000000-0000-7000-8000-0000000000a0"));
const domain::TenantId kOther = domain::TenantId(*base::Uuid::parse("00000000-0000-7000-8000-0000000000b0"));
constexpr base::Timestamp kNow{1'776'254'400'000};

domain::UserId user(std::uint64_t n) {
  std::string text = "00000000-0000-7000-8000-000000000000";
  const std::string digits = std::to_string(n);
  text.replace(text.size() - digits.size(), digits.size(), digits);
  return domain::UserId(*base::Uuid::parse(text));
}

domain::AuditEntry refusal(const domain::Owner& tenant, std::uint64_t caller, const std::string& action,
                           const std::string& resource = "r", std::int64_t ms = 0) {
  domain::AuditEntry entry(tenant);
  entry.actor = user(caller);
  entry.action = action;
  entry.resource_type = "role";
  entry.resource_id = resource;
  entry.allowed = false;
  entry.policies = {"p"};
  entry.created_at = {kNow.ms + ms};
  return entry;
}

// "1" first, "+" counted, "!" no room.
std::string note(Refusals& refusals, const domain::AuditEntry& entry) {
  switch (refusals.note(entry)) {
    case Refusals::Noted::kFirst:
      return "1";
    case Refusals::Noted::kCounted:
      return "+";
    case Refusals::Noted::kNoRoom:
      return "!";
  }
  return "?";
}

std::vector<domain::AuditEntry> end(Refusals& refusals, std::int64_t ms = Refusals::kMinuteMs) {
  return refusals.take({kNow.ms + ms}, 1'000'000, false);
}

// "action count", of each, sorted.
std::vector<std::string> told(const std::vector<domain::AuditEntry>& entries) {
  std::vector<std::string> out;
  for (const auto& entry : entries) out.push_back(entry.action + " " + std::to_string(entry.repeats->count));
  std::sort(out.begin(), out.end());
  return out;
}

using Texts = std::vector<std::string>;

// As the store has them, newest first.
std::vector<domain::AuditEntry> entries_of(ApiWorld& world, const domain::Owner& tenant) {
  return ApiWorld::must(world.read(world.platform(),
                                   [&](const api::Read& read) {
                                     return api::list_audit(read, tenant, {}, {0, ""});
                                   }))
      .data;
}

}  // namespace

TEST_CASE("refusals: of a caller, an action and policies the first is written and the rest counted",
          "[api]") {
  Refusals refusals;
  auto other_policy = refusal(kAcme, 1, "a");
  other_policy.policies = {"q"};
  CHECK(note(refusals, refusal(kAcme, 1, "a", "r0")) == "1");
  CHECK(note(refusals, refusal(kAcme, 1, "b")) == "1");
  CHECK(note(refusals, refusal(kAcme, 2, "a")) == "1");
  CHECK(note(refusals, refusal(kOther, 1, "a")) == "1");
  CHECK(note(refusals, other_policy) == "1");
  for (int i = 1; i <= 14; ++i) {
    auto entry = refusal(kAcme, 1, "a", "r" + std::to_string(i - i % 2), 100 + i);
    entry.request_id = "q" + std::to_string(i);
    CHECK(note(refusals, entry) == "+");
  }
  CHECK(end(refusals, Refusals::kMinuteMs - 1).empty());
  const auto ended = end(refusals);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].actor == domain::Principal(user(1)));
  CHECK(ended[0].action == "a");
  CHECK(ended[0].policies == Texts{"p"});
  CHECK(ended[0].request_id == "q14");
  CHECK(ended[0].resource_id == "r0");
  CHECK(ended[0].repeats ==
        domain::Repeats{
            14, {kNow.ms + 101}, {kNow.ms + 114}, {"r0", "r2", "r4", "r6", "r8", "r10", "r12", "r14"}});
  CHECK(end(refusals).empty());
  CHECK(note(refusals, refusal(kAcme, 1, "a", "r", Refusals::kMinuteMs)) == "1");  // a new minute
}

TEST_CASE("refusals: ten of the resources are named", "[api]") {
  Refusals refusals;
  for (int i = 0; i < 100; ++i) note(refusals, refusal(kAcme, 1, "a", std::to_string(i)));
  const auto ended = end(refusals);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].repeats->resource_ids == Texts{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"});
}

TEST_CASE("refusals: beyond twenty entries of a caller one more counts the rest", "[api]") {
  Refusals refusals;
  for (std::size_t i = 0; i < Refusals::kOfCaller; ++i)
    CHECK(note(refusals, refusal(kAcme, 1, "a" + std::to_string(i))) == "1");
  CHECK(note(refusals, refusal(kAcme, 1, "another", "x")) == "+");
  CHECK(note(refusals, refusal(kAcme, 1, "a3", "y")) == "+");  // its repeats would be an entry as well
  CHECK(note(refusals, refusal(kAcme, 2, "another")) == "1");
  const auto ended = end(refusals);
  REQUIRE(told(ended) == Texts{"audit:overflow 2"});
  CHECK(ended[0].actor == domain::Principal(user(1)));
  CHECK(ended[0].resource_type == "audit");
  CHECK(ended[0].resource_id == "");
  CHECK(ended[0].policies.empty());
  CHECK(ended[0].repeats->resource_ids == Texts{"x", "y"});
}

TEST_CASE("refusals: one tenant's noise hides no caller, and nothing of another tenant", "[api]") {
  Refusals refusals;
  std::size_t first = 0;
  constexpr std::size_t kCallers = 1'500;
  for (std::uint64_t caller = 0; caller < kCallers; ++caller)
    first += note(refusals, refusal(kAcme, caller, "a")) == "1" ? 1U : 0U;
  CHECK(first == Refusals::kOfTenant);
  CHECK(note(refusals, refusal(kOther, 1, "a")) == "1");
  CHECK(note(refusals, refusal(domain::Platform{}, 1, "a")) == "1");
  CHECK(told(end(refusals)) == Texts(kCallers - Refusals::kOfTenant, "audit:overflow 1"));
}

TEST_CASE("refusals: memory is bounded, and nothing that was counted is lost by it", "[api]") {
  Refusals refusals;
  std::size_t counted = 0, first = 0;
  std::uint64_t caller = 0;
  for (std::string noted; noted != "!"; ++caller) {
    noted = note(refusals, refusal(kAcme, caller, "a", std::string(256, 'x')));
    counted += noted == "+" ? 1U : 0U;
    first += noted == "1" ? 1U : 0U;
    REQUIRE(caller < 100'000);
  }
  CHECK(first == Refusals::kOfTenant);
  CHECK(counted > 5'000);
  CHECK(end(refusals, 1).size() == counted);  // before its time
  CHECK(note(refusals, refusal(kAcme, 1, "a")) == "1");
}

TEST_CASE("refusals: what could not be written is a first one again, and gives back its place", "[api]") {
  Refusals refusals;
  for (int i = 0; i < 200'000; ++i) {
    if (note(refusals, refusal(kAcme, 1, "a")) != "1") FAIL("at " << i);
    refusals.withdraw(refusal(kAcme, 1, "a"));
  }
  CHECK(note(refusals, refusal(kAcme, 1, "a")) == "1");
  CHECK(note(refusals, refusal(kAcme, 1, "a")) == "+");
  refusals.withdraw(refusal(kAcme, 1, "a"));  // there are repeats: it stays
  CHECK(note(refusals, refusal(kAcme, 1, "a")) == "+");
  refusals.withdraw(refusal(kOther, 1, "a"));
  auto taken = refusals.take(kNow, 10, true);
  CHECK(told(taken) == Texts{"a 2"});
  refusals.put_back(std::move(taken));
  CHECK(refusals.take(kNow, 0, false).empty());
  CHECK(told(refusals.take(kNow, 10, false)) == Texts{"a 2"});
}

TEST_CASE("a caller that is refused again and again costs two entries a minute", "[api]") {
  ApiWorld world;
  const auto nobody = world.caller(world.acme(), {});
  const std::size_t before = entries_of(world, world.acme()).size();
  const auto refuse = [&] {
    const auto made = world.change(nobody, [&](C& c) {
      return api::create_group(c, world.acme(), {"Team", {}, {}});
    });
    CHECK(to_text(made) ==
          "forbidden: group:create: not allowed | This needs the permission `organization:groupcreate`, "
          "which you don't hold.");
  };
  for (int i = 0; i < 50; ++i) refuse();
  world.service().keep_refusals(false);
  CHECK(entries_of(world, world.acme()).size() == before + 1);
  const auto began = world.now();
  world.clock().advance(Refusals::kMinuteMs);
  world.service().keep_refusals(false);
  REQUIRE(world.service().store().write([](store::WriteTxn&) { return base::Result<void>(); }).ok());
  const auto all = entries_of(world, world.acme());
  REQUIRE(all.size() == before + 2);
  CHECK(all[0].repeats == domain::Repeats{49, began, began, {world.acme().to_string()}});
  CHECK(all[0].created_at == world.now());
  CHECK(all[0].id != all[1].id);
  CHECK_FALSE(all[1].repeats);
  std::uint64_t seen = 0;
  CHECK(domain::verify_audit(*world.service().store().read(), seen)->empty());
  // At the end the minute isn't waited for.
  for (int i = 0; i < 3; ++i) refuse();
  world.service().keep_refusals(true);
  world.reopen();
  CHECK(entries_of(world, world.acme()).front().repeats->count == 2);
}

TEST_CASE("what a caller named is cut in an audit entry, and it says so", "[api]") {
  ApiWorld world;
  const auto nobody = world.caller(world.acme(), {});
  // "é" lies across the 256th byte.
  const std::string name = std::string(255, 'a') + "é" + std::string(1'000'000, '\x7f');
  const auto deleted = world.change(
      nobody, [&](C& c) { return api::delete_role(c, world.acme(), name, false, api::IfMatch()); });
  CHECK(deleted.error().code == api::Code::kForbidden);
  CHECK(entries_of(world, world.acme()).front().resource_id ==
        std::string(255, 'a') + "… (cut; it has 1000257 bytes)");
}

TEST_CASE("all that a minute counted is kept once it is over, however much it is", "[api]") {
  ApiWorld world;
  constexpr std::size_t kCallers = 600;  // more than one change appends
  for (std::size_t i = 0; i < kCallers; ++i) {
    const auto nobody = world.caller(i % 2 == 0 ? world.acme() : world.globex(), {});
    for (int n = 0; n < 2; ++n)
      CHECK_FALSE(world
                      .change(nobody,
                              [&](C& c) {
                                return api::create_group(c, *nobody.tenant.tenant(), {"Team", {}, {}});
                              })
                      .ok());
  }
  const auto counted = [&] {
    std::size_t sum = 0;
    for (const auto& tenant : {world.acme(), world.globex()})
      for (const auto& entry : entries_of(world, tenant)) sum += entry.repeats ? entry.repeats->count : 0;
    return sum;
  };
  CHECK(counted() == 0);
  world.clock().advance(Refusals::kMinuteMs);
  world.service().keep_refusals(false);  // once: what is kept draws the rest after it
  for (int i = 0; i < 1'000 && counted() < kCallers; ++i)
    REQUIRE(world.service().store().write([](store::WriteTxn&) { return base::Result<void>(); }).ok());
  CHECK(counted() == kCallers);
}
