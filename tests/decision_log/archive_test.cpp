#include "decision_log/archive.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "decision_log/block.h"
#include "decision_log/counters.h"
#include "tests/support/catch.h"
#include "tests/support/damaged_log.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"

using decision_log::Archive;
using decision_log::Batch;
using decision_log::Event;
using decision_log::Folded;
using decision_log::Keep;
using decision_log::Kept;
using decision_log::Place;
using decision_log::Used;

namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr base::Timestamp kNow{20'000 * kDay};

struct Scene {
  TempDir dir;
  SeededRandom random{1};
  domain::TenantId acme{random.uuid(kNow)}, globex{random.uuid(kNow)};
  std::unique_ptr<Archive> archive = open();

  std::unique_ptr<Archive> open(std::size_t bytes = std::size_t{16} << 20U) {
    std::string moved;
    auto opened = Archive::open({dir / "decisions", bytes, false}, moved);
    INFO((opened.ok() ? moved : opened.error().message));
    REQUIRE(opened.ok());
    CHECK(moved.empty());
    return std::move(opened).value();
  }
  Event event(const domain::TenantId& tenant, std::string json, base::Timestamp at = kNow,
              Keep keep = {1000, 30}) {
    Event made;
    made.tenant = tenant;
    if (!json.empty()) made.entries = folded(random.uuid(at), json);
    made.keep = keep;
    return made;
  }
  void append(std::vector<Event> events, base::Timestamp at = kNow) {
    Batch batch;
    batch.events = std::move(events);
    const auto done = archive->append(batch, at);
    INFO((done.ok() ? "" : done.error().message));
    REQUIRE(done.ok());
  }
  static Folded folded(const base::Uuid& id, std::string_view json) {
    decision_log::Folding folding;
    folding.add(id, json);
    return folding.take();
  }
  // Of which no two have much in common.
  std::string noise(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += random.uuid(kNow).to_string();
    text.resize(bytes);
    return text;
  }
  // The entries, newest first, "c b a".
  std::string all(const domain::TenantId& tenant, std::size_t at_once = 1000) {
    std::string texts;
    std::optional<Place> after;
    for (bool more = true; more;) {
      std::size_t n = 0;
      REQUIRE(archive
                  ->each(tenant, after,
                         [&](const Kept& kept) {
                           if (n++ == at_once) return false;
                           texts.append(texts.empty() ? "" : " ").append(kept.json);
                           after = kept.place;
                           return true;
                         })
                  .ok());
      more = n > at_once;
    }
    return texts;
  }
};

}  // namespace

TEST_CASE("decision log: each tenant has its entries, newest first, whole and in pages", "[decision_log]") {
  Scene s;
  s.append({s.event(s.acme, "a"), s.event(s.globex, "x"), s.event(s.acme, "b")});
  s.append({s.event(s.acme, "c"), s.event(s.acme, std::string()), s.event(s.acme, "d")});
  for (const std::size_t at_once : {1U, 2U, 3U, 100U}) CHECK(s.all(s.acme, at_once) == "d c b a");
  CHECK(s.all(s.globex) == "x");
  s.archive.reset();
  s.archive = s.open();
  CHECK(s.all(s.acme) == "d c b a");
  CHECK(s.archive->tally(s.acme).value()->entries == 4);
}

TEST_CASE("decision log: an entry is found by its id, also one that was written late", "[decision_log]") {
  Scene s;
  std::vector<Event> late = {s.event(s.acme, "late")};
  std::vector<std::pair<base::Uuid, std::string>> written = {{late.front().entries.least, "late"}};
  for (int i = 0; i < 200; ++i) {
    const base::Timestamp at{kNow.ms + 1000 * i};
    std::vector<Event> events;
    for (int j = 0; j < 3; ++j) {
      const std::string text = std::to_string(i) + "-" + std::to_string(j);
      events.push_back(s.event(j == 1 ? s.globex : s.acme, text, at));
      if (j != 1) written.emplace_back(events.back().entries.least, text);
    }
    s.append(std::move(events), at);
    if (i == 20) s.append(late, at);
  }
  for (const auto& [id, json] : written) {
    CHECK(s.archive->find(s.acme, id).value() == json);
    CHECK(s.archive->find(s.globex, id).value() == std::nullopt);
  }
  CHECK(s.archive->find(s.acme, s.random.uuid(kNow)).value() == std::nullopt);
}

