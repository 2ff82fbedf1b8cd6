#include "domain/check.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "domain/entity.h"
#include "store/key.h"
#include "store/read_only.h"
#include "tests/domain/golden.h"
#include "tests/domain/support.h"

using namespace domain;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using store::Key;
using store::Table;

namespace {

std::vector<std::string> faults_of(const TestStore& store) {
  std::vector<std::string> faults;
  const auto tell = [&](const StoreFault& fault) { return faults.push_back(fault.what), true; };
  const auto checked = check_store(store.read(), tell);
  INFO((checked.ok() ? "" : checked.error().message));
  REQUIRE(checked.ok());
  CHECK(checked->faults == faults.size());
  return faults;
}

// The same, in pieces with snapshots of their own.
std::vector<std::string> faults_in_pieces(const TestStore& store) {
  std::vector<std::string> faults;
  const auto tell = [&](const StoreFault& fault) { return faults.push_back(fault.what), true; };
  std::optional<CheckPlace> place = CheckPlace();
  while (place) {
    auto next = check_piece(store.read(), *place, 7, tell);
    REQUIRE(next.ok());
    place = std::move(next).value();
  }
  REQUIRE(check_sums(store.read(), tell).ok());
  return faults;
}

// A store in which nearly every table has something, and what is in it byte for byte.
struct Whole {
  Whole()
      : store([](const std::string& dir) { make_raw_store(dir, 2, 20, read_golden("store-0.1.0.txt")); }) {
    store.change([&](auto& txn) -> base::Result<void> {
      Tenant tenant = make_tenant(kTenant, "checked");
      Group group = make_group(kTenant, id(1), "Ops"), inner = make_group(kTenant, id(2), "Inner");
      inner.state = State::kDisabled;
      Role role = make_role(kTenant, id(4), "on-call");
      Mapping mapping = make_mapping(kTenant, id(3), as_group(id(1)), id(4), "app/group:x");
      mapping.valid_from = kNow;
      mapping.expires_at = base::Timestamp{kNow.ms + 1000};
      StoredEntity entity;
      entity.tenant = kTenant;
      entity.name = {"Doc", "7"};
      entity.parents = {{"Folder", "1"}};
      for (const auto& done : {put_entity(txn, entity), put_tenant(txn, tenant), put_group(txn, group),
                               put_group(txn, inner), put_role(txn, role), put_mapping(txn, mapping),
                               put_subgroup(txn, {kTenant, group.id, inner.id, Source::kLocal, kNow, 0})})
        if (!done.ok()) return done;
      if (auto done = put_policy_with_rule(txn, kTenant); !done.ok()) return done;
      tenant.slug = "renamed";
      return put_tenant(txn, tenant);
    });
    const auto txn = store.read();
    revision = txn.revision();
    for (std::uint8_t n = 0; n < store::kTableCount; ++n) {
      const auto table = *store::table_of(n);
      if (table == Table::kMeta) continue;
      REQUIRE(txn.scan(table, {},
                       [&](auto key, auto value) {
                         rows.push_back({table, std::string(key), std::string(value)});
                         return true;
                       })
                  .ok());
    }
  }

  TestStore store;
  store::Revision revision = 0;
  std::vector<RawRow> rows;
};

std::vector<std::string> faults_of_rows(const std::vector<RawRow>& rows, store::Revision revision) {
  return faults_of(
      TestStore([&](const std::string& dir) { make_raw_store(dir, store::kFormatVersion, revision, rows); }));
}

}  // namespace

TEST_CASE("check: a store that was only changed by the program is right", "[domain]") {
  CHECK(faults_of(TestStore()).empty());
  const Whole whole;
  CHECK(faults_of(whole.store).empty());
  CHECK(faults_of_rows(whole.rows, whole.revision).empty());
}

