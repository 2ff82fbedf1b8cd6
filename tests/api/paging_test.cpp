// Pages of every list: what ends one, and that following the cursor gives each row once.
#include <random>
#include <set>

#include "api/audit.h"
#include "api/limits.h"
#include "api/permissions.h"
#include "api/policies.h"
#include "api/rules.h"
#include "api/service_users.h"
#include "tests/support/api_world.h"
#include "tests/support/ticking_clock.h"

namespace {

using namespace std::chrono_literals;
using Rows = std::vector<std::string>;

// What each row of a list is told by.
std::string name_of_row(const api::RoleView& view) {
  return view.role.id.to_string();
}
std::string name_of_row(const api::GroupView& view) {
  return view.group.id.to_string();
}
std::string name_of_row(const api::UserView& view) {
  return view.user.id.to_string();
}
std::string name_of_row(const api::MemberView& view) {
  return view.member.id.to_string();
}
std::string name_of_row(const api::RoleMappingView& view) {
  return view.mapping.id.to_string();
}
std::string name_of_row(const api::ApiKeyView& view) {
  return view.credential.id.to_string();
}
std::string name_of_row(const api::SecretView& view) {
  return view.credential.id.to_string();
}
std::string name_of_row(const api::PolicyView& view) {
  return view.policy.id.to_string();
}
std::string name_of_row(const api::RuleView& view) {
  return view.rule.id.to_string();
}
std::string name_of_row(const domain::ServiceUser& user) {
  return user.id.to_string();
}
std::string name_of_row(const domain::Tenant& tenant) {
  return tenant.id.to_string();
}
std::string name_of_row(const domain::Permission* permission) {
  return permission->scope;
}
std::string name_of_row(const domain::AuditEntry& entry) {
  return entry.id.to_string();
}

struct Listed {
  Rows rows;
  std::string next;
};
using List = std::function<api::Outcome<Listed>(const api::Read&, const api::PageRequest&)>;

template <typename Fn>
List list_of(Fn fn) {
  return [fn](const api::Read& read, const api::PageRequest& page) -> api::Outcome<Listed> {
    const auto listed = fn(read, page);
    if (!listed.ok()) return listed.error();
    Listed result{{}, listed->next};
    for (const auto& row : listed->data) result.rows.push_back(name_of_row(row));
    return result;
  };
}

// A tenant with some of everything, and every list of it.
class Shelf {
 public:
  explicit Shelf(std::uint64_t seed) : random_(seed) {
    const auto& acme = world.acme();
    const auto robot = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_service_user(c, acme, {"robot", base::Json(base::Json::Object{})});
    }));
    group_ = world.add_group(acme, "all");
    for (std::size_t i = up_to(12); i-- > 0;) {
      const std::string name = "n" + std::to_string(i);
      const auto user = world.add_user(acme, name);
      if (one_in_two()) world.add_member(acme, group_, user);
      if (one_in_two()) {
        const auto inner = world.add_group(acme, name);
        if (one_in_two()) world.add_member(acme, inner, user);
        if (one_in_two()) world.add_member(acme, group_, inner);
      }
      if (one_in_two()) world.add_role(acme, name, {"group:get"});
      if (one_in_two()) world.caller(acme, {});
      if (one_in_two())
        ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
          return api::create_secret(c, acme, robot.id, std::nullopt);
        }));
      const auto role =
          world.read(world.platform(), [&](const api::Read& r) { return api::get_role(r, acme, name); });
      if (role.ok() && one_in_two()) world.map_group(acme, group_, name);
      if (role.ok() && one_in_two()) world.map_on(acme, group_, name, "app/group:" + name);
    }
    const domain::GroupId group = group_;
    const domain::ServiceUserId service_user = robot.id;
    domain::PolicyId policy;
    for (std::size_t n = up_to(20); n > 0; --n) {
      api::NewPolicy made{"p", {}, one_in_two(), static_cast<std::int32_t>(up_to(3)), {}};
      for (std::size_t i = up_to(20); i > 0; --i)
        made.rules.push_back({"permit (principal, action, resource);"});
      policy = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
                 return api::create_policy(c, acme, made);
               })).policy.id;
    }
    lists = {
        {"roles", list_of([acme](auto& r, auto& p) { return list_roles(r, acme, api::RoleSet::kAll, p); })},
        {"own roles",
         list_of([acme](auto& r, auto& p) { return list_roles(r, acme, api::RoleSet::kCustom, p); })},
        {"groups", list_of([acme](auto& r, auto& p) { return list_groups(r, acme, {}, p); })},
        {"groups with 1", list_of([acme](auto& r, auto& p) {
           return list_groups(r, acme, {std::nullopt, "1"}, p);
         })},
        {"scim groups", list_of([acme](auto& r, auto& p) {
           return list_groups(r, acme, {domain::Source::kScim, std::nullopt}, p);
         })},
        {"users", list_of([acme](auto& r, auto& p) { return list_users(r, acme, p); })},
        {"members", list_of([acme, group](auto& r, auto& p) { return list_members(r, acme, group, p); })},
        {"effective members",
         list_of([acme, group](auto& r, auto& p) { return list_effective_members(r, acme, group, p); })},
        {"mappings",
         list_of([acme, group](auto& r, auto& p) { return list_group_roles(r, acme, group, p); })},
        {"API keys", list_of([acme](auto& r, auto& p) { return list_api_keys(r, acme, p); })},
        {"service users", list_of([acme](auto& r, auto& p) { return list_service_users(r, acme, p); })},
        {"secrets",
         list_of([acme, service_user](auto& r, auto& p) { return list_secrets(r, acme, service_user, p); })},
        {"policies", list_of([acme](auto& r, auto& p) { return api::list_policies(r, acme, p); })},
        {"rules", list_of([acme, policy](auto& r, auto& p) { return api::list_rules(r, acme, policy, p); })},
        {"tenants", list_of([](auto& r, auto& p) { return list_tenants(r, p); })},
        {"permissions", list_of([](auto& r, auto& p) { return api::list_permissions(r, p); })},
        {"audit", list_of([acme](auto& r, auto& p) { return list_audit(r, acme, {}, p); })},
        {"audit of groups", list_of([acme](auto& r, auto& p) {
           domain::AuditFilter filter;
           filter.action = "group:create";
           return list_audit(r, acme, filter, p);
         })},
    };
  }

  // Calls the list as the platform, with what a page may cost and a clock that goes on by `step`.
  api::Outcome<Listed> call(const List& list, const api::PageRequest& page, const api::PageLimits& limits,
                            std::chrono::nanoseconds step) {
    return world.read(world.platform(), [&](const api::Read& r) {
      const TickingClock clock(step);
      return list(api::Read{r.txn, r.now, r.catalogue, r.guard, r.caller, r.origin, limits, clock}, page);
    });
  }

  std::size_t up_to(std::size_t most) { return 1 + random_() % most; }
  bool one_in_two() { return random_() % 2 == 0; }

  ApiWorld world;
  std::vector<std::pair<std::string, List>> lists;

 private:
  std::mt19937_64 random_;
  domain::GroupId group_;
};