TEST_CASE("decision log: a block ends where it would unfold to more than a megabyte", "[decision_log]") {
  struct Row {
    const char* name;
    std::size_t bytes, count, blocks;
  };
  constexpr std::size_t kSize = std::size_t{16} << 10U, kFit = decision_log::kMostUnfolded / kSize;
  const Row rows[] = {{"small ones", 100, 1000, 1},
                      {"exactly so much", kSize, kFit, 1},
                      {"one more", kSize, kFit + 1, 2},
                      {"many", kSize, 15 * kFit, 15},
                      {"one alone is more", decision_log::kMostUnfolded + 1, 3, 3}};
  for (const Row& row : rows) {
    INFO(row.name);
    Scene s;
    std::vector<Event> events;
    for (std::size_t i = 0; i < row.count; ++i)
      events.push_back(s.event(s.acme, std::string(row.bytes, 'x')));
    s.append(std::move(events));
    std::map<std::uint64_t, std::size_t> unfolded;
    REQUIRE(s.archive
                ->each(s.acme, {},
                       [&](const Kept& kept) {
                         unfolded[kept.place.block] += kept.json.size();
                         return true;
                       })
                .ok());
    CHECK(unfolded.size() == row.blocks);
    for (const auto& [block, bytes] : unfolded)
      CHECK(bytes <= std::max(decision_log::kMostUnfolded, row.bytes));
  }
}

TEST_CASE("decision log: what is too much or too old goes, the oldest first", "[decision_log]") {
  Scene s;
  for (const char* const json : {"a", "b", "c", "d"}) s.append({s.event(s.acme, json, kNow, {3, 30})});
  CHECK(s.all(s.acme) == "d c b");
  s.append({s.event(s.globex, "x")});
  const base::Timestamp later{kNow.ms + 31 * kDay};
  s.append({s.event(s.acme, "e", later, {3, 30})}, later);
  CHECK(s.all(s.acme) == "e");
  CHECK(s.all(s.globex) == "x");
  const auto only_globex = [&](const domain::TenantId& tenant) {
    return base::Result<bool>(tenant == s.globex);
  };
  CHECK(s.archive->sweep(later, only_globex).value() == false);
  CHECK(s.all(s.acme).empty());
  CHECK(s.archive->tally(s.acme).value() == std::nullopt);
  CHECK(s.all(s.globex).empty());  // 31 days old
  CHECK(s.archive->tally(s.globex).value()->entries == 0);
}

TEST_CASE("decision log: it stays within its size, and the newest entries are there", "[decision_log]") {
  Scene s;
  s.archive.reset();
  s.archive = s.open(std::size_t{4} << 20U);
  const auto text = [](int of) { return std::string(3000, static_cast<char>('a' + of % 26)); };
  for (int i = 0; i < 100; ++i) {
    std::vector<Event> events;
    for (int j = 0; j < 40; ++j)
      events.push_back(s.event(s.acme, text(j) + std::to_string(i), kNow, {1'000'000, 30}));
    s.append(std::move(events));
  }
  std::string newest;
  REQUIRE(s.archive
              ->each(s.acme, {},
                     [&](const Kept& kept) {
                       newest = kept.json;
                       return false;
                     })
              .ok());
  CHECK(newest == text(39) + "99");
  CHECK(s.archive->tally(s.acme).value()->entries < 1000);
  CHECK(std::filesystem::file_size(s.dir / "decisions/data.mdb") <= std::size_t{4} << 20U);
}

TEST_CASE("decision log: what decided something is counted by the day", "[decision_log]") {
  Scene s;
  Event used = s.event(s.acme, "");
  used.uses.add(Used::kPermission, "docs/file:read");
  s.append({used});
  CHECK(s.archive->last_used(s.acme, Used::kPermission, "docs/file:read").value() == kNow);
  CHECK(s.archive->last_used(s.acme, Used::kRule, "docs/file:read").value() == std::nullopt);
  CHECK(s.archive->last_used(s.globex, Used::kPermission, "docs/file:read").value() == std::nullopt);
  const base::Timestamp later{kNow.ms + 3 * kDay + 5};
  s.append({used}, later);
  CHECK(s.archive->last_used(s.acme, Used::kPermission, "docs/file:read").value() ==
        base::Timestamp{kNow.ms + 3 * kDay});
  Batch lost;
  lost.lost[s.acme] = 7;
  REQUIRE(s.archive->append(lost, later).ok());
  const auto tally = s.archive->tally(s.acme).value();
  CHECK(tally->since == kNow);
  CHECK(tally->lost == 7);
  CHECK(tally->lost_at == later);
}

