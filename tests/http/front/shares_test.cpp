#include "http/front/shares.h"

#include <vector>

#include "tests/support/catch.h"

using http::front::Shares;

namespace {

// Where the connections go that one reactor accepts alone, one after the other.
std::vector<std::size_t> places(Shares& shares, std::size_t reactor, int count) {
  std::vector<std::size_t> chosen;
  for (int i = 0; i < count; ++i) chosen.push_back(shares.place(reactor));
  return chosen;
}

using Places = std::vector<std::size_t>;

}  // namespace

TEST_CASE("shares: whoever accepts keeps a connection until another has two less", "[http]") {
  Shares alone(1);
  CHECK(places(alone, 0, 4) == Places{0, 0, 0, 0});
  Shares two(2);
  CHECK(places(two, 1, 6) == Places{1, 1, 0, 1, 0, 1});
  Shares three(3);
  CHECK(places(three, 1, 7) == Places{1, 1, 0, 2, 1, 0, 2});
}

TEST_CASE("shares: who has lost connections gets the next", "[http]") {
  Shares shares(2);
  CHECK(places(shares, 0, 4) == Places{0, 0, 1, 0});
  shares.leave(1);
  CHECK(places(shares, 0, 3) == Places{1, 1, 0});
}

TEST_CASE("shares: a reactor ends once it has none, and then gets none", "[http]") {
  Shares shares(2);
  CHECK(places(shares, 0, 3) == Places{0, 0, 1});
  CHECK_FALSE(shares.close(1));
  shares.leave(1);
  CHECK(shares.close(1));
  CHECK(places(shares, 0, 4) == Places{0, 0, 0, 0});
}
