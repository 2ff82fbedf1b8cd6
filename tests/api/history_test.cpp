#include "api/history.h"

#include "domain/group.h"
#include "tests/support/api_world.h"

TEST_CASE("history: what lies behind too many changes is gone, and what lies behind fewer isn't", "[api]") {
  ApiWorld world;
  const api::Caller admin = world.admin(world.acme());
  const base::Timestamp then = world.now();
  world.clock().advance(1'000);
  const auto revision = [&] {
    return ApiWorld::must(world.read(world.platform(), [](const api::Read& r) {
      return api::Outcome<store::Revision>(r.txn.revision());
    }));
  };
  const store::Revision first = revision();
  const domain::GroupId group = world.add_group(world.acme(), "Later");
  world.add_group(world.acme(), "Last");
  const store::Revision changes = revision() - first;
  const auto ask = [&](std::size_t most, bool& was_there) {
    return world.read(admin, [&](const api::Read& today) {
      return api::read_at(
          today, world.acme(), {then},
          [&](const api::Read& past) {
            was_there =
                ApiWorld::must(api::stored(domain::get_group(past.txn, world.acme(), group))).has_value();
          },
          most);
    });
  };
  bool was_there = true;
  CHECK(to_text(ask(changes, was_there)) == "ok");
  CHECK_FALSE(was_there);
  const auto gone = ask(changes - 1, was_there);
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.error().code == api::Code::kGone);
  CHECK(gone.error().message == "at: too much was changed since, more than " + std::to_string(changes - 1) +
                                    " changes or 512 MiB; ask about a later time");
  CHECK(gone.error().details.empty());
}