TEST_CASE("decision log: who has little keeps it, however much others log", "[decision_log]") {
  struct Row {
    const char* name;
    std::size_t others, rounds;
  };
  const Row rows[] = {{"one other", 1, 200}, {"five others", 5, 40}};
  for (const Row& row : rows) {
    INFO(row.name);
    Scene s;
    s.archive.reset();
    s.archive = s.open(std::size_t{4} << 20U);
    std::vector<domain::TenantId> others;
    for (std::size_t i = 0; i < row.others; ++i) others.emplace_back(s.random.uuid(kNow));
    std::string expected;
    for (std::size_t round = 0; round < row.rounds; ++round) {
      std::vector<Event> events;
      for (const domain::TenantId& other : others)
        for (int i = 0; i < 4; ++i)
          events.push_back(s.event(other, s.noise(std::size_t{32} << 10U), kNow, {1'000'000, 30}));
      if (round % 10 == 0) {
        const std::string small = std::to_string(round);
        events.push_back(s.event(s.acme, small));
        expected = small + (expected.empty() ? "" : " ") + expected;
      }
      s.append(std::move(events));
    }
    CHECK(s.all(s.acme) == expected);
    CHECK(s.archive->tally(s.acme).value()->evicted == 0);
    std::uint64_t kept = 0, evicted = 0;
    for (const domain::TenantId& other : others) {
      const auto tally = s.archive->tally(other).value();
      CHECK(tally->evicted > 0);
      kept += tally->entries;
      evicted += tally->evicted;
    }
    CHECK(kept > 30);
    CHECK(kept + evicted == row.others * row.rounds * 4);
  }
}

TEST_CASE("decision log: blocks that can't be read go like others, where there is no room",
          "[decision_log]") {
  Scene s;
  const auto open = [&] { s.archive = s.open(std::size_t{4} << 20U); };
  const auto fill = [&] {
    for (int i = 0; i < 100; ++i) s.append({s.event(s.acme, s.noise(std::size_t{32} << 10U))});
  };
  s.archive.reset();
  open();
  fill();
  s.archive.reset();
  damage_log(s.dir / "decisions", decision_log::kBlock);
  open();
  fill();
  CHECK(s.all(s.acme).size() > std::size_t{1} << 20U);
}

TEST_CASE("decision log: no tenant takes the counters of others", "[decision_log]") {
  constexpr int kMany = 10'000;  // more than there is room for
  Scene s;
  s.archive.reset();
  s.archive = s.open(std::size_t{4} << 20U);
  Event few = s.event(s.acme, "");
  for (const char* const use : {"a", "b", "c"}) few.uses.add(Used::kRule, use);
  s.append({few});
  std::vector<domain::TenantId> greedy = {s.globex};
  for (int i = 0; i < 5; ++i) greedy.emplace_back(s.random.uuid(kNow));
  std::vector<base::Timestamp> told;
  for (std::size_t i = 0; i < greedy.size(); ++i) {
    const base::Timestamp at{kNow.ms + static_cast<std::int64_t>(i) * kDay};
    for (int from = 0; from < kMany; from += 500) {
      Event many = s.event(greedy[i], "");
      for (int n = from; n < from + 500; ++n) many.uses.add(Used::kGrant, std::to_string(n));
      s.append({many}, at);
    }
    Event late = s.event(s.acme, "");
    late.uses.add(Used::kRule, "late" + std::to_string(i));
    s.append({late}, at);
    const auto tally = s.archive->tally(greedy[i]).value();
    CHECK(tally->uncounted > 0);
    CHECK(tally->uncounted_at == at);
    CHECK(tally->lost == 0);
  }
  for (const char* const use : {"a", "b", "c"})
    CHECK(s.archive->last_used(s.acme, Used::kRule, use).value() == kNow);
  for (std::size_t i = 0; i < greedy.size(); ++i)
    CHECK(s.archive->last_used(s.acme, Used::kRule, "late" + std::to_string(i)).value() ==
          base::Timestamp{kNow.ms + static_cast<std::int64_t>(i) * kDay});
  CHECK(s.archive->tally(s.acme).value()->uncounted == 0);
  CHECK(s.archive->tally(s.acme).value()->uses == 9);
}

