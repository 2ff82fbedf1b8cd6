// What is known of a change before it reaches the writer.
#include <atomic>
#include <future>

#include "api/api_keys.h"
#include "api/audit.h"
#include "base/nearest.h"
#include "tests/support/api_world.h"
#include "tests/support/writer_gate.h"

namespace {

using C = api::Change;

// What came of a change that was queued while the writer was held, and how often it ran there.
struct Queued {
  std::string outcome;
  int runs = 0;
};

template <typename Fn>
Queued queue(ApiWorld& world, const api::Caller& caller, const Fn& fn) {
  std::promise<std::string> told;
  std::atomic<int> runs = 0;
  WriterGate gate(world.service().store());
  const auto queued = world.service().submit(
      caller, {"192.0.2.1", "test"},
      [&](C& c) -> api::Outcome<void> {
        if (!c.is_rehearsal()) ++runs;
        const auto done = fn(c);
        return done.ok() ? api::Outcome<void>() : api::Outcome<void>(done.error());
      },
      [&](const auto& outcome) { told.set_value(to_text(outcome)); });
  gate.open();
  if (!queued.ok()) return {to_text(queued), runs};
  std::string outcome = told.get_future().get();
  return {std::move(outcome), runs};
}

}  // namespace

TEST_CASE("a change that the guard refuses doesn't reach the writer, but its audit entry does", "[api]") {
  ApiWorld world;
  const auto nobody = world.caller(world.acme(), {});
  const auto admin = world.admin(world.acme());
  const auto make = [&](C& c) { return api::create_group(c, world.acme(), {"Team", {}, {}}); };
  const auto entries = [&] {
    return ApiWorld::must(world.read(world.platform(),
                                     [&](const api::Read& read) {
                                       return api::list_audit(read, world.acme(), {}, {0, ""});
                                     }))
        .data;
  };
  const std::size_t before = entries().size();
  const Queued refused = queue(world, nobody, make);
  CHECK(refused.runs == 0);
  CHECK(
      refused.outcome ==
      "forbidden: group:create: not allowed | This needs the permission `organization:groupcreate`, which you "
      "don't hold.");
  REQUIRE(entries().size() == before + 1);
  CHECK(entries().front().action == "group:create");
  CHECK_FALSE(entries().front().allowed);
  CHECK(entries().front().actor == nobody.principal);

  CHECK(queue(world, admin, make).outcome == "ok");
  const Queued again = queue(world, admin, make);  // what else is against it the writer finds
  CHECK(again.runs == 1);
  CHECK(again.outcome.starts_with("already_exists: "));
  CHECK(entries().size() == before + 2);
}

TEST_CASE("the guard is asked again in the writer", "[api]") {
  ApiWorld world;
  const auto key = ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::create_api_key(c, world.acme(), {"k", {"organization:groupcreate"}, {}});
  }));
  const auto caller = ApiWorld::must(world.authenticate(key.raw_key));
  std::promise<std::string> told;
  WriterGate gate(world.service().store());
  // Rehearsed when it could still be; the key is revoked before its turn comes.
  REQUIRE(world.service()
              .submit(
                  world.platform(), {"", "first"},
                  [&](C& c) { return api::revoke_api_key(c, world.acme(), key.credential.id, {}); },
                  [](const auto&) {})
              .ok());
  REQUIRE(world.service()
              .submit(
                  caller, {"", "second"},
                  [&](C& c) -> api::Outcome<void> {
                    const auto made = api::create_group(c, world.acme(), {"Team", {}, {}});
                    return made.ok() ? api::Outcome<void>() : api::Outcome<void>(made.error());
                  },
                  [&](const auto& outcome) { told.set_value(to_text(outcome)); })
              .ok());
  gate.open();
  CHECK(told.get_future().get() == "unauthenticated: credential: not valid");
}

TEST_CASE("a change feels what those before it in its commit did to its caller", "[api]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "maker", {"organization:groupcreate"});
  world.add_member(world.acme(), team, ann);
  world.map_group(world.acme(), team, "maker");
  world.login(world.acme(), ann);
  std::optional<api::Caller> caller;  // with its cached principal
  REQUIRE(world.service()
              .read({api::Scheme::kBearer, "", "login-of-" + ann.to_string()}, {},
                    [&](const api::Read& read) { caller = read.caller; })
              .ok());
  REQUIRE(caller->cached != nullptr);
  const auto submit = [&](const api::Caller& who, const auto& fn) {
    auto told = std::make_shared<std::promise<std::string>>();
    const auto queued = world.service().submit(
        who, {"", "test"},
        [fn](C& c) -> api::Outcome<void> {
          const auto done = fn(c);
          return done.ok() ? api::Outcome<void>() : api::Outcome<void>(done.error());
        },
        [told](const auto& outcome) { told->set_value(to_text(outcome)); });
    REQUIRE(queued.ok());
    return told->get_future();
  };
  const auto make = [&](const char* name) {
    return [&world, name](C& c) { return api::create_group(c, world.acme(), {name, {}, {}}); };
  };
  WriterGate gate(world.service().store());
  auto before = submit(*caller, make("Before"));
  auto leaves =
      submit(world.platform(), [&](C& c) { return api::remove_member(c, world.acme(), team, ann, {}); });
  auto after = submit(*caller, make("After"));
  gate.open();
  CHECK(before.get() == "ok");
  CHECK(leaves.get() == "ok");
  CHECK(after.get().starts_with("forbidden: group:create: not allowed"));
}

TEST_CASE("guesses are made in the rehearsal, after the guard's yes, and five a request", "[api]") {
  ApiWorld world;
  const std::vector<std::string> misspelt(8, "group:gett");
  const auto guesses_in = [](const std::string& text) {
    std::size_t guesses = 0;
    for (auto at = text.find(" | /"); at != std::string::npos; at = text.find(" | /", at + 1))
      guesses += text.find("; did you mean `group:get`?", at) < text.find(" | /", at + 1) ? 1U : 0U;
    return guesses;
  };
  const auto make = [&](C& c) {
    const auto made = api::create_role(c, world.acme(), {"r", "R", {}, misspelt});
    if (!c.is_rehearsal() && !made.ok()) CHECK(guesses_in(to_text(made.error())) == 0);
    return made;
  };
  const Queued unknown = queue(world, world.admin(world.acme()), make);
  CHECK(unknown.outcome.starts_with(
      "invalid_scopes: scopes/0: `group:gett` is no permission; did you mean `group:get`? (and 7 more)"));
  CHECK(guesses_in(unknown.outcome) == base::kGuessesOfRequest);
  CHECK(
      queue(world, world.caller(world.acme(), {}), make).outcome ==
      "forbidden: role:create: not allowed | This needs the permission `organization:rolemanage`, which you "
      "don't hold.");
}
