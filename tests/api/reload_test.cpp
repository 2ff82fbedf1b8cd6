#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "api/permissions.h"
#include "api/service.h"
#include "app/definitions.h"
#include "authz/guard.h"
#include "base/file.h"
#include "tests/support/api_world.h"
#include "tests/support/writer_gate.h"

namespace {

using C = api::Change;

// The shipped definitions with more policies.
api::Definitions definitions(const std::string& policies) {
  auto loaded = app::load_definitions(config::defaults("config"));
  REQUIRE(loaded.ok());
  const auto guard = authz::Guard::from_text(
      base::read_file("config/policies/guard.cedar", 1 << 20).value() + policies, "guard.cedar");
  REQUIRE(guard.ok());
  loaded->guard = guard.value();
  return std::move(loaded).value();
}

std::string freeze(const std::string& notice) {
  return "@notice(\"" + notice + "\") forbid(principal, action == Action::\"group:create\", resource);";
}

bool is_there(ApiWorld& world, const std::string& permission) {
  return world
      .read(world.platform(),
            [&](const api::Read& r) -> api::Outcome<bool> {
              const auto found = api::get_permission(r, permission);
              if (!found.ok()) return found.error();
              return true;
            })
      .ok();
}

api::ChangeFunction create(const std::string& permission) {
  return [permission](C& c) -> api::Outcome<void> {
    const auto made = api::create_permissions(c, {{permission, {}, {}, {}}});
    if (!made.ok()) return made.error();
    return {};
  };
}

// What happens while the writer is held, and so in one group, in this order; and how each ended.
class Queue {
 public:
  explicit Queue(ApiWorld& world) : world_(world), gate_(world.service().store()) {}

  void change(const api::Caller& caller, api::ChangeFunction function) {
    auto told = std::make_shared<std::promise<std::string>>();
    outcomes_.push_back(told->get_future());
    REQUIRE(world_.service()
                .submit(caller, {"192.0.2.1", "test"}, std::move(function),
                        [told](const auto& outcome) { told->set_value(to_text(outcome)); })
                .ok());
    ++waiting_;
  }
  void reload(api::Definitions definitions) {
    outcomes_.push_back(std::async(std::launch::async, [this, given = std::move(definitions)]() mutable {
      const auto adopted = world_.service().adopt(std::move(given));
      return adopted.ok() ? std::string("ok") : adopted.error().message;
    }));
    ++waiting_;
    const auto ended = [&] {
      return outcomes_.back().wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
    };
    while (world_.service().store().statistics()->queued < waiting_ && !ended()) continue;
  }
  std::vector<std::string> run() {
    gate_.open();
    std::vector<std::string> said;
    for (auto& outcome : outcomes_) said.push_back(outcome.get());
    return said;
  }

