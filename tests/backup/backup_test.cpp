// Backups made, verified and restored: whole, cut off, with other bits in them, under load, and interrupted.
#include <sys/mount.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/version.h"
#include "crypto/token.h"
#include "domain/check.h"
#include "tests/backup/support.h"
#include "tests/domain/golden.h"
#include "tests/support/killed.h"

namespace fs = std::filesystem;

namespace {

std::string error_of(const base::Result<backup::Verified>& result) {
  return result.ok() ? "" : result.error().message;
}
std::string error_of(const base::Result<backup::Restored>& result) {
  return result.ok() ? "" : result.error().message;
}

mode_t mode_of(const std::string& path) {
  struct stat s {};
  REQUIRE(::stat(path.c_str(), &s) == 0);
  return s.st_mode & 07777;
}

// Fifty places in a file of that size, its first and last bytes among them.
std::vector<std::size_t> places_in(std::size_t size) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < 50; ++i) places.push_back(i * (size - 1) / 49);
  return places;
}

// Whoever may verify or restore it is told that something is wrong with it, and where; the store stays.
void require_refused(const std::string& backup, const std::string& store, const std::string& where) {
  const std::string before = dump_of(store);
  const auto verified = backup::verify(backup);
  REQUIRE_FALSE(verified.ok());
  CHECK(verified.error().code == base::ErrorCode::kCorrupt);
  CHECK_THAT(verified.error().message, ContainsSubstring(where));
  const auto restored = restore_to(store, backup);
  REQUIRE_FALSE(restored.ok());
  CHECK(restored.error().code == base::ErrorCode::kCorrupt);
  CHECK_THAT(restored.error().message, ContainsSubstring(where));
  CHECK(dump_of(store) == before);
  CHECK_FALSE(fs::exists(store + "/restoring"));
}

}  // namespace

TEST_CASE("backup: is the store, checked, in files of its owner alone", "[backup]") {
  BackedUp world;
  const std::string before = dump_of(world.dir());
  const std::string made = world.create();
  CHECK(mode_of(world.folder()) == 0700);
  CHECK(mode_of(made) == 0700);
  CHECK(mode_of(made + "/data.mdb") == 0600);
  CHECK(mode_of(made + "/manifest.json") == 0600);
  CHECK(fs::path(made).filename() == "reeve-20260415T120000.123Z-r1");
  const auto verified = backup::verify(made);
  REQUIRE(error_of(verified) == "");
  CHECK(verified->contents_checked);
  CHECK(verified->manifest.contents.counts == decltype(backup::Contents::counts){{"tenants", 1},
                                                                                 {"roles", 1},
                                                                                 {"groups", 1},
                                                                                 {"users", 1},
                                                                                 {"service_users", 1},
                                                                                 {"credentials", 2},
                                                                                 {"memberships", 0},
                                                                                 {"mappings", 1},
                                                                                 {"projects", 0},
                                                                                 {"audit_entries", 2},
                                                                                 {"changes", 1}});
  CHECK(verified->manifest.contents.heads.size() == 2);
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(made)) files.push_back(entry.path().filename());
  CHECK(files.size() == 2);  // verifying has left nothing there

  world.add_user(1);
  CHECK(dump_of(world.dir()) != before);
  world.close();
  const auto restored = restore_to(world.dir(), made);
  REQUIRE(error_of(restored) == "");
  CHECK(restored->contents == verified->manifest.contents);
  CHECK(mode_of(world.dir() + "/data.mdb") == 0600);
  CHECK(mode_of(restored->aside) == 0700);
  CHECK(dump_of(world.dir()) == before);
  CHECK_THAT(dump_of(restored->aside), ContainsSubstring("1@x"));  // the store that was there is a store
}

TEST_CASE("backup: a single file is what tar unpacks to a backup's folder", "[backup]") {
  BackedUp world;
  const std::string before = dump_of(world.dir());
  const std::string file = world.create_file("one.tar");
  CHECK(backup::list(world.folder())->empty());
  const auto verified = backup::verify(file);
  REQUIRE(error_of(verified) == "");
  CHECK(fs::file_size(file) == backup::archive_size("reeve-20260415T120000.123Z-r1", verified->manifest));
  REQUIRE(std::system(("tar -C '" + world.path("") + "' -xf '" + file + "'").c_str()) == 0);
  CHECK(error_of(backup::verify(world.path("reeve-20260415T120000.123Z-r1"))) == "");
  world.close();
  CHECK(error_of(restore_to(world.path("other"), file)) == "");
  CHECK(dump_of(world.path("other")) == before);
}

