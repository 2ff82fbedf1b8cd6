#include "decision_log/log.h"

#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "tests/support/captured_stderr.h"
#include "tests/support/catch.h"
#include "tests/support/damaged_log.h"
#include "tests/support/manual_clock.h"
#include "tests/support/one_server.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_dir.h"
#include "tests/support/ticking_clock.h"

using decision_log::Event;
using decision_log::Kept;
using decision_log::Log;

namespace {

constexpr std::chrono::seconds kLong{20};

struct Scene {
  TempDir dir;
  ManualClock clock;
  SeededRandom random{1};
  domain::TenantId acme{random.uuid(clock.now())};

  Log::Options options() {
    Log::Options options;
    options.archive = {dir / "decisions", std::size_t{16} << 20U, false};
    options.clock = &clock;
    options.random = &random;
    return options;
  }
  std::unique_ptr<Log> start(Log::Options options) {
    auto log = Log::start(std::move(options));
    REQUIRE(log.ok());
    return std::move(log).value();
  }
  std::vector<Event> events(const Log& log, const std::vector<std::string>& texts) {
    std::vector<Event> made;
    for (const std::string& text : texts) {
      Event event;
      event.tenant = acme;
      decision_log::Folding folding;
      folding.add(log.make_id(clock.now()), text);
      event.entries = folding.take();
      event.keep = {1000, 30};
      made.push_back(std::move(event));
    }
    return made;
  }
  std::string all(const Log& log) {
    std::string texts;
    const auto archive = log.archive();
    REQUIRE(archive);
    REQUIRE(archive
                ->each(acme, {},
                       [&](const Kept& kept) {
                         texts.append(texts.empty() ? "" : " ").append(kept.json);
                         return true;
                       })
                .ok());
    return texts;
  }
};

}  // namespace

TEST_CASE("decision log: what was put is there for who catches up, and after the end", "[decision_log]") {
  Scene s;
  auto log = s.start(s.options());
  log->put(s.events(*log, {"a", "b"}));
  REQUIRE(log->catch_up(kLong));
  CHECK(s.all(*log) == "b a");
  CHECK(log->put_and_wait(s.events(*log, {"c"}), kLong).ok());
  CHECK(s.all(*log) == "c b a");
  log->put(s.events(*log, {"d"}));
  log->stop();
  CHECK(s.all(*log) == "d c b a");
  log.reset();
  log = s.start(s.options());
  CHECK(s.all(*log) == "d c b a");
}

TEST_CASE("decision log: what finds no room is lost, counted and told", "[decision_log]") {
  base::logging::configure(base::logging::Level::kWarn, base::logging::Format::kText);
  Scene s;
  auto options = s.options();
  options.room = 1000;
  std::unique_ptr<Log> log;
  std::string lines;
  {
    const CapturedStderr captured;
    log = s.start(options);
    log->put(s.events(*log, {std::string(2000, 'x'), "y"}));
    CHECK_FALSE(log->put_and_wait(s.events(*log, {std::string(2000, 'x')}), kLong).ok());
    CHECK(log->put_and_wait(s.events(*log, {"kept"}), kLong).ok());
    log->stop();
    lines = captured.text();
  }
  CHECK(log->lost() == 3);
  CHECK(s.all(*log) == "kept");
  CHECK(log->archive()->tally(s.acme).value()->lost == 3);
  CHECK_THAT(lines, ContainsSubstring("decision log") && ContainsSubstring("lost="));
  base::logging::configure(base::logging::Level::kError, base::logging::Format::kText);
}

