#include "store/record.h"

#include <string>

#include "base/uuid.h"
#include "tests/support/catch.h"

using store::crc32c;
using store::seal;
using store::Table;
using store::unseal;

TEST_CASE("record: CRC-32C as RFC 3720 has it", "[store]") {
  std::string ascending, descending;
  for (int i = 0; i < 32; ++i) {
    ascending.push_back(static_cast<char>(i));
    descending.push_back(static_cast<char>(31 - i));
  }
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
  CHECK(crc32c(ascending) == 0x46dd794e);
  CHECK(crc32c(descending) == 0x113fdb5c);
  for (std::size_t cut = 0; cut <= 32; ++cut)
    CHECK(crc32c(ascending.substr(cut), crc32c(ascending.substr(0, cut))) == 0x46dd794e);
}

TEST_CASE("record: what is sealed is read again", "[store]") {
  for (const std::string& payload : {std::string(), std::string("{}"), std::string(100'000, 'x')}) {
    const std::string sealed = seal(7, payload);
    CHECK(sealed.size() == payload.size() + store::kSealBytes);
    const auto record = unseal(Table::kRole, "k", sealed);
    REQUIRE(record.ok());
    CHECK(record->version == 7);
    CHECK(record->payload == payload);
  }
}

TEST_CASE("record: any changed bit and any cut is corrupt, and named", "[store]") {
  const std::string sealed = seal(1, R"({"slug":"user"})");
  const base::Uuid id = *base::Uuid::parse("2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string damaged = sealed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto record = unseal(Table::kTenant, id.raw(), damaged);
    REQUIRE_FALSE(record.ok());
    CHECK(record.error().code == base::ErrorCode::kCorrupt);
    CHECK(record.error().message ==
          "tenant 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0: the record's checksum is wrong");
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    CHECK_FALSE(unseal(Table::kTenant, id.raw(), std::string_view(sealed).substr(0, size)).ok());
  CHECK(unseal(Table::kTenantSlug, "acme", "abcd").error().message ==
        "tenant_slug acme: the record is cut short");
  CHECK(unseal(Table::kChange, std::string_view("\0\1", 2), "").error().message ==
        "change 0001: the record is cut short");
}