TEST_CASE("backup: a size beyond tar's octal digits is written so that tar reads it", "[backup]") {
  backup::Manifest manifest;
  manifest.bytes = std::uint64_t{9} << 30;
  const TempDir dir;
  write_bytes(dir / "big.tar", backup::archive_begin("reeve-x", manifest));
  const std::string listed = dir / "listed";
  (void)!std::system(("tar -tvf '" + (dir / "big.tar") + "' > '" + listed + "' 2>/dev/null").c_str());
  CHECK_THAT(bytes_of_file(listed), ContainsSubstring(" 9663676416 "));
  const std::string all = bytes_of_file(dir / "big.tar");
  std::size_t at = 0;
  const auto read = backup::read_archive(
      [&](char* into, std::size_t size) -> base::Result<std::size_t> {
        size = all.copy(into, size, at);
        at += size;
        return size;
      },
      [&](const backup::Manifest& m) {
        CHECK(m == manifest);
        return base::Result<void>();
      },
      [](std::string_view) { return base::Result<void>(); });
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().message == "cut off at byte " + std::to_string(all.size()) + ": more has to follow");
}

TEST_CASE("backup: one that is cut off anywhere is refused, and the store stays", "[backup]") {
  BackedUp world;
  const std::string made = world.create();
  const std::string file = world.create_file("one.tar");
  world.close();
  for (const std::string& name : {made + "/data.mdb", made + "/manifest.json"}) {
    const std::string whole = bytes_of_file(name);
    for (const std::size_t place : places_in(whole.size())) {
      INFO(name << " cut off at " << place);
      write_bytes(name, whole.substr(0, place));
      require_refused(made, world.dir(), name);
    }
    fs::remove(name);
    require_refused(made, world.dir(), name + ": missing");
    write_bytes(name, whole);
  }
  const std::string whole = bytes_of_file(file);
  for (const std::size_t place : places_in(whole.size())) {
    INFO("cut off at " << place);
    write_bytes(file, whole.substr(0, place));
    require_refused(file, world.dir(), file + ": cut off at byte " + std::to_string(place));
  }
  write_bytes(file, whole + "x");
  require_refused(
      file, world.dir(),
      file + ": damaged at byte " + std::to_string(whole.size()) + ": the backup should end here");
}

TEST_CASE("backup: one with another bit anywhere is refused, and the store stays", "[backup]") {
  BackedUp world;
  const std::string made = world.create();
  const std::string file = world.create_file("one.tar");
  world.close();
  for (const std::string& name : {made + "/data.mdb", made + "/manifest.json", file}) {
    const std::string whole = bytes_of_file(name);
    std::size_t bit = 0;
    for (const std::size_t place : places_in(whole.size())) {
      INFO(name << " at " << place << " bit " << bit);
      std::string flipped = whole;
      flipped[place] = static_cast<char>(flipped[place] ^ (1 << (bit++ % 8)));
      write_bytes(name, flipped);
      require_refused(name == file ? file : made, world.dir(), name == file ? file : made + "/");
    }
    write_bytes(name, whole);
  }
  CHECK(error_of(backup::verify(made)) == "");
  CHECK(error_of(backup::verify(file)) == "");
}

TEST_CASE("backup: what is no backup is a sentence", "[backup]") {
  BackedUp world;
  const std::string made = world.create();
  const auto manifest = bytes_of_file(made + "/manifest.json");
  CHECK(error_of(backup::verify(world.path("none"))) == world.path("none") + ": there is no such backup");
  CHECK_THAT(error_of(backup::verify(world.dir())), ContainsSubstring("/db/manifest.json: missing"));
  CHECK_THAT(error_of(backup::verify(world.dir() + "/data.mdb")),
             ContainsSubstring("damaged at byte 0: this is not how a backup of reeve has manifest.json"));
  write_bytes(world.path("empty"), "");
  CHECK(error_of(backup::verify(world.path("empty"))) ==
        world.path("empty") + ": cut off at byte 0: more has to follow");

  struct Row {
    std::string from, to, error;
  };
  for (const Row& row :
       {Row{"\"manifest\":1", "\"manifest\":2",
            ": written by a later version of reeve, " + std::string(base::kVersion) +
                "; install that version"},
        {"\"reeve\"", "\"other\"", ": damaged: it is no manifest of this program"},
        {"\"users\":1", "\"users\":2", ": damaged: its text is not the one that its checksum is of"},
        {"{", "[", ": damaged: line 1, column 12: "}}) {
    INFO(row.to);
    std::string text = manifest;
    text.replace(text.find(row.from), row.from.size(), row.to);
    write_bytes(made + "/manifest.json", text);
    CHECK_THAT(error_of(backup::verify(made)), ContainsSubstring(made + "/manifest.json" + row.error));
  }
}

