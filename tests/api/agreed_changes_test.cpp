// Changes through a service whose store agrees with others on a log.
#include <memory>
#include <string>
#include <vector>

#include "api/groups.h"
#include "api/idempotency.h"
#include "api/permissions.h"
#include "api/service.h"
#include "api/tenants.h"
#include "app/definitions.h"
#include "domain/audit.h"
#include "store/queue.h"
#include "tests/support/answering_log.h"
#include "tests/support/api_world.h"

namespace {

using store::LoggedGroup;
using Answer = store::ChangeLog::Answer;
using Offered = store::ChangeLog::Offered;

// A server without HTTP, one of those that share the log.
struct Member {
  explicit Member(AnsweringLog& log) {
    auto options = store_options(dir / "db");
    options.clock = &clock;
    options.source = [&](store::Queue& local) {
      queue = &local;
      return std::make_unique<LoggedSource>(local, log);
    };
    store = open_store(std::move(options));
    service = std::make_unique<api::Service>(*store, clock, random);
    auto definitions = app::load_definitions(config::defaults("config"));
    REQUIRE(definitions.ok());
    REQUIRE(service->adopt(std::move(definitions).value()).ok());
  }

  // What came of creating a group as somebody.
  std::string create_group(const api::Caller& caller, const std::string& name) {
    return to_text(service->change(caller, {"", "r"}, [&](api::Change& change) -> api::Outcome<void> {
      const auto made = api::create_group(change, tenant, {name, {}, {}});
      if (!made.ok()) return made.error();
      return {};
    }));
  }
  void create_tenant() {
    const auto done = service->change(api::Service::itself(), {}, [&](api::Change& c) -> api::Outcome<void> {
      const auto made = api::create_tenant(c, {"Acme", "acme", {}, {}});
      if (!made.ok()) return made.error();
      tenant = made->id;
      return {};
    });
    REQUIRE(done.ok());
  }
  std::size_t audited() {
    std::uint64_t entries = 0;
    const auto faults = domain::verify_audit(*store->read(), entries);
    REQUIRE(faults.ok());
    CHECK(faults->empty());
    return entries;
  }
  // Whether the catalogue in force has it.
  bool knows(const std::string& permission) {
    bool found = false;
    const auto done = service->read_as(api::Service::itself(), {}, [&](const api::Read& read) {
      found = api::get_permission(read, permission).ok();
    });
    return done.ok() && found;
  }

  TempDir dir;
  ManualClock clock;
  SeededRandom random;
  store::Queue* queue = nullptr;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<api::Service> service;
  domain::TenantId tenant;
};

// Somebody of the tenant without any rights.
api::Caller nobody(const domain::TenantId& tenant) {
  return {{domain::UserId(), tenant, {}}, ""};
}

}  // namespace

TEST_CASE("agreed changes: an answer is of the last run, and only where that lasts", "[api]") {
  const std::string not_done =
      "overloaded: nothing was changed, since the change could not be agreed on; try again shortly";
  const std::string unknown = "internal: internal error; the server's log says more";
  const auto refuse = [](ScriptedLog&, const LoggedGroup&) {
    return Offered{Answer::kRefused, "log: no leader"};
  };
  const auto lose = [](ScriptedLog&, const LoggedGroup&) {
    return Offered{Answer::kUnknown, "log: no answer"};
  };
  const auto come_first = [](ScriptedLog& all, const LoggedGroup& group) {
    LoggedGroup theirs{
        base::Uuid(),
        {{group.first(),
          {},
          {{store::Table::kIdempotency, "x" + std::to_string(group.first()), std::nullopt, "1"}}}}};
    CHECK(all.take(theirs));
    return Offered{Answer::kBehind, ""};
  };
  AnsweringLog log;
  Member member(log);
  member.create_tenant();
  const auto itself = api::Service::itself();
  const auto forbidden = nobody(member.tenant);
  const std::size_t before = member.audited();
  log.next(refuse);
  CHECK(member.create_group(forbidden, "g") ==
        not_done);  // the guard's refusal isn't audited, so it isn't told
  log.next(lose);
  CHECK(member.create_group(forbidden, "g") == unknown);
  log.next(refuse);
  CHECK(member.create_group(itself, "g") == not_done);
  log.next(lose);
  CHECK(member.create_group(itself, "g") == unknown);
  CHECK(member.audited() == before);
  log.next(come_first);
  CHECK(member.create_group(forbidden, "g").starts_with("forbidden: group:create: not allowed"));
  log.next(come_first);
  CHECK_FALSE(member.create_group(itself, "g").starts_with("already_exists"));
  CHECK(member.audited() == before + 2);
  CHECK(member.create_group(itself, "g").starts_with("already_exists"));
}

TEST_CASE("agreed changes: the catalogue in force follows a permission made elsewhere", "[api]") {
  AnsweringLog log;
  Member here(log), there(log);
  const auto made =
      here.service->change(api::Service::itself(), {}, [](api::Change& c) -> api::Outcome<void> {
        const auto created = api::create_permissions(c, {{"compute/instance:start", {}, {}, {}}});
        if (!created.ok()) return created.error();
        return {};
      });
  REQUIRE(made.ok());
  CHECK(here.knows("compute/instance:start"));
  there.queue->wake();
  // A change comes after the news; one that writes nothing is told at once.
  REQUIRE(there.store->write([](store::WriteTxn&) -> base::Result<void> { return {}; }).ok());
  CHECK(there.knows("compute/instance:start"));
  CHECK(there.store->revision() == made.value());
  CHECK(there.audited() == here.audited());
}
