#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/token.h"
#include "tests/support/catch.h"
#include "tests/support/fixed_random.h"

TEST_CASE("hash: SHA-256 as FIPS 180-4 has it", "[crypto]") {
  struct Row {
    std::string text;
    const char* hash;
  };
  for (const Row& row :
       {Row{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}})
    CHECK(base::to_hex(crypto::raw(crypto::sha256(row.text))) == row.hash);
  CHECK(crypto::sha256({"a", "", "bc"}) == crypto::sha256("abc"));
}

TEST_CASE("equal: compares length and every byte", "[crypto]") {
  const std::string secret = "0123456789abcdef";
  CHECK(crypto::equal(secret, "0123456789abcdef"));
  CHECK(crypto::equal("", ""));
  CHECK_FALSE(crypto::equal(secret, ""));
  CHECK_FALSE(crypto::equal(secret, secret.substr(1)));
  for (std::size_t i = 0; i < secret.size(); ++i) {
    std::string other = secret;
    other[i] = static_cast<char>(other[i] ^ 1);
    CHECK_FALSE(crypto::equal(secret, other));
  }
}

TEST_CASE("random: fills any length, and never the same twice", "[crypto]") {
  crypto::SystemRandom random;
  random.fill({});
  std::set<std::array<std::uint8_t, 32>> seen;
  for (int i = 0; i < 100; ++i) CHECK(seen.insert(random.bytes<32>()).second);
  std::array<std::uint8_t, 1000> large{};
  random.fill(large);
  CHECK(std::set<std::uint8_t>(large.end() - 200, large.end()).size() > 50);
}

TEST_CASE("random: what ids take never comes twice, in whichever thread it is drawn", "[crypto]") {
  crypto::SystemRandom random;
  std::array<std::vector<std::array<std::uint8_t, 10>>, 3> drawn;
  {
    std::vector<std::jthread> threads;
    for (auto& its : drawn)
      threads.emplace_back([&] {
        for (int i = 0; i < 1'000; ++i) its.push_back(random.bytes<10>());
      });
  }
  std::set<std::array<std::uint8_t, 10>> seen;
  std::array<std::uint8_t, 10> either{};  // of each place, what stood there once
  for (const auto& its : drawn)
    for (const auto& bytes : its) {
      CHECK(seen.insert(bytes).second);
      for (std::size_t i = 0; i < bytes.size(); ++i) either[i] |= bytes[i];
    }
  CHECK(seen.size() == 3'000);
  for (const std::uint8_t all : either) CHECK(all == 0xff);
}

TEST_CASE("random: ids are of version 7 and in the order of time", "[crypto]") {
  crypto::SystemRandom random;
  const base::Uuid first = random.uuid(base::Timestamp{1776254400000});
  const base::Uuid second = random.uuid(base::Timestamp{1776254400001});
  CHECK(first < second);
  CHECK(first.to_string().substr(0, 15) == "019d9103-3600-7");
}

TEST_CASE("random: ids stand in order of making, also in one millisecond and when the clock is set back",
          "[crypto]") {
  crypto::SystemRandom random;
  constexpr std::int64_t kNow = 1776254400000;
  base::Uuid last;
  for (int i = 0; i < 10'000; ++i) {
    const base::Uuid made = random.uuid(base::Timestamp{i < 9'000 ? kNow : kNow - 3'600'000});
    REQUIRE(last < made);
    last = made;
  }
  // The counter ran over, so the time went ahead of the clock by no more than that.
  CHECK(last < base::Uuid::make_v7({kNow + 5}, {}));
  CHECK(last.to_string()[14] == '7');
}

TEST_CASE("token: prefix and 256 bits, told from other text", "[crypto]") {
  FixedRandom random;
  const std::string key = crypto::make_token(crypto::TokenKind::kApiKey, random);
  const std::string secret = crypto::make_token(crypto::TokenKind::kSecret, random);
  CHECK(key == "rvk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  CHECK(secret == "rvs_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8");
  CHECK(crypto::token_kind(key) == crypto::TokenKind::kApiKey);
  CHECK(crypto::token_kind(secret) == crypto::TokenKind::kSecret);
  CHECK(crypto::token_hash(key) == crypto::sha256(key));
  for (const std::string& other : {std::string(), std::string("rvk_"), key + "A", key.substr(0, 46),
                                   "rvx_" + key.substr(4), key.substr(0, 46) + "+"}) {
    INFO(other);
    CHECK_FALSE(crypto::token_kind(other));
  }
}