TEST_CASE("decision log: damage that its pages don't show is moved aside once it is met", "[decision_log]") {
  struct Row {
    const char *name, *what;
    decision_log::Table table;
  };
  const Row rows[] = {{"a tenant's tally", "what is kept of a tenant", decision_log::kTenant},
                      {"what is said of a block", "what is said of a block", decision_log::kOfTenant},
                      {"the totals", "its record of itself", decision_log::kTotals}};
  for (const Row& row : rows) {
    INFO(row.name);
    Scene s;
    const TickingClock ticks{std::chrono::seconds(2)};
    auto options = s.options();
    options.ticks = &ticks;
    {
      const auto log = s.start(options);
      CHECK(log->put_and_wait(s.events(*log, {"a"}), kLong).ok());
    }
    damage_log(s.dir / "decisions", row.table);
    std::unique_ptr<Log> log;
    std::string lines;
    {
      const CapturedStderr captured;
      log = s.start(options);
      CHECK_FALSE(log->put_and_wait(s.events(*log, {"b"}), kLong).ok());
      CHECK(log->put_and_wait(s.events(*log, {"c"}), kLong).ok());
      lines = captured.text();
    }
    CHECK(s.all(*log) == "c");
    CHECK(log->archive()->tally(s.acme).value()->lost == 1);
    CHECK(std::filesystem::exists(s.dir / "decisions.damaged/data.mdb"));
    CHECK_THAT(lines, ContainsSubstring("moved aside, and begun anew") && ContainsSubstring(row.what));
  }
}

TEST_CASE("decision log: without a place to be it loses all, and harms nobody", "[decision_log]") {
  Scene s;
  auto options = s.options();
  options.archive.dir = s.dir / "no/such/folder";
  std::unique_ptr<Log> log;
  std::string lines;
  {
    const CapturedStderr captured;
    log = s.start(options);
    log->put(s.events(*log, {"a"}));
    CHECK_FALSE(log->put_and_wait(s.events(*log, {"b"}), kLong).ok());
    log->stop();
    lines = captured.text();
  }
  CHECK(log->lost() == 2);
  CHECK(log->archive() == nullptr);
  CHECK_THAT(lines, ContainsSubstring("no/such/folder"));
}

TEST_CASE("decision log: entries go to a file as lines instead, and back on a reload", "[decision_log]") {
  Scene s;
  auto options = s.options();
  options.stream = s.dir / "log.jsonl";
  const auto log = s.start(options);
  CHECK(log->is_streamed());
  CHECK(log->put_and_wait(s.events(*log, {"{\"a\":1}", "{\"b\":2}"}), kLong).ok());
  CHECK(base::read_file(s.dir / "log.jsonl", 1000).value() == "{\"a\":1}\n{\"b\":2}\n");
  std::filesystem::rename(s.dir / "log.jsonl", s.dir / "old.jsonl");
  log->stream_to(s.dir / "log.jsonl");
  CHECK(log->put_and_wait(s.events(*log, {"{\"c\":3}"}), kLong).ok());
  CHECK(base::read_file(s.dir / "log.jsonl", 1000).value() == "{\"c\":3}\n");
  CHECK(s.all(*log).empty());
  log->stream_to("");
  CHECK(log->put_and_wait(s.events(*log, {"d"}), kLong).ok());
  CHECK_FALSE(log->is_streamed());
  CHECK(s.all(*log) == "d");
}

TEST_CASE("decision log: entries go to a unix socket; one that is gone costs entries", "[decision_log]") {
  Scene s;
  auto options = s.options();
  {
    OneServer sink([](int) {});
    options.stream = "unix:" + sink.path();
    const auto log = s.start(options);
    CHECK(log->put_and_wait(s.events(*log, {"{\"a\":1}"}), kLong).ok());
    log->stop();
    options.stream = "unix:" + (s.dir / "none");
    log->stream_to("");  // nobody is there to take it up
  }
  std::string lines;
  {
    const CapturedStderr captured;
    const auto log = s.start(options);
    CHECK_FALSE(log->put_and_wait(s.events(*log, {"{\"b\":1}"}), kLong).ok());
    CHECK(log->lost() == 1);
    lines = captured.text();
  }
  CHECK_THAT(lines, ContainsSubstring("none: No such file or directory"));
}
