#include "app/backup_keeper.h"

#include "tests/backup/support.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

TEST_CASE("backups: when the next is due", "[app]") {
  struct Row {
    const char* name;
    std::optional<base::Timestamp> newest;
    std::int64_t due;
  };
  for (const Row& row :
       {Row{"there is none", std::nullopt, 10'000}, Row{"the last is old", {{1'000}}, 6'000},
        Row{"the last is new", {{9'000}}, 14'000}, Row{"the last is now", {{10'000}}, 15'000},
        Row{"the clock was set back", {{10'001}}, 10'000}}) {
    INFO(row.name);
    CHECK(app::next_backup(row.newest, {10'000}, std::chrono::milliseconds(5'000)).ms == row.due);
  }
}

TEST_CASE("backups: those that others make are followed by a prune, though none is ever due", "[app]") {
  BackedUp backed_up;
  ManualClock clock;
  api::Backups backups(backed_up.store(), clock, {backed_up.folder(), 0});
  config::BackupConfig config;
  config.dir = backed_up.folder();
  config.every = std::chrono::hours(24);
  config.keep = {1, 0, 0};
  const std::stop_source stop;
  app::BackupLooks looks(backups, config, clock, stop.get_token());
  const auto left = [&] { return backup::list(backed_up.folder())->size(); };
  looks.look();
  REQUIRE(left() == 1);
  for (int i = 0; i < 3; ++i) {
    clock.advance(12 * 3'600'000);
    backed_up.create(clock.now());
    REQUIRE(left() == 2);
    {
      const auto turn = backups.take_turn();  // somebody makes one
      looks.look();
      CHECK(left() == 2);
    }
    looks.look();
    CHECK(left() == 1);
    looks.look();
    CHECK(left() == 1);
  }
  // What a start finds stays until the next.
  backed_up.create({clock.now().ms - 1'000});
  backed_up.create({clock.now().ms - 2'000});
  app::BackupLooks again(backups, config, clock, stop.get_token());
  again.look();
  CHECK(left() == 3);
}