constexpr api::PageLimits kAmple{1'000'000, 1h, std::size_t{1} << 30U, std::size_t{1} << 30U};

}  // namespace

TEST_CASE("paging: whoever follows the cursor gets each row once, whatever a page may cost", "[api]") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Shelf shelf(seed);
    for (const auto& [name, list] : shelf.lists)
      for (int i = 0; i < 6; ++i) {
        const api::PageLimits limits{shelf.up_to(9), shelf.up_to(20) * 1ms, shelf.up_to(6'000), 1};
        const std::chrono::nanoseconds step = shelf.up_to(6) * 1ms;
        const std::size_t limit = shelf.up_to(7);
        INFO("seed " << seed << ": " << name << ", limit " << limit << ", " << limits.rows << " rows, "
                     << limits.bytes << " bytes, " << limits.time / step << " ticks");
        const Rows all = ApiWorld::must(shelf.call(list, {0, ""}, kAmple, 0ns)).rows;
        CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
        Rows paged;
        std::string after;
        std::size_t pages = 0;
        do {
          const auto page = ApiWorld::must(shelf.call(list, {limit, after}, limits, step));
          CHECK(page.rows.size() <= limit);
          CHECK(page.rows.size() <= limits.rows);
          paged.insert(paged.end(), page.rows.begin(), page.rows.end());
          REQUIRE((page.next.empty() || page.next != after));
          after = page.next;
          REQUIRE(++pages < 500);
        } while (!after.empty());
        CHECK(paged == all);
      }
  }
}

TEST_CASE("paging: what ends a page", "[api]") {
  ApiWorld world;
  for (char c = 'a'; c <= 'f'; ++c) world.add_group(world.acme(), std::string("group ") + c);
  struct Row {
    const char* name;
    std::size_t limit;
    api::PageLimits limits;
    std::chrono::nanoseconds step;
    std::optional<std::string> filter;
    const char* pages;  // how many rows each has
  };
  const Row rows[] = {
      {"nothing", 250, kAmple, 0ns, {}, "6"},
      {"the limit", 4, kAmple, 0ns, {}, "4 2"},
      {"the limit, at the last row", 3, kAmple, 0ns, {}, "3 3"},
      {"rows looked at", 250, {4, 1h, 1 << 20, 1 << 20}, 0ns, {}, "4 2"},
      {"rows that the filter leaves out", 250, {2, 1h, 1 << 20, 1 << 20}, 0ns, "E", "0 0 1"},
      {"rows of which none passes", 250, {4, 1h, 1 << 20, 1 << 20}, 0ns, "z", "0 0"},
      {"a full page looks for one more", 1, {6, 1h, 1 << 20, 1 << 20}, 0ns, "a", "1"},
      {"the time", 250, {100, 20ms, 1 << 20, 1 << 20}, 10ms, {}, "1 1 1 1 1 1"},
      {"more of the time", 250, {100, 20ms, 1 << 20, 1 << 20}, 8ms, {}, "2 2 2"},
      {"no time at all", 250, {100, 20ms, 1 << 20, 1 << 20}, 1h, {}, "1 1 1 1 1 1"},
      {"bytes", 250, {100, 1h, 1'100, 1 << 20}, 0ns, {}, "2 2 2"},
      {"rows larger than a page", 250, {100, 1h, 1, 1 << 20}, 0ns, {}, "1 1 1 1 1 1"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    std::string pages, after;
    do {
      const auto page = ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) {
        const TickingClock clock(row.step);
        return api::list_groups({r.txn, r.now, r.catalogue, r.guard, r.caller, r.origin, row.limits, clock},
                                world.acme(), {std::nullopt, row.filter}, {row.limit, after});
      }));
      pages += (pages.empty() ? "" : " ") + std::to_string(page.data.size());
      after = page.next;
    } while (!after.empty() && pages.size() < 50);
    CHECK(pages == row.pages);
  }
}

