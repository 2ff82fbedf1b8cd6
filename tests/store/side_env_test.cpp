#include "store/side_env.h"

#include "base/file.h"
#include "store/key.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using store::Key;
using store::SideEnv;

namespace {

SideEnv::Options options_in(const TempDir& dir, std::uint32_t format, std::uint32_t oldest) {
  SideEnv::Options options;
  options.dir = dir / "e";
  options.map_bytes = std::size_t{1} << 20U;
  options.names = {"one"};
  options.format = format;
  options.oldest = oldest;
  options.sync = false;
  return options;
}

std::string opened(const SideEnv::Options& options) {
  const auto env = SideEnv::open(options);
  return env.ok() ? "ok" : env.error().message.substr(options.dir.size());
}

std::string bytes(const TempDir& dir) {
  const auto read = base::read_file(dir / "e/data.mdb", 1 << 22);
  REQUIRE(read.ok());
  return *read;
}

}  // namespace

TEST_CASE("side env: opening what is there changes nothing of it", "[store]") {
  const TempDir dir;
  {
    const auto env = SideEnv::open(options_in(dir, 2, 2));
    REQUIRE(env.ok());
    auto txn = (*env)->begin();
    REQUIRE(txn.ok());
    REQUIRE(txn->put(0, "a", "1").ok());
    REQUIRE(txn->commit().ok());
  }
  const std::string before = bytes(dir);
  for (int n = 0; n < 3; ++n) CHECK(opened(options_in(dir, 2, 2)) == "ok");
  CHECK(bytes(dir) == before);
}

TEST_CASE("side env: an older format that is read as well becomes the one that is written", "[store]") {
  const TempDir dir;
  const std::string newer = ": written by another version of reeve (format 3)";
  CHECK(opened(options_in(dir, 2, 2)) == "ok");
  CHECK(opened(options_in(dir, 3, 3)) == ": written by another version of reeve (format 2)");
  CHECK(opened(options_in(dir, 3, 2)) == "ok");
  CHECK(opened(options_in(dir, 3, 3)) == "ok");
  CHECK(opened(options_in(dir, 2, 1)) == newer);
}
