#include "app/head_publisher.h"

#include <filesystem>

#include "base/file.h"
#include "domain/audit_against.h"
#include "tests/app/audit_world.h"
#include "tests/support/ed25519_keys.h"

using namespace domain;
using namespace std::chrono_literals;

namespace {

class SetClock final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return now_; }
  void advance(std::chrono::nanoseconds by) { now_ += by; }

 private:
  std::chrono::nanoseconds now_{};
};

class PublishingWorld : public AuditWorld {
 public:
  PublishingWorld() { start(); }

  // As a new process.
  void start() {
    publisher_ = std::make_unique<app::HeadPublisher>(*store_, clock_, ticks_);
    publisher_->use(file_, nullptr);
  }

  void beat(int times = 1) {
    for (int i = 0; i < times; ++i) publisher_->beat();
  }

  // What came to the file since the last time: "platform 3  T 7".
  std::string lines() {
    if (!std::filesystem::exists(file_)) return "";
    const auto read = read_heads({file_, "HEADS"}, {});
    REQUIRE(read.ok());
    REQUIRE((read->faults.empty() || read->lines.empty()));
    std::string out;
    for (; seen_ < read->lines.size(); ++seen_) {
      const PublishedHead& head = read->lines[seen_].head;
      const std::string chain = chain_name(head.chain);
      out += (chain == to_string(Owner(kTenant))  ? "T"
              : chain == to_string(Owner(kOther)) ? "O"
                                                  : chain) +
             " " + std::to_string(head.seq) + "  ";
    }
    return out;
  }

  // An entry each of so many chains of their own.
  void append_to(std::uint64_t chains) {
    REQUIRE(store_
                ->write([&](store::WriteTxn& txn) -> base::Result<void> {
                  for (std::uint64_t n = 0; n < chains; ++n) {
                    AuditEntry entry{TenantId(AnyId(id(0x1000 + n)))};
                    entry.id = id(++made_);
                    entry.action = "role:update";
                    entry.created_at = txn.now();
                    if (auto done = append_audit(txn, entry); !done.ok()) return done;
                  }
                  return {};
                })
                .ok());
  }

  SetClock ticks_;
  std::string file_ = dir_ / "heads";
  std::unique_ptr<app::HeadPublisher> publisher_;
  std::size_t seen_ = 0;
};

}  // namespace

TEST_CASE("head publisher: each hour the heads of the chains that have changed", "[audit]") {
  PublishingWorld world;
  world.beat();
  CHECK(world.lines() == "");
  CHECK_FALSE(std::filesystem::exists(world.file_));
  world.append(kTenant, 3);
  world.append(Platform(), 2);
  world.ticks_.advance(1h);
  world.beat(3);
  CHECK(world.lines() == "platform 2  T 3  ");
  world.append(kTenant, 1);
  world.append(kOther, 1);
  world.ticks_.advance(1h - 1ns);
  world.beat(3);
  CHECK(world.lines() == "");
  world.ticks_.advance(1ns);
  world.beat(3);
  CHECK(world.lines() == "T 4  O 1  ");
  world.ticks_.advance(1h);
  world.beat(3);
  CHECK(world.lines() == "");
  world.append(Platform(), 1);
  world.ticks_.advance(5h);
  world.beat(3);
  CHECK(world.lines() == "platform 3  ");
}

TEST_CASE("head publisher: a new process begins with all of them", "[audit]") {
  PublishingWorld world;
  world.append(kTenant, 3);
  world.append(kOther, 1);
  world.beat();
  CHECK(world.lines() == "T 3  O 1  ");
  world.start();
  world.beat();
  CHECK(world.lines() == "T 3  O 1  ");
}

TEST_CASE("head publisher: cutting a chain moves its head, and a deleted tenant's chain has one", "[audit]") {
  PublishingWorld world;
  world.append(kTenant, 5);
  world.beat();
  CHECK(world.lines() == "T 5  ");
  world.clock_.advance(200 * kDay);
  world.beats(40);
  CHECK(world.left(kTenant) == "5 6S ");
  world.ticks_.advance(1h);
  world.beat();
  CHECK(world.lines() == "T 6  ");
}

