#pragma once
#include <memory>
#include <string>
#include <utility>

#include "store/store.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

// A real store in a folder that ends with it. Not flushed to disk, but for what a test says of its options.
inline store::StoreOptions store_options(const std::string& dir) {
  store::StoreOptions options;
  options.dir = dir;
  options.map_bytes = std::size_t{1} << 30;
  options.sync = false;
  return options;
}

inline std::unique_ptr<store::Store> open_store(store::StoreOptions options) {
  auto opened = store::Store::open(std::move(options));
  INFO((opened.ok() ? "" : opened.error().message));
  REQUIRE(opened.ok());
  return std::move(opened).value();
}

inline std::unique_ptr<store::Store> open_store(const TempDir& dir) {
  return open_store(store_options(dir / "db"));
}
