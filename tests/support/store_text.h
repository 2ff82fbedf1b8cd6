#pragma once
#include <string>

#include "domain/dump.h"
#include "store/store.h"
#include "tests/support/catch.h"

// Every record of a store, a line each, but for what is a program's own.
inline std::string text_of_store(const store::Store& store) {
  std::string out;
  const auto txn = store.read();
  REQUIRE(txn.ok());
  REQUIRE(domain::dump(*txn, [&](std::string_view line) {
            out.append(line).push_back('\n');
            return true;
          }).ok());
  return out;
}
