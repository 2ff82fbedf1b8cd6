#include <sys/stat.h>

#include <fstream>
#include <string>

#include "base/encoding.h"
#include "domain/audit_record.h"
#include "domain/tenant.h"
#include "store/key.h"
#include "tests/app/audit_world.h"
#include "tests/support/shell.h"

using namespace domain;
using namespace std::chrono_literals;

namespace {

// The script of docs/operations.md that takes $ARCHIVE.
std::string documented() {
  std::ifstream in("docs/operations.md");
  std::string text, line;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line.find("python3 - \"$ARCHIVE\"") != std::string::npos) inside = true;
    if (inside) text += (line.size() > 4 ? line.substr(4) : "") + "\n";
    if (inside && line == "    END") break;
  }
  return text;
}

}  // namespace

TEST_CASE("retention: old entries go into an archive, a seal says so, and the rest is a whole chain",
          "[retention]") {
  AuditWorld world;
  world.append(kTenant, 5);
  world.append(kOther, 2);
  world.append(Platform(), 3);
  world.clock_.advance(60 * kDay);
  world.append(kTenant, 2);
  world.beats(20);
  CHECK(world.left(kTenant) == "1 2 3 4 5 6 7 ");
  CHECK(world.archives().empty());
  world.clock_.advance(44 * kDay);  // a hundred days and not yet a twentieth more
  world.beats(20);
  CHECK(world.left(kTenant) == "1 2 3 4 5 6 7 ");
  world.clock_.advance(2 * kDay);
  world.beats(40);
  CHECK(world.left(kTenant) == "6 7 8S ");
  CHECK(world.left(kOther) == "3S ");
  CHECK(world.left(Platform()) == "4S ");
  CHECK(world.faults() == "");
  CHECK(world.archives().size() == 3);
  for (const std::string& name : world.archives()) {
    struct stat s;
    REQUIRE(::stat((world.config_.audit.archive + "/" + name).c_str(), &s) == 0);
    CHECK((s.st_mode & 0777U) == 0600U);
  }
  const auto size = audit_size(*world.store_->read(), kTenant);
  CHECK(size->entries == 3);

  SECTION("what has begun with a seal is cut again, a seal alone isn't") {
    world.clock_.advance(200 * kDay);
    world.beats(40);
    CHECK(world.left(kTenant) == "9S ");
    CHECK(world.left(kOther) == "3S ");
    CHECK(world.faults() == "");
    world.clock_.advance(200 * kDay);
    world.beats(40);
    CHECK(world.left(kTenant) == "9S ");
    CHECK(world.faults() == "");
  }
  SECTION("a change of what the seal says, or of where the chain begins, is found") {
    REQUIRE(world.store_
                ->write([&](store::WriteTxn& txn) -> base::Result<void> {
                  auto head = **get_audit_head(txn, kTenant);
                  head.cut->sealed = head.cut->through = 4;
                  return put_audit_head(txn, kTenant, head);
                })
                .ok());
    CHECK_THAT(world.faults(), ContainsSubstring("missing"));
  }
}

TEST_CASE("retention: whatever step a crash comes after, the next process goes on", "[retention]") {
  for (int steps = 1; steps < 14; ++steps) {
    INFO(steps);
    AuditWorld world;
    world.append(kTenant, 600);  // three steps of removing
    world.append(kOther, 2);
    world.clock_.advance(106 * kDay);
    world.append(kTenant, 1);
    world.beats(steps);
    CHECK(world.faults() == "");
    world.beats(40);
    CHECK(world.faults() == "");
    CHECK(world.left(kTenant) == "601 602S ");
    CHECK(world.left(kOther) == "3S ");
    CHECK(world.archives().size() == 2);
  }
}

TEST_CASE("retention: a link in the folder leads nowhere", "[retention]") {
  AuditWorld world;
  world.append(kTenant, 5);
  world.clock_.advance(106 * kDay);
  world.append(kOther, 1);
  const std::string precious = world.dir_ / "precious";
  std::ofstream(precious) << "precious";
  std::filesystem::create_directory(world.config_.audit.archive);
  std::filesystem::create_symlink(precious, world.config_.audit.archive + "/archive.new");
  world.beats(40);
  CHECK(world.left(kTenant) == "6S ");
  CHECK(world.archives().size() == 1);
  CHECK(base::read_file(precious, 100).value() == "precious");
}

TEST_CASE("retention: nothing goes without an archive", "[retention]") {
  AuditWorld world;
  world.append(kTenant, 5);
  world.clock_.advance(106 * kDay);
  SECTION("its folder can't be made") {
    world.config_.audit.archive = world.dir_ / "none/archive";
  }
  SECTION("its disk is full") {
    world.config_.audit.archive = "/dev/full";
  }
  std::optional<domain::AuditArchive> others;
  SECTION("another server is making one in the same folder") {
    others.emplace(domain::AuditArchive::begin(world.config_.audit.archive, {kOther, 1, 1, {}}).value());
  }
  SECTION("all stays") {
    world.config_.audit.keep = 0ms;
  }
  SECTION("a change record needs the entries") {
    world.config_.store.changes_kept = 400 * 24h;
  }
  world.beats(20);
  CHECK(world.left(kTenant) == "1 2 3 4 5 ");
  CHECK(world.faults() == "");
}

TEST_CASE("retention: the clock set back or ahead takes nothing that is young", "[retention]") {
  AuditWorld world;
  world.append(kTenant, 2);
  world.clock_.advance(106 * kDay);
  world.append(kTenant, 2);
  world.clock_.advance(-100 * kDay);  // entries that seem old behind young ones
  world.append(kTenant, 2);
  world.clock_.advance(100 * kDay);
  world.append(kTenant, 1);
  world.beats(20);
  CHECK(world.left(kTenant) == "3 4 5 6 7 8S ");
  CHECK(world.faults() == "");
}

TEST_CASE("retention: an archive is recomputed by the documented script", "[retention]") {
  AuditWorld world;
  world.append(kTenant, 50);
  world.clock_.advance(106 * kDay);
  world.append(kOther, 1);  // the newest change record stays, and needs its entry
  world.beats(40);
  REQUIRE(world.archives().size() == 1);
  const std::string file = world.config_.audit.archive + "/" + *world.archives().begin();
  const auto ran = Shell().type("ARCHIVE=" + file + "\n" + documented());
  INFO(ran.err);
  const auto head = get_audit_head(*world.store_->read(), kTenant);
  CHECK(ran.out ==
        "entries 1 to 50, and the last hash is " + base::to_hex(crypto::raw((**head).cut->hash)) + "\n");
}
