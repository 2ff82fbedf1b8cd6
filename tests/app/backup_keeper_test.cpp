#include "app/backup_keeper.h"

#include "tests/support/catch.h"

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
