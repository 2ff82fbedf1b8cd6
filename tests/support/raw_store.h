#pragma once
#include <lmdb.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "store/key.h"
#include "store/schema.h"
#include "tests/support/catch.h"

// A store made without lib/store, byte for byte as another version left it.
struct RawRow {
  store::Table table = store::Table::kMeta;
  std::string key, value;
};

// Makes the folder with a store of that format, which has these rows and `revision` changes behind it.
inline void make_raw_store(const std::string& dir, std::uint32_t format, store::Revision revision,
                           std::vector<RawRow> rows) {
  rows.push_back({store::Table::kMeta, "program", "reeve"});
  rows.push_back({store::Table::kMeta, "format", std::string(store::Key().u32(format).view())});
  rows.push_back({store::Table::kMeta, "revision", std::string(store::Key().u64(revision).view())});
  std::filesystem::create_directories(dir);
  MDB_env* env = nullptr;
  REQUIRE(mdb_env_create(&env) == 0);
  REQUIRE(mdb_env_set_mapsize(env, std::size_t{1} << 28U) == 0);
  REQUIRE(mdb_env_set_maxdbs(env, store::kTableCount) == 0);
  REQUIRE(mdb_env_open(env, dir.c_str(), MDB_NOSYNC, 0600) == 0);
  MDB_txn* txn = nullptr;
  REQUIRE(mdb_txn_begin(env, nullptr, 0, &txn) == 0);
  const auto val = [](std::string_view s) { return MDB_val{s.size(), const_cast<char*>(s.data())}; };
  // A store of today's format has every table, also where nothing is in it.
  for (std::uint8_t n = 0; format == store::kFormatVersion && n < store::kTableCount; ++n) {
    MDB_dbi dbi = 0;
    REQUIRE(mdb_dbi_open(txn, name_of(store::Table{n}).data(), MDB_CREATE, &dbi) == 0);
  }
  for (const RawRow& row : rows) {
    MDB_dbi dbi = 0;
    REQUIRE(mdb_dbi_open(txn, name_of(row.table).data(), MDB_CREATE, &dbi) == 0);
    MDB_val key = val(row.key), value = val(row.value);
    REQUIRE(mdb_put(txn, dbi, &key, &value, 0) == 0);
  }
  REQUIRE(mdb_txn_commit(txn) == 0);
  mdb_env_close(env);
}