 private:
  ApiWorld& world_;
  WriterGate gate_;
  std::size_t waiting_ = 0;
  std::vector<std::future<std::string>> outcomes_;
};

using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("a reload keeps the permissions that are made while it waits", "[api]") {
  ApiWorld world;
  Queue queue(world);
  queue.change(world.platform(), create("shop/before:make"));
  queue.reload(definitions(freeze("Frozen.")));
  queue.change(world.platform(), create("shop/after:make"));
  CHECK(queue.run() == Said{"ok", "ok", "ok"});
  CHECK(is_there(world, "shop/before:make"));
  CHECK(is_there(world, "shop/after:make"));
  CHECK(to_text(world.change(world.platform(), [&](C& c) {
          return api::create_group(c, world.acme(), {"g", {}, {}});
        })) == "forbidden: group:create: not allowed | Frozen.");
}

TEST_CASE("changes after a reload are judged by what it brought, in its group too", "[api]") {
  ApiWorld world;
  const auto mapper = world.caller(world.acme(), {"organization:policymanage"});
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  auto given = definitions(freeze("Frozen."));
  domain::Permission launch = domain::make_permission(names::parse_permission_name("rocket:launch").value());
  launch.title = "Launch";
  given.permissions.push_back(launch);
  domain::Role pilot(domain::Platform{});
  pilot.slug = pilot.name = "pilot";
  pilot.scopes = {"rocket:launch"};
  given.roles.push_back(pilot);

  const auto make_group = [&](const std::string& name) {
    return [&world, name](C& c) -> api::Outcome<void> {
      const auto made = api::create_group(c, world.acme(), {name, {}, {}});
      if (!made.ok()) return made.error();
      return {};
    };
  };
  Queue queue(world);
  queue.change(world.platform(), make_group("before"));
  // Tenants take turns, so that the second change of Acme comes after the platform's second.
  queue.change(mapper, [](C&) -> api::Outcome<void> { return {}; });
  queue.reload(given);
  queue.change(world.platform(), make_group("after"));
  // A permission that the judging catalogue didn't know would be nobody's, and so would not be missed.
  queue.change(mapper, [&](C& c) -> api::Outcome<void> {
    const auto mapped = api::add_group_role(c, world.acme(), group, {"pilot", {}, {}, {}});
    if (!mapped.ok()) return mapped.error();
    return {};
  });
  const Said said = queue.run();
  REQUIRE(said.size() == 5);
  for (std::size_t i = 0; i < 3; ++i) CHECK(said[i] == "ok");
  CHECK(said[3] == "forbidden: group:create: not allowed | Frozen.");
  CHECK_THAT(said[4], ContainsSubstring("forbidden: mapping:create: not allowed | "));
}

TEST_CASE("a permission that was made is known to the next change", "[api]") {
  ApiWorld world;
  Queue queue(world);
  queue.change(world.platform(), create("billing/invoice:pay"));
  queue.change(world.platform(), [&](C& c) -> api::Outcome<void> {
    const auto made = api::create_role(c, world.acme(), {"payer", "Payer", {}, {{"billing/invoice:pay"}}});
    if (!made.ok()) return made.error();
    return {};
  });
  queue.change(world.platform(), [](C& c) -> api::Outcome<void> {
    const auto made = create("shop/doomed:make")(c);
    if (!made.ok()) return made;
    return api::error(api::Code::kInUse, "not after all");
  });
  CHECK(queue.run() == Said{"ok", "ok", "in_use: not after all"});
  CHECK(is_there(world, "billing/invoice:pay"));
  CHECK_FALSE(is_there(world, "shop/doomed:make"));
}

TEST_CASE("a reload that fails leaves all as before", "[api]") {
  ApiWorld world;
  world.add_policies(freeze("Frozen."));
  auto circular = definitions("");
  circular.permissions.front().implies = {"no:such"};
  Queue queue(world);
  queue.change(world.platform(), create("shop/before:make"));
  queue.reload(circular);
  queue.change(world.platform(), create("shop/after:make"));
  const Said said = queue.run();
  CHECK(said ==
        Said{"ok",
             "permission " + circular.permissions.front().scope + ": implies no:such, which does not exist",
             "ok"});
  CHECK(is_there(world, "shop/before:make"));
  CHECK(is_there(world, "shop/after:make"));
  CHECK(to_text(world.change(world.platform(), [&](C& c) {
          return api::create_group(c, world.acme(), {"g", {}, {}});
        })) == "forbidden: group:create: not allowed | Frozen.");
}

TEST_CASE("a reload beside callers who make permissions is never undone", "[api]") {
  constexpr int kReloads = 150, kThreads = 3, kEach = 100;
  ApiWorld world;
  const api::Definitions shipped = definitions("");
  std::vector<std::shared_ptr<const authz::Guard>> guards;
  for (int i = 0; i < kReloads; ++i) guards.push_back(definitions(freeze(std::to_string(i))).guard);

  std::atomic<int> lost = 0, failed = 0, made = 0;
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t)
    callers.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = "shop/made" + std::to_string(t) + ":n" + std::to_string(i);
        const auto answer = world.service().change(world.platform(), {"", "test"}, create(name));
        answer.ok() ? ++made : ++failed;
        if (answer.ok() && !is_there(world, name)) ++lost;
      }
    });
  int undone = 0;
  for (int i = 0; i < kReloads; ++i) {
    api::Definitions next = shipped;
    next.guard = guards[static_cast<std::size_t>(i)];
    REQUIRE(world.service().adopt(std::move(next)).ok());
    for (int asked = 0; asked < 3; ++asked)
      if (to_text(world.change(world.platform(), [&](C& c) {
            return api::create_group(c, world.acme(), {"g", {}, {}});
          })) != "forbidden: group:create: not allowed | " + std::to_string(i))
        ++undone;
  }
  for (auto& caller : callers) caller.join();
  CHECK(undone == 0);
  CHECK(failed == 0);
  CHECK(made == kThreads * kEach);
  CHECK(lost == 0);
  for (int t = 0; t < kThreads; ++t)
    for (int i = 0; i < kEach; ++i)
      if (!is_there(world, "shop/made" + std::to_string(t) + ":n" + std::to_string(i))) ++lost;
  CHECK(lost == 0);
}
