#pragma once
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "store/schema.h"
#include "tests/support/catch.h"
#include "tests/support/raw_store.h"

// Rows of a store as text, from the files in tests/domain/golden. A row is one line, in one of two forms:
//
//   TABLE KEY CRC VERSION PAYLOAD   a sealed record (store/record.h): key and checksum in hexadecimal digits
//   TABLE KEY = VALUE               any other value, in hexadecimal digits
//
// Lines that begin with `#` are remarks.
inline store::Table table_named(std::string_view name) {
  for (std::uint8_t n = 0; n < store::kTableCount; ++n)
    if (name_of(*store::table_of(n)) == name) return *store::table_of(n);
  FAIL("no table is called " << name);
  return {};
}

inline std::string golden_bytes(const std::string& hex) {
  const auto bytes = base::from_hex(hex);
  INFO(hex);
  REQUIRE(bytes);
  return *bytes;
}

inline std::vector<RawRow> read_golden(const std::string& name) {
  const std::string path = "tests/domain/golden/" + name;
  std::ifstream file(path, std::ios::binary);
  INFO(path);
  REQUIRE(file);
  std::vector<RawRow> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string table, key, crc;
    words >> table >> key >> crc;
    RawRow row{table_named(table), golden_bytes(key), {}};
    std::string rest;
    if (crc == "=") {
      words >> rest;
      row.value = golden_bytes(rest);
    } else {
      int version = 0;
      words >> version;
      words.get();
      std::getline(words, rest);
      const std::string big_endian = golden_bytes(crc);
      row.value.assign(big_endian.rbegin(), big_endian.rend());
      row.value += static_cast<char>(version);
      row.value += rest;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}