TEST_CASE("head publisher: many chains come in steps, and a round goes on where it was", "[audit]") {
  PublishingWorld world;
  constexpr std::size_t kStep = app::HeadPublisher::kHeadsAtOnce;
  world.append_to(2 * kStep + 50);
  std::string counts;
  const auto count = [&](int beats) {
    for (int i = 0; i < beats; ++i) {
      const std::size_t before = world.seen_;
      world.beat();
      (void)world.lines();
      counts += std::to_string(world.seen_ - before) + " ";
    }
  };
  count(4);
  CHECK(counts == "200 200 50 0 ");
  // Exactly a step of them, and appended to while the round is on: behind where it is, and before.
  counts.clear();
  world.append_to(kStep);
  world.ticks_.advance(1h);
  count(1);
  world.append_to(1);
  count(2);
  CHECK(counts == "200 0 0 ");
  world.ticks_.advance(1h);
  counts.clear();
  count(2);
  CHECK(counts == "1 0 ");
}

TEST_CASE("head publisher: what can't be written is published again an hour later", "[audit]") {
  PublishingWorld world;
  world.append(kTenant, 1);
  world.beat();
  CHECK(world.lines() == "T 1  ");
  world.append(kTenant, 1);
  world.append(kOther, 1);
  world.publisher_->use(world.dir_ / "none/heads", nullptr);
  world.ticks_.advance(1h);
  world.beat(3);
  CHECK(world.lines() == "");
  world.publisher_->use(world.file_, nullptr);
  world.beat(3);
  CHECK(world.lines() == "");
  world.ticks_.advance(1h);
  world.beat(3);
  CHECK(world.lines() == "T 2  O 1  ");
}

TEST_CASE("head publisher: signs by the key that it was given last", "[audit]") {
  PublishingWorld world;
  const auto key = [](std::string_view secret) {
    return std::make_shared<const crypto::SigningKey>(crypto::SigningKey::parse(private_pem(secret)).value());
  };
  world.publisher_->use(world.file_, key(kFirstPrivate));
  world.append(kTenant, 1);
  world.beat();
  world.publisher_->use(world.file_, key(kSecondPrivate));
  world.append(kTenant, 1);
  world.ticks_.advance(1h);
  world.beat();
  std::vector<crypto::PublicKey> keys;
  keys.push_back(crypto::PublicKey::parse(public_pem(kFirstPublic)).value());
  CHECK(read_heads({world.file_, "HEADS"}, keys)->lines.size() == 1);
  keys.push_back(crypto::PublicKey::parse(public_pem(kSecondPublic)).value());
  CHECK(read_heads({world.file_, "HEADS"}, keys)->lines.size() == 2);
}

TEST_CASE("head publisher: another file gets the heads of all chains, and the same one none", "[audit]") {
  PublishingWorld world;
  world.append(kTenant, 1);
  world.append(kOther, 1);
  world.beat();
  CHECK(world.lines() == "T 1  O 1  ");
  world.publisher_->use(world.file_, nullptr);
  world.ticks_.advance(1h);
  world.beat();
  CHECK(world.lines() == "");
  world.file_ = world.dir_ / "other";
  world.seen_ = 0;
  world.publisher_->use(world.file_, nullptr);
  world.beat();
  CHECK(world.lines() == "");
  world.ticks_.advance(1h);
  world.beat();
  CHECK(world.lines() == "T 1  O 1  ");
  const auto key = std::make_shared<const crypto::SigningKey>(
      crypto::SigningKey::parse(private_pem(kFirstPrivate)).value());
  world.publisher_->use(world.file_, key);
  world.ticks_.advance(1h);
  world.beat();
  CHECK(world.lines() == "T 1  O 1  ");
}

TEST_CASE("head publisher: a file that is named within a round gets those that went to the other, too",
          "[audit]") {
  PublishingWorld world;
  constexpr std::size_t kStep = app::HeadPublisher::kHeadsAtOnce;
  world.append_to(kStep + 1);
  world.beat();
  world.file_ = world.dir_ / "other";
  world.publisher_->use(world.file_, nullptr);
  world.beat();
  (void)world.lines();
  CHECK(world.seen_ == 1);
  world.ticks_.advance(1h);
  world.beat(3);
  (void)world.lines();
  CHECK(world.seen_ == 1 + kStep);
}
