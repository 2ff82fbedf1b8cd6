#include "api/key_uses.h"

#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <filesystem>

#include "base/thread.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace {

constexpr std::int64_t kDay = 86'400'000;

domain::CredentialId id_of(std::uint64_t n) {
  std::string raw(16, '\x70');
  for (int i = 0; i < 8; ++i) raw[static_cast<std::size_t>(15 - i)] = static_cast<char>(n >> (8 * i));
  return domain::CredentialId::from_raw(raw);
}

std::unique_ptr<api::KeyUses> opened(const std::string& dir, std::int64_t now = 10 * kDay) {
  std::string moved;
  auto uses = api::KeyUses::open(dir, {now}, moved, false);
  INFO((uses.ok() ? moved : uses.error().message));
  REQUIRE(uses.ok());
  CHECK(moved.empty());
  return std::move(uses).value();
}

// -1: never.
std::int64_t last(const api::KeyUses& uses, std::uint64_t n) {
  const auto found = uses.last_use(id_of(n));
  REQUIRE(found.ok());
  return *found ? (*found)->ms : -1;
}

}  // namespace

TEST_CASE("key uses: the day of the last use, before and after it is written", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  CHECK(last(*uses, 1) == -1);
  uses->note(id_of(1), {12 * kDay + 5});
  CHECK(last(*uses, 1) == 12 * kDay);
  CHECK(last(*uses, 2) == -1);
  REQUIRE(uses->flush().ok());
  CHECK(last(*uses, 1) == 12 * kDay);
  uses->note(id_of(1), {12 * kDay + 9});
  uses->note(id_of(1), {13 * kDay - 1});
  CHECK(last(*uses, 1) == 12 * kDay);
  uses->note(id_of(1), {13 * kDay});
  CHECK(last(*uses, 1) == 13 * kDay);
  REQUIRE(uses->flush().ok());
  REQUIRE(uses->flush().ok());
  CHECK(last(*uses, 1) == 13 * kDay);
}

TEST_CASE("key uses: a clock that is set back takes no day back", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  uses->note(id_of(1), {12 * kDay});
  uses->note(id_of(1), {11 * kDay});  // before it is written
  CHECK(last(*uses, 1) == 12 * kDay);
  REQUIRE(uses->flush().ok());
  CHECK(last(*uses, 1) == 12 * kDay);
  uses->note(id_of(1), {11 * kDay});  // and after
  CHECK(last(*uses, 1) == 12 * kDay);
  REQUIRE(uses->flush().ok());
  CHECK(last(*uses, 1) == 12 * kDay);
}

TEST_CASE("key uses: what can't be written is written later", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  constexpr std::uint64_t kMany = 5'000;
  for (std::uint64_t n = 0; n < kMany; ++n) uses->note(id_of(n), {12 * kDay});
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto old = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = before;
  tight.rlim_cur = 40'000;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const auto failed = uses->flush();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old);
  REQUIRE_FALSE(failed.ok());
  uses->note(id_of(1), {13 * kDay});
  for (std::uint64_t n = 0; n < kMany; n += 7) REQUIRE(last(*uses, n) == 12 * kDay);
  CHECK(last(*uses, 1) == 13 * kDay);
  REQUIRE(uses->flush().ok());
  for (std::uint64_t n = 0; n < kMany; n += 7) REQUIRE(last(*uses, n) == 12 * kDay);
  CHECK(last(*uses, 1) == 13 * kDay);
}

TEST_CASE("key uses: none is missed while it is being written", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  constexpr std::uint64_t kMany = 20'000;
  for (std::uint64_t n = 0; n < kMany; ++n) uses->note(id_of(n), {12 * kDay});
  std::atomic<bool> is_written = false;
  std::uint64_t missed = 0;
  std::thread reader([&] {
    while (!is_written.load())
      for (std::uint64_t n = 0; n < kMany; n += 997) {
        const auto found = uses->last_use(id_of(n));
        if (!found.ok() || !*found || (*found)->ms != 12 * kDay) ++missed;
      }
  });
  const auto done = uses->flush();
  is_written = true;
  reader.join();
  CHECK(done.ok());
  CHECK(missed == 0);
}

TEST_CASE("key uses: they outlive the process, and so does from when on they are known", "[api]") {
  TempDir dir;
  {
    const auto uses = opened(dir / "u");
    uses->note(id_of(1), {12 * kDay});
    uses->note(id_of(2), {12 * kDay});
    REQUIRE(uses->flush().ok());
    uses->note(id_of(3), {12 * kDay});  // lost with the process
  }
  const auto uses = opened(dir / "u", 20 * kDay);
  CHECK(uses->since().ms == 10 * kDay);
  CHECK(last(*uses, 1) == 12 * kDay);
  CHECK(last(*uses, 2) == 12 * kDay);
  CHECK(last(*uses, 3) == -1);
}

// Of those that share a place each use is noted anew, and none is missed.
TEST_CASE("key uses: many credentials", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  constexpr std::uint64_t kMany = 20'000;
  for (std::int64_t day = 11; day < 14; ++day) {
    for (std::uint64_t n = 0; n < kMany; ++n) uses->note(id_of(n * 0x9e3779b97f4a7c15U), {day * kDay});
    if (day == 12) REQUIRE(uses->flush().ok());
  }
  for (std::uint64_t n = 0; n < kMany; n += 7) REQUIRE(last(*uses, n * 0x9e3779b97f4a7c15U) == 13 * kDay);
}

TEST_CASE("key uses: of more than may wait the rest is noted at a later use", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  const std::uint64_t most = api::KeyUses::kMostWaiting;
  for (std::uint64_t n = 0; n <= most; ++n) uses->note(id_of(n), {11 * kDay});
  CHECK(last(*uses, most - 1) == 11 * kDay);
  CHECK(last(*uses, most) == -1);
  REQUIRE(uses->flush().ok());
  uses->note(id_of(most), {11 * kDay});
  CHECK(last(*uses, most) == 11 * kDay);
  CHECK(last(*uses, 0) == 11 * kDay);
}

TEST_CASE("key uses: what is gone is forgotten, in rounds", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  constexpr std::uint64_t kMany = 2'500;
  for (std::uint64_t n = 0; n < kMany; ++n) uses->note(id_of(n), {11 * kDay});
  REQUIRE(uses->flush().ok());
  std::size_t asked = 0;
  const auto only_even = [&](const domain::CredentialId& id) -> base::Result<bool> {
    ++asked;
    return (id.raw().back() & 1) == 0;
  };
  REQUIRE(uses->sweep(only_even).ok());
  CHECK(asked == api::KeyUses::kSweptAtOnce);
  for (int i = 0; i < 3; ++i) REQUIRE(uses->sweep(only_even).ok());
  CHECK(asked > kMany);  // it has begun again
  for (std::uint64_t n = 0; n < kMany; n += 3) CHECK(last(*uses, n) == (n % 2 == 0 ? 11 * kDay : -1));
}

TEST_CASE("key uses: threads note together", "[api]") {
  TempDir dir;
  const auto uses = opened(dir / "u");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&uses] {
      for (std::uint64_t n = 0; n < 5'000; ++n)
        uses->note(id_of(n % 100), {(11 + static_cast<std::int64_t>(n / 1'000)) * kDay});
    });
  for (int i = 0; i < 10; ++i) CHECK(uses->flush().ok());
  for (std::thread& thread : threads) thread.join();
  REQUIRE(uses->flush().ok());
  for (std::uint64_t n = 0; n < 100; ++n) CHECK(last(*uses, n) == 15 * kDay);
}