TEST_CASE("paging: a list without pages comes whole, or names `limit`", "[api]") {
  ApiWorld world;
  for (char c = 'a'; c <= 'f'; ++c) world.add_group(world.acme(), std::string("group ") + c);
  const auto whole = [&](api::PageLimits limits) {
    return to_text(world.read(world.platform(), [&](const api::Read& r) {
      const TickingClock clock(1h);  // there is no such end
      return api::list_groups({r.txn, r.now, r.catalogue, r.guard, r.caller, r.origin, limits, clock},
                              world.acme(), {}, {0, ""});
    }));
  };
  const std::string more = "must be given, from 1 to 250, since the list has more than ";
  CHECK(whole({6, 20ms, 1, 1, 1 << 20}) == "ok");
  CHECK(whole({5, 20ms, 1, 1, 1 << 20}) ==
        "invalid_input: limit: " + more + "5 rows | limit: " + more + "5 rows");
  CHECK(whole({6, 20ms, 1, 1, 3'000}) ==
        "invalid_input: limit: " + more + "0 MiB | limit: " + more + "0 MiB");
}

TEST_CASE("paging: ten thousand rows come whole, one more comes in pages", "[api]") {
  ApiWorld world;
  std::size_t made = 0;
  const auto make = [&](std::size_t n) {
    const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
      SeededRandom random(made += n);
      for (std::size_t i = 0; i < n; ++i) {
        domain::ServiceUser user;
        user.id = domain::ServiceUserId(random.uuid(world.now()));
        user.tenant = world.acme();
        if (auto put = put_service_user(txn, user); !put.ok()) return put;
      }
      return {};
    });
    REQUIRE(written.ok());
  };
  const auto list = [&](const api::PageRequest& page) {
    return world.read(world.platform(), [&](const api::Read& r) {
      const TickingClock clock(0ns);
      return api::list_service_users({r.txn, r.now, r.catalogue, r.guard, r.caller, r.origin, {}, clock},
                                     world.acme(), page);
    });
  };
  make(10'000);
  CHECK(ApiWorld::must(list({0, ""})).data.size() == 10'000);
  make(1);
  CHECK(list({0, ""}).error().message ==
        "limit: must be given, from 1 to 250, since the list has more than 10000 rows");
  std::set<domain::ServiceUserId> paged;
  std::string after;
  do {
    auto page = ApiWorld::must(list({api::kMaxPage, after}));
    for (const auto& user : page.data) CHECK(paged.insert(user.id).second);
    after = page.next;
  } while (!after.empty());
  CHECK(paged.size() == 10'001);
}

TEST_CASE("paging: what a page may cost by default", "[api]") {
  const api::PageLimits limits;
  CHECK(limits.rows == 10'000);
  CHECK(limits.time == 20ms);
  CHECK(limits.bytes == 1'048'576);
  CHECK(limits.piece_bytes == 64 * 1'024);
  CHECK(limits.whole_bytes == 16 * 1'048'576);
}

TEST_CASE("paging: made-up cursors are refused, or begin somewhere else", "[api]") {
  Shelf shelf(1);
  const std::string id = "0197f3c4-0000-7000-8000-000000000000";
  for (const auto& [name, list] : shelf.lists)
    for (const std::string& cursor : {std::string("x"), std::string(":"), "p:" + std::string(5'000, 'a'), id,
                                      id + ":" + std::string(5'000, 'a'), id + ":", std::string(600, '9'),
                                      std::string("18446744073709551615"), std::string(1, '\0')}) {
      INFO(name << " " << cursor.substr(0, 50));
      const auto page = shelf.call(list, {1, cursor}, kAmple, 0ns);
      if (!page.ok()) CHECK(page.error().code == api::Code::kInvalidInput);
    }
}