TEST_CASE("check: whatever entry is gone, that is found", "[domain]") {
  const Whole whole;
  bool is_first_change = true;
  for (std::size_t i = 0; i < whole.rows.size(); ++i) {
    const RawRow& row = whole.rows[i];
    INFO(name_of(row.table) << " " << base::to_hex(row.key));
    if (row.table == Table::kPermission) continue;  // nothing says that there was one
    if (row.table == Table::kChange && is_first_change) {
      is_first_change = false;  // old ones may go
      continue;
    }
    auto rows = whole.rows;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(faults_of_rows(rows, whole.revision).empty());
  }
}

TEST_CASE("check: in pieces, too, whatever value is another and whatever entry of an index is gone is found",
          "[domain]") {
  const Whole whole;
  CHECK(faults_in_pieces(whole.store).empty());
  for (std::size_t i = 0; i < whole.rows.size(); ++i) {
    const RawRow& row = whole.rows[i];
    if (row.table == Table::kAuditHead) continue;  // of the chains, which pieces don't look at
    INFO(name_of(row.table) << " " << base::to_hex(row.key));
    auto rows = whole.rows;
    std::string& value = rows[i].value;
    if (value.empty()) {  // an entry that its key says all of
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      value.back() = static_cast<char>(value.back() ^ 1);
    }
    const TestStore store(
        [&](const std::string& dir) { make_raw_store(dir, store::kFormatVersion, whole.revision, rows); });
    CHECK_FALSE(faults_in_pieces(store).empty());
  }
}

TEST_CASE("check: whatever value is another, that is found", "[domain]") {
  const Whole whole;
  for (std::size_t i = 0; i < whole.rows.size(); ++i) {
    INFO(name_of(whole.rows[i].table) << " " << base::to_hex(whole.rows[i].key));
    auto rows = whole.rows;
    std::string& value = rows[i].value;
    if (value.empty()) {
      value = "x";
    } else {
      value.back() = static_cast<char>(value.back() ^ 1);
    }
    CHECK_FALSE(faults_of_rows(rows, whole.revision).empty());
  }
}

TEST_CASE("check: an entry of an index that belongs to nothing is found, once", "[domain]") {
  const Whole whole;
  for (const RawRow& row : whole.rows) {
    if (row.table == Table::kAudit || row.table == Table::kChange || row.table == Table::kPermission)
      continue;
    INFO(name_of(row.table) << " " << base::to_hex(row.key));
    auto rows = whole.rows;
    RawRow stray = row;
    stray.key.back() = static_cast<char>(stray.key.back() ^ 0x55);
    rows.push_back(std::move(stray));
    CHECK_FALSE(faults_of_rows(rows, whole.revision).empty());
  }
}

TEST_CASE("check: what is told", "[domain]") {
  const Whole whole;
  const std::string tenant = R"({"tenant":"00000000-0000-7000-8000-0000000000a0",)";
  const std::string role = tenant + R"("id":"00000000-0000-7000-8000-000000000004"})";
  const auto without = [&](Table table, std::string_view key) {
    std::vector<RawRow> rows;
    for (const RawRow& row : whole.rows)
      if (row.table != table || row.key != key) rows.push_back(row);
    REQUIRE(rows.size() + 1 == whole.rows.size());
    return faults_of_rows(rows, whole.revision);
  };
  const auto with = [&](RawRow row) {
    auto rows = whole.rows;
    rows.push_back(std::move(row));
    return faults_of_rows(rows, whole.revision);
  };
  const auto as_bytes = [](const Key& key) { return std::string(key.view()); };
  using Faults = std::vector<std::string>;
  CHECK(without(Table::kRoleSlug, Key().uuid(kTenant).text("on-call")) ==
        Faults{"role_slug " + tenant + R"("slug":"on-call"} is missing; role )" + role + " implies it"});
  CHECK(
      with({Table::kMembers, as_bytes(Key().uuid(kTenant).uuid(id(1)).uuid(id(9))), ""}) ==
      Faults{
          "count " + tenant +
              R"("what":100,"group":"00000000-0000-7000-8000-000000000001"} is missing; the sum implies it)",
          "members " + tenant + R"("group":"00000000-0000-7000-8000-000000000001",)" +
              R"("user":"00000000-0000-7000-8000-000000000009"} belongs to nothing)"});
  CHECK(without(Table::kChange, Key().u64(17)) ==
        Faults{R"(change {"revision":17} is missing; the next is 18)"});
  CHECK(without(Table::kRole, Key().uuid(kTenant).uuid(id(4))).front() ==
        "role " + role + " is missing; mapping " + tenant +
            R"("principal_kind":"group","principal":"00000000-0000-7000-8000-000000000001",)" +
            R"("role":"00000000-0000-7000-8000-000000000004","resource":"app/group:x"} refers to it)");
}