TEST_CASE("backup: under load it is the store as it was at its revision", "[backup]") {
  BackedUp world;
  std::atomic<bool> done = false, could_write = true;
  std::thread writer([&] {
    for (std::uint64_t n = 0; !done && could_write && n < 100'000; ++n) could_write = world.could_add_user(n);
  });
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(world.create({kNow.ms + i}));
  done = true;
  writer.join();
  CHECK(could_write);
  for (const std::string& backup : made) {
    const auto manifest = backup::read_manifest(backup);
    REQUIRE(manifest.ok());
    const store::Revision revision = manifest->contents.revision;
    // The source at that revision: each change after the first added the user of its number.
    BackedUp source;
    for (std::uint64_t n = 0; n + 1 < revision; ++n) source.add_user(n);
    REQUIRE(source.store().revision() == revision);
    const std::string restored = world.path("at-" + std::to_string(revision));
    fs::remove_all(restored);
    REQUIRE(error_of(restore_to(restored, backup)) == "");
    const auto timeless =
        [](std::string text) {  // when a change was made differs, and so the hash of its record
          for (std::size_t at = 0; (at = text.find("\"at\":", at)) != std::string::npos; ++at)
            text.erase(at, text.find(',', at) - at);
          return text;
        };
    CHECK(timeless(dump_of(restored)) == timeless(dump_of(source.dir())));
  }
}

TEST_CASE("backup: a store with something wrong in it makes none", "[backup]") {
  TempDir dir;
  make_raw_store(dir / "db", store::kFormatVersion, 0,
                 {{store::Table::kRoleSlug, "0123456789abcdefstray", "0123456789abcdef"}});
  const auto store = open_store(dir);
  backup::Original original;
  original.copy_to = [&](const std::string& to, const std::stop_token& stop) {
    return store->copy_to(to, stop);
  };
  const auto made = backup::create(original, dir / "backups", kNow);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().code == base::ErrorCode::kCorrupt);
  CHECK_THAT(made.error().message,
             ContainsSubstring("/.making: the store's check finds 1 fault: role_slug "));
  CHECK_FALSE(fs::exists(dir / "backups/.making"));
}

TEST_CASE("backup: one of an earlier version is brought up to this one where it is restored", "[backup]") {
  const TempDir dir;
  make_raw_store(dir / "old", 2, 20, read_golden("store-0.1.0.txt"));
  backup::Manifest manifest;
  manifest.version = "0.0.9";
  manifest.format = 2;
  manifest.created_at = kNow;
  {  // what that version would have said of it
    fs::copy(dir / "old", dir / "same");
    const auto store = open_store(store_options(dir / "same"));
    auto contents = backup::contents_of(*store->read());
    REQUIRE(contents.ok());
    manifest.contents = *std::move(contents);
  }
  const std::string data = bytes_of_file(dir / "old/data.mdb");
  manifest.bytes = data.size();
  manifest.sha256 = crypto::sha256(data);
  write_bytes(dir / "old/manifest.json", to_text(manifest));
  const auto verified = backup::verify(dir / "old");
  REQUIRE(error_of(verified) == "");
  CHECK_FALSE(verified->contents_checked);
  REQUIRE(error_of(restore_to(dir / "new", dir / "old")) == "");
  CHECK_THAT(dump_of(dir / "new"), ContainsSubstring("\"table\":\"count\""));

  manifest.format = store::kFormatVersion + 1;
  write_bytes(dir / "old/manifest.json", to_text(manifest));
  const std::string later = dir / "old: of a later version of reeve, 0.0.9; install that version";
  CHECK(error_of(backup::verify(dir / "old")) == later);
  CHECK(error_of(restore_to(dir / "new", dir / "old")) == later);
}

