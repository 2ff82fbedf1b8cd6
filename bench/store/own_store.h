#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

#include "store/store.h"

// Calls fn(store) with a new store in the folder, which doesn't sync and is removed afterwards. False where
// fn says so, or the store can't be opened, which is printed.
template <typename Fn>
bool with_own_store(const std::string& dir, const Fn& fn) {
  store::StoreOptions options;
  options.dir = dir;
  options.sync = false;
  auto opened = store::Store::open(options);
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    return false;
  }
  const bool ok = fn(*opened.value());
  opened.value().reset();
  std::filesystem::remove_all(dir);
  return ok;
}
