#pragma once
#include <iterator>
#include <string>
#include <vector>

#include "decision_log/tables.h"
#include "store/side_env.h"
#include "tests/support/catch.h"

// Makes of every value of a table of a decision log's environment one that can't be read, in pages that are
// sound. REQUIRES: nobody has it open
inline void damage_log(const std::string& dir, decision_log::Table table) {
  store::SideEnv::Options options;
  options.dir = dir;
  options.map_bytes = std::size_t{16} << 20U;
  options.names.assign(std::begin(decision_log::kTableNames), std::end(decision_log::kTableNames));
  options.format = decision_log::kFormat;
  options.sync = false;
  const auto env = store::SideEnv::open(options);
  REQUIRE(env.ok());
  auto txn = (*env)->begin();
  REQUIRE(txn.ok());
  std::vector<std::string> keys;
  const auto visit = [&](std::string_view key, std::string_view) {
    keys.emplace_back(key);
    return true;
  };
  REQUIRE(txn->scan(table, {}, {}, visit).ok());
  REQUIRE_FALSE(keys.empty());
  for (const std::string& key : keys) REQUIRE(txn->put(table, key, "\xff").ok());
  REQUIRE(txn->commit().ok());
}
