// What a look at a role costs by how many hold it: through one group, through two groups that may overlap,
// and directly. 200 roles are looked at one after the other, as GET /v1/roles does.
#include "bench/store/looks.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "authz/blast_radius.h"
#include "bench/store/own_store.h"
#include "crypto/random.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "store/store.h"

namespace {

using Steady = std::chrono::steady_clock;
using store::WriteTxn;

constexpr std::size_t kTogether = 1'000, kRoles = 200;

// Calls fn for 0 to n - 1, a thousand in one change.
template <typename Fn>
bool written(store::Store& store, std::size_t n, const Fn& fn) {
  for (std::size_t begin = 0; begin < n; begin += kTogether) {
    const auto done = store.write([&](WriteTxn& txn) -> base::Result<void> {
      for (std::size_t i = begin; i < n && i < begin + kTogether; ++i)
        if (auto put = fn(txn, i); !put.ok()) return put;
      return {};
    });
    if (done.ok()) continue;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return false;
  }
  return true;
}

class Crowd {
 public:
  Crowd(store::Store& store, std::size_t people) : store_(store), people_(people) {}

  bool add_group(const domain::GroupId& group) {
    return written(store_, people_, [&](WriteTxn& txn, std::size_t) {
      return domain::put_membership(
          txn, {tenant_, group, make_id<domain::UserId>(), domain::Source::kLocal, txn.now()});
    });
  }

  bool map(const domain::RoleId& role, const domain::Principal& who) {
    return written(store_, 1, [&](WriteTxn& txn, std::size_t) { return map(txn, role, who); });
  }

  bool map_all(const domain::RoleId& role) {
    return written(store_, people_,
                   [&](WriteTxn& txn, std::size_t) { return map(txn, role, make_id<domain::UserId>()); });
  }

  // Microseconds a role.
  double look(const std::vector<domain::RoleId>& roles) const {
    const auto txn = store_.read();
    const auto begin = Steady::now();
    for (const domain::RoleId& role : roles)
      if (!authz::count_holders(txn.value(), tenant_, role, base::SystemClock().now()).ok()) return -1;
    return std::chrono::duration<double, std::micro>(Steady::now() - begin).count() /
           static_cast<double>(roles.size());
  }

  template <class Id>
  Id make_id() {
    return Id(random_.uuid(base::SystemClock().now()));
  }

 private:
  base::Result<void> map(WriteTxn& txn, const domain::RoleId& role, const domain::Principal& who) {
    domain::Mapping mapping;
    mapping.id = make_id<domain::MappingId>();
    mapping.tenant = tenant_;
    mapping.principal = who;
    mapping.role = role;
    mapping.created_at = txn.now();
    return put_mapping(txn, mapping);
  }

  store::Store& store_;
  const std::size_t people_;
  crypto::SystemRandom random_;
  const domain::TenantId tenant_ = make_id<domain::TenantId>();
};

bool print_row(store::Store& store, std::size_t people) {
  Crowd crowd(store, people);
  const auto one = crowd.make_id<domain::GroupId>(), two = crowd.make_id<domain::GroupId>();
  const auto direct = crowd.make_id<domain::RoleId>();
  std::vector<domain::RoleId> by_one, by_both;
  bool ok = crowd.add_group(one) && crowd.add_group(two) && crowd.map_all(direct);
  for (std::size_t i = 0; ok && i < kRoles; ++i) {
    by_one.push_back(crowd.make_id<domain::RoleId>());
    by_both.push_back(crowd.make_id<domain::RoleId>());
    ok = crowd.map(by_one.back(), one) && crowd.map(by_both.back(), one) && crowd.map(by_both.back(), two);
  }
  if (!ok) return false;
  std::printf("%9zu people   %8.1f us through a group   %8.1f us through two   %8.1f us directly\n", people,
              crowd.look(by_one), crowd.look(by_both),
              crowd.look(std::vector<domain::RoleId>(kRoles, direct)));
  return true;
}

}  // namespace

bool print_looks(const std::string& dir) {
  return with_own_store(dir, [](store::Store& store) {
    bool ok = true;
    for (const std::size_t people : {100U, 500U, 1'000U, 10'000U, 100'000U, 1'000'000U})
      ok = ok && print_row(store, people);
    return ok;
  });
}