TEST_CASE("restore: every credential is revoked where that is asked for, and there is one new one",
          "[backup]") {
  BackedUp world;
  REQUIRE(world.store()
              .write([](store::WriteTxn& txn) -> base::Result<void> {
                for (std::uint64_t n = 0; n < 2500; ++n)
                  if (auto r =
                          put_credential(txn, make_credential(kTenant, id(10'000 + n), as_service_user(id(3)),
                                                              std::to_string(n)));
                      !r.ok())
                    return r;
                return {};
              })
              .ok());
  const std::string made = world.create();
  world.close();
  SeededRandom random(1);
  const auto restored = restore_to(world.dir(), made, &random);
  REQUIRE(error_of(restored) == "");
  CHECK(restored->revoked == 2502);
  REQUIRE(restored->credential);
  const auto store = open_store(store_options(world.dir()));
  const auto txn = store->read();
  REQUIRE(txn.ok());
  std::size_t valid = 0, all = 0;
  for (const domain::Owner& owner : {domain::Owner(kTenant), domain::Owner(domain::Platform{})})
    REQUIRE(domain::each_credential(*txn, owner, nullptr, [&](domain::Credential&& credential) {
              ++all;
              if (!credential.valid_at({kNow.ms + 1'000'000'000'000})) return true;
              ++valid;
              CHECK(credential.id.to_string() == restored->credential->client_id);
              CHECK(credential.hash == crypto::token_hash(restored->credential->secret));
              CHECK(credential.tenant.is_platform());
              return true;
            }).ok());
  CHECK(all == 2503);
  CHECK(valid == 1);
  const auto checked = domain::check_store(*txn, [](const domain::StoreFault& fault) {
    FAIL_CHECK(fault.what);
    return true;
  });
  REQUIRE(checked.ok());
  CHECK(checked->audit_entries == 2 + 2502 + 1);
}

TEST_CASE("restore: a store that a process has is refused, and says which", "[backup]") {
  BackedUp world;
  const std::string made = world.create();
  const auto restored = restore_to(world.dir(), made);
  REQUIRE_FALSE(restored.ok());
  CHECK(restored.error().code == base::ErrorCode::kConflict);
  CHECK(restored.error().message == world.dir() + ": in use by process " + std::to_string(::getpid()) +
                                        "; stop it first, or use another folder");
}

TEST_CASE("restore: where the store's file is a link, nothing is changed", "[backup]") {
  BackedUp world;
  const std::string made = world.create();
  world.close();
  const std::string file = world.dir() + "/data.mdb", elsewhere = world.path("elsewhere.mdb");
  fs::rename(file, elsewhere);
  fs::create_symlink(elsewhere, file);
  CHECK(error_of(restore_to(world.dir(), made)) ==
        file + ": is no regular file; put the store's file itself there first");
  CHECK(fs::is_symlink(file));
  CHECK(fs::exists(elsewhere));
}

TEST_CASE("restore: takes the place of a store that can't be opened", "[backup]") {
  for (const std::string what : {"", "no store", "cut off", "gone"}) {
    INFO(what);
    BackedUp world;
    const std::string before = dump_of(world.dir());
    const std::string made = world.create();
    world.close();
    if (what == "gone")
      fs::remove(world.dir() + "/data.mdb");
    else if (what == "cut off")
      fs::resize_file(world.dir() + "/data.mdb", 9000);
    else
      write_bytes(world.dir() + "/data.mdb", what);
    const auto restored = restore_to(world.dir(), made);
    REQUIRE(error_of(restored) == "");
    CHECK(restored->aside.empty() == (what == "gone"));
    CHECK(dump_of(world.dir()) == before);
  }
}

TEST_CASE("backup: a full disk is a sentence and leaves nothing; the store goes on", "[backup]") {
  if (::geteuid() != 0) return;  // only root may mount
  BackedUp world;
  const std::string disk = world.path("disk");
  fs::create_directory(disk);
  if (::mount("none", disk.c_str(), "tmpfs", 0, "size=256k") != 0) return;  // a container may not
  struct Unmount {
    std::string at;
    ~Unmount() { ::umount(at.c_str()); }
  } const unmount{disk};
  for (std::uint64_t n = 0; n < 500; ++n) world.add_user(n);
  auto original = world.original();
  const auto too_large = backup::create(original, disk + "/b", kNow);
  REQUIRE_FALSE(too_large.ok());
  CHECK(too_large.error().code == base::ErrorCode::kFull);
  CHECK_THAT(too_large.error().message,
             ContainsSubstring("/disk/b: a backup takes about 1000000 bytes, the disk has "));
  original.bytes = 0;  // as where others fill the disk meanwhile
  const auto full = backup::create(original, disk + "/b", kNow);
  REQUIRE_FALSE(full.ok());
  CHECK(full.error().code == base::ErrorCode::kFull);
  CHECK_THAT(full.error().message, ContainsSubstring("No space left on device"));
  for (const auto& entry : fs::directory_iterator(disk + "/b")) CHECK(entry.path().filename() == "LOCK");
  original.bytes = 1000;
  original.spare = 300'000;
  CHECK_THAT(backup::create(original, disk + "/b", kNow).error().message,
             ContainsSubstring(" left, and 300000 have to stay free"));
  world.add_user(1000);

  const std::string made = world.create();
  const auto restored = restore_to(disk + "/db", made);
  REQUIRE_FALSE(restored.ok());
  CHECK(restored.error().code == base::ErrorCode::kFull);
  CHECK_FALSE(fs::exists(disk + "/db/data.mdb"));
}

TEST_CASE("backup: killed at any moment, no half one is listed", "[backup]") {
  BackedUp world;
  world.close();
  const auto source = store::ReadOnlyStore::open(world.dir(), std::size_t{1} << 30);
  REQUIRE(source.ok());
  backup::Original original;
  original.copy_to = [&](const std::string& to, const std::stop_token& stop) {
    return source.value()->copy_to(to, stop);
  };
  std::uint64_t at = 1;
  bool seen_whole = false;
  for (;; at += 1 + at / 40) {
    const bool killed = killed_at(at, [&] { (void)backup::create(original, world.folder(), kNow); });
    INFO("killed at " << at);
    const auto all = backup::list(world.folder());
    REQUIRE(all.ok());
    CHECK(all->size() <= 1);
    for (const backup::Listed& listed : *all) {
      CHECK(listed.damage == "");
      CHECK(error_of(backup::verify(world.folder() + "/" + listed.name)) == "");
      seen_whole = true;
    }
    fs::remove_all(world.folder() + "/reeve-20260415T120000.123Z-r1");
    if (!killed) break;
  }
  CHECK(at > 40);
  CHECK(seen_whole);
}

TEST_CASE("prune: killed at any moment, what is listed is whole", "[backup]") {
  BackedUp world;
  const std::string made = world.create();
  const std::string newest = fs::path(world.create({kNow.ms + 1})).filename();
  world.close();
  fs::copy(made, world.path("kept"));
  std::uint64_t at = 1;
  for (;; ++at) {
    const bool killed = killed_at(at, [&] { (void)backup::prune(world.folder(), {0, 0, 0}, newest, false); });
    INFO("killed at " << at);
    const auto all = backup::list(world.folder());
    REQUIRE(all.ok());
    REQUIRE(!all->empty());
    CHECK(all->front().name == newest);
    for (const backup::Listed& listed : *all) CHECK(listed.damage == "");
    if (!killed) break;
    if (all->size() == 1) fs::copy(world.path("kept"), made);
  }
  CHECK(at > 10);
}

TEST_CASE("restore: killed at any moment, the store is the old one or the new one, and the old one is there",
          "[backup]") {
  BackedUp world;
  const std::string made = world.create();
  const std::string restored = dump_of(world.dir());
  world.add_user(1);
  const std::string old = dump_of(world.dir());
  world.close();
  fs::copy(world.dir() + "/data.mdb", world.path("old.mdb"));
  std::uint64_t at = 1;
  int news = 0;
  for (;; at += 1 + at / 40) {
    const bool killed = killed_at(at, [&] { (void)restore_to(world.dir(), made); });
    INFO("killed at " << at);
    const std::string now = dump_of(world.dir());
    CHECK((now == old || now == restored));
    if (now != old) {
      ++news;
      bool kept = false;
      for (const auto& entry : fs::directory_iterator(world.dir()))
        if (entry.path().filename().string().starts_with("before-restore-"))
          kept = dump_of(entry.path()) == old;
      CHECK(kept);
    }
    if (!killed) break;
    fs::remove_all(world.dir());
    fs::create_directory(world.dir());
    fs::copy(world.path("old.mdb"), world.dir() + "/data.mdb");
  }
  CHECK(at > 60);
  CHECK(news > 0);
}
