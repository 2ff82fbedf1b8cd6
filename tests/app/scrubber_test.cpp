#include "app/scrubber.h"

#include <chrono>
#include <thread>

#include "store/key.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace {

using namespace std::chrono_literals;

std::unique_ptr<store::Store> open_store(const TempDir& dir) {
  store::StoreOptions options;
  options.dir = dir / "db";
  options.map_bytes = std::size_t{1} << 28U;
  options.sync = false;
  auto opened = store::Store::open(options);
  REQUIRE(opened.ok());
  return std::move(opened).value();
}

}  // namespace

TEST_CASE("scrubber: a record that can't be read is noted while the store is open", "[app]") {
  const TempDir dir;
  const auto store = open_store(dir);
  REQUIRE(store
              ->write([](store::WriteTxn& txn) {
                return txn.put(store::Table::kTenant, store::Key().uuid({}), "no record");
              })
              .ok());
  CHECK_FALSE(store->is_damaged());
  const auto scrubber = app::Scrubber::start(*store, {.first = 0ms, .every = 1h});
  REQUIRE(scrubber.ok());
  const auto limit = std::chrono::steady_clock::now() + 30s;
  while (!store->is_damaged() && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(1ms);
  CHECK(store->is_damaged());
}

TEST_CASE("scrubber: it ends at once, in the midst of its rest as well", "[app]") {
  const TempDir dir;
  const auto store = open_store(dir);
  { const auto waits = app::Scrubber::start(*store, {.first = 1h, .every = 1h}); }
  { const auto works = app::Scrubber::start(*store, {.first = 0ms, .every = 1h}); }
  CHECK_FALSE(store->is_damaged());
}