// No call makes one: of two stores, in which the groups are in each other the other way round, the pairs are
// put together.
TEST_CASE("check: a circle of groups is told once, and the groups next to it aren't", "[domain]") {
  const Whole whole;
  std::vector<RawRow> rows = whole.rows;
  TestStore other;
  other.change([&](auto& txn) -> base::Result<void> {
    Group groups[] = {make_group(kTenant, id(1), "Ops"), make_group(kTenant, id(2), "Inner"),
                      make_group(kTenant, id(3), "Below")};
    for (Group& group : groups)
      if (auto put = put_group(txn, group); !put.ok()) return put;
    for (const auto& [group, member] : {std::pair{id(2), id(1)}, {id(1), id(3)}})
      if (auto put = put_subgroup(txn, {kTenant, group, member, Source::kLocal, kNow, 0}); !put.ok())
        return put;
    return {};
  });
  const auto txn = other.read();
  for (const Table table : {Table::kGroupIn, Table::kSubgroups})
    REQUIRE(txn.scan(table, {},
                     [&](auto key, auto value) {
                       rows.push_back({table, std::string(key), std::string(value)});
                       return true;
                     })
                .ok());
  std::vector<std::string> told;
  for (const std::string& fault : faults_of_rows(rows, whole.revision))
    if (fault.find("circle") != std::string::npos) told.push_back(fault);
  const std::string ops = "00000000-0000-7000-8000-000000000001",
                    inner = "00000000-0000-7000-8000-000000000002";
  CHECK(told ==
        std::vector<std::string>{R"(group_in {"tenant":"00000000-0000-7000-8000-0000000000a0","member":")" +
                                 ops + R"(","group":")" + inner + R"("} is in a circle of groups: )" + ops +
                                 " in " + inner + " in " + ops});
}

namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::size_t kMap = std::size_t{1} << 28U;

// A store as a file, whose bytes can be changed.
class FileOnDisk {
 public:
  FileOnDisk() {
    const Whole whole;
    std::vector<RawRow> rows = whole.rows;
    // More than a leaf of what nothing else says anything about, so that there are branches.
    for (int n = 0; n < 300; ++n)
      rows.push_back({Table::kDeletion, std::string(Key().uuid(id(1000 + n)).view()), ""});
    make_raw_store(dir_.path(), store::kFormatVersion, whole.revision, rows);
    rows_ = read_all();
  }

  std::vector<std::string> faults() const {
    std::vector<std::string> faults;
    const auto tell = [&](const std::string& fault) { return faults.push_back(fault), true; };
    const auto checked = check_folder(dir_.path(), kMap, tell);
    if (!checked.ok()) return {checked.error().message};  // of no store of ours, or of a later version's
    CHECK(checked->faults() == faults.size());
    return faults;
  }

  // Whether a reader finds everything that was there at first, and nothing else.
  bool reads_the_same() const { return read_all() == rows_; }

  std::uint64_t pages() const { return std::filesystem::file_size(file()) / kPage; }

