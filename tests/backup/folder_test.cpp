#include "backup/folder.h"

#include <filesystem>

#include "tests/backup/support.h"

namespace fs = std::filesystem;

namespace {

base::Timestamp at(const char* text) {
  const auto time = base::parse_timestamp(text);
  REQUIRE(time);
  return *time;
}

std::string names(const std::vector<backup::Listed>& all) {
  std::string out;
  for (const backup::Listed& listed : all)
    out += listed.name + (listed.manifest ? "\n" : ": " + listed.damage + "\n");
  return out;
}

std::vector<backup::Listed> listed(const std::string& folder) {
  auto all = backup::list(folder);
  INFO((all.ok() ? "" : all.error().message));
  REQUIRE(all.ok());
  return *std::move(all);
}

}  // namespace

TEST_CASE("backup names: say when and of which revision; other names are nobody's", "[backup]") {
  const std::string name = "reeve-20260415T120000.123Z-r1842";
  CHECK(backup::name_of(kNow, 1842) == name);
  CHECK(backup::time_in(name) == kNow);
  for (const char* other : {"", "reeve-", "reeve-20260415T120000.123Z", "reeve-20260415T120000.123Z-r",
                            "reeve-20260415T120000Z-r1", "reeve-20261315T120000.123Z-r1",
                            "reeve-20260415T120000.123Z-r1x", "reeve-20260415T120000.123Z-r1.part", ".making",
                            "LOCK", "reeve-20260415T120000.123Z-r123456789012345678901"}) {
    INFO(other);
    CHECK_FALSE(backup::time_in(other));
  }
}

TEST_CASE("backup keep: the newest of each day, week and month that has one", "[backup]") {
  struct Row {
    const char* name;
    backup::Keep keep;
    std::vector<const char*> newest_first;
    std::string kept;  // x: kept
  };
  const std::vector<const char*> days = {
      "2026-03-04T09:00:00Z", "2026-03-04T01:00:00Z", "2026-03-02T00:00:00Z", "2026-03-01T23:59:59Z",
      "2026-02-23T00:00:00Z", "2026-02-22T12:00:00Z", "2026-01-31T12:00:00Z", "2025-12-31T12:00:00Z"};
  for (const Row& row : {Row{"nothing is wanted", {0, 0, 0}, days, "........"},
                         {"two days that have one", {2, 0, 0}, days, "x.x....."},
                         {"more days than there are", {100, 0, 0}, days, "x.xxxxxx"},
                         {"weeks begin on Monday", {0, 3, 0}, days, "x..x.x.."},
                         {"months", {0, 0, 3}, days, "x...x.x."},
                         {"each by itself", {1, 2, 2}, days, "x..xx..."},
                         {"none are there", {1, 1, 1}, {}, ""}}) {
    INFO(row.name);
    std::vector<base::Timestamp> times;
    for (const char* time : row.newest_first) times.push_back(at(time));
    std::string kept;
    for (const bool is_kept : backup::kept(times, row.keep)) kept += is_kept ? 'x' : '.';
    CHECK(kept == row.kept);
  }
}

TEST_CASE("backup list: what is whole, what is damaged, newest first", "[backup]") {
  const BackedUp world;
  CHECK(listed(world.folder()).empty());  // there is no folder yet
  const std::string first = world.create();
  const std::string second = world.create({kNow.ms + 1});
  const std::string third = world.create({kNow.ms + 2});
  fs::create_directories(world.folder() + "/.making");
  fs::create_directories(world.folder() + "/other");
  fs::resize_file(second + "/data.mdb", 100);
  fs::remove(third + "/manifest.json");
  const auto name = [](const std::string& path) { return fs::path(path).filename().string(); };
  CHECK(names(listed(world.folder())) ==
        name(third) + ": " + third + "/manifest.json: missing\n" + name(second) + ": " + second +
            "/data.mdb: cut off: 100 bytes, where there should be " +
            std::to_string(fs::file_size(first + "/data.mdb")) + "\n" + name(first) + "\n");
}

TEST_CASE("backup prune: never the newest that verifies, nor what is damaged", "[backup]") {
  const BackedUp world;
  std::vector<std::string> all;
  for (int i = 0; i < 4; ++i) all.insert(all.begin(), fs::path(world.create({kNow.ms + i})).filename());
  const auto prune = [&](bool dry) { return backup::prune(world.folder(), {0, 0, 0}, "", dry); };

  // The newest has another byte in it, which its size doesn't tell.
  std::string bytes = bytes_of_file(world.folder() + "/" + all[0] + "/data.mdb");
  bytes[9000] = static_cast<char>(bytes[9000] ^ 1);
  write_bytes(world.folder() + "/" + all[0] + "/data.mdb", bytes);
  fs::remove(world.folder() + "/" + all[2] + "/data.mdb");
  const auto planned = prune(true);
  REQUIRE(planned.ok());
  CHECK(planned->verified == all[1]);
  CHECK(planned->removed == std::vector{all[0], all[3]});
  CHECK(planned->damaged == std::vector{all[2]});
  CHECK(listed(world.folder()).size() == 4);
  REQUIRE(prune(false).ok());
  CHECK_THAT(names(listed(world.folder())), ContainsSubstring(all[1]) && ContainsSubstring(all[2]));
  CHECK(listed(world.folder()).size() == 2);

  write_bytes(world.folder() + "/" + all[1] + "/data.mdb", bytes);
  const auto none = prune(false);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().code == base::ErrorCode::kCorrupt);
  CHECK_THAT(none.error().message,
             ContainsSubstring(": no backup verifies, so none is removed; the newest: "));
  CHECK(listed(world.folder()).size() == 2);
}

TEST_CASE("backup folder: one at a time, and what a crash left is removed", "[backup]") {
  const BackedUp world;
  fs::create_directories(world.folder() + "/.making.new");
  fs::create_directories(world.folder() + "/.removing");
  write_bytes(world.folder() + "/.removing/data.mdb", "half");
  {
    const auto held = backup::Held::hold(world.folder());
    REQUIRE(held.ok());
    CHECK_FALSE(fs::exists(world.folder() + "/.making.new"));
    CHECK_FALSE(fs::exists(world.folder() + "/.removing"));
    const auto second = backup::create(world.original(), world.folder(), kNow);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == base::ErrorCode::kConflict);
    CHECK(second.error().message == world.folder() + ": process " + std::to_string(::getpid()) +
                                        " is making or removing a backup; try again when it is done");
  }
  world.create();
}
