#include "domain/mapping_walk.h"

#include <string>
#include <vector>

#include "tests/domain/support.h"

using namespace domain;

namespace {

// The holders of role 9, one page after the other, each of which looks at so many rows.
struct Walked {
  std::string holders;
  std::size_t pages = 0, most_looked_at = 0;
};

Walked walked(const store::ReadTxn& txn, const std::string& resource, std::size_t most,
              const std::optional<Principal>& who = {}) {
  Walked all;
  std::optional<MappingKey> after;
  for (bool more = true; more && all.pages < 1'000; ++all.pages) {
    std::size_t looked_at = 0;
    more = false;
    const auto visit = [&](const Holding& holding, bool is_left) {
      if (looked_at == most) {
        more = true;
        return NextHeld::kEnd;
      }
      ++looked_at;
      CHECK(holding.resource == resource);
      after = MappingKey{holding.principal, holding.role, std::string(holding.resource)};
      if (!is_left) all.holders += holding.principal.id.to_string().substr(34) + " ";
      return NextHeld::kNext;
    };
    const std::optional<MappingKey> from = after;
    REQUIRE(walk_holders_on(txn, kTenant, resource, who, from ? &*from : nullptr, visit).ok());
    all.most_looked_at = std::max(all.most_looked_at, looked_at);
  }
  return all;
}

}  // namespace

// Such names lie among a shorter one's holders, and a page of these would pass by any number of them.
TEST_CASE("mapping walk: what lies between a resource's holders is told, too", "[domain]") {
  TestStore store;
  std::uint64_t n = 0;
  const auto put = [&](const Principal& who, const std::string& resource) {
    Mapping mapping = make_mapping(kTenant, id(++n), who, id(9), resource);
    store.change([&](auto& txn) { return put_mapping(txn, mapping); });
  };
  put(as_user(id(2)), "F:1");
  put(as_user(id(4)), "F:1");
  put(as_group(id(5)), "F:1");
  for (int i = 0; i < 20; ++i)
    for (const char kind : {'\x01', '\x03'}) {
      const std::string other = std::string("F:1") + kind + std::string(1, static_cast<char>('A' + i));
      put(as_user(id(2)), other);
      put(as_group(id(7)), other);
    }
  const std::string alike(40, 'x');  // more than a holder's two ids have
  for (int i = 0; i < 20; ++i) put(as_user(id(2)), "F:1\x01" + alike + std::to_string(i));
  const auto txn = store.read();
  for (const std::size_t most : {1U, 2U, 7U, 1'000U}) {
    INFO("at most " << most);
    const Walked all = walked(txn, "F:1", most);
    CHECK(all.holders == "02 04 05 ");
    CHECK(all.pages == (3 + 2 * 20 * 2 + 1 + most - 1) / most);  // those that begin alike are one
    const Walked of_one = walked(txn, "F:1", most, as_user(id(4)));
    CHECK(of_one.holders == "04 ");
    CHECK(of_one.pages == 1);
    CHECK(walked(txn, std::string("F:1\x01") + "A", most).holders == "02 07 ");
  }
}