  template <typename T>
  T at(std::uint64_t offset) const {
    T value{};
    std::ifstream in(file(), std::ios::binary);
    in.seekg(static_cast<std::streamoff>(offset)).read(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }
  template <typename T>
  void put(std::uint64_t offset, T value) const {
    std::fstream out(file(), std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(offset)).write(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void flip(std::uint64_t byte, unsigned bit) const {
    put(byte, static_cast<std::uint8_t>(at<std::uint8_t>(byte) ^ 1U << bit));
  }

  // The first page of that kind: 1 is a branch, 2 a leaf.
  std::uint64_t page_of_kind(std::uint16_t kind) const {
    for (std::uint64_t page = 2; page < pages(); ++page)
      if (at<std::uint16_t>(page * kPage + 10) == kind) return page;
    FAIL("there is no such page");
    return 0;
  }
  void cut(std::uint64_t bytes) const { std::filesystem::resize_file(file(), bytes); }

 private:
  std::string file() const { return dir_ / "data.mdb"; }
  std::vector<std::string> read_all() const {
    std::vector<std::string> all;
    const auto opened = store::ReadOnlyStore::open(dir_.path(), kMap);
    REQUIRE(opened.ok());
    const auto txn = opened.value()->read();
    REQUIRE(txn.ok());
    for (std::uint8_t n = 0; n < store::kTableCount; ++n) {
      const auto table = *store::table_of(n);
      if (table == Table::kRoleCount)
        continue;  // says as of when it is, which may be any time: it is recounted
      const auto scanned = txn->scan(table, {}, [&](auto key, auto value) {
        const auto found = txn->get(table, key);
        all.push_back(std::string(key) + " " + std::string(value));
        return found.ok() && *found && **found == value;
      });
      REQUIRE(scanned.ok());
    }
    return all;
  }

  TempDir dir_;
  std::vector<std::string> rows_;
};

}  // namespace

TEST_CASE("check: a bit that flips anywhere in the file is found, or no reader sees it", "[domain]") {
  const FileOnDisk store;
  REQUIRE(store.faults().empty());
  std::mt19937 random(20260415);
  int found = 0;
  for (int n = 0; n < 300; ++n) {
    // Every third in what says where pages and entries are.
    const std::uint64_t page = random() % store.pages();
    const std::uint64_t byte = page * kPage + random() % (n % 3 == 0 ? 40 : kPage);
    const unsigned bit = random() % 8;
    INFO("bit " << bit << " of byte " << byte);
    store.flip(byte, bit);
    if (store.faults().empty())
      CHECK(store.reads_the_same());
    else
      ++found;
    store.flip(byte, bit);
  }
  CHECK(found > 30);
  CHECK(store.faults().empty());
}

TEST_CASE("check: what is told of damaged pages", "[domain]") {
  const FileOnDisk store;
  const std::uint64_t leaf = store.page_of_kind(2), branch = store.page_of_kind(1);
  const auto at = [](std::uint64_t page) { return "page " + std::to_string(page) + " ("; };
  const auto told = [&](std::uint64_t offset, std::uint16_t value) {
    const auto before = store.at<std::uint16_t>(offset);
    store.put(offset, value);
    const auto faults = store.faults();
    store.put(offset, before);
    REQUIRE(!faults.empty());
    return faults.front();
  };
  const auto number = static_cast<std::uint16_t>(leaf + 1);
  CHECK_THAT(told(leaf * kPage, number),
             StartsWith(at(leaf)) && EndsWith("): has the number " + std::to_string(number)));
  CHECK_THAT(told(leaf * kPage + 10, 4), StartsWith(at(leaf)) && EndsWith("): is of another kind"));
  CHECK_THAT(told(leaf * kPage + 12, 14), StartsWith(at(leaf)) && EndsWith("): its bounds are wrong"));
  CHECK_THAT(told(leaf * kPage + 16, 4094),
             StartsWith(at(leaf)) && EndsWith("): entry 0 lies outside of it"));
  // A child of a branch: the lower half of its number stands where its entry begins.
  const std::uint64_t child = branch * kPage + store.at<std::uint16_t>(branch * kPage + 16);
  CHECK_THAT(told(child, 0xffff), EndsWith("refers to page 65535, where there is none"));
  CHECK_THAT(told(child, static_cast<std::uint16_t>(branch)), EndsWith("is used twice"));
  store.cut((store.pages() - 1) * kPage);
  const auto cut = store.faults();
  REQUIRE(!cut.empty());
  CHECK_THAT(cut.front(), ContainsSubstring("the file ends before it"));
}