TEST_CASE("decision log: where counters make room, those that stood still the longest go", "[decision_log]") {
  Scene s;
  s.archive.reset();
  s.archive = s.open(std::size_t{4} << 20U);
  const auto use = [&](const domain::TenantId& tenant, int from, int to, base::Timestamp at) {
    Event event = s.event(tenant, "");
    for (int n = from; n < to; ++n) event.uses.add(Used::kGrant, std::to_string(n));
    s.append({event}, at);
  };
  const base::Timestamp later{kNow.ms + kDay};
  use(s.acme, 0, 2500, kNow);
  use(s.acme, 0, 1000, later);
  use(s.globex, 0, 2300, later);
  use(s.globex, 2300, 2301, later);
  const auto tally = s.archive->tally(s.acme).value();
  CHECK(tally->uses < 2500);
  CHECK(tally->uses >= 1000);
  CHECK(tally->uses + tally->uncounted == 2500);
  for (int n = 0; n < 1000; ++n)
    CHECK(s.archive->last_used(s.acme, Used::kGrant, std::to_string(n)).value() == later);
}

TEST_CASE("decision log: counters that no report needs any more go, some at a time", "[decision_log]") {
  Scene s;
  constexpr int kUses = 10'200;
  for (int from = 0; from < kUses; from += 200) {
    Event event = s.event(s.acme, "");
    for (int n = from; n < from + 200; ++n) event.uses.add(Used::kGrant, std::to_string(n));
    s.append({event});
  }
  const auto all = [](const domain::TenantId&) { return base::Result<bool>(true); };
  const auto uses_after_sweep = [&](std::int64_t days) {
    CHECK(s.archive->sweep({kNow.ms + days * kDay}, all).ok());
    return s.archive->tally(s.acme).value()->uses;
  };
  constexpr std::int64_t kLongest = decision_log::kMostUseDays;
  CHECK(uses_after_sweep(kLongest + 1) == kUses);
  CHECK(uses_after_sweep(kLongest + 1) == kUses);  // from the beginning to the end
  CHECK(uses_after_sweep(kLongest + 2) == 200);
  CHECK(uses_after_sweep(kLongest + 2) == 0);
  CHECK(s.archive->last_used(s.acme, Used::kGrant, "7").value() == std::nullopt);
  CHECK(s.archive->tally(s.acme).value()->uncounted == 0);
}

TEST_CASE("decision log: what is damaged is moved aside, and an empty one begun", "[decision_log]") {
  struct Row {
    const char* name;
    std::size_t from, bytes;
    bool cut;
  };
  const Row rows[] = {{"the first pages are gone", 0, 8192, false},
                      {"pages in the middle", 4 * 4096, 20 * 4096, false},
                      {"the end is cut off", 3 * 4096, 0, true},
                      {"all of it is", 0, 0, true}};
  for (const Row& row : rows) {
    INFO(row.name);
    Scene s;
    for (int i = 0; i < 20; ++i) s.append({s.event(s.acme, std::string(3000, 'x'))});
    s.archive.reset();
    const std::string file = s.dir / "decisions/data.mdb";
    if (row.cut) {
      std::filesystem::resize_file(file, row.from);
    } else {
      std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
      out.seekp(static_cast<std::streamoff>(row.from));
      out << std::string(row.bytes, '\x5a');
    }
    std::string moved;
    auto opened = Archive::open({s.dir / "decisions", std::size_t{16} << 20U, false}, moved);
    REQUIRE(opened.ok());
    CHECK_THAT(moved, ContainsSubstring("damaged"));
    CHECK(std::filesystem::exists(s.dir / "decisions.damaged/data.mdb"));
    s.archive = std::move(opened).value();
    CHECK(s.all(s.acme).empty());
    s.append({s.event(s.acme, "anew")});
    CHECK(s.all(s.acme) == "anew");
  }
}
