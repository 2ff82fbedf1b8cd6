// How long other changes wait for one that deletes what much belongs to: the longest of its steps, and what
// it would be if all went in one change. Each mapping has its audit entry, as in the server. The store
// doesn't sync: it is the processor's time that is measured.
#include "bench/store/deletions.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <vector>

#include "api/deletions.h"
#include "bench/store/own_store.h"
#include "crypto/random.h"
#include "domain/credential.h"
#include "domain/deletion.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "store/store.h"

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::uint64_t kTogether = 1'000;
constexpr std::size_t kStep = 1'000;  // as the server's

base::Uuid numbered(std::uint64_t n, crypto::Random& random) {
  base::Uuid::Bytes bytes = random.bytes<16>();
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
  return base::Uuid(bytes);
}

// What is deleted, and how one of what belongs to it is made.
struct Row {
  const char* name;
  std::uint64_t number;
  domain::Deleted what;
  base::Result<void> (*make)(store::WriteTxn&, crypto::Random&, const domain::TenantId&,
                             const domain::Deleted&, std::uint64_t n);
};

base::Result<void> map(store::WriteTxn& txn, crypto::Random& random, const domain::TenantId& tenant,
                       const domain::Principal& who, const domain::RoleId& role, std::uint64_t n) {
  domain::Mapping mapping;
  mapping.id = domain::MappingId(random.uuid(txn.now()));
  mapping.tenant = tenant;
  mapping.principal = who;
  mapping.role = role;
  mapping.reason = "Carries the phone, week " + std::to_string(n % 53);
  mapping.created_at = txn.now();
  return domain::put_mapping(txn, mapping);
}

base::Result<void> map_group(store::WriteTxn& txn, crypto::Random& random, const domain::TenantId& tenant,
                             const domain::Deleted& group, std::uint64_t n) {
  return map(txn, random, tenant, domain::GroupId(group.id), domain::RoleId(numbered(n, random)), n);
}

base::Result<void> map_role(store::WriteTxn& txn, crypto::Random& random, const domain::TenantId& tenant,
                            const domain::Deleted& role, std::uint64_t n) {
  return map(txn, random, tenant, domain::UserId(numbered(n, random)), domain::RoleId(role.id), n);
}

base::Result<void> join(store::WriteTxn& txn, crypto::Random& random, const domain::TenantId& tenant,
                        const domain::Deleted& user, std::uint64_t n) {
  return domain::put_membership(txn, {tenant, domain::GroupId(numbered(n, random)), domain::UserId(user.id),
                                      domain::Source::kLocal, txn.now()});
}

base::Result<void> make_secret(store::WriteTxn& txn, crypto::Random& random, const domain::TenantId& tenant,
                               const domain::Deleted& owner, std::uint64_t n) {
  domain::Credential credential{tenant};
  credential.id = domain::CredentialId(random.uuid(txn.now()));
  credential.owner = domain::ServiceUserId(owner.id);
  credential.name = "secret " + std::to_string(n);
  credential.hash = random.bytes<32>();
  credential.created_at = txn.now();
  return domain::put_credential(txn, credential);
}

bool fill(store::Store& store, crypto::Random& random, const domain::TenantId& tenant, const Row& row) {
  for (std::uint64_t begin = 0; begin < row.number; begin += kTogether) {
    const auto done = store.write([&](store::WriteTxn& txn) -> base::Result<void> {
      for (std::uint64_t n = begin; n < begin + kTogether; ++n)
        if (auto made = row.make(txn, random, tenant, row.what, n); !made.ok()) return made;
      return {};
    });
    if (done.ok()) continue;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return false;
  }
  return true;
}

// Milliseconds of each change that it took.
std::vector<double> remove(store::Store& store, crypto::Random& random, const domain::PendingDeletion& what,
                           std::size_t most) {
  std::vector<double> took;
  const auto time = [&](const auto& change) {
    const auto begin = Steady::now();
    const auto done = store.write(change);
    took.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
    return done.ok();
  };
  bool more = time([&](store::WriteTxn& txn) { return domain::begin_deletion(txn, what); });
  while (more) {
    bool left = false;
    const auto step = [&](store::WriteTxn& txn) -> base::Result<void> {
      domain::DeletionPlace place;
      const auto gone = api::continue_deletions(txn, random, most, place);
      if (!gone.ok()) return gone.error();
      left = *gone;
      return {};
    };
    if (!time(step)) return {};
    more = left;
  }
  std::sort(took.begin(), took.end());
  return took;
}

}  // namespace

bool print_deletions(const std::string& dir) {
  crypto::SystemRandom random;
  const base::Uuid id = random.uuid(base::SystemClock().now());
  const Row rows[] = {
      {"a group with 100,000 mappings", 100'000, domain::GroupId(id), map_group},
      {"a role with 100,000 mappings", 100'000, domain::RoleId(id), map_role},
      {"a user in 100,000 groups", 100'000, domain::UserId(id), join},
      {"a service user with 10,000 secrets", 10'000, domain::ServiceUserId(id), make_secret},
      {"a role with 1,000 mappings", 1'000, domain::RoleId(id), map_role},
  };
  const domain::TenantId tenant(random.uuid(base::SystemClock().now()));
  for (const Row& row : rows) {
    std::printf("%-36s", row.name);
    for (const std::size_t most : {kStep, std::numeric_limits<std::size_t>::max()}) {
      const bool ok = with_own_store(dir, [&](store::Store& store) {
        if (!fill(store, random, tenant, row)) return false;
        const auto took =
            remove(store, random, {tenant, row.what, "role", {{}, "Ann", {"holder"}, "r", "::1"}}, most);
        if (took.empty()) return false;
        if (most == kStep)
          std::printf(" %5zu changes  p50 %6.2f  p99 %6.2f  longest %6.2f ms", took.size(),
                      took[took.size() / 2], took[(took.size() - 1) * 99 / 100], took.back());
        else
          std::printf("   in one %8.1f ms\n", took.back());
        return true;
      });
      if (!ok) return false;
    }
  }
  return true;
}
