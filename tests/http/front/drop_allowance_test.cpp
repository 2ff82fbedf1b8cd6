#include "http/front/drop_allowance.h"

#include "tests/support/catch.h"

using http::front::DropAllowance;
using std::chrono::milliseconds;

namespace {

const DropAllowance::Time kStart = DropAllowance::Time() + std::chrono::hours(1);

}  // namespace

TEST_CASE("drop allowance: so much at once, and then at its pace") {
  DropAllowance drops;
  REQUIRE(drops.any(kStart));
  drops.take(DropAllowance::kAtOnce - 1);
  CHECK(drops.any(kStart));  // the last byte lets one piece more through
  drops.take(1'000'001);
  CHECK_FALSE(drops.any(kStart));
  // A million bytes are too many, and come back in 15 ms.
  CHECK_FALSE(drops.any(kStart + milliseconds(14)));
  CHECK(drops.any(kStart + milliseconds(15)));
}

TEST_CASE("drop allowance: what isn't used is not saved up, and time that goes back gives nothing") {
  DropAllowance drops;
  REQUIRE(drops.any(kStart));
  REQUIRE(drops.any(kStart + std::chrono::hours(24)));
  drops.take(DropAllowance::kAtOnce);
  CHECK_FALSE(drops.any(kStart + std::chrono::hours(24)));
  CHECK_FALSE(drops.any(kStart));
  CHECK(drops.any(kStart + std::chrono::hours(24) + milliseconds(1)));
}
